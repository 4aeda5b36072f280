"""Thin bars over days, without axes: how it went, today at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.views.charts import pen
from tray.views.charts.amounts import known
from tray.views.charts.grid import Row, even, grain, grown
from tray.views.charts.specs import Box
from tray.views.window.theme import mix

if TYPE_CHECKING:
    from PIL import Image

    from tray.views.charts.grid import Grain
    from tray.views.charts.specs import Inks, Spark

_PAST = 0.25  # how far the days before today step back towards the ground


def places(spec: Spark) -> tuple[Box, ...]:
    """The days, each as high as the chart."""
    margin, row = _row(spec)
    high = max(spec.height - 2 * margin, 0)
    if spec.values and not row.size:  # more days than pixels
        count, wide = len(spec.values), max(spec.width, 0)
        edges = [place * wide // count for place in range(count + 1)]
        return tuple(
            Box(
                x=edges[place],
                y=margin,
                width=max(edges[place + 1] - edges[place], min(wide, 1)),
                height=high,
            )
            for place in range(count)
        )
    return tuple(Box(x=x, y=margin, width=row.size, height=high) for x in row)


def draw(spec: Spark) -> Image.Image:
    """The picture (RGB)."""
    image = pen.paper(spec.width, spec.height, spec.inks.ground)
    g = grain(spec.scale)
    values = [known(value) for value in spec.values]
    most = max((value for value in values if value is not None), default=0)
    boxes = places(spec)
    before = past(spec.inks)
    for place, (box, value) in enumerate(zip(boxes, values, strict=True)):
        _day(image, spec, box, value, most, spec.inks.fill if place == len(values) - 1 else before)
    if spec.focus is not None and 0 <= spec.focus < len(boxes):
        box, value = boxes[spec.focus], values[spec.focus]
        pen.block(image, grown(box, g.line), spec.inks.ground)
        _day(image, spec, box, value, most, spec.inks.fill)
        pen.ring(image, grown(box, g.margin), g.ring, g(3), spec.inks.focus)
    return image


def past(inks: Inks) -> str:
    """The colour of the days before today."""
    return mix(inks.fill, inks.ground, _PAST)


def _day(image: Image.Image, spec: Spark, box: Box, value: float | None, most: float, colour: str) -> None:
    g = grain(spec.scale)
    if value is None:
        _gap(image, spec, box, g)
        return
    if not value or not most:
        high, colour, radius = min(g.line, box.height), mix(spec.inks.track, spec.inks.dim, 0.3), 0.0
    else:
        high = min(max(round(value / most * box.height), g(2)), box.height)
        radius = min(g(2), box.width / 2, high / 2)
    low = Box(x=box.x, y=box.y + box.height - high, width=box.width, height=high)
    pen.block(image, low, colour, radius, standing=True)


def _gap(image: Image.Image, spec: Spark, box: Box, g: Grain) -> None:
    """A hatched stub: there is something, but nobody knows how much."""
    colour = mix(spec.inks.dim, spec.inks.ground, 0.3)
    low = box.y + box.height
    for stripe in range(3):
        y = low - g.line - stripe * 2 * g.line
        if y >= box.y:
            pen.block(image, Box(x=box.x, y=y, width=box.width, height=g.line), colour)


def _row(spec: Spark) -> tuple[int, Row]:
    g = grain(spec.scale)
    margin = max(min(g.margin, spec.width // 16, spec.height // 6), 0)
    row = even(len(spec.values), spec.width - 2 * margin, gap=g(2), start=margin)
    return margin, row
