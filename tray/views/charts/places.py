"""Where the parts of a chart are: for the pointer, and for walking through them by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tray.views.charts import columns, heat, spark, timeline
from tray.views.charts.grid import grain
from tray.views.charts.specs import Columns, Heat, Level, Ring, Spark, Timeline

if TYPE_CHECKING:
    from tray.views.charts.specs import Box, Chart

Key = Literal["left", "right", "up", "down", "home", "end"]

_NEAR = 4  # pixels at scale 1: gaps between parts belong to the nearest


def places(spec: Chart) -> tuple[Box, ...]:
    """What can have the focus, in walking order; a ring and a level have nothing to walk through."""
    match spec:
        case Spark():
            return spark.places(spec)
        case Heat():
            return heat.places(spec)
        case Columns():
            return columns.places(spec)
        case Timeline():
            return timeline.places(spec)
        case Ring() | Level():
            return ()


def at(spec: Chart, x: int, y: int) -> int | None:
    """The place under a point or next to it; of those that overlap, the one that is drawn on top."""
    scale = 1.0 if isinstance(spec, Ring | Level) else spec.scale
    reach = grain(scale)(_NEAR) ** 2
    best: int | None = None
    for place, box in enumerate(places(spec)):
        if box.width <= 0 or box.height <= 0:
            continue
        aside = max(box.x - x, 0, x - (box.x + box.width - 1))
        above = max(box.y - y, 0, y - (box.y + box.height - 1))
        if aside**2 + above**2 <= reach:
            best, reach = place, aside**2 + above**2
    return best


def step(spec: Chart, focus: int | None, key: Key) -> int:
    """The place that a key leads to; without a focus it comes in from that side. It stays within the chart.

    In the heatmap up and down change the day, home and end lead to its first and last hour; elsewhere up
    is left and down is right. 0 where there is no place.
    """
    last = len(places(spec)) - 1
    if last < 0:
        return 0
    if focus is None:
        return last if key in ("left", "up", "end") else 0
    here = min(max(focus, 0), last)
    if isinstance(spec, Heat):
        return _across(here, key)
    match key:
        case "left" | "up":
            return max(here - 1, 0)
        case "right" | "down":
            return min(here + 1, last)
        case "home":
            return 0
        case "end":
            return last


def _across(here: int, key: Key) -> int:
    day, hour = divmod(here, heat.HOURS)
    match key:
        case "left":
            hour = max(hour - 1, 0)
        case "right":
            hour = min(hour + 1, heat.HOURS - 1)
        case "up":
            day = max(day - 1, 0)
        case "down":
            day = min(day + 1, heat.DAYS - 1)
        case "home":
            hour = 0
        case "end":
            hour = heat.HOURS - 1
    return day * heat.HOURS + hour
