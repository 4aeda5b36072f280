"""The activity as JSON, schema 1: what `claudette-tray metrics --json` prints (docs/metrics-json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.core import texts

if TYPE_CHECKING:
    from tray.core.insights import Analytics, Dashboard, LatestSession, Metrics, Workspace

SCHEMA = 1
_CENTS = 6  # digits of a dollar that are kept


def document(found: Metrics) -> dict[str, Any]:
    """Keys are not renamed or removed within a schema; new ones may come. Unknown is None."""
    return {
        "schema": SCHEMA,
        "scope": found.scope.value,
        "generated_at": instant(found.generated_at),
        "timezone": found.timezone,
        "complete": found.complete,
        "trouble": found.trouble,
        "dashboard": _dashboard(found.dashboard),
        "workspaces": [_workspace(one) for one in found.workspaces],
        "analytics": _analytics(found.analytics),
    }


def instant(at: int | None) -> str | None:
    """Unix milliseconds as ISO-8601 in UTC, ending in `Z`."""
    return None if at is None else texts.iso(at / 1000)


def cost(amount: float | None) -> float | None:
    """Dollars with as many digits as are worth something."""
    return None if amount is None else round(amount, _CENTS)


def _dashboard(board: Dashboard) -> dict[str, Any]:
    return {
        "active_sessions": board.active_sessions,
        "idle_sessions": board.idle_sessions,
        "active_claude_sessions": board.active_claude_sessions,
        "sessions_today": board.sessions_today,
        "commits_today": board.commits_today,
        "additions_7d": board.additions_7d,
        "deletions_7d": board.deletions_7d,
        "commits_daily_14d": list(board.commits_daily_14d),
        "tokens_daily_30d": list(board.tokens_daily_30d),
        "cost_daily_30d": [cost(day) for day in board.cost_daily_30d],
        "cost_30d_usd": cost(board.cost_30d_usd),
        "input_tokens_30d": board.input_tokens_30d,
        "output_tokens_30d": board.output_tokens_30d,
        "cache_tokens_30d": board.cache_tokens_30d,
        "cache_hit_rate_30d": board.cache_hit_rate_30d,
        "success_rate_30d": board.success_rate_30d,
        "unpriced_models": list(board.unpriced_models),
        "calls_30d": board.calls_30d,
        "inexact_calls_30d": board.inexact_calls_30d,
    }


def _workspace(one: Workspace) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "repository": one.repository,
        "path": one.path,
        "status": one.status,
        "branch": one.branch,
        "commits": one.commits,
        "additions": one.additions,
        "deletions": one.deletions,
        "last_active": instant(one.last_active),
        "latest_session": None if one.latest_session is None else _latest(one.latest_session),
    }


def _latest(session: LatestSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "agent": session.agent,
        "model": session.model,
        "started_at": instant(session.started_at),
        "turns": session.turns,
        "input_tokens": session.input_tokens,
        "output_tokens": session.output_tokens,
        "cache_tokens": session.cache_tokens,
    }


def _analytics(found: Analytics) -> dict[str, Any]:
    return {
        "window_days": found.window_days,
        "leaderboard": [
            {
                "workspace": leader.workspace,
                "repository": leader.repository,
                "sessions": leader.sessions,
                "commits": leader.commits,
                "tokens": leader.tokens,
                "cache_tokens": leader.cache_tokens,
                "cost_usd": cost(leader.cost_usd),
            }
            for leader in found.leaderboard
        ],
        "heatmap": [list(day) for day in found.heatmap],
        "turn_histogram": list(found.turn_histogram),
        "slash_commands": [
            {"name": one.name, "count": one.count, "all_time": not one.dated} for one in found.slash_commands
        ],
        "recent_sessions": [
            {
                "id": one.id,
                "workspace": one.workspace,
                "agent": one.agent,
                "started_at": instant(one.started_at),
                "last_active": instant(one.last_active),
                "ended_at": instant(one.ended_at),
                "ok": one.ok,
            }
            for one in found.recent_sessions
        ],
    }
