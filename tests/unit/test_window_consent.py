"""The switches in the window: nothing is turned on without the consent it needs."""

from dataclasses import replace

from tests.window_stage import BALANCE, CONSENT, GREYED, SCREEN, Stage, toggle

CLAUDE, ROUTER = "toggle:claude_code_usage", "toggle:openrouter_balance"


def test_turning_on_what_needs_consent_asks_first_and_sends_nothing():
    stage = Stage(GREYED)
    stage.press(CLAUDE)
    assert stage.visit.kind == "consent"
    assert stage.sent == []


def test_cancel_changes_nothing():
    stage = Stage(GREYED)
    stage.press(CLAUDE, "consent:cancel")
    assert stage.sent == []
    assert stage.visit.kind == "usage"
    assert not stage.desk.closed


def test_agreeing_is_sent_with_the_consent():
    stage = Stage(GREYED)
    stage.press(CLAUDE, "consent:accept")
    assert stage.sent == [{"do": "toggle", "name": "claude_code_usage", "on": True, "consent": True}]
    assert stage.visit.kind == "usage"


def test_turning_off_asks_nobody():
    stage = Stage()
    stage.press(CLAUDE)
    assert stage.sent == [{"do": "toggle", "name": "claude_code_usage", "on": False, "consent": False}]


def test_a_toggle_without_consent_is_switched_both_ways():
    stage = Stage(replace(SCREEN, toggles=(replace(BALANCE, on=False),)))
    stage.press(ROUTER)
    assert stage.sent == [{"do": "toggle", "name": "openrouter_balance", "on": True, "consent": False}]


def test_a_toggle_that_is_not_there_or_cannot_change_does_nothing():
    stage = Stage(replace(SCREEN, toggles=(toggle(enabled=False),)))
    stage.press(CLAUDE, ROUTER, "toggle:unheard_of")
    assert stage.sent == []
    assert stage.visit.kind == "usage"


def test_opened_for_the_question_alone_cancel_closes_and_agreeing_shows_the_usage():
    cancelled = Stage(GREYED, consent_for="claude_code_usage")
    assert cancelled.visit.kind == "consent"
    cancelled.press("consent:cancel")
    assert cancelled.desk.closed
    agreed = Stage(GREYED, consent_for="claude_code_usage")
    agreed.press("consent:accept")
    assert not agreed.desk.closed
    assert agreed.visit.kind == "usage"


def test_an_unknown_question_or_client_just_shows_the_usage():
    assert Stage(consent_for="unheard_of").visit.kind == "usage"
    assert Stage(sign_in="unheard_of").visit.kind == "usage"


def test_the_link_of_the_question_opens_the_browser_and_leaves_the_question():
    stage = Stage(GREYED)
    stage.press(CLAUDE, f"link:{CONSENT.link_url}")
    assert stage.opened == [CONSENT.link_url]
    assert stage.visit.kind == "consent"
