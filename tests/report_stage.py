"""An activity for tests of its reports: a working fortnight, and an analyst who tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tray.core.insights import (
    Analytics,
    Dashboard,
    LatestSession,
    Leader,
    Metrics,
    RecentSession,
    Scope,
    SlashCount,
    Workspace,
    reranked,
)

NOW = 1_795_271_400_000  # 2026-11-21T14:30:00Z, a Saturday
HOUR = 3_600_000
TODAY = datetime.fromtimestamp(NOW / 1000, UTC).date()
HOSTILE = "\x1b]0;gotcha\x07\u202eevil\u2066\r\n=cmd()|'<b>\"&,;"  # what no output may pass on as it is


def workspace(name="fix-login", **values):
    given = {
        "id": f"id-{name}",
        "name": name,
        "repository": "shop",
        "path": f"/home/dev/trees/{name}",
        "status": "active",
        "branch": f"topic/{name}",
        "commits": 4,
        "additions": 1210,
        "deletions": 300,
        "last_active": NOW - 3 * 60_000,
        "latest_session": latest(f"chat-{name}"),
    }
    return Workspace(**given | values)


def latest(name, **values):
    given = {
        "id": name,
        "agent": "claude",
        "model": "claude-opus-4-8",
        "started_at": NOW - HOUR,
        "turns": 12,
        "input_tokens": 12_400,
        "output_tokens": 3100,
        "cache_tokens": 1_500_000,
    }
    return LatestSession(**given | values)


def leader(name="fix-login", **values):
    given = {
        "workspace": name,
        "repository": "shop",
        "sessions": 23,
        "commits": 14,
        "tokens": 1_200_000,
        "cache_tokens": 17_000_000,
        "cost_usd": 12.4,
    }
    return Leader(**given | values)


def recent(name, start, last, ok=None, **values):
    """A session from `start` to `last` hours ago."""
    given = {
        "id": f"chat-{name}",
        "workspace": name,
        "agent": "claude",
        "started_at": round(NOW - start * HOUR),
        "last_active": round(NOW - last * HOUR),
        "ended_at": None if ok is None else round(NOW - last * HOUR),
        "ok": ok,
    }
    return RecentSession(**given | values)


HEATMAP = tuple(
    tuple(max(0, 9 - abs(hour - 11) - 2 * (day > 4)) if 8 <= hour <= 18 else 0 for hour in range(24))
    for day in range(7)
)

FOUND = Metrics(
    scope=Scope.MACHINE,
    generated_at=NOW,
    timezone="UTC",
    dashboard=Dashboard(
        active_sessions=2,
        idle_sessions=1,
        active_claude_sessions=1,
        sessions_today=5,
        commits_today=3,
        additions_7d=2700,
        deletions_7d=1300,
        commits_daily_14d=(4, 0, 6, 7, 2, 0, 0, 7, 5, 5, 8, 5, 0, 3),
        tokens_daily_30d=(*range(0, 280_000, 10_000), 0, 120_000),
        cost_daily_30d=(None, *(day / 7 for day in range(27)), 0.0, 2.5),
        cost_30d_usd=52.642857142857,
        input_tokens_30d=2_900_000,
        output_tokens_30d=1_000_000,
        cache_tokens_30d=73_700_000,
        cache_hit_rate_30d=0.875,
        success_rate_30d=0.9,
        unpriced_models=("qwen3-coder",),
        calls_30d=10_551,
        inexact_calls_30d=458,
    ),
    workspaces=(
        workspace(),
        workspace("search", repository="shop", latest_session=None, last_active=NOW - 5 * HOUR),
        workspace(
            "/home/dev/notes", id="/home/dev/notes", repository=None, path="/home/dev/notes", branch=None
        ),
        workspace("importer", status="archived", last_active=None, commits=0, additions=0, deletions=0),
    ),
    analytics=Analytics(
        leaderboard=(
            leader(),
            leader("search", sessions=9, commits=21, tokens=750_400, cost_usd=31.0),
            leader(
                "/home/dev/notes", repository=None, sessions=4, commits=0, tokens=9_100_000, cost_usd=None
            ),
        ),
        heatmap=HEATMAP,
        turn_histogram=(14, 25, 41, 45, 44, 20, 4, 0),
        slash_commands=(
            SlashCount(name="review", count=152, dated=False),
            SlashCount(name="fix-ci", count=76, dated=True),
        ),
        recent_sessions=(
            recent("fix-login", 1, 0.05),
            recent("fix-login", 4, 2, True),
            recent("search", 5, 3.5, False, agent="codex"),
            recent("search", 30, 20, ended_at=NOW - 20 * HOUR),
            recent(None, 9, 8, True, id="lone"),
        ),
    ),
)
BUSY = replace(  # more than anybody does
    FOUND,
    dashboard=Dashboard(additions_7d=10**6, deletions_7d=10**6, cost_30d_usd=1e6, input_tokens_30d=10**12),
    analytics=Analytics(
        leaderboard=(leader(sessions=10**6, commits=10**6, tokens=10**12, cost_usd=1e6),),
        heatmap=((10**6,) * 24,) * 7,
        turn_histogram=(10**6,) * 8,
        slash_commands=(SlashCount(name="a-very-long-name-" * 40, count=10**6, dated=False),),
        recent_sessions=tuple(recent(str(number), 23, 1) for number in range(400)),
    ),
)
EMPTY = Metrics(scope=Scope.MACHINE, generated_at=NOW, timezone="UTC")


def named(name, found=FOUND):
    """The activity with this name (and, of ids, this and a number) wherever somebody could give one."""
    analytics = found.analytics
    return replace(
        found,
        workspaces=tuple(
            replace(
                one,
                id=f"{name}{number}",
                name=name,
                repository=name,
                path=f"/{name}",
                branch=name,
                latest_session=one.latest_session and replace(one.latest_session, id=name),
            )
            for number, one in enumerate(found.workspaces)
        ),
        analytics=replace(
            analytics,
            leaderboard=tuple(replace(one, workspace=name, repository=name) for one in analytics.leaderboard),
            slash_commands=tuple(replace(one, name=name) for one in analytics.slash_commands),
            recent_sessions=tuple(replace(one, id=name, workspace=name) for one in analytics.recent_sessions),
        ),
    )


class Teller:
    """An analyst who knows one answer, and what he was asked."""

    def __init__(self, found=FOUND) -> None:
        self.found, self.asked, self.closed = found, [], False

    def metrics(self, *, scope=None, days=30, rank=None):
        self.asked.append((scope, days, rank))
        analytics = replace(self.found.analytics, window_days=days)
        return reranked(replace(self.found, scope=scope or self.found.scope, analytics=analytics), rank)

    def close(self) -> None:
        self.closed = True
