"""When to tell the person: 80 %, 95 %, used up, back again. Edge-triggered, remembered over restarts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.core.meter import has_reset
from tray.core.model import Instant, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.model import Snapshot, Window

THRESHOLDS = (80, 95, 100)  # percent used; 100 is "used up"
REARM = 5  # points below a threshold before it can be crossed again: a jitter of 79-80-79 says nothing new
SAME_RESET = 3600.0  # seconds: resets jitter between answers; a new window's reset is hours away


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The highest threshold told about a window, and which window it was."""

    level: int = 0
    resets_at: Instant | None = None
    observed_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell. `level` 80, 95, 100, or 0 for "back again"."""

    window: Window
    level: int


def _level(used: float) -> int:
    return max((t for t in THRESHOLDS if used >= t), default=0)


def _renewed(mark: Mark, window: Window) -> bool:
    """Whether this is another window than the one marked: its reset has moved by more than a jitter."""
    if mark.resets_at is None or window.resets_at is None:
        return False
    return abs(window.resets_at - mark.resets_at) > SAME_RESET


def key_of(snapshot: Snapshot, window: Window) -> str:
    """The identity a mark is kept under: another account's window is another window."""
    return f"{snapshot.source}/{snapshot.account or '-'}/{window.key}"


def judge(
    snapshot: Snapshot, marks: Mapping[str, Mark], now: Instant
) -> tuple[dict[str, Mark], tuple[Alert, ...]]:
    """New marks and what to tell after a reading.

    The first reading of a window only sets its mark. Several thresholds crossed at once are one alert, the
    highest. Undated readings, repeated readings and windows that have reset since tell nothing.
    """
    after = dict(marks)
    told = []
    for window in snapshot.windows:
        fraction = window.fraction
        if window.role not in (Role.PLAN, Role.SCOPED) or fraction is None or window.observed_at is None:
            continue
        if has_reset(window, now):
            continue
        key = key_of(snapshot, window)
        used = fraction * 100
        level = _level(used)
        mark = marks.get(key)
        fresh = Mark(level=level, resets_at=window.resets_at, observed_at=window.observed_at)
        if mark is None:
            after[key] = fresh
            continue
        if mark.observed_at is not None and window.observed_at <= mark.observed_at:
            continue
        if level > mark.level:
            told.append(Alert(window=window, level=level))
            after[key] = fresh
        elif level < mark.level and (_renewed(mark, window) or used < mark.level - REARM):
            if mark.level == THRESHOLDS[-1]:
                told.append(Alert(window=window, level=0))
            after[key] = fresh
        else:
            after[key] = replace(fresh, level=mark.level)
    return after, tuple(told)
