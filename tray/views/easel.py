"""A page of cards, words and charts, drawn with Pillow; places are in points of `scale` pixels each."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw

from tray.core.texts import tame
from tray.views.font import font

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FINE = 4  # the enlargement at which corners are drawn

Side = Literal["left", "middle", "right"]
_ANCHORS: dict[Side, str] = {"left": "ls", "middle": "ms", "right": "rs"}


class Easel:
    """A page that grows no more; a class, since it holds the picture."""

    def __init__(self, width: int, height: int, ground: str, scale: int = 2) -> None:
        self.scale = scale
        self._hair = max(scale // 2, 1)  # pixels of a hairline
        self._image = Image.new("RGB", (width * scale, height * scale), ground)
        self._pen = ImageDraw.Draw(self._image)

    def card(self, x: int, y: int, width: int, height: int, fill: str, edge: str, radius: int = 10) -> None:
        """A rounded ground with a hairline around it."""
        s, hair = self.scale, self._hair
        outer = _rounded(width * s, height * s, radius * s)
        inner = _rounded(width * s - 2 * hair, height * s - 2 * hair, radius * s - hair)
        self._image.paste(edge, (x * s, y * s), outer)
        self._image.paste(fill, (x * s + hair, y * s + hair), inner)

    def words(
        self,
        x: float,
        baseline: float,
        words: str,
        *,
        size: float,
        ink: str,
        side: Side = "left",
        room: float | None = None,
    ) -> float:
        """A line of text; cut with an ellipsis where the `room` is smaller. Returns its width in points."""
        letters = self._letters(size)
        shown = tame(words)
        if room is not None:
            shown = _elided(shown, letters, room * self.scale)
        at = (round(x * self.scale), round(baseline * self.scale))
        self._pen.text(at, shown, fill=ink, font=letters, anchor=_ANCHORS[side])
        return letters.getlength(shown) / self.scale

    def measure(self, words: str, size: float) -> float:
        """The width of a line in points."""
        return self._letters(size).getlength(tame(words)) / self.scale

    def fitting(self, words: str, size: float, room: float) -> float:
        """The size, or the smaller one (down to half) at which the words fit into the room."""
        least = size / 2
        while size > least and self.measure(words, size) > room:
            size -= 0.5
        return size

    def wrapped(self, words: str, size: float, room: float) -> list[str]:
        """The lines that the words take in so much room; a word that is longer is cut."""
        lines: list[str] = []
        for word in tame(words).split():
            if lines and self.measure(f"{lines[-1]} {word}", size) <= room:
                lines[-1] += f" {word}"
            else:
                lines.append(_elided(word, self._letters(size), room * self.scale))
        return lines

    def chart(self, picture: Image.Image, x: float, y: float) -> None:
        """A picture in pixels of this page, its top left corner at these points."""
        at = (round(x * self.scale), round(y * self.scale))
        self._image.paste(picture, at, picture if picture.mode == "RGBA" else None)

    def cell(self, x: float, y: float, size: float, ink: str) -> None:
        """A small square with rounded corners, on whole pixels."""
        s, side = self.scale, round(size * self.scale)
        at = (round(x * s), round(y * s))
        self._image.paste(ink, at, _rounded(side, side, 2 * s))

    def line(self, x: int, y: int, width: int, ink: str) -> None:
        """A hairline from left to right."""
        s = self.scale
        self._pen.rectangle((x * s, y * s, (x + width) * s - 1, y * s + self._hair - 1), fill=ink)

    def picture(self) -> Image.Image:
        """What was drawn, RGB."""
        return self._image

    def png(self) -> bytes:
        """The same as a PNG file, without a word on when and by whom."""
        out = io.BytesIO()
        self._image.save(out, "PNG", optimize=True)
        return out.getvalue()

    def _letters(self, size: float) -> FreeTypeFont:
        return font(round(size * self.scale))


def _elided(words: str, letters: FreeTypeFont, room: float) -> str:
    words = words[:400]  # more fits nowhere, and measuring takes its time
    if letters.getlength(words) <= room:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if letters.getlength(words[:middle].rstrip() + "…") <= room:
            low = middle
        else:
            high = middle - 1
    return words[:low].rstrip() + "…"


@lru_cache(maxsize=32)
def _rounded(width: int, height: int, radius: int) -> Image.Image:
    """A mask of a rounded rectangle; only its corners are drawn larger and averaged."""
    mask = Image.new("L", (width, height), 255)
    disc = Image.new("L", (2 * radius * _FINE,) * 2, 0)
    ImageDraw.Draw(disc).ellipse((0, 0, 2 * radius * _FINE - 1, 2 * radius * _FINE - 1), fill=255)
    disc = disc.reduce(_FINE)
    for right in (False, True):
        for low in (False, True):
            corner = disc.crop((radius * right, radius * low, radius * (1 + right), radius * (1 + low)))
            mask.paste(corner, ((width - radius) * right, (height - radius) * low))
    return mask
