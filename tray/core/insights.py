"""A person's activity as values: dashboard, workspaces, analytics; `tray.metrics.analytics` makes them.

Instants are Unix milliseconds (UTC), money is US dollars, tokens are whole numbers: `input` the uncached part
of the prompts, `output` with what was thought, `cache` what was read from and written to the prompt cache.
What is not known is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = (1, 7, 30, 90, None)  # the windows a person can pick; None: all there is
DEFAULT_DAYS = 30
BOUNDS = (2, 4, 8, 16, 32, 64, 128)  # of the turn histogram, each included; the last bar is what is beyond


class Scope(StrEnum):
    """What is counted: Claudette's own database, or that and every transcript, each session once."""

    CLAUDETTE = "claudette"
    MACHINE = "machine"


class Rank(StrEnum):
    """What the leaderboard is ordered by."""

    SESSIONS = "sessions"
    COMMITS = "commits"
    TOKENS = "tokens"
    COST = "cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The figures on top. Series are by local day, the oldest first, the last one today.

    In `cost_daily_30d` a day is None where all that was used on it has no known price. `unpriced_models` of
    the 30 days are left out of the cost. `inexact_calls_30d`: how many calls of `calls_30d` the client
    recorded too low.
    """

    active_sessions: int = 0  # running a turn: open, and something happened in the last 5 minutes
    idle_sessions: int = 0  # open, and nothing did
    active_claude_sessions: int = 0  # those of the active ones that Claude Code runs
    sessions_today: int = 0  # started in the last 24 hours
    commits_today: int = 0
    additions_7d: int = 0
    deletions_7d: int = 0
    commits_daily_14d: tuple[int, ...] = (0,) * 14
    tokens_daily_30d: tuple[int, ...] = (0,) * 30  # input + output
    cost_daily_30d: tuple[float | None, ...] = (0.0,) * 30
    cost_30d_usd: float | None = None
    input_tokens_30d: int = 0
    output_tokens_30d: int = 0
    cache_tokens_30d: int = 0
    cache_hit_rate_30d: float | None = None  # 0..1: cache read of all that went in
    success_rate_30d: float | None = None  # 0..1: of the sessions that ended, where it is known how
    unpriced_models: tuple[str, ...] = ()
    calls_30d: int = 0
    inexact_calls_30d: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestSession:
    """A workspace's last session; tokens are None where the client told none."""

    id: str
    agent: str
    model: str | None
    started_at: int
    turns: int
    input_tokens: int | None
    output_tokens: int | None
    cache_tokens: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace of Claudette, or a folder that agents worked in outside of it (its path is its id)."""

    id: str
    name: str
    repository: str | None
    path: str | None
    status: str  # "active" | "archived"
    branch: str | None
    commits: int
    additions: int
    deletions: int
    last_active: int | None
    latest_session: LatestSession | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """A line of the leaderboard. `cost_usd` is None where nothing in it has a known price."""

    workspace: str
    repository: str | None
    sessions: int
    commits: int
    tokens: int  # input + output
    cache_tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCount:
    """A slash command, without the slash; `dated` False: counted for all time, whatever window is picked."""

    name: str
    count: int
    dated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentSession:
    """A session that was active in the last 24 hours; `ok` is None where nobody tells how it ended."""

    id: str
    workspace: str | None
    agent: str
    started_at: int
    last_active: int
    ended_at: int | None  # None: still open, or nobody tells
    ok: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """What a window of days came to; `window_days` None: all there is. The heatmap is Monday first."""

    window_days: int | None = DEFAULT_DAYS
    leaderboard: tuple[Leader, ...] = ()
    heatmap: tuple[tuple[int, ...], ...] = ((0,) * 24,) * 7  # sessions by the local hour they started in
    turn_histogram: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)
    slash_commands: tuple[SlashCount, ...] = ()
    recent_sessions: tuple[RecentSession, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """All of it, at one instant. `trouble` tells people what could not be read; the rest stands.

    `scopes`: those there is anything to count in, as they are offered; () where nobody knows.

    `complete` False: transcripts are still to be read, so that everything here is a lower bound.
    """

    scope: Scope
    generated_at: int
    timezone: str
    scopes: tuple[Scope, ...] = ()
    complete: bool = True
    trouble: str | None = None
    dashboard: Dashboard = field(default_factory=Dashboard)
    workspaces: tuple[Workspace, ...] = ()  # the last active first
    analytics: Analytics = field(default_factory=Analytics)

    @property
    def empty(self) -> bool:
        """Whether nothing was ever done."""
        return not self.workspaces and not self.analytics.leaderboard

    @property
    def other_scope(self) -> bool:
        """Whether there is another scope to turn to."""
        return any(one is not self.scope for one in self.scopes)


class Analyst(Protocol):
    """Answers for one process, from one thread; what has not changed since is not read again."""

    def metrics(
        self,
        *,
        scope: Scope | None = None,
        days: int | None = DEFAULT_DAYS,
        rank: Rank = Rank.SESSIONS,
    ) -> Metrics:
        """`scope` None: This machine, or Claudette where that is all there is. Never raises."""
        ...

    def close(self) -> None: ...


def ranked(leaders: tuple[Leader, ...], rank: Rank) -> tuple[Leader, ...]:
    """The leaderboard by what is asked, the greatest first; equal ones by the other figures, then by name."""
    keys: dict[Rank, Callable[[Leader], float]] = {
        Rank.SESSIONS: lambda leader: leader.sessions,
        Rank.COMMITS: lambda leader: leader.commits,
        Rank.TOKENS: lambda leader: leader.tokens,
        Rank.COST: lambda leader: -1.0 if leader.cost_usd is None else leader.cost_usd,
    }
    order = [keys[rank], *(key for other, key in keys.items() if other is not rank)]
    return tuple(
        sorted(leaders, key=lambda one: (*(-key(one) for key in order), one.repository or "", one.workspace))
    )


def reranked(found: Metrics, rank: Rank) -> Metrics:
    """The same with the leaderboard in another order."""
    board = ranked(found.analytics.leaderboard, rank)
    return replace(found, analytics=replace(found.analytics, leaderboard=board))
