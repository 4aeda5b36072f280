"""Readings of Codex limits laid over what was known: the newest wins, per window and field. Pure."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.model import Instant, Role, Snapshot, Window, Words
from tray.sources.codex import ID, NAME
from tray.sources.codex.parse import LIVE, MAIN, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

LIVE_NOTE = "live Codex quota"
CREDITS = "codex_credits"
SKEW = 60.0  # seconds a reading may lie ahead of our clock; more, and its date is not believed

_Windows = dict[str, Window]


def blank() -> Snapshot:
    """What is known before the first reading."""
    return Snapshot(source=ID, label=NAME)


def merge(known: Snapshot, readings: Iterable[Reading], now: Instant) -> Snapshot:
    """`known` with the readings laid over it, oldest first; undated ones come before all others.

    Fields that a reading leaves out keep their value (updates are sparse); a limit's undated windows go
    as soon as a dated reading of it exists; a window whose reset has passed goes when a newer reading of
    its limit no longer names it (a plan that has become weekly-only).
    """
    windows = {w.key: _dated(w, now) for w in known.windows}
    plan, note = known.plan, _still(known, now)
    newest = known.fetched_at if known.fetched_at is not None and known.fetched_at <= now + SKEW else None
    for told in sorted(readings, key=lambda r: -math.inf if r.at is None else r.at):
        plan = (plan or told.plan) if told.at is None else (told.plan or plan)
        before = _newest(windows, told.limit)
        if before is not None and (told.at is None or told.at < before):
            continue
        windows = _laid(windows, told)
        if told.limit == MAIN:
            note = _note(told, now)
        if told.at is not None:
            newest = told.at if newest is None else max(newest, told.at)
    return replace(
        known,
        label=f"{NAME} {plan}" if plan else NAME,
        plan=plan,
        note=note,
        windows=tuple(sorted(windows.values(), key=_place)),
        fetched_at=newest,
    )


def limit_of(window: Window) -> str:
    """The limit id a window belongs to: its key says it, `codex_week:codex_spark`."""
    return window.key.partition(":")[2] or MAIN


def _laid(windows: _Windows, told: Reading) -> _Windows:
    """The windows with one reading laid over those of its limit."""
    others = {key: w for key, w in windows.items() if limit_of(w) != told.limit}
    mine = {key: w for key, w in windows.items() if key not in others}
    if _newest(windows, told.limit) is None:  # undated ones lose, and two copies are never mixed
        mine = {}
    named = {w.key: _continued(mine.get(w.key), w) for w in told.windows}
    if named:
        mine = {key: w for key, w in mine.items() if not _over(w, told.at)}
    mine |= named
    return others | (_with_credits(mine, told) if told.limit == MAIN else mine)


def _over(window: Window, at: Instant | None) -> bool:
    return window.resets_at is not None and at is not None and window.resets_at <= at


def _continued(old: Window | None, new: Window) -> Window:
    """The newer window; what it leaves out comes from the older one, unless that ended in between."""
    if old is None or _over(old, new.observed_at):
        return new
    resets_at = old.resets_at if new.resets_at is None else new.resets_at
    # Without a percent it is no new observation: number and date stay those of the older one.
    return replace(old if new.used is None else new, resets_at=resets_at)


def _with_credits(mine: Mapping[str, Window], told: Reading) -> _Windows:
    rest = {key: w for key, w in mine.items() if key != CREDITS}
    match told.credits:
        case None:
            return dict(mine)
        case money if money.has is False or money.unlimited:
            return rest
        case money if money.has and money.balance is not None:
            return {**rest, CREDITS: _credits_row(money.balance, told)}
        case _:
            return dict(mine)


def _credits_row(balance: Decimal, told: Reading) -> Window:
    return Window(
        key=CREDITS,
        label="Credits",
        role=Role.BALANCE,
        words=Words.BALANCE,
        unit="usd",
        balance=balance,
        bounded=False,
        observed_at=told.at,
        evidence=told.evidence,
    )


def _newest(windows: Mapping[str, Window], limit: str) -> Instant | None:
    """When a limit was last read; None where it was not, or where nobody knows."""
    dates = [w.observed_at for w in windows.values() if limit_of(w) == limit and w.observed_at is not None]
    return max(dates, default=None)


def _dated(window: Window, now: Instant) -> Window:
    """A window from the future (the clock was set back) counts as undated, else it would win for ever."""
    late = window.observed_at is not None and window.observed_at > now + SKEW
    return replace(window, observed_at=None) if late else window


def _note(told: Reading, now: Instant) -> str | None:
    if told.reached and not any(_over(w, now) for w in told.windows):
        return f"rate limit reached: {told.reached}, try after the next reset"
    return LIVE_NOTE if told.evidence == LIVE else None


def _still(known: Snapshot, now: Instant) -> str | None:
    """The earlier note, as long as it holds: "try after the next reset" ends with that reset."""
    if known.note == LIVE_NOTE or not any(_over(w, now) for w in known.windows if limit_of(w) == MAIN):
        return known.note
    return None


def _place(window: Window) -> tuple[bool, bool, str, float]:
    """The plan's windows first, the shortest first, then the other limits', then the credits."""
    limit = limit_of(window)
    length = window.window_minutes or (math.inf if window.key.startswith("codex_week") else 0)
    return window.key == CREDITS, limit != MAIN, limit, length
