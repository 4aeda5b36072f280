"""The request gate of one credential: when it may be asked again, as pure arithmetic."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace

from tray.core.model import Instant, ProblemKind

MINUTE = 60.0
DAY = 86_400.0
_PERSON = 60.0  # one request a minute per credential, whoever asks
_FAILURE_CAP = 60 * MINUTE
_LIMIT_FLOOR = 5 * MINUTE
_LIMIT_LADDER = (5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 60 * MINUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is remembered of one credential, keyed by its hash, kept over restarts.

    `not_before` is the earliest next request; `stated` says that the server named that wait (a person's
    refresh does not pass it); `failures` and `limits` count failures and 429s in a row; `latched` holds the
    gate shut (a 403) until the credential changes, that is: until another key is asked for.
    """

    not_before: Instant | None = None
    stated: bool = False
    failures: int = 0
    limits: int = 0
    latched: bool = False
    kind: ProblemKind | None = None  # of the last failure
    requested_at: Instant | None = None


def key_of(source: str, credential: str) -> str:
    """The gate's key: a hash that names the source and the credential without telling either."""
    return hashlib.sha256(f"{source}\0{credential}".encode()).hexdigest()


def settled(gate: Gate, now: Instant) -> Gate:
    """The gate on today's clock: a clock that was set back moves the waits along and never lengthens them."""
    if gate.requested_at is None or gate.requested_at <= now:
        return gate
    back = gate.requested_at - now
    waits = None if gate.not_before is None else gate.not_before - back
    return replace(gate, requested_at=now, not_before=waits)


def opens_at(gate: Gate, *, manual: bool) -> Instant:
    """The earliest instant of the next request: in the past when open, infinite when latched.

    A person's refresh passes our own back-off, never a wait that the server stated, and never the minute
    that lies between any two requests.
    """
    if gate.latched:
        return math.inf
    waits = [-math.inf]
    if gate.requested_at is not None:
        waits.append(gate.requested_at + _PERSON)
    if gate.not_before is not None and (gate.stated or not manual):
        waits.append(gate.not_before)
    return max(waits)


def started(gate: Gate, now: Instant) -> Gate:
    """A request leaves now; written before it does, so that a crash can't forget it."""
    return replace(gate, requested_at=now)


def ended(gate: Gate, now: Instant, failure: ProblemKind | None, wait: float | None = None) -> Gate:
    """The gate after an answer: success clears all but the time; a failure closes it for a while.

    `wait` is what the server asked for, in seconds. Failures: 2, 4, 8 ... 60 minutes. 429: the stated wait
    but at least 5 minutes, without one 5, 10, 20, 40, 60 minutes. No wait is longer than a day: a
    mistyped date must not silence the meter for years. A 403 latches.
    """
    requested = now if gate.requested_at is None else gate.requested_at
    stated = None if wait is None or not wait > 0 else min(wait, DAY)
    match failure:
        case None:
            return Gate(requested_at=requested)
        case ProblemKind.FORBIDDEN:
            return replace(gate, requested_at=requested, latched=True, kind=failure)
        case ProblemKind.RATE_LIMITED:
            rung = _LIMIT_LADDER[min(gate.limits, len(_LIMIT_LADDER) - 1)]
            pause = rung if stated is None else max(stated, _LIMIT_FLOOR)
            gate = replace(gate, limits=min(gate.limits + 1, len(_LIMIT_LADDER)))
        case _:
            failures = min(gate.failures + 1, 6)  # 2 ** 6 minutes is over the cap already
            pause = max(min(2**failures * MINUTE, _FAILURE_CAP), stated or 0)
            gate = replace(gate, failures=failures)
    return replace(
        gate, not_before=now + pause, stated=stated is not None, kind=failure, requested_at=requested
    )
