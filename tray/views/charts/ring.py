"""A part of a whole as a ring that begins at twelve o'clock."""

from __future__ import annotations

from math import cos, degrees, radians, sin
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from tray.views.charts import pen
from tray.views.charts.amounts import known
from tray.views.window.theme import mix

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen

    from tray.views.charts.specs import Ring

_DASHES = 12  # of the hollow ring


def draw(spec: Ring) -> Image.Image:
    """The picture (RGB)."""
    image = pen.paper(spec.size, spec.size, spec.inks.ground)
    stroke = max(min(spec.stroke, spec.size // 2), 1)
    if spec.size < 2:
        return image
    part = known(spec.part)
    if part is None:
        dashes = mix(spec.inks.dim, spec.inks.ground, 0.3)
        thin = max(stroke // 2, 1)
        pen.stamp(image, 0, 0, dashes, _dashed(spec.size, stroke, thin))
        return image
    pen.stamp(image, 0, 0, spec.inks.track, _arc(spec.size, stroke, 1.0))
    if part > 0:
        pen.stamp(image, 0, 0, spec.inks.fill, _arc(spec.size, stroke, min(part, 1.0)))
    return image


def _blank(size: int) -> tuple[Image.Image, Pen]:
    big = Image.new("L", (size * pen.FINE,) * 2, 0)
    return big, ImageDraw.Draw(big)


def _arc(size: int, stroke: int, part: float) -> Image.Image:
    """A mask: the arc with round ends. Its ends keep apart until it is whole: nearly all is not all."""
    big, draw = _blank(size)
    side, line = size * pen.FINE, stroke * pen.FINE
    draw.ellipse((0, 0, side - 1, side - 1), fill=255)
    if side > 2 * line:
        draw.ellipse((line, line, side - 1 - line, side - 1 - line), fill=0)
    if part < 1:
        middle = (side - line) / 2
        apart = degrees((line + 2 * pen.FINE) / middle) if middle else 0
        sweep = min(part * 360, max(360 - apart, 0))
        whole, (big, draw) = big, _blank(size)
        draw.pieslice((-side, -side, 2 * side, 2 * side), -90, -90 + sweep, fill=255)
        big = Image.composite(whole, Image.new("L", whole.size, 0), big)
        draw = ImageDraw.Draw(big)
        for angle in (0.0, sweep):
            _dot(draw, side / 2, middle, line / 2, angle)
    return big.reduce(pen.FINE)


def _dot(draw: Pen, centre: float, reach: float, radius: float, angle: float) -> None:
    """A round end; `angle` in degrees from twelve o'clock."""
    x, y = centre + reach * sin(radians(angle)), centre - reach * cos(radians(angle))
    draw.ellipse((x - radius, y - radius, x + radius - 1, y + radius - 1), fill=255)


def _dashed(size: int, stroke: int, thin: int) -> Image.Image:
    big, draw = _blank(size)
    side, line = size * pen.FINE, thin * pen.FINE
    inset = (stroke - thin) * pen.FINE // 2
    box = (inset, inset, side - 1 - inset, side - 1 - inset)
    step = 360 / _DASHES
    for dash in range(_DASHES):
        middle = -90 + dash * step
        draw.arc(box, middle - step * 0.29, middle + step * 0.29, fill=255, width=line)
    return big.reduce(pen.FINE)
