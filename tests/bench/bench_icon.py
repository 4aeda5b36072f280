"""Drawing one picture of the battery."""

from __future__ import annotations

from itertools import product

from tests.bench.watching import timed
from tray.core.model import Band, Face, Shape
from tray.views import icon

FACES = [Face(shape=shape, level=42, band=Band.CRITICAL) for shape in Shape]


def test_redraw(figures):
    taken = []
    for face, size in product(FACES, icon.SIZES):
        icon._draw.cache_clear()
        icon.render(face, size)  # what is loaded once only
        icon._draw.cache_clear()
        taken.append(timed(lambda: icon.render(face, size)))  # noqa: B023 - called at once
    figures.hold("icon redraw, each size", taken, 1)
