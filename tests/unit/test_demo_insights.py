"""The demo's made-up activity: the same for the same instant, and everything a page can show is in it."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from tray.core.insights import DAYS, Metrics, Rank, Scope, ranked
from tray.demo.insights import DemoAnalyst

NOW = 1_795_600_000.0


def demo(now=NOW, tz=UTC, **asked):
    return DemoAnalyst(lambda: now, tz).metrics(**asked)


def test_the_same_instant_has_the_same_activity():
    assert demo() == demo()
    assert demo() != demo(now=NOW + 90_000)


def test_everything_that_a_page_can_show_is_there():
    found = demo()
    board = found.dashboard
    assert len(found.workspaces) == 6
    assert {one.status for one in found.workspaces} == {"active", "archived"}
    assert len({one.latest_session.agent for one in found.workspaces}) == 3
    assert {one.ok for one in found.analytics.recent_sessions} == {True, False, None}
    assert board.unpriced_models
    assert 0 < board.inexact_calls_30d < board.calls_30d
    assert board.active_sessions
    assert board.idle_sessions


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"])
@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_it_is_whole_at_every_hour_of_the_day(zone, hour):
    found = demo(now=NOW + hour * 3600, tz=ZoneInfo(zone))
    assert isinstance(found, Metrics)
    assert sum(found.dashboard.tokens_daily_30d) == (
        found.dashboard.input_tokens_30d + found.dashboard.output_tokens_30d
    )
    assert all(
        one.started_at <= one.last_active <= found.generated_at for one in found.analytics.recent_sessions
    )


def test_a_longer_window_holds_more():
    counts = [sum(map(sum, demo(days=days).analytics.heatmap)) for days in DAYS]
    assert counts == sorted(counts)
    assert len(set(counts)) == len(counts)
    assert [sum(demo(days=days).analytics.turn_histogram) for days in DAYS] == counts


def test_the_scopes_differ_by_what_was_done_outside_of_claudette():
    machine, own = demo(), demo(scope=Scope.CLAUDETTE)
    assert (machine.scope, own.scope) == (Scope.MACHINE, Scope.CLAUDETTE)
    assert len(own.workspaces) < len(machine.workspaces)
    assert own.dashboard.sessions_today < machine.dashboard.sessions_today


@pytest.mark.parametrize("rank", Rank)
def test_the_leaderboard_is_in_the_order_asked_for(rank):
    board = demo(rank=rank).analytics.leaderboard
    assert board == ranked(board, rank)
