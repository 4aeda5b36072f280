"""What pressing and opening come to: wishes for the engine, pages, and what is told when the engine is gone."""

from dataclasses import replace

import pytest

from tests.window_stage import GREYED, LOST, SCREEN, Stage

CLAUDE, ROUTER = "toggle:claude_code_usage", "toggle:openrouter_balance"


def test_the_wanted_switch_is_marked_once_it_is_there_and_only_for_a_while():
    stage = Stage(None, focus="claude_code_usage")
    assert stage.visit.marked is None
    stage.board(GREYED)
    assert stage.visit.marked == CLAUDE
    assert stage.desk.focused == [CLAUDE]
    ((milliseconds, unmark),) = stage.desk.timers
    assert milliseconds == 2400
    unmark()
    assert stage.visit.marked is None
    stage.board(GREYED)
    assert stage.visit.marked is None


def test_a_second_opening_brings_the_window_forward():
    stage = Stage()
    stage.hear("message", message={"focus": None})
    assert stage.desk.shown == 1
    assert stage.visit.marked is None


def test_a_second_opening_marks_the_switch():
    stage = Stage(GREYED)
    stage.hear("message", message={"focus": "claude_code_usage"})
    assert stage.visit.marked == CLAUDE


@pytest.mark.parametrize(
    ("wish", "kind"),
    [("consent:claude_code_usage", "consent"), ("sign_in:anthropic", "signin"), ("about", "about")],
)
def test_a_second_opening_may_ask_for_a_page(wish, kind):
    stage = Stage()
    stage.hear("message", message={"focus": wish})
    assert stage.visit.kind == kind


def test_a_second_opening_does_not_answer_an_open_question():
    stage = Stage(GREYED)
    stage.press(CLAUDE)
    stage.hear("message", message={"focus": "about"})
    assert stage.visit.kind == "consent"


def test_a_focus_of_another_type_is_only_an_opening():
    stage = Stage()
    stage.hear("message", message={"focus": {"x": 1}})
    assert stage.desk.shown == 1


def test_before_the_first_board_the_window_says_that_it_reads():
    assert "Reading…" in Stage(None).words()


def test_a_lost_engine_keeps_the_last_data_and_says_so():
    stage = Stage()
    stage.hear("lost")
    words = stage.words()
    assert "58% left" in words
    assert any("Waiting" in word for word in words)
    stage.board(SCREEN)
    assert not any("Waiting" in word for word in stage.words())


def test_an_engine_gone_for_good_closes_the_window():
    stage = Stage()
    stage.hear("gone")
    assert stage.desk.closed


def test_refresh_says_asking_until_it_is_answered():
    stage = Stage()
    stage.press("refresh")
    assert stage.sent == [{"do": "refresh", "wait": True}]
    stage.board(SCREEN)
    assert "Asking…" in stage.words()
    stage.hear("answer", wish="refresh", message={"ok": True})
    assert "Refresh" in stage.words()


def test_refresh_is_not_asked_twice_at_once():
    stage = Stage()
    stage.press("refresh", "refresh", "retry:anthropic")
    assert len(stage.sent) == 1


def test_refresh_without_an_engine_does_not_pretend():
    stage = Stage(hears=False)
    stage.press("refresh")
    assert "Asking…" not in stage.words()


def test_a_refused_wish_is_told_for_a_while():
    stage = Stage()
    stage.hear("answer", wish="toggle", message={"ok": False, "error": "settings.json, line 3"})
    assert "settings.json, line 3" in stage.words()
    stage.desk.timers[-1][1]()
    assert "settings.json, line 3" not in stage.words()


def test_retry_is_a_refresh():
    stage = Stage(replace(SCREEN, cards=(replace(SCREEN.cards[0], trouble=LOST),)))
    stage.press("retry:anthropic")
    assert stage.sent == [{"do": "refresh", "wait": True}]


def test_the_banner_comes_with_the_board_and_stays():
    stage = Stage()
    stage.board(SCREEN, banner="No tray here")
    stage.board(SCREEN)
    assert "No tray here" in stage.words()


def test_open_in_browser_opens_the_usage_page():
    stage = Stage()
    stage.press("page")
    assert stage.opened == ["https://vendor.example/usage"]


def test_an_unknown_action_does_nothing():
    stage = Stage()
    stage.press("row:card0/anthropic", "", "signin:send", "signin:close")
    assert (stage.sent, stage.opened, stage.desk.closed) == ([], [], False)
