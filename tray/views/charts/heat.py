"""The heatmap: a cell for each hour of each day of the week, darker or lighter by its count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.views.charts import palette, pen
from tray.views.charts.amounts import amount
from tray.views.charts.grid import Grain, Row, even, grain, grown
from tray.views.charts.specs import Box

if TYPE_CHECKING:
    from PIL import Image

    from tray.views.charts.specs import Heat

DAYS, HOURS = 7, 24
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Where things are. `days`, `hours`: every how manieth row and column has a label, 0 for none."""

    grain: Grain
    columns: Row
    rows: Row
    days: int
    hours: int


def square_height(width: int, scale: float) -> int:
    """The height at which the cells of a heatmap so wide are squares."""
    g = grain(scale)
    columns = even(HOURS, width - _gutter(g) - g.margin, gap=g(2))
    return DAYS * columns.pitch - columns.gap + g.margin + g(3) + g.row


def places(spec: Heat) -> tuple[Box, ...]:
    """The cells, Monday's hours first."""
    plan = _plan(spec)
    size, high = plan.columns.size, plan.rows.size
    if not size or not high:
        return (Box(x=0, y=0, width=0, height=0),) * (DAYS * HOURS)
    return tuple(Box(x=x, y=y, width=size, height=high) for y in plan.rows for x in plan.columns)


def draw(spec: Heat) -> Image.Image:
    """The picture (RGB)."""
    image = pen.paper(spec.width, spec.height, spec.inks.ground)
    plan = _plan(spec)
    if not plan.columns.size or not plan.rows.size:
        return image
    g = plan.grain
    counts = _counts(spec)
    colours = palette.heat(spec.inks)
    most = max(counts)
    radius = min(g(2), plan.columns.size / 3, plan.rows.size / 3)
    cells = places(spec)
    for cell, count in zip(cells, counts, strict=True):
        pen.block(image, cell, colours[palette.level(count, most)], radius)
    _label(image, spec, plan)
    if spec.focus is not None and 0 <= spec.focus < len(cells):
        around = grown(cells[spec.focus], g.margin)
        pen.ring(image, around, g.ring, radius + g.margin, spec.inks.focus)
    return image


def _label(image: Image.Image, spec: Heat, plan: _Plan) -> None:
    g, dim = plan.grain, spec.inks.dim
    for day, y in enumerate(plan.rows):
        if plan.days and day % plan.days == 0:
            pen.write(image, 0, y + plan.rows.size // 2, _NAMES[day], g.text, dim, "lm")
    low = plan.rows.start + plan.rows.extent + g(3)
    for hour, x in enumerate(plan.columns):
        if plan.hours and hour % plan.hours == 0:
            pen.write(image, x + plan.columns.size // 2, low, str(hour), g.text, dim, "mt")


def _counts(spec: Heat) -> list[float]:
    rows = [(*row, *((0,) * HOURS))[:HOURS] for row in (*spec.cells, *(((),) * DAYS))[:DAYS]]
    return [amount(count) for row in rows for count in row]


def _gutter(g: Grain) -> int:
    return max(pen.wide(name, g.text) for name in _NAMES) + g(6)


def _plan(spec: Heat) -> _Plan:
    g = grain(spec.scale)
    gutter = _gutter(g) if spec.width >= 4 * _gutter(g) else 0
    foot = g(3) + g.row if spec.height >= 4 * g.row else 0
    margin = min(g.margin, spec.width // 16, spec.height // 8)
    columns = even(HOURS, spec.width - margin - max(gutter, margin), gap=g(2))
    rows = even(DAYS, spec.height - margin - max(foot, margin), gap=g(2))
    days = 0
    if gutter and rows.size:
        days = 1 if rows.pitch >= g.text else 2 if 2 * rows.pitch >= g.text else 0
    hours = 0
    if foot and columns.size:
        least = pen.wide("20", g.text) + g(4)
        hours = 3 if columns.pitch >= g(18) else 6 if 6 * columns.pitch >= least else 12
    return _Plan(
        grain=g,
        columns=Row(
            start=spec.width - margin - columns.extent, size=columns.size, gap=columns.gap, count=HOURS
        ),
        rows=Row(start=margin, size=rows.size, gap=rows.gap, count=DAYS),
        days=days,
        hours=hours,
    )
