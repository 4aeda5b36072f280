"""Keyboard and pointer on the pages, without a toolkit: who has the focus, where arrows lead, what Esc leaves."""

import pytest

from tests.window_scene import HEIGHT, Scene


def walked(scene, key="Tab"):
    """All stops once around."""
    seen = []
    while (stop := scene.key(key)) not in seen:
        seen.append(stop)
    return seen


TABS = ["tab:usage", "tab:activity", "tab:insights"]


def test_tab_begins_in_the_page_and_comes_to_everything_once():
    charts = ["chart:commits", "chart:tokens", "chart:cost"]
    assert walked(Scene("activity")) == ["scope:machine", *charts, *TABS]
    lists = ["list:leaders", "chart:heat", "chart:turns", "list:slash", "whole:slash", "chart:recent"]
    assert walked(Scene("insights")) == ["scope:machine", "days:30", "rank:sessions", *lists, *TABS]
    assert walked(Scene("usage"))[:2] == ["toggle:claude_code_usage", "toggle:openrouter_balance"]


def test_backwards_it_is_the_same_way():
    scene = Scene("insights")
    forth = walked(scene)
    scene = Scene("insights")
    scene.key("Tab")
    assert walked(scene, "Shift-Tab") == [*reversed(forth)]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (["Control-Key-2"], "activity"),
        (["Control-Key-3"], "insights"),
        (["Control-Tab"], "activity"),
        (["Control-Tab", "Control-Tab", "Control-Tab"], "usage"),
        (["Control-Shift-Tab"], "insights"),
        (["Control-ISO_Left_Tab"], "insights"),
        (["Control-Next", "Control-Next"], "insights"),
        (["Control-Prior"], "insights"),
        (["Control-Key-3", "Control-Key-1"], "usage"),
    ],
)
def test_keys_turn_the_page_from_anywhere(keys, kind):
    scene = Scene("usage")
    scene.key(*keys)
    assert scene.stage.visit.kind == kind
    assert scene.hands.focus is None


def test_a_tab_pressed_by_keyboard_keeps_the_keyboard():
    scene = Scene("usage")
    scene.key("Shift-Tab", "Shift-Tab", "Shift-Tab", "Tab", "Tab")
    while scene.hands.focus != "tab:insights":
        scene.key("Tab")
    scene.key("Return")
    assert (scene.stage.visit.kind, scene.hands.focus) == ("insights", "tab:insights")
    scene.key("Left")
    assert (scene.stage.visit.kind, scene.hands.focus) == ("activity", "tab:activity")
    scene.key("Home")
    assert (scene.stage.visit.kind, scene.hands.focus) == ("usage", "tab:usage")


def test_arrows_pick_in_a_picker_and_the_focus_goes_along():
    scene = Scene("insights")
    scene.key("Tab", "Tab", "Right")
    assert scene.hands.focus == "days:90"
    assert scene.stage.asked()[-1].days == 90
    scene.key("End")
    assert scene.hands.focus == "days:all"
    scene.key("Right")
    assert scene.hands.focus == "days:all", "there is no more"
    scene.key("Tab")
    assert scene.hands.focus == "rank:sessions", "one stop for all of them"


def test_arrows_walk_through_the_heatmap_and_home_and_end_to_its_ends():
    scene = Scene("insights")
    scene.hands.focus = "chart:heat"
    start = scene.hot("chart:heat").walk.start
    assert scene.hands.held == ("chart:heat", start)
    scene.key("Right")
    assert scene.hands.held == ("chart:heat", start + 1)
    scene.key("Down")
    assert scene.hands.held == ("chart:heat", start + 25)
    scene.key("Up", "Left")
    assert scene.hands.held == ("chart:heat", start)
    scene.key("Home")
    home = scene.hands.held[1]
    scene.key("End")
    assert home < scene.hands.held[1]
    assert scene.pressed == []


