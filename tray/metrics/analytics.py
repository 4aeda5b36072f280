"""A person's activity: dashboard, workspaces, analytics (docs/metrics.md says what each figure counts).

One transaction on the index and a few short ones on Claudette's database for each answer; what has not
changed since the last one is not read again. What depends on the time is counted anew each time.
"""

from __future__ import annotations

import gc
import sqlite3
import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from tray.core.insights import (
    DEFAULT_DAYS,
    Analytics,
    Dashboard,
    Metrics,
    Rank,
    RecentSession,
    Scope,
    SlashCount,
    ranked,
)
from tray.core.model import DbState
from tray.metrics import analytics_commits as commits
from tray.metrics.analytics_data import Data
from tray.metrics.analytics_places import Places
from tray.metrics.analytics_runners import Runners, latest_sessions
from tray.metrics.analytics_sessions import Sessions, heatmap, legacy
from tray.metrics.analytics_usage import local_day
from tray.metrics.git_work import GitWork
from tray.metrics.zones import first_instant, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tray.core.source import Paths
    from tray.metrics.analytics_index import Transcript
    from tray.metrics.analytics_sessions import Seen
    from tray.metrics.analytics_source import Opened
    from tray.metrics.zones import Zone

ACTIVE = 300_000  # milliseconds: so long after its last sign of life a session is at work
AHEAD = 300_000  # milliseconds that what was written may be dated ahead of the instant that is asked for
DAY_MS = 86_400_000
REACH = 90  # days that git is asked for at least
SPENT_DAYS = 30  # local days of tokens, cost and success


class Analyst:
    """Fulfils `tray.core.insights.Analyst`, from one thread. Raises `UnknownZoneError` for such a `timezone`.

    `commits` tells of the user's commits in some folders since an instant (Unix milliseconds).
    """

    def __init__(
        self,
        places: Paths,
        *,
        timezone: str | None = None,
        clock: Callable[[], float] = time.time,
        commits: Callable[[Collection[str], int], GitWork] | None = None,
    ) -> None:
        zone(timezone)
        self._timezone, self._clock, self._commits = timezone, clock, commits
        self._data = Data(places, clock)

    def metrics(
        self,
        *,
        scope: Scope | None = None,
        days: int | None = DEFAULT_DAYS,
        rank: Rank = Rank.SESSIONS,
    ) -> Metrics:
        """`scope` None: This machine, or Claudette where that is all there is. Never raises."""
        if self._timezone is None and hasattr(time, "tzset"):
            time.tzset()  # the system's may have changed since
        moment = Moment.of(round(self._clock() * 1000), zone(self._timezone), days)
        trouble = None
        collecting = gc.isenabled()
        gc.disable()  # nothing here makes cycles, and looking for them among so many values takes its time
        try:
            for _ in range(2):  # where the index can't be read, what Claudette tells still counts
                try:
                    with self._data.index.open(trouble) as opened:
                        return _Answer(self._data, opened, moment, scope, self._commits).metrics(rank)
                except (sqlite3.Error, OSError) as error:
                    trouble = f"The index of transcripts can't be read ({error})."
        finally:
            if collecting:
                gc.enable()
        return Metrics(
            scope=scope or Scope.MACHINE,
            generated_at=moment.now,
            timezone=moment.zone.name,
            complete=False,
            trouble=trouble,
            analytics=Analytics(window_days=days),
        )

    def close(self) -> None:
        """Give back what is held in memory."""
        self._data.index.close()


class Moment(NamedTuple):
    """When and for which window is asked; instants in Unix milliseconds, `today` a local day since 1970."""

    now: int
    zone: Zone
    days: int | None
    today: int

    @classmethod
    def of(cls, now: int, where: Zone, days: int | None) -> Moment:
        return cls(now, where, days, local_day(where, now))

    @property
    def since(self) -> int:
        """The beginning of the window."""
        return 0 if self.days is None else self.now - self.days * DAY_MS

    def midnight(self, ago: int) -> int:
        """When the local day so many days before today began."""
        return first_instant(self.zone, self.today - ago)


