"""The activity in Claudette alone: what each figure counts."""

from __future__ import annotations

import pytest

from tests.activity_stage import Activity, at, card, leader
from tests.claudette_db import PI
from tests.usage_stage import call, turn
from tray.core.insights import Rank, Scope

DAY = "2026-11-21T10:00Z"


@pytest.fixture
def act(tmp_path):
    made = Activity(tmp_path)
    made.db.workspace("w1")
    made.db.backends(PI)
    yield made
    made.close()


def ask(act, **asked):
    return act.metrics(Scope.CLAUDETTE, **asked)


def pi_chat(act, name="c1", workspace="w1", **values):
    """A chat whose dollars are those of each turn."""
    act.db.session(name, workspace, **values)
    act.db.setting(f"model_provider:{name}", "pi")
    act.db.setting(f"model:{name}", "pi/x")


def test_nothing_done_is_nothing_counted(tmp_path):
    act = Activity(tmp_path)
    found = ask(act)
    board = found.dashboard
    assert (found.empty, found.complete, found.trouble) == (True, True, None)
    assert (board.active_sessions, board.sessions_today, board.commits_today) == (0, 0, 0)
    assert (board.commits_daily_14d, board.tokens_daily_30d) == ((0,) * 14, (0,) * 30)
    assert (board.cost_daily_30d, board.cost_30d_usd) == ((0.0,) * 30, 0.0)
    assert (board.cache_hit_rate_30d, board.success_rate_30d) == (None, None)
    assert found.analytics.heatmap == ((0,) * 24,) * 7
    assert found.analytics.turn_histogram == (0,) * 8
    act.close()


def test_a_session_is_active_for_five_minutes_after_its_last_message(act):
    act.session("now", start="2026-11-21T09:00Z", last="2026-11-21T11:55Z")
    act.session("idle", start="2026-11-21T09:00Z", last="2026-11-21T11:54:59Z")
    act.session("over", start="2026-11-21T09:00Z", ended="2026-11-21T11:58Z", ok=1)
    act.session("gone", start="2026-11-21T09:00Z", last="2026-11-21T11:59Z", deleted=True)
    board = ask(act).dashboard
    assert (board.active_sessions, board.idle_sessions) == (1, 1)


def test_a_transcript_that_is_being_written_keeps_its_session_active(act):
    act.session("s1", start="2026-11-21T09:00Z")
    act.stage.file("claude", [call("a", at="2026-11-21T11:58Z", session="s1")])
    board = ask(act).dashboard
    assert (board.active_sessions, board.idle_sessions, board.calls_30d) == (1, 0, 0)


def test_claude_sessions_are_told_from_the_others(act):
    act.db.session("c1", "w1", cli="s1")
    pi_chat(act, "c2", cli="s2")
    for name in ("s1", "s2"):
        act.session(name, start="2026-11-21T11:58Z")
    board = ask(act).dashboard
    assert (board.active_sessions, board.active_claude_sessions) == (2, 1)


def test_today_is_the_last_24_hours_for_sessions(act):
    act.session("in", start="2026-11-20T12:00Z")
    act.session("out", start="2026-11-20T11:59:59Z")
    act.session("deleted", start="2026-11-21T01:00Z", deleted=True)
    act.session("later", start="2026-11-21T13:00Z")
    assert ask(act).dashboard.sessions_today == 2


def test_success_is_of_the_sessions_that_ended(act):
    for name, ok in (("a", 1), ("b", 1), ("c", 0)):
        act.session(name, start=DAY, ended=DAY, ok=ok)
    act.session("open", start=DAY)
    act.session("old", start="2026-10-22T23:59Z", ended=DAY, ok=0)
    assert ask(act).dashboard.success_rate_30d == pytest.approx(2 / 3)


def test_a_summary_without_details_stands_for_its_sessions(act):
    act.summary(
        "w9",
        first="2026-11-21T09:00Z",
        last="2026-11-21T11:00Z",
        sessions_started=2,
        sessions_completed=1,
        total_turns=6,
        commits_made=4,
    )
    found = ask(act)
    assert found.dashboard.sessions_today == 2
    assert found.dashboard.success_rate_30d == 0.5
    assert found.analytics.turn_histogram == (0, 2, 0, 0, 0, 0, 0, 0)
    assert found.analytics.heatmap[5][9] == 2, "21 November 2026 was a Saturday"
    (dot,) = found.analytics.recent_sessions
    assert (dot.workspace, dot.ok, dot.ended_at) == ("was w9", True, round(at("2026-11-21T11:00Z") * 1000))
    assert leader(found, "was w9") == (2, 4, 0, 0.0)
    assert found.workspaces[0].id == "w1", "what was deleted has no card"


