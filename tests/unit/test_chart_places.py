"""Where the parts of a chart are: what the pointer hits, where keys lead."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.golden.chart_sheet import SESSIONS, charts
from tray.views.charts.draw import draw
from tray.views.charts.palette import inks
from tray.views.charts.places import at, places, step
from tray.views.charts.specs import Dot

ALL = charts(1.0, inks(dark=False))
SCALES = (1.0, 1.25, 1.5, 2.0)
HEAT, COLUMNS, SPARK, LINE = ALL["heat"], ALL["columns"], ALL["spark"], ALL["timeline"]
KEYS = ("left", "right", "up", "down", "home", "end")


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", ALL)
def test_every_place_lies_in_the_picture_and_has_a_size(name, scale):
    spec = charts(scale, inks(dark=True))[name]
    size = draw(spec).size
    for box in places(spec):
        assert box.width > 0
        assert box.height > 0
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= size[0]
        assert box.y + box.height <= size[1]


def test_there_is_a_place_for_each_value():
    assert len(places(HEAT)) == 7 * 24
    assert len(places(replace(HEAT, cells=()))) == 7 * 24
    assert len(places(COLUMNS)) == 8
    assert len(places(SPARK)) == 14
    assert len(places(LINE)) == len(SESSIONS)
    assert places(ALL["ring"]) == places(ALL["level"]) == ()


@pytest.mark.parametrize("spec", [HEAT, COLUMNS, SPARK, ALL["spark-crowded"]])
def test_the_pointer_hits_the_place_it_points_at(spec):
    for place, box in enumerate(places(spec)):
        assert at(spec, box.x + box.width // 2, box.y + box.height // 2) == place


@pytest.mark.parametrize("spec", [HEAT, COLUMNS, SPARK])
def test_the_pointer_loses_nothing_between_two_places(spec):
    boxes = places(spec)
    y = boxes[0].y + boxes[0].height // 2
    last = boxes[23] if spec is HEAT else boxes[-1]
    hit = [at(spec, x, y) for x in range(boxes[0].x, last.x + last.width)]
    assert None not in hit
    assert hit == sorted(hit)


def test_the_pointer_hits_nothing_on_labels_and_beside():
    assert at(HEAT, 2, places(HEAT)[0].y) is None
    assert at(SPARK, 10_000, 5) is None
    assert at(ALL["ring"], 5, 5) is None
    assert at(ALL["spark-empty"], 5, 5) is None


def test_of_sessions_that_overlap_the_one_on_top_is_hit():
    both = (Dot(start=0.5, end=0.5, outcome="ok"), Dot(start=0.5, end=0.5, outcome="failed"))
    spec = replace(LINE, dots=both)
    box = places(spec)[0]
    assert at(spec, box.x + 2, box.y + 2) == 1


def test_arrows_walk_the_week_in_two_dimensions():
    noon = 2 * 24 + 12
    walked = {key: step(HEAT, noon, key) for key in KEYS}
    assert walked == {
        "left": noon - 1,
        "right": noon + 1,
        "up": noon - 24,
        "down": noon + 24,
        "home": 2 * 24,
        "end": 2 * 24 + 23,
    }


def test_the_week_has_edges():
    assert step(HEAT, 24, "left") == 24, "Tuesday's first hour, not Monday's last"
    assert step(HEAT, 23, "right") == 23
    assert step(HEAT, 5, "up") == 5
    assert step(HEAT, 6 * 24 + 5, "down") == 6 * 24 + 5


@pytest.mark.parametrize("spec", [COLUMNS, SPARK, LINE])
def test_other_charts_are_walked_in_one_dimension(spec):
    last = len(places(spec)) - 1
    assert step(spec, 3, "left") == step(spec, 3, "up") == 2
    assert step(spec, 3, "right") == step(spec, 3, "down") == 4
    assert (step(spec, 3, "home"), step(spec, 3, "end")) == (0, last)
    assert step(spec, 0, "left") == 0
    assert step(spec, last, "right") == last


def test_without_a_focus_one_comes_in_from_the_side_of_the_key():
    assert step(COLUMNS, None, "right") == step(COLUMNS, None, "home") == 0
    assert step(COLUMNS, None, "left") == step(COLUMNS, None, "end") == 7


@given(name=st.sampled_from(sorted(ALL)), focus=st.none() | st.integers(), key=st.sampled_from(KEYS))
def test_a_step_always_ends_in_the_chart(name, focus, key):
    count = len(places(ALL[name]))
    assert 0 <= step(ALL[name], focus, key) < max(count, 1)


@pytest.mark.parametrize("scale", SCALES)
def test_bars_and_cells_are_even(scale):
    shown = charts(scale, inks(dark=False))
    for boxes in (places(shown["heat"])[:24], places(shown["columns"]), places(shown["spark"])):
        assert len({box.width for box in boxes}) == 1
        assert len({other.x - one.x for one, other in pairwise(boxes)}) == 1
