"""The tabs and the other pickers: what is picked is seen without colour, and keys lead from one to the next."""

from itertools import pairwise

import pytest

from tests.window_stage import Stage, look, pictures, texts
from tray.views.window.paint import Panel
from tray.views.window.picker import picker, picker_height
from tray.views.window.sheet import Sheet, Text
from tray.views.window.tabs import TABS, tabs, turned
from tray.views.window.theme import LIGHT

DAYS = (("1", "24 h"), ("7", "7 d"), ("30", "30 d"), ("90", "90 d"), ("all", "All"))


def days(picked="30", left=12, room=356, **changes):
    sheet = Sheet(look(**changes))
    picker(sheet, "days", DAYS, picked, left, room)
    return sheet.part()


def test_every_page_has_the_same_tabs_and_questions_have_none():
    stage = Stage()
    for name in TABS:
        assert texts(stage.press(f"tab:{name}").head) == ["Usage", "Activity", "Insights"]
    stage.press("tab:usage", "sign_in:anthropic")
    assert stage.visit.kind == "signin"
    assert texts(stage.page().head) == []


@pytest.mark.parametrize("shown", TABS)
def test_what_is_picked_is_bold_and_raised(shown):
    part = tabs(shown, look())
    roles = {op.text: op.role for op in part.ops if isinstance(op, Text)}
    assert [text for text, role in roles.items() if role == "strong"] == [TABS[shown]]
    assert len([p for p in pictures(part, Panel) if p.fill == LIGHT.chosen]) == 1


def test_the_picked_segment_is_the_one_stop_and_arrows_lead_to_its_neighbours():
    stops = [hot for hot in days().hots if hot.tab]
    assert [hot.action for hot in stops] == ["days:30"]
    keys = {"left": "days:7", "right": "days:90", "home": "days:1", "end": "days:all"}
    assert dict(stops[0].keys) == keys
    assert dict(days("all").hots[-1].keys).keys() == {"left", "home"}


def test_each_tab_is_a_stop():
    assert [hot.action for hot in tabs("usage", look()).hots if hot.tab] == [f"tab:{name}" for name in TABS]


@pytest.mark.parametrize("room", [60, 120, 356, 600, 1200])
def test_segments_fill_the_room_without_a_gap_and_words_stay_inside(room):
    part = days(room=room)
    hots = part.hots
    assert all(one.x + one.width == other.x for one, other in pairwise(hots))
    assert hots[0].x >= 12
    assert hots[-1].x + hots[-1].width <= 12 + room
    for op, hot in zip([op for op in part.ops if isinstance(op, Text)], hots, strict=True):
        assert op.text == "…" or 7 * len(op.text) <= hot.width


def test_a_picker_grows_with_the_text():
    assert picker_height(look(scale=2.0)) > picker_height(look())
    assert days(scale=2.0).height == picker_height(look(scale=2.0))


@pytest.mark.parametrize(
    ("shown", "to", "page"),
    [
        ("usage", "next", "activity"),
        ("insights", "next", "usage"),
        ("usage", "previous", "insights"),
        ("usage", "3", "insights"),
        ("activity", "1", "usage"),
        ("activity", "insights", "insights"),
        ("activity", "0", "activity"),
        ("activity", "4", "activity"),
        ("activity", "\u0663", "insights"),
        ("activity", "elsewhere", "activity"),
        ("activity", "", "activity"),
    ],
)
def test_where_a_key_leads(shown, to, page):
    assert turned(shown, to) == page
