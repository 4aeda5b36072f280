"""Asking OpenRouter for the account's balance, else for the key's own limit. A failure is quiet."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from tray import __version__
from tray.core.endpoint import base_url
from tray.core.gate import key_of
from tray.core.model import Problem, ProblemKind, Snapshot
from tray.core.reach import unreached
from tray.core.source import Depth, Outcome, Reply
from tray.core.toggles import ToggleId
from tray.sources.gated import fail, failure_of, request, succeed, withheld
from tray.sources.openrouter import ID
from tray.sources.openrouter.keys import find_key
from tray.sources.openrouter.reading import parse_credits, parse_key

if TYPE_CHECKING:
    from tray.core.model import Window
    from tray.core.source import Ask, World

REAL = "https://openrouter.ai"
HOST = "openrouter.ai"
VARIABLE = "CLAUDETTE_TRAY_OPENROUTER_URL"
CREDITS = "/api/v1/credits"
KEY = "/api/v1/key"

_NO_KEY = Problem(
    kind=ProblemKind.NO_KEY,
    title="No OpenRouter key was found",
    hint="To see the balance, run `claudette-tray login openrouter`.",
)
_UNCAPPED = "This key has no limit of its own; only a management key can see the account's balance."
_WORDS = {
    ProblemKind.SIGNED_OUT: Problem(
        kind=ProblemKind.SIGNED_OUT,
        title="OpenRouter refused the key",
        hint="Store a valid one with `claudette-tray login openrouter`.",
    ),
    ProblemKind.FORBIDDEN: Problem(
        kind=ProblemKind.FORBIDDEN,
        title="OpenRouter does not let this key see the balance",
        hint="Store another key with `claudette-tray login openrouter`; this one is not asked with again.",
    ),
    ProblemKind.RATE_LIMITED: Problem(
        kind=ProblemKind.RATE_LIMITED,
        title="OpenRouter asks for fewer questions about the balance",
        hint="The last reading is kept; it is asked again after a pause.",
    ),
    ProblemKind.SERVER: Problem(
        kind=ProblemKind.SERVER,
        title="OpenRouter's balance service is out of order",
        hint="The last reading is kept; it is asked again after a pause.",
    ),
}


def words(kind: ProblemKind) -> Problem:
    """What a failure of this source is called; quiet, since local tokens stand in for the balance."""
    return replace(_WORDS.get(kind) or unreached(kind, HOST), quiet=True)


def fetch(world: World, ask: Ask) -> Outcome:
    """The balance; while the toggle is off nothing at all is read or asked."""
    if ask.depth is Depth.FILES or not ask.settings.is_on(ToggleId.OPENROUTER_BALANCE):
        return Outcome()
    base = base_url(REAL, VARIABLE, world.env.get(VARIABLE))
    if isinstance(base, Problem):
        return Outcome(problem=replace(base, quiet=True))
    secret, trouble = find_key(world, ask)
    if secret is None:
        missing = _NO_KEY if trouble is None else replace(_NO_KEY, title=f"{_NO_KEY.title}. {trouble.title}")
        return Outcome(problem=replace(missing, quiet=True))
    key, account = key_of(ID, secret), hashlib.sha256(secret.encode()).hexdigest()[:16]
    held = withheld(world, ask, key, account, words)
    if held is not None:
        return held
    observed_at = world.now()
    found = _balance(world, base, secret, observed_at)
    if isinstance(found, tuple):
        problem = fail(world, key, replace(found[0], quiet=True), found[1])
        return Outcome(problem=problem, asked=True, account=account)
    succeed(world, key)
    snapshot = Snapshot(
        source=ID,
        label="OpenRouter",
        note=None if found.bounded else _UNCAPPED,
        account=account,
        windows=(found,),
        fetched_at=observed_at,
    )
    return Outcome(snapshot=snapshot, asked=True, account=account)


def _balance(
    world: World, base: str, secret: str, observed_at: float
) -> Window | tuple[Problem, Reply | None]:
    """The window, or the problem with the answer it came from.

    Only a management key may read the credits: a 403 or 0/0 there says nothing about the key's own limit.
    """
    answer = _get(world, base + CREDITS, secret, "balance of the account")
    if isinstance(answer, Problem):
        return answer, None
    failure = failure_of(answer.status)
    if failure is None:
        window, understood = parse_credits(answer.body, observed_at)
        if window is not None:
            return window
        failure = None if understood else ProblemKind.BAD_RESPONSE
    if failure not in (None, ProblemKind.FORBIDDEN):
        return words(failure), answer
    answer = _get(world, base + KEY, secret, "limit of the key")
    if isinstance(answer, Problem):
        return answer, None
    failure = failure_of(answer.status)
    if failure is not None:
        return words(failure), answer
    return parse_key(answer.body, observed_at) or (words(ProblemKind.BAD_RESPONSE), answer)


def _get(world: World, url: str, secret: str, purpose: str) -> Reply | Problem:
    headers = {
        "Authorization": f"Bearer {secret}",
        "Accept": "application/json",
        "User-Agent": f"claudette-tray/{__version__}",
    }
    return request(world, url, source=ID, purpose=purpose, headers=headers)
