"""A histogram: a bar for each class with its count above and its label below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.views.charts import pen
from tray.views.charts.amounts import amount, fitting
from tray.views.charts.grid import Grain, Row, even, grain
from tray.views.charts.specs import Box

if TYPE_CHECKING:
    from PIL import Image

    from tray.views.charts.specs import Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Where things are: `slots` share the width; bars stand on `base`, at most `tall` high."""

    grain: Grain
    slots: Row
    base: int
    tall: int
    counts: bool
    labels: int  # every how manieth bar has a label, 0 for none


def places(spec: Columns) -> tuple[Box, ...]:
    """The bars with their texts, each as high as the chart."""
    slots = _plan(spec).slots
    high = max(spec.height, 0)
    if not slots.size:
        return (Box(x=0, y=0, width=0, height=high),) * len(spec.values)
    return tuple(Box(x=x, y=0, width=slots.size, height=high) for x in slots)


def draw(spec: Columns) -> Image.Image:
    """The picture (RGB)."""
    image = pen.paper(spec.width, spec.height, spec.inks.ground)
    plan = _plan(spec)
    if not plan.slots.size or plan.tall <= 0:
        return image
    g = plan.grain
    values = [amount(value) for value in spec.values]
    most = max(values)
    axis = Box(x=plan.slots.start, y=plan.base, width=plan.slots.extent, height=g.line)
    pen.block(image, axis, spec.inks.track)
    for place, (x, value) in enumerate(zip(plan.slots, values, strict=True)):
        top = plan.base - _bar(image, spec, plan, x, value, most)
        _texts(image, spec, plan, place, x, top, value)
    boxes = places(spec)
    if spec.focus is not None and 0 <= spec.focus < len(boxes):
        pen.ring(image, boxes[spec.focus], g.ring, g(4), spec.inks.focus)
    return image


def _bar(image: Image.Image, spec: Columns, plan: _Plan, x: int, value: float, most: float) -> int:
    """Draw a bar; how high it is."""
    if not value:
        return 0
    g = plan.grain
    high = min(max(round(value / most * plan.tall), g(2)), plan.tall)
    inset = min(max(g.margin + g(2), plan.slots.size // 5), plan.slots.size // 3)
    bar = Box(x=x + inset, y=plan.base - high, width=plan.slots.size - 2 * inset, height=high)
    pen.block(image, bar, spec.inks.fill, min(g(2), high / 2), standing=True)
    return high


def _texts(
    image: Image.Image, spec: Columns, plan: _Plan, place: int, x: int, top: int, value: float
) -> None:
    g, middle = plan.grain, x + plan.slots.size // 2
    room = plan.slots.size
    if plan.counts and value:
        text = fitting(value, lambda text: pen.wide(text, g.text) <= room)
        pen.write(image, middle, top - g(3), text, g.text, spec.inks.text, "ms")
    if plan.labels and place % plan.labels == 0 and place < len(spec.labels):
        low = plan.base + g.line + g(3)
        pen.write(image, middle, low, spec.labels[place], g.text, spec.inks.dim, "mt")


def _plan(spec: Columns) -> _Plan:
    g = grain(spec.scale)
    margin = min(g.ring + g(2), max(spec.height, 0) // 8)
    slots = even(len(spec.values), spec.width, gap=g(4))
    counts = spec.height >= 4 * g.row
    foot = g(3) + g.row if spec.height >= 3 * g.row and any(spec.labels) else 0
    base = spec.height - margin - foot - g.line
    widest = max((pen.wide(label, g.text) for label in spec.labels[: len(spec.values)]), default=0)
    every = 0
    if foot and slots.size:
        every = next((n for n in (1, 2, 4, 8) if widest + g(2) <= n * slots.pitch), 0)
    spare = spec.width - slots.extent
    return _Plan(
        grain=g,
        slots=Row(start=max(spare // 2, 0), size=slots.size, gap=slots.gap, count=slots.count),
        base=base,
        tall=base - margin - (g.row if counts else 0),
        counts=counts,
        labels=every,
    )
