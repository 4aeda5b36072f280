"""Codex rate limits as JSON, made into readings: windows by duration, credits, plan. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tray.core.model import Instant, Role, Window, Words
from tray.sources import figures

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN = "codex"  # the limit id of the plan itself; older clients (0.98) leave the id out
LIVE = "codex app-server"
ROLLOUT = "Codex rollout"
COPY = "Claudette's copy"

_DAY = 24 * 60
_WEEK = 7 * _DAY
_MONTH = range(28 * _DAY, 31 * _DAY + 1)
_MOST_LIMITS = 16

# The keys this parser knows of, used or not; others are told to `doctor` so that a change is noticed.
_KNOWN = frozenset(
    {
        *("limitId", "limitName", "normalModelSlug", "planType", "rateLimitReachedType", "individualLimit"),
        *("spendControlReached", "primary", "secondary", "usedPercent", "windowDurationMins", "resetsAt"),
        *("credits", "hasCredits", "unlimited", "balance"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """The credits as told; None is what a sparse update left out. `balance` in US dollars."""

    has: bool | None
    unlimited: bool | None
    balance: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was told about one limit id at one moment; `at` None is an undated copy."""

    limit: str
    at: Instant | None
    evidence: str
    windows: tuple[Window, ...] = ()
    credits: Credits | None = None
    plan: str | None = None  # for people: "Plus"
    reached: str | None = None  # the type of the limit that was hit


def load(text: str | bytes) -> Mapping[str, object] | None:
    """One JSON object with exact numbers, or None for anything else, however broken or deep."""
    found = figures.decode(text.encode(errors="replace") if isinstance(text, str) else text)
    return found if isinstance(found, dict) else None


def reading(raw: object, *, at: Instant | None, evidence: str, limit: str | None = None) -> Reading | None:
    """One limit's snapshot, in the app-server's spelling or the rollout's, or None if it is no object.

    `limit` is the id where the snapshot itself doesn't name one.
    """
    if not isinstance(raw, Mapping):
        return None
    limit = _slug(_pick(raw, "limitId", "limit_id")) or _slug(limit) or MAIN
    name = figures.name(_pick(raw, "limitName", "limit_name")) or (None if limit == MAIN else limit)
    slots = [
        slot
        for number, side in enumerate(("primary", "secondary"))
        if (slot := _slot(raw.get(side), secondary=bool(number))) is not None
    ]
    return Reading(
        limit=limit,
        at=at,
        evidence=evidence,
        windows=tuple(_windows(slots, limit=limit, name=name, at=at, evidence=evidence)),
        credits=_credits(raw.get("credits")),
        plan=plan_name(_pick(raw, "planType", "plan_type")),
        reached=figures.name(_pick(raw, "rateLimitReachedType", "rate_limit_reached_type")),
    )


def answer(result: Mapping[str, object], *, at: Instant) -> tuple[Reading, ...]:
    """The readings in an answer to `account/rateLimits/read`, one per limit id; bad elements are dropped."""
    found: dict[str, Reading] = {}
    by_id = result.get("rateLimitsByLimitId")
    named = list(by_id.items())[:_MOST_LIMITS] if isinstance(by_id, Mapping) else []
    for limit, raw in [*named, (None, result.get("rateLimits"))]:
        told = reading(raw, at=at, evidence=LIVE, limit=limit)
        if told is not None:
            found.setdefault(told.limit, told)
    return tuple(found.values())


def unknown_keys(result: Mapping[str, object]) -> tuple[str, ...]:
    """The names of limit keys that this version doesn't know, for `doctor`."""
    limit = result.get("rateLimits")
    if not isinstance(limit, Mapping):
        return ()
    parts = [limit, *(limit.get(part) for part in ("primary", "secondary", "credits"))]
    names = {key for part in parts if isinstance(part, Mapping) for key in part if isinstance(key, str)}
    return tuple(sorted(f"codex.{name}" for name in names - _KNOWN if re.fullmatch(r"\w{1,40}", name)))[:20]


def plan_name(raw: object) -> str | None:
    """The plan for people: `plus` is "Plus"; empty and "unknown" are None."""
    name = figures.name(raw)
    if name is None or name.lower() == "unknown":
        return None
    name = name.replace("_", " ")
    return name[0].upper() + name[1:]


