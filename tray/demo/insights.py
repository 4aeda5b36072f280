"""The activity of the demo's made-up developer: an analyst that reads nothing."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from tray.core.insights import (
    BOUNDS,
    DEFAULT_DAYS,
    Analytics,
    Dashboard,
    LatestSession,
    Leader,
    Metrics,
    Rank,
    RecentSession,
    Scope,
    SlashCount,
    Workspace,
    ranked,
)
from tray.demo.history import PROJECTS, Commit, Project, Session, history

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, tzinfo

_DAY = 86_400_000  # milliseconds
_LIVE = 5 * 60_000
# How often each command is used in 30 days, and whether somebody noted when.
_SLASH = (
    ("review", 61, True),
    ("compact", 44, True),
    ("plan", 38, False),
    ("commit", 35, True),
    ("fix-ci", 19, False),
    ("explain", 12, True),
    ("security-review", 7, True),
    ("clear", 5, True),
    ("release-notes", 3, False),
)


class DemoAnalyst:
    """Fulfils `tray.core.insights.Analyst`; the same answer for the same `now` (Unix seconds) and `tz`."""

    def __init__(self, now: Callable[[], float] = time.time, tz: tzinfo | None = None) -> None:
        self._now, self._tz = now, tz

    def metrics(
        self,
        *,
        scope: Scope | None = None,
        days: int | None = DEFAULT_DAYS,
        rank: Rank = Rank.SESSIONS,
    ) -> Metrics:
        now, scope = int(self._now() * 1000), scope or Scope.MACHINE
        sessions, commits = history(now, self._tz)
        if scope is Scope.CLAUDETTE:
            sessions = tuple(one for one in sessions if one.project.inside)
            commits = tuple(one for one in commits if one.project.inside)
        projects = {one.project for one in sessions}
        since = 0 if days is None else now - days * _DAY
        return Metrics(
            scope=scope,
            generated_at=now,
            scopes=(Scope.MACHINE, Scope.CLAUDETTE),
            timezone=str(self._tz or datetime.fromtimestamp(now / 1000).astimezone().tzinfo),
            dashboard=self._dashboard(sessions, commits, now),
            workspaces=tuple(
                sorted(
                    (_workspace(one, sessions, commits) for one in projects),
                    key=lambda one: -(one.last_active or 0),
                )
            ),
            analytics=Analytics(
                window_days=days,
                leaderboard=ranked(_leaders(sessions, commits, since), rank),
                heatmap=self._heatmap(sessions, since),
                turn_histogram=_turns(sessions, since),
                slash_commands=_slash(days, scope),
                recent_sessions=_recent(sessions, now),
            ),
        )

    def close(self) -> None:
        """Nothing is open."""

    def _day(self, at: int) -> date:
        return datetime.fromtimestamp(at / 1000, self._tz).date()

    def _dashboard(self, sessions: Sequence[Session], commits: Sequence[Commit], now: int) -> Dashboard:
        today = self._day(now).toordinal()
        month = [one for one in sessions if 0 <= today - self._day(one.start).toordinal() < 30]
        tokens, done = Counter[int](), Counter[int]()
        dollars = defaultdict[int, float](float)
        for one in month:
            back = today - self._day(one.start).toordinal()
            tokens[back] += one.input + one.output
            dollars[back] += one.cost or 0
        week = []
        for made in commits:
            back = today - self._day(made.at).toordinal()
            done[back] += 1
            if back < 7:
                week.append(made)
        opened = [one for one in sessions if not one.ended]
        live = [one for one in opened if now - one.last < _LIVE]
        read = sum(one.cache_read for one in month)
        into = read + sum(one.input + one.cache_write for one in month)
        known = [one.ok for one in month if one.ok is not None]
        calls = sum(one.turns for one in month) * 3
        return Dashboard(
            active_sessions=len(live),
            idle_sessions=len(opened) - len(live),
            active_claude_sessions=sum(one.project.agent == "claude" for one in live),
            sessions_today=sum(now - one.start < _DAY for one in sessions),
            commits_today=done[0],
            additions_7d=sum(one.additions for one in week),
            deletions_7d=sum(one.deletions for one in week),
            commits_daily_14d=tuple(done[back] for back in range(13, -1, -1)),
            tokens_daily_30d=tuple(tokens[back] for back in range(29, -1, -1)),
            cost_daily_30d=tuple(round(dollars[back], 6) for back in range(29, -1, -1)),
            cost_30d_usd=round(sum(one.cost or 0 for one in month), 6),
            input_tokens_30d=sum(one.input for one in month),
            output_tokens_30d=sum(one.output for one in month),
            cache_tokens_30d=read + sum(one.cache_write for one in month),
            cache_hit_rate_30d=read / into if into else None,
            success_rate_30d=sum(known) / len(known) if known else None,
            unpriced_models=tuple(sorted({one.project.model for one in month if one.cost is None})),
            calls_30d=calls,
            inexact_calls_30d=calls // 23,
        )

    def _heatmap(self, sessions: Sequence[Session], since: int) -> tuple[tuple[int, ...], ...]:
        cells = [[0] * 24 for _ in range(7)]
        for one in sessions:
            if one.start >= since:
                at = datetime.fromtimestamp(one.start / 1000, self._tz)
                cells[at.weekday()][at.hour] += 1
        return tuple(map(tuple, cells))


def _workspace(project: Project, sessions: Sequence[Session], commits: Sequence[Commit]) -> Workspace:
    own = [one for one in sessions if one.project is project]
    branch = 4 + 5 * PROJECTS.index(project)  # its commits
    work = [one for one in commits if one.project is project][-branch:]
    last = own[-1]
    return Workspace(
        id=f"demo-{project.name}",
        name=project.name,
        repository=project.repository,
        path=f"/home/dev/{project.name}",
        status="archived" if project.archived_for else "active",
        branch=project.branch,
        commits=len(work),
        additions=sum(one.additions for one in work),
        deletions=sum(one.deletions for one in work),
        last_active=max(one.last for one in own),
        latest_session=LatestSession(
            id=last.id,
            agent=project.agent,
            model=project.model,
            started_at=last.start,
            turns=last.turns,
            input_tokens=last.input,
            output_tokens=last.output,
            cache_tokens=last.cache_read + last.cache_write,
        ),
    )


def _leaders(sessions: Sequence[Session], commits: Sequence[Commit], since: int) -> tuple[Leader, ...]:
    own: dict[Project, list[Session]] = defaultdict(list)
    for one in sessions:
        if one.start >= since:
            own[one.project].append(one)
    return tuple(
        Leader(
            workspace=project.name,
            repository=project.repository,
            sessions=len(found),
            commits=sum(one.project is project and one.at >= since for one in commits),
            tokens=sum(one.input + one.output for one in found),
            cache_tokens=sum(one.cache_read + one.cache_write for one in found),
            cost_usd=None if found[0].cost is None else round(sum(one.cost or 0 for one in found), 6),
        )
        for project, found in own.items()
    )


def _turns(sessions: Sequence[Session], since: int) -> tuple[int, ...]:
    bars = [0] * (len(BOUNDS) + 1)
    for one in sessions:
        if one.start >= since:
            bars[sum(one.turns > bound for bound in BOUNDS)] += 1
    return tuple(bars)


def _slash(days: int | None, scope: Scope) -> tuple[SlashCount, ...]:
    share = (days or 120) / 30
    counts = (
        SlashCount(name=name, count=max(round(count * (share if dated else 4)), 0), dated=dated)
        for name, count, dated in _SLASH
        if scope is Scope.MACHINE or not dated
    )
    return tuple(sorted((one for one in counts if one.count), key=lambda one: -one.count))


def _recent(sessions: Sequence[Session], now: int) -> tuple[RecentSession, ...]:
    found = (
        RecentSession(
            id=one.id,
            workspace=one.project.name,
            agent=one.project.agent,
            started_at=one.start,
            last_active=one.last,
            ended_at=one.last if one.ended and one.project.inside else None,
            ok=one.ok,
        )
        for one in sessions
        if now - one.last < _DAY
    )
    return tuple(sorted(found, key=lambda one: -one.last_active))
