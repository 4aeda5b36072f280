"""Drawing one chart of the window, as large as the window shows it on a screen of scale 2."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bench.watching import timed
from tests.golden.chart_sheet import charts
from tray.views.charts.draw import draw
from tray.views.charts.palette import inks
from tray.views.charts.places import at, places
from tray.views.charts.specs import Dot, Heat, Level, Ring, Spark

SCALE, WIDE = 2.0, 760
CROWD = tuple(
    Dot(
        start=n % 97 / 97, end=min(n % 97 / 97 + 0.05, 1), outcome=("ok", "failed", "open")[n % 3], lane=n % 9
    )
    for n in range(200)
)
ALL = charts(SCALE, inks(dark=True))
CHARTS = {
    "heat": replace(ALL["heat"], width=WIDE, focus=80),
    "columns": replace(ALL["columns"], width=WIDE, focus=3),
    "spark": replace(ALL["spark"], width=WIDE, values=tuple(range(30)), focus=3),
    "timeline": replace(ALL["timeline"], width=WIDE, focus=3),
    "timeline of 200 sessions": replace(ALL["timeline"], width=WIDE, height=300, dots=CROWD, focus=3),
    "ring": ALL["ring"],
    "level": replace(ALL["level"], width=WIDE),
}


@pytest.mark.parametrize("name", CHARTS)
def test_draw(figures, name):
    spec = CHARTS[name]
    draw(spec)  # what is loaded once only
    samples = [timed(lambda: draw(spec)) for _ in range(25)]
    figures.hold(f"chart drawn: {name}", samples, 8 if isinstance(spec, Heat) else 5)


@pytest.mark.parametrize(
    "name", [name for name, spec in CHARTS.items() if not isinstance(spec, Ring | Level)]
)
def test_pointer(figures, name):
    """Each movement of the pointer asks what lies below it."""
    spec = CHARTS[name]
    middle = places(spec)[len(places(spec)) // 2]
    samples = [timed(lambda: at(spec, middle.x, middle.y)) for _ in range(25)]
    figures.hold(f"chart under the pointer: {name}", samples, 2)


def test_first_picture(figures):
    """The first chart of a process also makes its corners and loads its font."""
    samples = []
    for size in range(40, 60):
        spec = replace(ALL["spark"], width=WIDE, height=size)
        assert isinstance(spec, Spark)
        samples.append(timed(lambda: draw(spec)))  # noqa: B023 - called at once
    figures.hold("chart drawn: spark of a new size", samples, 5)