def test_a_walk_is_gone_on_with_where_it_was_left():
    scene = Scene("insights")
    scene.hands.focus = "chart:turns"
    scene.key("Home", "Right")
    scene.key("Tab", "Shift-Tab")
    assert scene.hands.held == ("chart:turns", 1)


def test_up_and_down_move_in_a_chart_and_scroll_elsewhere():
    scene = Scene("insights")
    canvas = scene.surfaces[1].canvas
    scene.key("Down")
    assert canvas.y == 48
    scene.key("End")
    assert canvas.y == scene.page.body.height - HEIGHT
    scene.key("Home")
    assert canvas.y == 0
    scene.hands.focus = "list:leaders"
    scene.key("Down")
    assert (scene.hands.held, canvas.y) == (("list:leaders", 1), 0)


def test_what_gets_the_focus_is_scrolled_into_sight_with_what_it_says():
    scene = Scene("insights")
    canvas = scene.surfaces[1].canvas
    while scene.hands.focus != "chart:recent":
        scene.key("Tab")
    hot = scene.hot("chart:recent")
    assert canvas.y <= hot.y
    assert hot.y + hot.height + hot.tail <= canvas.y + HEIGHT


def test_escape_leaves_a_chart_first_then_the_window():
    scene = Scene("activity")
    scene.key("Tab", "Tab", "Tab")
    assert scene.hands.held == ("chart:tokens", 29)
    scene.key("Escape")
    assert (scene.hands.focus, scene.stage.desk.closed) == (None, False)
    assert scene.key("Tab") == "chart:cost", "and Tab goes on behind it"
    scene.key("Escape", "Escape")
    assert scene.stage.desk.closed


def test_return_in_a_chart_presses_nothing():
    scene = Scene("activity")
    scene.key("Tab", "Tab", "Return")
    assert scene.pressed == []


def test_the_pointer_tells_the_place_it_is_over():
    scene = Scene("insights")
    hot = scene.hot("list:leaders")
    scene.point(hot.x + 20, hot.y + hot.walk.height + 3)
    assert scene.hands.pointed == ("list:leaders", 1)
    assert scene.hands.over is None
    scene.point(1, 1)
    assert scene.hands.pointed is None


def test_the_wheel_leaves_no_word_of_what_has_gone_from_under_the_pointer():
    scene = Scene("insights")
    hot = scene.hot("list:leaders")
    scene.point(hot.x + 20, hot.y + hot.walk.height + 3)
    scene.key("Button-5")
    assert scene.hands.pointed == ("list:leaders", (hot.walk.height + 3 + 48) // hot.walk.height)
    scene.key("Next")
    assert scene.hands.pointed is None, "the keyboard moves the page, and means nothing under the pointer"


def test_the_keyboard_has_the_word_until_the_pointer_moves():
    scene = Scene("insights")
    hot = scene.hot("list:leaders")
    scene.point(hot.x + 20, hot.y + 3)
    scene.hands.focus = "list:leaders"
    scene.key("Down", "Down")
    assert (scene.hands.pointed, scene.hands.held) == (None, ("list:leaders", 2))
    scene.point(hot.x + 21, hot.y + 3)
    assert scene.hands.pointed == ("list:leaders", 0)


def test_a_click_on_a_chart_presses_nothing_and_on_a_segment_picks_it():
    scene = Scene("insights")
    for hot in (scene.hot("list:leaders"), scene.hot("rank:tokens")):
        for event in ("Button-1", "ButtonRelease-1"):
            scene.point(hot.x + 5, hot.y + 5, event)
    assert scene.pressed == ["rank:tokens"]


def test_new_figures_leave_the_keyboard_where_it_is():
    scene = Scene("insights")
    scene.hands.focus = "chart:turns"
    scene.key("Right")
    held = scene.hands.held
    scene.stage.asker.answer()
    assert scene.hands.held == held


def test_before_there_are_figures_the_keyboard_finds_what_is_there():
    assert walked(Scene("insights", answered=False)) == ["days:30", *TABS]
