"""The last 24 hours as a time line: dots in lanes, hours of the local clock below."""

from __future__ import annotations

from datetime import UTC
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report_stage import NOW, recent
from tray.views.charts.spans import dots, marks


def test_a_session_stands_where_its_time_is():
    (dot,) = dots([recent("a", 12, 6, True)], NOW, 4)
    assert (dot.start, dot.end, dot.outcome, dot.lane) == (0.5, 0.75, "ok", 0)


def test_outcomes_have_their_words():
    found = dots([recent("a", 3, 2, ok) for ok in (True, False, None)], NOW, 4)
    assert [dot.outcome for dot in found] == ["ok", "failed", "open"]


def test_what_began_before_yesterday_begins_at_the_edge():
    (dot,) = dots([recent("a", 300, 12)], NOW, 4)
    assert (dot.start, dot.end) == (0.0, 0.5)


def test_dots_come_in_the_order_of_the_sessions():
    found = dots([recent("late", 2, 1, False), recent("early", 20, 19, True)], NOW, 4)
    assert [dot.outcome for dot in found] == ["failed", "ok"]


def test_two_that_are_apart_share_a_lane_and_how_far_that_is_can_be_said():
    near = [recent("one", 12, 6), recent("other", 5.5, 4)]
    assert [dot.lane for dot in dots(near, NOW, 4)] == [0, 0]
    assert [dot.lane for dot in dots(near, NOW, 4, apart=0.03)] == [0, 1]


HOURS = st.tuples(st.floats(0, 30), st.floats(0, 30)).map(lambda pair: sorted(pair, reverse=True))


@given(st.lists(HOURS, max_size=40))
def test_those_that_overlap_have_lanes_of_their_own_while_there_are_any(spans):
    found = dots([recent(str(place), *span) for place, span in enumerate(spans)], NOW, 50)
    assert all(0 <= dot.start <= dot.end <= 1 for dot in found)
    for one, other in combinations(found, 2):
        if one.lane == other.lane:
            assert one.end < other.start or other.end < one.start


@given(st.lists(HOURS, max_size=40), st.integers(0, 3))
def test_no_lane_lies_beyond_the_last(spans, lanes):
    found = dots([recent(str(place), *span) for place, span in enumerate(spans)], NOW, lanes)
    assert all(0 <= dot.lane < max(lanes, 1) for dot in found)


@pytest.mark.parametrize(
    ("zone", "first"),
    [(UTC, "15:00"), (ZoneInfo("Asia/Kolkata"), "21:00"), (ZoneInfo("Asia/Kathmandu"), "21:00")],
)
def test_marks_are_full_hours_of_the_local_clock(zone, first):
    found = marks(NOW, zone)
    assert found[0][1] == first
    assert len(found) == 8
    assert [label[3:] for _, label in found] == ["00"] * 8
    assert all(int(label[:2]) % 3 == 0 for _, label in found)
    assert list(found) == sorted(found)


def test_a_mark_stands_where_its_hour_is():
    assert marks(NOW, UTC, 6)[0] == (pytest.approx(3.5 / 24), "18:00")


def test_the_hour_that_a_clock_skips_has_no_mark():
    after = 1_774_749_600_000  # 2026-03-29T02:00Z, an hour after the change
    labels = [label for _, label in marks(after, ZoneInfo("Europe/Berlin"), 1)]
    assert "02:00" not in labels
    assert labels[-1] == "04:00"
