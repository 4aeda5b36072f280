"""One question to a vendor through the gate of its credential: may it be asked, and what the answer does."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.gate import ended, opens_at, settled, started
from tray.core.model import ProblemKind
from tray.core.retry_after import stated_wait
from tray.core.source import NetError, Outcome, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.model import Problem
    from tray.core.source import Ask, World

CACHE = 300.0  # seconds: a younger reading answers, unless a person asks
TIMEOUT = 10.0  # seconds for one whole request


def withheld(
    world: World, ask: Ask, key: str, account: str | None, words: Callable[[ProblemKind], Problem]
) -> Outcome | None:
    """None when a request may leave now, which is then noted in the gate; else the outcome without one.

    A withheld request tells the last failure again, with the instant at which the gate opens.
    """
    now = world.now()
    kept = world.gates.read(key)
    gate = settled(kept, now)
    fresh_until = _fresh_until(ask, account, now, asked_before=gate.requested_at is not None)
    if gate.kind is None and not ask.manual and fresh_until > now:
        return Outcome(account=account, next_at=fresh_until)
    opens = opens_at(gate, manual=ask.manual)
    if opens <= now:
        world.gates.write(key, started(gate, now))
        return None
    if gate != kept:
        world.gates.write(key, gate)
    at = None if math.isinf(opens) else opens
    problem = None if gate.kind is None else replace(words(gate.kind), retry_at=at)
    return Outcome(problem=problem, account=account, next_at=at)


def _fresh_until(ask: Ask, account: str | None, now: float, *, asked_before: bool) -> float:
    """The end of the cache's time, or 0 where the last reading is not this credential's.

    Where no account is known, a credential that was never asked with may belong to anybody.
    """
    last = ask.snapshot
    if last is None or last.fetched_at is None or last.fetched_at > now:
        return 0
    same = last.account == account if account is not None else asked_before
    return last.fetched_at + CACHE if same else 0


def request(
    world: World, url: str, *, source: str, purpose: str, headers: Mapping[str, str]
) -> Reply | Problem:
    """One GET; a request that got no answer is a problem, ready to show."""
    try:
        return world.net.get(url, source=source, purpose=purpose, headers=headers, timeout=TIMEOUT)
    except NetError as error:
        return error.problem


def failure_of(status: int) -> ProblemKind | None:
    """What an HTTP status says about the request; None for 200."""
    match status:
        case 200:
            return None
        case 401:
            return ProblemKind.SIGNED_OUT
        case 403:
            return ProblemKind.FORBIDDEN
        case 429:
            return ProblemKind.RATE_LIMITED
        case _:
            return ProblemKind.SERVER if status >= 500 else ProblemKind.BAD_RESPONSE


def succeed(world: World, key: str) -> None:
    """The answer was good: the gate forgets earlier failures."""
    now = world.now()
    world.gates.write(key, ended(settled(world.gates.read(key), now), now, None))


def fail(world: World, key: str, problem: Problem, reply: Reply | None = None) -> Problem:
    """The answer was not good: the gate closes for a while; the problem, with the instant it opens again."""
    now = world.now()
    wait = None
    if reply is not None and problem.kind in (ProblemKind.RATE_LIMITED, ProblemKind.SERVER):
        wait = stated_wait(reply.headers, reply.body, now)
    gate = ended(settled(world.gates.read(key), now), now, problem.kind, wait)
    world.gates.write(key, gate)
    return replace(problem, retry_at=None if gate.latched else gate.not_before)


def is_sendable(credential: str) -> bool:
    """Whether a text can stand in a header: printable ASCII without blanks, of a sensible length."""
    return (
        credential.isascii() and credential.isprintable() and " " not in credential and len(credential) < 8192
    )