def test_sessions_of_a_deleted_workspace_count_one_by_one_where_they_were_kept(act):
    act.session("s9", workspace="w9", start=DAY, ended=DAY, ok=1, turns=3, deleted=True)
    act.commit("c9", "2026-11-21T10:30:00+00:00", workspace="w9", deleted=True)
    act.summary("w9", first=DAY, last=DAY, sessions_started=1, sessions_completed=1, commits_made=1)
    found = ask(act)
    assert (found.dashboard.sessions_today, found.dashboard.commits_today) == (1, 1)
    assert leader(found, "was w9") == (1, 1, 0, 0.0)
    assert [one.repository for one in found.analytics.leaderboard] == ["proj"]


def test_what_a_summary_has_beyond_the_known_chats_lands_on_its_last_day(act):
    pi_chat(act)
    act.db.message("c1", at=at("2026-11-20T10:00Z"), prompt=100, completion=50, cost=1.25)
    act.summary(
        "w9",
        first=None,
        last="2026-11-16T10:00Z",
        total_cost_usd=3.75,
        total_input_tokens=7,
        total_output_tokens=3,
    )
    board = ask(act).dashboard
    assert board.cost_30d_usd == pytest.approx(5.0)
    assert (board.cost_daily_30d[28], board.cost_daily_30d[24]) == (pytest.approx(1.25), pytest.approx(3.75))
    assert (board.tokens_daily_30d[28], board.tokens_daily_30d[24]) == (150, 10)
    assert (board.input_tokens_30d, board.output_tokens_30d) == (107, 53)


def test_chats_of_a_deleted_workspace_stay_on_their_days(act):
    act.db.workspace("w9")
    pi_chat(act, "c9", "w9")
    act.db.message("c9", workspace="w9", at=at("2026-11-19T10:00Z"), prompt=100, completion=50, cost=1.0)
    ask(act)
    with act.db.held() as connection:
        connection.execute("DELETE FROM workspaces WHERE id = 'w9'")
    counts = {"total_cost_usd": 1.5, "total_input_tokens": 100, "total_output_tokens": 60}
    act.summary("w9", first="2026-11-19T10:00Z", last="2026-11-20T10:00Z", **counts)
    found = ask(act)
    assert found.dashboard.tokens_daily_30d[27:29] == (150, 10), "the rest alone is on the last day"
    assert found.dashboard.cost_daily_30d[27:29] == (pytest.approx(1.0), pytest.approx(0.5))
    assert leader(found, "was w9") == (0, 0, 160, pytest.approx(1.5))


def test_tokens_without_dollars_in_a_summary_have_no_known_price(act):
    act.summary("w9", first=None, last="2026-11-21T10:00Z", total_output_tokens=5)
    board = ask(act).dashboard
    assert (board.cost_30d_usd, board.cost_daily_30d[-1], board.tokens_daily_30d[-1]) == (None, None, 5)


@pytest.mark.parametrize(("fresh", "read", "rate"), [(1000, 9000, 0.9), (2000, 8000, 0.8)])
def test_the_hit_rate_is_of_what_answers_read(act, fresh, read, rate):
    pi_chat(act)
    act.db.message("c1", at=at(DAY), prompt=fresh, completion=1, cache_read=read)
    act.db.message("c1", at=at(DAY), role="system", cache_read=80_000)
    assert ask(act).dashboard.cache_hit_rate_30d == pytest.approx(rate)


def test_the_histogram_has_a_bar_for_each_bound(act):
    for number, turns in enumerate((1, 3, 5, 9, 17, 33, 65, 200, 0)):
        act.session(f"s{number}", start=DAY, turns=turns)
    for number, turns in enumerate((2, 4, 8, 16, 32, 64, 128, 129)):
        act.session(f"t{number}", start="2026-10-01T00:00Z", turns=turns)
    assert ask(act).analytics.turn_histogram == (1,) * 8
    assert ask(act, days=None).analytics.turn_histogram == (2,) * 8


