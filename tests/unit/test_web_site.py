"""What the page knows and does: the engine's news, the analyst's answers, the wishes of a person."""

import pytest

from tests.fakes import Clock
from tests.web_stage import Analyst, Stage, metrics
from tests.window_stage import CONSENT, SCREEN
from tray.core.insights import Rank, Scope
from tray.views.web.asking import FRESH, Asking
from tray.views.web.site import LOST
from tray.views.web.view import View, look, wished
from tray.views.window.insight_state import Asked

ACTIVITY, INSIGHTS = View(tab="activity"), View(tab="insights")


@pytest.fixture
def stage():
    made = Stage()
    yield made
    made.site.close()


# -- the engine's news


def test_before_the_first_board_nothing_is_shown_or_asked():
    stage = Stage(screen=None)
    shown = stage.site.shown(ACTIVITY)
    assert (shown.screen, shown.found, stage.analyst.asked) == (None, None, [])


def test_every_news_is_a_new_version(stage):
    seen = stage.site.version
    stage.hear("message", message={"board": SCREEN})
    assert stage.site.wait(seen, 10) > seen


def test_a_lost_engine_is_told_until_it_is_back(stage):
    stage.hear("lost")
    shown = stage.site.shown(View())
    assert (shown.lost, shown.notice) == (True, LOST)
    stage.hear("message", message={"board": SCREEN})
    shown = stage.site.shown(View())
    assert (shown.lost, shown.notice) == (False, None)


def test_the_end_of_the_engine_is_the_end(stage):
    assert not stage.site.over
    stage.hear("gone")
    assert stage.site.over
    assert stage.site.wait(stage.site.version, 60) == stage.site.version, "nobody waits any more"


def test_a_second_opening_shows_the_page_again(stage):
    stage.hear("message", message={"focus": "consent:claude_code_usage"})
    stage.hear("message", message={"focus": None})
    assert stage.opened == ["consent:claude_code_usage", ""]


def test_an_error_is_told_for_a_while(stage):
    stage.hear("answer", wish="toggle", message={"ok": False, "error": "It can't be written."})
    assert stage.site.shown(View()).notice == "It can't be written."
    stage.now += 9
    assert stage.site.shown(View()).notice is None


# -- wishes


def test_a_refresh_is_wished_once_at_a_time(stage):
    assert stage.site.wish({"do": "refresh"})
    assert stage.site.wish({"do": "refresh"})
    assert stage.sent == [{"do": "refresh", "wait": True}]
    assert stage.site.shown(View()).asking
    stage.hear("answer", wish="refresh", message={"ok": True})
    assert not stage.site.shown(View()).asking


@pytest.mark.parametrize("end", ["lost", "answer"])
def test_a_refresh_that_fails_can_be_wished_again(stage, end):
    stage.site.wish({"do": "refresh"})
    stage.hear(end, wish="refresh", message={"error": "The tray does not answer."})
    assert not stage.site.shown(View()).asking


def test_a_refresh_that_nobody_hears_is_none():
    stage = Stage(hears=False)
    stage.site.wish({"do": "refresh"})
    assert not stage.site.shown(View()).asking


def test_only_the_answer_to_its_question_carries_consent(stage):
    stage.site.wish({"do": "toggle", "name": "claude_code_usage", "on": True, "consent": True})
    stage.site.wish({"do": "consent", "name": "claude_code_usage"})
    assert [wish["consent"] for wish in stage.sent] == [False, True]
    assert not stage.site.wish({"do": "consent", "name": "codex_live"}), "that has no question"


@pytest.mark.parametrize(
    "told",
    [None, [], "refresh", {}, {"do": "quit"}, {"do": "toggle", "name": 1, "on": True}, {"do": "consent"}],
)
def test_other_wishes_are_none(stage, told):
    assert not stage.site.wish(told)
    assert stage.sent == []


def test_a_question_is_shown_in_the_words_of_the_window(stage):
    assert stage.site.shown(wished("consent:claude_code_usage")).consents["claude_code_usage"] == CONSENT


# -- the activity


def test_the_usage_asks_no_analyst(stage):
    stage.site.shown(View())
    stage.site.shown(View(tab="activity", ask="claude_code_usage"))
    assert stage.analyst.asked == []


