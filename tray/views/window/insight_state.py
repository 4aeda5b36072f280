"""What the activity pages are drawn from: what the person picked, and the last answer to that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.core import page_words
from tray.core.days import days_of, days_word
from tray.core.insights import DEFAULT_DAYS, Analytics, Metrics, Rank, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from tray.core.screen import Gauge


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the analyst. `scope` None: whichever there is."""

    scope: Scope | None = None
    days: int | None = DEFAULT_DAYS


def unanswered(asked: Asked, before: Metrics | None, now: int) -> Metrics:
    """What stands where the analyst failed: the last answer to the same, which a failure does not erase.

    `now` in Unix milliseconds.
    """
    told = f"{page_words.UNREADABLE}."
    if before is not None:
        return replace(before, complete=False, trouble=told)
    return Metrics(
        scope=asked.scope or Scope.MACHINE,
        generated_at=now,
        timezone="",
        complete=False,
        trouble=told,
        analytics=Analytics(window_days=asked.days),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that is to be seen; `found` None: the first answer is not there yet.

    `found` may still answer an earlier question: its own scope and days say so.
    """

    found: Metrics | None = None
    asked: Asked = Asked()
    rank: Rank = Rank.SESSIONS
    both: bool = False  # there are two scopes to choose from
    whole: frozenset[str] = frozenset()  # the lists that are shown to their end
    plan: bool = False  # a plan pays for the sessions that `fair_use` speaks of
    gauge: Gauge | None = None  # how far a reading of transcripts is
    banner: str | None = None
    notice: str | None = None
    tz: tzinfo | None = None

    @property
    def scope(self) -> Scope:
        """The scope that the switch shows."""
        return self.asked.scope or (self.found.scope if self.found else Scope.MACHINE)

    @property
    def other_scope(self) -> bool:
        """Whether the figures are of another scope than the one picked."""
        return self.found is not None and self.found.scope is not self.scope

    @property
    def other_days(self) -> bool:
        """Whether the analytics are of another window than the one picked."""
        return self.found is not None and self.found.analytics.window_days != self.asked.days

    @property
    def picked(self) -> dict[str, str]:
        """What the person picked, in words to remember it by; no scope where none was picked."""
        scope = {"scope": self.asked.scope.value} if self.asked.scope and self.both else {}
        return {**scope, "days": days_word(self.asked.days), "rank": self.rank.value}


def begun(picked: Mapping[str, str]) -> Shown:
    """Before the first answer, with what was picked the last time; a word without sense is the default."""
    scope, rank = picked.get("scope"), picked.get("rank")
    try:
        days = days_of(picked.get("days", ""))
    except ValueError:
        days = DEFAULT_DAYS
    return Shown(
        asked=Asked(scope=Scope(scope) if scope in tuple(Scope) else None, days=days),
        rank=Rank(rank) if rank in tuple(Rank) else Rank.SESSIONS,
        both=scope in tuple(Scope),  # who has picked one can pick the other
    )