def window_label(minutes: int | None, *, secondary: bool = False) -> str:
    """A window's title by its length: "Session (5h)", "Weekly", "Monthly", "Limit (2d)"."""
    if minutes is None:
        return "Weekly" if secondary else "Session"
    if minutes == _WEEK:
        return "Weekly"
    if minutes in _MONTH:
        return "Monthly"
    if minutes <= _DAY:
        return f"Session ({_length(minutes, whole_days=False)})"
    return f"Limit ({_length(minutes)})"


def _length(minutes: int, *, whole_days: bool = True) -> str:
    if whole_days and minutes % _DAY == 0:
        return f"{minutes // _DAY}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """A window as the wire has it: its place, percent used, length in minutes, reset."""

    secondary: bool
    used: Decimal | None
    minutes: int | None
    resets_at: Instant | None


def _slot(raw: object, *, secondary: bool) -> _Slot | None:
    if not isinstance(raw, Mapping):
        return None
    used = figures.decimal(_pick(raw, "usedPercent", "used_percent"))
    minutes = figures.decimal(_pick(raw, "windowDurationMins", "window_minutes"))
    resets_at = figures.instant(_pick(raw, "resetsAt", "resets_at"))
    used = used if used is not None and used >= 0 else None
    if used is None and resets_at is None:
        return None
    return _Slot(
        secondary=secondary,
        used=used,
        minutes=int(minutes) if minutes is not None and minutes >= 1 else None,
        resets_at=resets_at,
    )


def _windows(
    slots: list[_Slot], *, limit: str, name: str | None, at: Instant | None, evidence: str
) -> Iterator[Window]:
    """The slots as windows, the shortest first, each with a key of its own."""
    taken: set[str] = set()
    for slot in sorted(slots, key=lambda s: s.minutes or (_WEEK if s.secondary else 1)):
        key = _free(_key(slot), slot.minutes, taken)
        taken.add(key)
        label = window_label(slot.minutes, secondary=slot.secondary)
        yield Window(
            key=key if limit == MAIN else f"{key}:{limit}",
            label=label if limit == MAIN else f"{label} · {name}",
            role=Role.PLAN if limit == MAIN else Role.SCOPED,
            words=Words.PERCENT_COUNTDOWN,
            unit="percent",
            used=slot.used,
            limit=Decimal(100),
            resets_at=slot.resets_at,
            window_minutes=slot.minutes,
            observed_at=at,
            evidence=evidence,
            model=None if limit == MAIN else name,
        )


def _key(slot: _Slot) -> str:
    """By length; the slot says it only where the length is unknown (weekly-only plans use `primary`)."""
    if slot.minutes is None:
        return "codex_week" if slot.secondary else "codex_session"
    if slot.minutes <= _DAY:
        return "codex_session"
    if slot.minutes == _WEEK:
        return "codex_week"
    return "codex_month" if slot.minutes in _MONTH else f"codex_{slot.minutes}m"


def _free(key: str, minutes: int | None, taken: set[str]) -> str:
    """A key that no other window of this reading has: two sessions of 5 h and 24 h, two equal weeks."""
    if key not in taken:
        return key
    by_length = f"codex_{minutes}m"
    return by_length if minutes is not None and minutes <= _DAY and by_length not in taken else f"{key}_2"


def _credits(raw: object) -> Credits | None:
    if not isinstance(raw, Mapping):
        return None
    has, unlimited = _pick(raw, "hasCredits", "has_credits"), raw.get("unlimited")
    return Credits(
        has=has if isinstance(has, bool) else None,
        unlimited=unlimited if isinstance(unlimited, bool) else None,
        balance=figures.decimal(raw.get("balance")),  # a string on the wire, kept digit by digit
    )


def _pick(raw: Mapping[str, object], *names: str) -> object:
    return next((raw[name] for name in names if name in raw), None)


def _slug(raw: object) -> str | None:
    """A limit id fit for a key."""
    return re.sub(r"[^a-z0-9]+", "_", raw.lower()[:60]).strip("_") or None if isinstance(raw, str) else None
