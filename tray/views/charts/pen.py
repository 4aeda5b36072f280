"""What charts are made of: rectangles with round corners, rings, and short texts, on an opaque ground.

Straight edges lie on whole pixels; curves are drawn four times larger and averaged down.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from tray.views.font import font
from tray.views.window.theme import rgb

if TYPE_CHECKING:
    from tray.views.charts.specs import Box

FINE = 4  # the enlargement at which curves are drawn
_LONGEST = 40  # characters of a label


def paper(width: int, height: int, ground: str) -> Image.Image:
    """An empty picture (RGB) of the size asked for; a negative one is 0."""
    return Image.new("RGB", (max(width, 0), max(height, 0)), rgb(ground))


def block(image: Image.Image, box: Box, colour: str, radius: float = 0, *, standing: bool = False) -> None:
    """A filled rectangle; `standing`: only its upper corners are round."""
    if box.width <= 0 or box.height <= 0:
        return
    radius = min(radius, box.width / 2, box.height if standing else box.height / 2)
    ink = rgb(colour)
    if radius <= 0:
        image.paste(ink, (box.x, box.y, box.x + box.width, box.y + box.height))
    else:
        image.paste(ink, (box.x, box.y), _round(box.width, box.height, radius, standing=standing))


def line(image: Image.Image, box: Box, colour: str) -> None:
    """A thin line from left to right with a round beginning; one mask serves all lengths."""
    ink, side = rgb(colour), (box.height + 1) // 2
    if box.height <= 0 or box.width <= side:
        return
    image.paste(ink, (box.x, box.y), _beginning(box.height))
    image.paste(ink, (box.x + side, box.y, box.x + box.width, box.y + box.height))


def ring(image: Image.Image, box: Box, stroke: int, radius: float, colour: str) -> None:
    """The outline of a rectangle, within it."""
    if box.width <= 0 or box.height <= 0:
        return
    image.paste(rgb(colour), (box.x, box.y), _outline(box.width, box.height, stroke, radius))


def stamp(image: Image.Image, x: int, y: int, colour: str, shape: Image.Image) -> None:
    """A drawn shape (a mask) by its upper left corner."""
    image.paste(rgb(colour), (x, y), shape)


def write(image: Image.Image, x: int, y: int, text: str, size: int, colour: str, anchor: str) -> None:
    """A short text in one line; `anchor` as Pillow names it."""
    clean = plain(text)
    if clean and image.width and image.height:
        ImageDraw.Draw(image).text((x, y), clean, fill=rgb(colour), font=font(size), anchor=anchor)


@lru_cache(maxsize=512)
def wide(text: str, size: int) -> int:
    """How many pixels a text takes."""
    return -int(-font(size).getlength(plain(text)) // 1)


def plain(text: str) -> str:
    """What of a text can be drawn in one line."""
    return "".join(letter for letter in text[:_LONGEST] if letter.isprintable())


@lru_cache(maxsize=512)
def _round(width: int, height: int, radius: float, *, standing: bool = False) -> Image.Image:
    big = Image.new("L", (width * FINE, height * FINE), 0)
    corners = (True, True, not standing, not standing)
    box = (0, 0, width * FINE - 1, height * FINE - 1)
    ImageDraw.Draw(big).rounded_rectangle(box, radius * FINE, fill=255, corners=corners)
    return big.reduce(FINE)


@lru_cache(maxsize=16)
def _beginning(thick: int) -> Image.Image:
    return _round(2 * thick, thick, thick / 2).crop((0, 0, (thick + 1) // 2, thick))


@lru_cache(maxsize=64)
def _outline(width: int, height: int, stroke: int, radius: float) -> Image.Image:
    outer = _round(width, height, min(radius, width / 2, height / 2)).copy()
    inside = (width - 2 * stroke, height - 2 * stroke)
    if min(inside) > 0:
        hole = Image.new("L", outer.size, 0)
        hole.paste(
            _round(*inside, max(min(radius - stroke, *(side / 2 for side in inside)), 0)), (stroke,) * 2
        )
        outer = ImageChops.subtract(outer, hole)
    return outer
