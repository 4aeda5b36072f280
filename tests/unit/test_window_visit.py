"""What pressing comes to: wishes for the engine, pages, and nothing without consent."""

from dataclasses import replace

import pytest

from tests.window_stage import BALANCE, CLIENT, CONSENT, GREYED, LOST, SCREEN, look, texts, toggle
from tray.views.window.link import News
from tray.views.window.visit import Content, Visit

CLAUDE, ROUTER = "toggle:claude_code_usage", "toggle:openrouter_balance"


class Desk:
    """A toolkit that only remembers."""

    def __init__(self):
        self.closed, self.shown, self.painted, self.focused = False, 0, 0, []
        self.timers, self.copied, self.field = [], [], ""

    def refresh(self):
        self.painted += 1

    def show(self):
        self.shown += 1

    def close(self):
        self.closed = True

    def focus(self, action):
        self.focused.append(action)

    def call(self, what):
        what()

    def after(self, milliseconds, what):
        self.timers.append((milliseconds, what))

    def copy(self, text):
        self.copied.append(text)

    def typed(self):
        text, self.field = self.field, ""
        return text


class FakeChild:
    """A sign-in command that does what the test says."""

    def __init__(self, command, on_change):
        self.command, self.on_change = command, on_change
        self.lines, self.url, self.exit_code, self.cancelled = (), None, None, False
        self.heard, self.closed = [], False

    def type(self, text):
        self.heard.append(text)
        return True

    def cancel(self):
        self.cancelled = True

    def close(self):
        self.closed = True

    def end(self, code):
        self.exit_code = code
        self.on_change()


class Stage:
    def __init__(self, screen=SCREEN, *, hears=True, missing=False, **begin):
        self.desk, self.sent, self.opened, self.children = Desk(), [], [], []
        self.hears, self.missing = hears, missing
        content = Content(
            usage_page="https://vendor.example/usage",
            read=lambda data: data,
            screen=lambda board, now, banner: replace(board, banner=banner),
            consents={"claude_code_usage": CONSENT},
            sign_ins={"anthropic": CLIENT},
        )
        self.visit = Visit(content, open_url=self.opened.append, start=self.start)
        self.visit.attach(self.desk, self.send)
        self.visit.begin(**begin)
        if screen is not None:
            self.board(screen)

    def start(self, command, on_change):
        if self.missing:
            raise FileNotFoundError(command[0])
        self.children.append(FakeChild(command, on_change))
        return self.children[-1]

    def send(self, wish):
        self.sent.append(wish)
        return self.hears

    def board(self, screen, **more):
        self.hear("message", message={"board": screen, **more})
        self.page()

    def hear(self, kind, **rest):
        self.visit.hear(News(kind=kind, **rest))

    def page(self):
        return self.visit.page(look(), 0.0)

    def press(self, *actions):
        for action in actions:
            self.visit.press(action)
        return self.page()

    def words(self):
        page = self.page()
        return texts(page.body) + texts(page.foot)


# --- toggles and consent


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


# --- focus and mark


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


# --- the engine


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


# --- signing in


def signing(**begin):
    stage = Stage(**begin)
    stage.press("sign_in:anthropic")
    return stage, stage.children[-1]


def test_sign_in_runs_the_clients_own_command():
    stage, child = signing()
    assert child.command == ("claude", "auth", "login")
    assert stage.visit.kind == "signin"


def test_what_is_typed_goes_to_the_child_only():
    stage, child = signing()
    stage.desk.field = "  fake-code  "
    stage.press("signin:send")
    assert child.heard == ["fake-code"]
    assert stage.desk.field == ""
    assert stage.sent == []
    assert not any("fake-code" in word for word in stage.words())


def test_an_empty_field_sends_nothing():
    stage, child = signing()
    stage.press("signin:send")
    assert child.heard == []


def test_success_refreshes_once_and_close_returns_to_the_usage():
    stage, child = signing()
    child.end(0)
    child.on_change()
    assert stage.sent == [{"do": "refresh"}]
    stage.press("signin:close")
    assert stage.visit.kind == "usage"


def test_failure_refreshes_nothing_and_may_be_tried_again():
    stage, child = signing()
    child.end(1)
    assert stage.sent == []
    stage.press("signin:again")
    assert len(stage.children) == 2


def test_a_running_sign_in_is_not_started_twice():
    stage, _ = signing()
    stage.press("sign_in:anthropic", "signin:again")
    assert len(stage.children) == 1


def test_cancel_ends_the_child_and_success_after_it_is_not_told():
    stage, child = signing()
    stage.press("signin:cancel")
    assert child.cancelled
    child.end(0)
    assert stage.sent == []


def test_a_missing_client_is_told_in_words():
    stage = Stage(missing=True)
    stage.press("sign_in:anthropic")
    assert any("was not found" in word for word in stage.words())


def test_the_address_is_copied_for_another_browser():
    stage, child = signing()
    child.url = "https://login.example/x"
    stage.press("signin:copy")
    assert stage.desk.copied == ["https://login.example/x"]


def test_closing_the_window_ends_the_child():
    stage, child = signing()
    stage.visit.leave()
    assert child.closed


def test_opened_for_the_sign_in_alone_it_closes_unless_it_succeeded():
    failed = Stage(sign_in="anthropic")
    failed.children[-1].end(1)
    failed.press("signin:close")
    assert failed.desk.closed
    done = Stage(sign_in="anthropic")
    done.children[-1].end(0)
    done.press("signin:close")
    assert not done.desk.closed
    assert done.visit.kind == "usage"
