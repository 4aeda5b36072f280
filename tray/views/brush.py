"""Rectangles and curves on the pixel grid, for pictures that must be sharp at 16 px."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

Colour = tuple[int, int, int, int]  # RGBA, 0..255

CLEAR: Colour = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on the pixel grid; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def inset(self, by: int) -> Box:
        return Box(left=self.left + by, top=self.top + by, right=self.right - by, bottom=self.bottom - by)

    def centred(self, width: int, height: int) -> Box:
        """A box of that size in the middle, on whole pixels (half a pixel up and left where it is odd)."""
        return box(
            self.left + (self.width - width) // 2, self.top + (self.height - height) // 2, width, height
        )


def box(left: int, top: int, width: int, height: int) -> Box:
    """A box by its corner and its size."""
    return Box(left=left, top=top, right=left + width, bottom=top + height)


class Brush:
    """Draws a square picture in its own pixels.

    It works on a finer grid and averages at the end: edges on whole pixels stay sharp, only curves and slants
    are smoothed. Colours replace what is below; `CLEAR` cuts a hole.
    """

    def __init__(self, size: int) -> None:
        self._grain = 8 if size <= 24 else 4  # small pictures need the finer steps, large ones the time
        self._image = Image.new("RGBA", (size * self._grain,) * 2)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, area: Box, colour: Colour, radius: float = 0) -> None:
        self._draw.rounded_rectangle(self._edges(area), max(radius, 0) * self._grain, fill=colour)

    def polygon(self, points: list[tuple[float, float]], colour: Colour) -> None:
        self._draw.polygon([(x * self._grain, y * self._grain) for x, y in points], fill=colour)

    def arc(self, area: Box, start: int, end: int, width: float, colour: Colour) -> None:
        self._draw.arc(self._edges(area), start, end, fill=colour, width=round(width * self._grain))

    def picture(self, times: int = 1) -> Image.Image:
        """The finished picture, RGBA: `size` x `size`, or so many times larger, a divisor of the grain."""
        return self._image.reduce(self._grain // times)

    def _edges(self, area: Box) -> tuple[int, int, int, int]:
        g = self._grain
        return (area.left * g, area.top * g, area.right * g - 1, area.bottom * g - 1)
