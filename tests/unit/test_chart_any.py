"""Whatever values a chart is given, and however little room: there is a picture of the size asked for."""

from dataclasses import replace
from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.golden.chart_sheet import charts
from tray.views.charts.draw import draw
from tray.views.charts.palette import inks
from tray.views.charts.places import places
from tray.views.charts.specs import Dot, Level, Ring

INK = inks(dark=False)
HEAT, COLUMNS, SPARK, LINE = (charts(1.0, INK)[name] for name in ("heat", "columns", "spark", "timeline"))

ODD = (nan, inf, -inf, -1, 0, 0.3, 10**400, 1e308, -(10**400), 5e-324)
SIZES = st.sampled_from((-3, 0, 1, 2, 3, 5, 8, 13, 30, 77, 380))
NUMBERS = st.sampled_from(ODD) | st.floats() | st.integers()
TEXTS = st.text(max_size=60) | st.sampled_from(("\ud800", "a\nb", "\x00", "≤2", "日本", "x" * 500))


def dots(count, number):
    kinds = ("ok", "failed", "open")
    return tuple(
        Dot(start=number, end=ODD[n % 6], outcome=kinds[n % 3], lane=n * n % 900 - 5) for n in range(count)
    )


@given(st.data())
def test_nothing_breaks_a_drawing(data):
    pick = data.draw
    width, height, focus = pick(SIZES), pick(SIZES), pick(st.none() | st.integers(-5, 600))
    scale = pick(st.sampled_from((1.0, 1.25, 2.0, 0.0, -1.0, nan, inf, 1e9)))
    values = tuple(pick(st.lists(st.none() | NUMBERS, max_size=40)))
    texts = tuple(pick(st.lists(TEXTS, max_size=12)))
    counted = dots(pick(st.sampled_from((0, 1, 9, 500))), pick(NUMBERS))
    size = {"width": width, "height": height}
    flexible = {**size, "scale": scale, "focus": focus}
    asked = (max(width, 0), max(height, 0))
    specs = (
        replace(SPARK, **flexible, values=values),
        replace(HEAT, **flexible, cells=(values, (), values)),
        replace(COLUMNS, **flexible, values=values, labels=texts),
        replace(LINE, **flexible, dots=counted, marks=tuple((0.3, text) for text in texts)),
        Level(**size, part=pick(NUMBERS), inks=INK),
    )
    for spec in specs:
        picture = draw(spec)
        assert picture.size == asked
        for box in places(spec):
            assert box.width >= 0
            assert box.height >= 0
    ring = Ring(size=width, stroke=height, part=pick(st.none() | NUMBERS), inks=INK)
    assert draw(ring).size == (asked[0],) * 2


def test_all_is_left_out_that_has_no_room():
    assert draw(replace(HEAT, width=5, height=5)).convert("RGB").getcolors() is not None
    assert draw(replace(HEAT, width=0, height=9)).tobytes() == Image.new("RGBA", (0, 9)).tobytes()