class _Answer:
    """One answer; a class, since its parts share what was gathered. `scope` is what was asked for."""

    def __init__(
        self,
        data: Data,
        opened: Opened,
        moment: Moment,
        scope: Scope | None,
        commits_of: Callable[[Collection[str], int], GitWork] | None,
    ) -> None:
        self._data, self._opened, self._moment, self._asked = data, opened, moment, scope
        self._side = data.claudette()
        self._work = self._side.work
        self._told = data.told(opened)
        self._joined = joined = data.joined(self._work, self._told)
        self._scope = scope or self._scopes()[0]
        self._machine = self._scope is Scope.MACHINE
        self._git = self._ask_git(commits_of) if self._machine else GitWork()
        self._left = data.rests(opened, self._work, joined if self._machine else None)
        self._places = Places.of(self._work, joined.folders if self._machine else {}, self._git)
        self._sessions = Sessions(
            runs=self._work.runs,
            deleted=self._work.deleted_runs,
            legacy=tuple(legacy(self._work.summaries, self._work.deleted_runs)),
            outside=joined.outside if self._machine else (),
            told=joined.own if self._machine else {},
            alive={name: one.last for name, one in joined.own.items()},
        )
        until = moment.now + AHEAD
        self._active, self._idle = self._sessions.working(moment.now - ACTIVE, until)
        self._recent = self._sessions.recent(moment.now - DAY_MS, until)
        self._latest, self._last_active = self._sessions.latest()
        seen = (*self._active, *self._recent)
        named = {one.id: one.place for one in seen if one.transcript is None}
        named |= {one.id: place for place, one in self._latest.items() if one.transcript is None}
        self._runners = Runners(opened.db, named)

    def metrics(self, rank: Rank) -> Metrics:
        latest = latest_sessions(self._opened.db, self._data.prices(), self._latest, self._runners)
        return Metrics(
            scope=self._scope,
            generated_at=self._moment.now,
            timezone=self._moment.zone.name,
            scopes=self._scopes(),
            complete=self._is_complete(),
            trouble=self._trouble(),
            dashboard=self._dashboard(),
            workspaces=self._places.cards(self._work, latest, self._last_active),
            analytics=self._analytics(rank),
        )

    def _scopes(self) -> tuple[Scope, ...]:
        """Both where there are a transcript and a database of Claudette's; one where not."""
        if self._side.state is DbState.ABSENT:
            return (Scope.MACHINE,)
        return (Scope.MACHINE, Scope.CLAUDETTE) if self._told.transcripts else (Scope.CLAUDETTE,)

    def _is_complete(self) -> bool:
        return self._opened.taken and (not self._machine or (self._opened.whole and self._git.complete))

    def _trouble(self) -> str | None:
        """That there is no Claudette is worth a word only where it was asked for."""
        side = self._side.trouble
        if self._side.state in (DbState.ABSENT, DbState.EMPTY) and self._asked is not Scope.CLAUDETTE:
            side = None
        return " ".join(text for text in (side, self._opened.trouble, self._git.told) if text) or None

    def _ask_git(self, commits_of: Callable[[Collection[str], int], GitWork] | None) -> GitWork:
        """The commits in the folders outside of Claudette, as far back as anything asks for."""
        folders = self._joined.folders
        if commits_of is None or not folders:
            return GitWork()
        # As far for every window but a longer one, so that a commit is asked for once.
        begun = self._moment.now - max(self._moment.days or 0, REACH) * DAY_MS
        return commits_of([*folders], min(begun, *folders.values()))

    def _dashboard(self) -> Dashboard:
        moment, sessions = self._moment, self._sessions
        first = moment.today - SPENT_DAYS + 1
        spent = self._data.by_day(
            *(self._opened, moment.zone, (first, moment.today), self._left), claudette=not self._machine
        )
        days = [spent.days.get(day) for day in range(first, moment.today + 1)]
        total = spent.total
        prompts = total.input_tokens + total.cache_write_tokens + total.cache_read_tokens
        midnights = [moment.midnight(ago) for ago in range(commits.SERIES - 1, -2, -1)]
        lately = commits.lately(self._work, self._git, midnights)
        return Dashboard(
            active_sessions=len(self._active),
            idle_sessions=self._idle,
            active_claude_sessions=sum(self._runners.of(*_key(one))[2] for one in self._active),
            sessions_today=sessions.starts(moment.now - DAY_MS, moment.now).total(),
            commits_today=lately.daily[-1],
            additions_7d=lately.additions,
            deletions_7d=lately.deletions,
            commits_daily_14d=lately.daily,
            tokens_daily_30d=tuple(row.input_tokens + row.output_tokens if row else 0 for row in days),
            cost_daily_30d=tuple(row.cost_usd if row else 0.0 for row in days),
            cost_30d_usd=total.cost_usd,
            input_tokens_30d=total.input_tokens,
            output_tokens_30d=total.output_tokens,
            cache_tokens_30d=total.cache_read_tokens + total.cache_write_tokens,
            cache_hit_rate_30d=total.cache_read_tokens / prompts if prompts else None,
            success_rate_30d=sessions.success(moment.midnight(SPENT_DAYS - 1), moment.now),
            unpriced_models=total.unpriced_models,
            calls_30d=total.calls,
            inexact_calls_30d=total.inexact_calls,
        )

    def _analytics(self, rank: Rank) -> Analytics:
        moment, sessions = self._moment, self._sessions
        span = (moment.since, moment.now)
        spent = self._data.by_place(
            *(self._opened, moment.zone, (moment.days and moment.since, moment.today), self._left),
            joined=self._joined if self._machine else None,
        )
        committed = commits.by_workspace(self._work, *span)
        committed.update(commits.by_folder(self._work, self._git, self._places.folders, *span))
        leaders = self._places.leaders(sessions.started(*span), committed, spent)
        return Analytics(
            window_days=moment.days,
            leaderboard=ranked(leaders, rank),
            heatmap=heatmap(sessions.starts(*span), moment.zone),
            turn_histogram=sessions.turns(*span),
            slash_commands=self._commands(),
            recent_sessions=tuple(
                RecentSession(
                    id=one.id,
                    workspace=self._places.called(one.place)[0] if one.place else None,
                    agent=self._runners.of(*_key(one))[0],
                    started_at=one.start,
                    last_active=one.last,
                    ended_at=one.end,
                    ok=one.ok,
                )
                for one in self._recent
            ),
        )

    def _commands(self) -> tuple[SlashCount, ...]:
        """Claudette's counts are for all time; what was typed outside of it is dated."""
        moment = self._moment
        typed: Counter[str] = Counter()
        if self._machine:
            own = self._joined.own
            counted = {one.key for one in self._told.typed if one.session in own}
            for one in self._told.typed:  # a fork begins with a copy of what was typed before
                if one.key not in counted and moment.since <= one.at <= moment.now:
                    counted.add(one.key)
                    typed[one.name] += 1
        kept = self._work.commands
        found = [
            SlashCount(name=name, count=kept.get(name, 0) + typed[name], dated=name not in kept)
            for name in {*kept, *typed}
        ]
        return tuple(sorted(found, key=lambda one: (-one.count, one.name)))


def _key(one: Seen) -> tuple[str, str, Transcript | None]:
    return one.id, one.place, one.transcript
