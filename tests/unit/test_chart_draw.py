"""What the pixels of a chart tell."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise, product
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops

from tests.colour_sight import contrast
from tests.golden.chart_sheet import charts
from tray.views.charts.amounts import fitting
from tray.views.charts.draw import draw
from tray.views.charts.level import filled
from tray.views.charts.palette import heat, inks
from tray.views.charts.places import places
from tray.views.charts.spark import past
from tray.views.charts.specs import Dot, Ring

INK = inks(dark=False)
ALL = charts(1.0, INK)
HEAT, COLUMNS, SPARK, LINE, RING, LEVEL = (
    ALL[name] for name in ("heat", "columns", "spark", "timeline", "ring", "level")
)
WALKED = (HEAT, COLUMNS, SPARK, LINE)
SCALES = (1.0, 1.25, 1.5, 2.0)
BOTH = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


def colours(picture, box=None):
    """How many pixels of each colour a picture or a part of it has."""
    if box is not None:
        picture = picture.crop((box.x, box.y, box.x + box.width, box.y + box.height))
    found = picture.getcolors(picture.width * picture.height) or []
    return Counter({"#" + bytes(pixel[:3]).hex(): count for count, pixel in found})


def row(picture, y):
    return ["#" + bytes(picture.getpixel((x, y))[:3]).hex() for x in range(picture.width)]


def middle(picture, box):
    return "#" + bytes(picture.getpixel((box.x + box.width // 2, box.y + box.height // 2))[:3]).hex()


# -- all charts


@pytest.mark.parametrize("name", ALL)
def test_a_chart_is_opaque_and_has_the_size_asked_for(name):
    spec = ALL[name]
    picture = draw(spec)
    assert picture.mode == "RGBA"
    assert picture.getchannel("A").getextrema() == (255, 255)
    assert picture.size == ((spec.size,) * 2 if isinstance(spec, Ring) else (spec.width, spec.height))


@pytest.mark.parametrize("name", ALL)
def test_equal_descriptions_give_equal_pictures_that_are_the_callers_own(name):
    before = draw(ALL[name]).tobytes()
    draw(ALL[name]).paste((255, 0, 255, 255), (0, 0, 9, 9))
    assert draw(replace(ALL[name])).tobytes() == before


@BOTH
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", ["heat", "columns", "spark", "timeline"])
def test_every_place_can_be_seen_to_have_the_focus(name, scale, dark):
    spec = charts(scale, inks(dark))[name]
    calm = colours(draw(spec))
    for place, box in list(enumerate(places(spec)))[:: 11 if name == "heat" else 1]:
        ring = colours(draw(replace(spec, focus=place)))[spec.inks.focus] - calm[spec.inks.focus]
        assert ring >= (box.width + box.height) * scale, "a ring all around"
    assert contrast(spec.inks.focus, spec.inks.ground) >= 3


@pytest.mark.parametrize("spec", WALKED)
@pytest.mark.parametrize("focus", [-1, 10_000])
def test_a_focus_on_no_place_is_none(spec, focus):
    assert draw(replace(spec, focus=focus)).tobytes() == draw(spec).tobytes()


# -- each chart


@pytest.mark.parametrize("scale", SCALES)
def test_cells_have_sharp_edges_and_the_colour_of_their_count(scale):
    spec = charts(scale, INK)["heat"]
    picture = draw(spec)
    boxes = places(spec)
    y = boxes[0].y + boxes[0].height // 2
    assert set(row(picture, y)[boxes[0].x :]) <= {INK.ground, *heat(INK)}
    most = max(map(max, spec.cells))
    for place, box in enumerate(boxes):
        count = spec.cells[place // 24][place % 24]
        assert (middle(picture, box) == INK.track) == (count == 0)
        assert (middle(picture, box) == heat(INK)[-1]) == (count > most * 0.8)


def test_a_week_that_is_too_short_or_too_long_is_a_week():
    odd = replace(HEAT, cells=((1,) * 30, (), (nan, -5, inf)) + ((0,) * 24,) * 9)
    picture = draw(odd)
    shown = [middle(picture, box) for box in places(odd)]
    assert shown == [heat(INK)[-1]] * 24 + [INK.track] * 144


@pytest.mark.parametrize("scale", SCALES)
def test_bars_stand_in_proportion_with_sharp_edges(scale):
    spec = charts(scale, INK)["columns"]
    picture = draw(spec)
    high = []
    for box in places(spec):
        x = box.x + box.width // 2
        line = ["#" + bytes(picture.getpixel((x, y))[:3]).hex() for y in range(picture.height)]
        high.append(line.count(INK.fill))
    assert high[0] == max(high)
    for value, bar in zip(spec.values, high, strict=True):
        assert abs(bar - value / 31 * high[0]) <= 2 * scale
    first = places(spec)[0]
    across = row(picture, picture.height // 2)[first.x : first.x + first.width]
    assert set(across) == {INK.ground, INK.fill}


def test_a_bar_of_nothing_has_no_count_and_no_bar():
    empty = colours(draw(replace(COLUMNS, values=(0,) * 8)))
    assert empty[INK.fill] == empty[INK.text] == 0
    assert empty[INK.dim] > 0, "the labels are there"


@pytest.mark.parametrize(
    ("count", "room", "wanted"),
    [
        (1234, 9, "1,234"),
        (1234, 4, "1.2k"),
        (1234, 2, "1k"),
        (1234, 1, ""),
        (999_960, 6, "1.0M"),
        (10**9, 5, "1.0B"),
        (123_456_789, 6, "123.5M"),
        (10**12, 5, "1.0T"),
        (10**40, 6, "999T+"),
        (7, 1, "7"),
    ],
)
def test_a_count_is_written_as_exactly_as_it_fits(count, room, wanted):
    assert fitting(count, lambda text: len(text) <= room) == wanted


def test_today_stands_out_of_the_days():
    days = [
        middle(draw(replace(SPARK, values=(9, 9, 9))), box) for box in places(replace(SPARK, values=(9,) * 3))
    ]
    assert days == [past(INK), past(INK), INK.fill]


def test_an_unknown_day_is_neither_nothing_nor_something():
    shown = {
        value: colours(draw(replace(SPARK, values=(4, value, 4))), places(replace(SPARK, values=(4,) * 3))[1])
        for value in (None, 0, 4)
    }
    assert shown[None] != shown[0]
    assert past(INK) not in shown[None]
    assert past(INK) not in shown[0]
    assert shown[4][past(INK)] > 100


def test_what_is_no_number_is_unknown():
    unknown = draw(replace(SPARK, values=(4, None, 4))).tobytes()
    for value in (nan, inf, -inf):
        assert draw(replace(SPARK, values=(4, value, 4))).tobytes() == unknown
    assert draw(replace(RING, part=nan)).tobytes() == draw(replace(RING, part=None)).tobytes()
    assert draw(replace(LEVEL, part=nan)).tobytes() == draw(replace(LEVEL, part=0.0)).tobytes()


@given(parts=st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_more_is_never_less_of_a_ring_or_a_level(parts):
    low, high = sorted(parts)
    assert filled(150, 6, low) <= filled(150, 6, high)
    pixels = [colours(draw(replace(RING, part=part)))[INK.fill] for part in (low, high)]
    assert pixels[0] <= pixels[1] + 4, "but for what is smoothed"


def test_nearly_all_is_not_all_and_a_little_is_not_nothing():
    for spec in (RING, LEVEL):
        some = [colours(draw(replace(spec, part=part)))[INK.fill] for part in (0.0, 0.001, 0.999, 1.0, 7.0)]
        assert some[0] == 0
        assert all(one < other for one, other in pairwise(some[:4]))
        assert some[3] == some[4]


def test_a_ring_begins_at_twelve_and_goes_clockwise():
    picture = draw(replace(RING, size=80, stroke=8, part=0.25))
    points = {"one": (58, 9), "five": (58, 70), "eleven": (21, 9)}
    seen = {hour: "#" + bytes(picture.getpixel(point)[:3]).hex() for hour, point in points.items()}
    assert seen == {"one": INK.fill, "five": INK.track, "eleven": INK.track}


def test_no_data_is_another_ring_than_none_of_it():
    none, zero = colours(draw(replace(RING, part=None))), colours(draw(replace(RING, part=0.0)))
    assert none[INK.track] == none[INK.fill] == 0
    assert zero[INK.track] > none[INK.ground] / 8


def test_outcomes_differ_by_shape_without_any_colour():
    def grey(outcome):
        spec = replace(LINE, dots=(Dot(start=0.5, end=0.5, outcome=outcome),), marks=())
        same = replace(spec.inks, ok="#000000", failed="#000000", open="#000000")
        return draw(replace(spec, inks=same)).convert("L")

    shapes = {outcome: grey(outcome) for outcome in ("ok", "failed", "open")}
    for one, other in product(shapes.values(), repeat=2):
        far = sum(ImageChops.difference(one, other).histogram()[96:])
        assert far == 0 if one is other else far >= 8


def test_a_session_takes_as_long_as_it_took():
    wide = [box.width for box in places(replace(LINE, dots=tuple(
        Dot(start=0.2, end=0.2 + part, outcome="ok") for part in (0.0, 0.1, 0.4)
    )))]  # fmt: skip
    assert wide == sorted(wide)
    assert wide[2] - wide[1] == pytest.approx(0.3 * 340, abs=6)


def test_sessions_that_overlap_lie_in_lanes_of_their_own():
    tops = {box.y for box in places(LINE)}
    assert len(tops) == 3