def test_the_answer_comes_as_news(stage):
    found = stage.found(View(tab="insights", scope=Scope.CLAUDETTE, days=7)).found
    assert (found.scope, found.analytics.window_days) == (Scope.CLAUDETTE, 7)
    assert found.dashboard == metrics().dashboard
    assert stage.analyst.asked[0] == (Scope.CLAUDETTE, 7)


def test_the_order_of_the_leaderboard_asks_nobody(stage):
    by_sessions = stage.found(INSIGHTS).found
    by_cost = stage.found(View(tab="insights", rank=Rank.COST)).found
    assert [one.workspace for one in by_sessions.analytics.leaderboard] == ["second", "demo"]
    assert [one.workspace for one in by_cost.analytics.leaderboard] == ["demo", "second"]
    assert len(stage.analyst.asked) == 1


def test_another_look_keeps_what_is_seen_until_its_answer_comes(stage):
    stage.found(INSIGHTS)
    seen = stage.site.version
    shown = stage.site.shown(View(tab="insights", days=7))
    assert (shown.found.analytics.window_days, shown.waiting) == (30, True)
    assert stage.site.wait(seen, 10) != seen
    shown = stage.site.shown(View(tab="insights", days=7))
    assert (shown.found.analytics.window_days, shown.waiting) == (7, False)


def asked_once(asking, want, changes):
    asking.metrics(want, Rank.SESSIONS)
    assert changes.acquire(timeout=10)


def test_what_is_fresh_is_not_asked_again_and_old_answers_stay_meanwhile():
    from threading import Semaphore

    analyst, clock, changes = Analyst(), Clock(0.0), Semaphore(0)
    asking = Asking(lambda: analyst, changes.release, clock)
    want = Asked(scope=None, days=30)
    asked_once(asking, want, changes)
    first = asking.metrics(want, Rank.SESSIONS)
    assert len(analyst.asked) == 1
    clock.at = FRESH
    analyst.found = metrics("other")
    assert asking.metrics(want, Rank.SESSIONS) == first
    assert changes.acquire(timeout=10)
    assert asking.metrics(want, Rank.SESSIONS)[0].workspaces[0].name == "other"
    asking.close()


def test_an_analyst_that_fails_is_told_and_asked_again():
    from threading import Semaphore

    analyst, clock, changes = Analyst(), Clock(0.0), Semaphore(0)
    good, analyst.found = analyst.found, RuntimeError("broken")
    asking = Asking(lambda: analyst, changes.release, clock)
    want = Asked(scope=None, days=30)
    asked_once(asking, want, changes)
    assert asking.metrics(want, Rank.SESSIONS)[0].trouble == "The activity can't be read."
    clock.at, analyst.found = FRESH, good
    asked_once(asking, want, changes)
    assert asking.metrics(want, Rank.SESSIONS)[0].trouble is None
    asking.close()


def test_the_analyst_is_made_and_closed_on_the_thread_that_asks_it(stage):
    from threading import current_thread

    made = []
    analyst = Analyst()
    stage.site.close()
    asking = Asking(lambda: made.append(current_thread()) or analyst, lambda: None)
    assert made == []
    asking.metrics(Asked(scope=None, days=None), Rank.SESSIONS)
    asking.close()
    asking._thread.join(10)
    assert made in ([], [asking._thread])
    assert analyst.closed == bool(made)


# -- addresses


def test_a_look_stands_in_its_address_and_the_usual_is_left_out():
    assert View().href() == "?"
    view = View(tab="insights", scope=Scope.CLAUDETTE, days=None, rank=Rank.COST, ask="a", mark="b")
    assert view.href() == "?tab=insights&scope=claudette&days=all&rank=cost&ask=a&mark=b"
    assert look(view.href()[1:]) == view


@pytest.mark.parametrize("query", ["tab=x&days=0&rank=y&scope=z", "tab", "&&&=", "tab=" + "a" * 500, "%ff"])
def test_what_makes_no_sense_is_left_out(query):
    assert look(query) == View()


@pytest.mark.parametrize(
    ("wish", "seen"),
    [
        ("", View()),
        ("about", View()),
        ("sign_in:anthropic", View()),
        ("codex_live", View(mark="codex_live")),
        ("consent:claude_code_usage", View(ask="claude_code_usage")),
    ],
)
def test_what_the_window_was_opened_for_is_a_look(wish, seen):
    assert wished(wish) == seen
