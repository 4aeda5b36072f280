"""What a chart shows, as hashable values: equal values, equal pixels. Sizes are pixels, colours `#rrggbb`.

`focus` is the number of the place (cell, bar, dot) that has the keyboard or the pointer, in the order of
`places.places(spec)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "failed", "open"]  # "open": running, or nobody tells how it ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Inks:
    """The colours of a chart, by use; `palette.inks` has them for light and dark."""

    ground: str  # what lies behind
    text: str
    dim: str  # labels, axes
    track: str  # empty cells, the rest of a bar
    fill: str  # the values
    focus: str  # the ring around what has the keyboard
    ok: str
    failed: str
    open: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """Values over days, the oldest first, without axes; None: unknown, a gap. Bars, each day a place."""

    width: int
    height: int
    values: tuple[float | None, ...]
    inks: Inks
    scale: float = 1.0  # of the screen: gaps and the focus ring follow it
    focus: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A part of a whole, 0..1; None: no data, a hollow ring."""

    size: int
    stroke: int
    part: float | None
    inks: Inks


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Day of week (Monday first) by hour of day, with its labels; places are day * 24 + hour."""

    width: int
    height: int
    cells: tuple[tuple[int, ...], ...]
    scale: float  # of the screen: labels and gaps follow it
    inks: Inks
    focus: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A histogram with a label under each bar and its count above it."""

    width: int
    height: int
    values: tuple[int, ...]
    labels: tuple[str, ...]
    scale: float
    inks: Inks
    focus: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One bar of a ranking: `part` of the greatest, 0..1."""

    width: int
    height: int
    part: float
    inks: Inks


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A session on the time line: `start` to `end`, 0..1 of the span; `lane` parts those that overlap."""

    start: float
    end: float
    outcome: Outcome
    lane: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The last 24 hours up to now: a dot for each session, coloured and shaped by its outcome."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    marks: tuple[tuple[float, str], ...]  # where (0..1) which label stands on the axis
    scale: float
    inks: Inks
    focus: int | None = None


Chart = Spark | Ring | Heat | Columns | Level | Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a place of a chart is, pixels from its top left corner."""

    x: int
    y: int
    width: int
    height: int
