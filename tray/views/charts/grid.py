"""Whole pixels: sizes at a scale of the screen, and equal parts of a length."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from tray.views.charts.specs import Box

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Grain:
    """The sizes that follow the scale, in whole pixels."""

    scale: float

    def __call__(self, pixels: float) -> int:
        """A length of scale 1 at this scale, at least 1."""
        return max(1, round(pixels * self.scale))

    @property
    def line(self) -> int:
        """A thin line, and the gap within a focus ring."""
        return self(1)

    @property
    def ring(self) -> int:
        """The stroke of a focus ring."""
        return self(1.5)

    @property
    def margin(self) -> int:
        """The room that a focus ring takes around its place."""
        return self.line + self.ring

    @property
    def text(self) -> int:
        """The height of the font."""
        return self(9.5)

    @property
    def row(self) -> int:
        """The height of a line of text."""
        return self(12)


def grain(scale: float) -> Grain:
    """The sizes at a scale; one that is none counts as 1."""
    return Grain(scale=min(scale, 16) if isfinite(scale) and scale > 0 else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`count` parts of `size` pixels with even gaps; `size` 0: they don't fit."""

    start: int
    size: int
    gap: int
    count: int

    @property
    def pitch(self) -> int:
        return self.size + self.gap

    @property
    def extent(self) -> int:
        """From the first part's start to the last one's end."""
        return max(self.count * self.pitch - self.gap, 0)

    def at(self, place: int) -> int:
        """Where a part starts."""
        return self.start + place * self.pitch

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.start + self.count * self.pitch, max(self.pitch, 1)))


def even(count: int, extent: int, *, gap: int, start: int = 0) -> Row:
    """As many equal parts as asked, as large as they fit; the gap gives way before the parts vanish."""
    if count <= 0 or extent <= 0:
        return Row(start=start, size=0, gap=0, count=max(count, 0))
    gap = min(gap, max((extent // count) // 3, 0))
    return Row(start=start, size=(extent + gap) // count - gap, gap=gap, count=count)


def grown(box: Box, by: int) -> Box:
    """A box with a margin around it; a negative one lies within."""
    return Box(x=box.x - by, y=box.y - by, width=box.width + 2 * by, height=box.height + 2 * by)


def within(box: Box, width: int, height: int) -> Box:
    """What of a box lies in a picture."""
    left, top = min(max(box.x, 0), max(width, 0)), min(max(box.y, 0), max(height, 0))
    right, low = min(box.x + box.width, width), min(box.y + box.height, height)
    return Box(x=left, y=top, width=max(right - left, 0), height=max(low - top, 0))