def test_slash_commands_are_counted_for_all_time(act):
    act.command("commit", 3)
    act.command("commit", 2, workspace="w9", deleted=True)
    act.command("review", 4)
    act.stage.file("claude", [call("a", session="s1")], turns=[turn("t", session="s1", command="init")])
    told = [(one.name, one.count, one.dated) for one in ask(act, days=1).analytics.slash_commands]
    assert told == [("commit", 5, False), ("review", 4, False)]


def test_the_leaderboard_is_of_the_window(act):
    act.db.workspace("w2")
    for number in range(2):
        act.session(f"a{number}", start=DAY)
    act.session("b", workspace="w2", start="2026-11-10T10:00Z")
    act.commit("1", "2026-11-10T12:00:00+00:00", workspace="w2")
    act.commit("2", "2026-11-10T12:00:00+00:00", workspace="w2")
    act.commit("2", "2026-11-10T12:00:00+00:00")
    assert [one.workspace for one in ask(act).analytics.leaderboard] == ["w1", "w2"]
    assert [one.workspace for one in ask(act, rank=Rank.COMMITS).analytics.leaderboard] == ["w2", "w1"]
    assert leader(ask(act), "w1") == (2, 1, 0, 0.0)
    assert leader(ask(act), "w2") == (1, 2, 0, 0.0)
    assert [one.workspace for one in ask(act, days=7).analytics.leaderboard] == ["w1"]


def test_the_same_commit_in_two_workspaces_counts_once_on_the_dashboard(act):
    act.db.workspace("w2")
    for workspace in ("w1", "w2"):
        act.commit("same", "2026-11-21T09:00:00+00:00", more=10, less=3, workspace=workspace)
    act.commit("same", "2026-11-21T09:00:00+00:00", more=10, less=3, workspace="w9", deleted=True)
    board = ask(act).dashboard
    assert (board.commits_today, board.additions_7d, board.deletions_7d) == (1, 10, 3)


def test_a_card_tells_of_the_last_session(act):
    pi_chat(act, cli="s2")
    act.db.workspace("w2", status="archived")
    act.db.message("c1", at=at(DAY), prompt=100, completion=50, cache_read=7, cost=0.5)
    act.session("s1", start="2026-11-20T10:00Z", turns=9)
    act.session("s2", start=DAY, last="2026-11-21T11:00Z", turns=4)
    act.commit("1", "2026-11-01T12:00:00+01:00", more=5, less=2)
    act.commit("2", "2026-01-01T12:00:00+01:00", more=1, less=1)
    found = ask(act)
    one, other = card(found, "w1"), card(found, "w2")
    assert (one.name, one.repository, one.path, one.branch) == ("w1", "proj", "/home/dev/proj", "b/w1")
    assert (one.commits, one.additions, one.deletions) == (2, 6, 3)
    assert one.last_active == round(at("2026-11-21T11:00Z") * 1000)
    last = one.latest_session
    assert (last.id, last.agent, last.model, last.turns) == ("s2", "pi_sdk", "pi/x", 4)
    assert (last.input_tokens, last.output_tokens, last.cache_tokens) == (100, 50, 7)
    assert (other.status, other.latest_session, other.last_active) == ("archived", None, None)
    assert [card.id for card in found.workspaces] == ["w1", "w2"]


def test_of_sessions_that_began_at_once_the_later_row_is_the_last(act):
    act.session("s1", start=DAY, turns=1)
    act.session("s2", start=DAY, turns=2)
    last = card(ask(act), "w1").latest_session
    assert (last.id, last.input_tokens) == ("s2", None), "no chat names it: nobody tells its tokens"


def test_recent_sessions_tell_how_they_ended(act):
    act.session("ok", start="2026-11-19T10:00Z", ended="2026-11-20T13:00Z", ok=1)
    act.session("bad", start=DAY, ended="2026-11-21T11:00Z")
    act.session("open", start=DAY, workspace=None)
    act.session("old", start="2026-11-19T10:00Z", ended="2026-11-20T11:59Z", ok=1)
    told = [(one.id, one.workspace, one.ok) for one in ask(act).analytics.recent_sessions]
    assert told == [("bad", "w1", False), ("open", None, None), ("ok", "w1", True)]
