"""Asking Anthropic's usage API with Claude Code's own sign-in, which is read and never renewed or written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray import __version__
from tray.core.endpoint import base_url
from tray.core.gate import key_of
from tray.core.model import Action, Problem, ProblemKind, Snapshot
from tray.core.reach import unreached
from tray.core.source import Depth, Outcome, VaultError
from tray.core.toggles import ToggleId
from tray.sources.anthropic import ID
from tray.sources.anthropic.login import EXPIRED, Login, account_of, classify
from tray.sources.anthropic.reading import parse
from tray.sources.gated import fail, failure_of, request, succeed, withheld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.choices import Settings
    from tray.core.source import Ask, World

REAL = "https://api.anthropic.com"
HOST = "api.anthropic.com"
VARIABLE = "CLAUDETTE_TRAY_ANTHROPIC_URL"
PATH = "/api/oauth/usage"
_BETA = "oauth-2025-04-20"

_WORDS = {
    ProblemKind.SIGNED_OUT: Problem(
        kind=ProblemKind.SIGNED_OUT,
        title="Anthropic refused Claude Code's sign-in",
        hint="Sign in again with `claude auth login`.",
        action=Action.SIGN_IN,
    ),
    ProblemKind.FORBIDDEN: Problem(
        kind=ProblemKind.FORBIDDEN,
        title="Anthropic does not let this sign-in ask for usage",
        hint="It is not asked again until the sign-in changes: `claude auth login`.",
        action=Action.SIGN_IN,
    ),
    ProblemKind.RATE_LIMITED: Problem(
        kind=ProblemKind.RATE_LIMITED,
        title="Anthropic asks for fewer questions about usage",
        hint="The sign-in is fine; the last reading is kept. `/usage` in Claude Code shows it meanwhile.",
    ),
    ProblemKind.SERVER: Problem(
        kind=ProblemKind.SERVER,
        title="Anthropic's usage service is out of order",
        hint="The last reading is kept; it is asked again after a pause.",
        action=Action.RETRY,
    ),
}


def words(kind: ProblemKind) -> Problem:
    """What a failure of this source is called."""
    return _WORDS.get(kind) or unreached(kind, HOST)


def fetch(world: World, ask: Ask) -> Outcome:
    """The plan's windows; while the toggle is off nothing at all is read."""
    if ask.depth is Depth.FILES or not ask.settings.is_on(ToggleId.CLAUDE_CODE_USAGE):
        return Outcome()
    base = base_url(REAL, VARIABLE, world.env.get(VARIABLE))
    if isinstance(base, Problem):
        return Outcome(problem=base)
    try:
        document = world.vault.claude_document(purpose="ask Anthropic for the plan's usage")
    except VaultError as error:
        return Outcome(problem=error.problem)
    login = classify(document, world.env, world.now())
    if isinstance(login, Problem):
        return Outcome(problem=login)
    account = account_of(world.paths.claude_json)
    if login.expired:
        return Outcome(problem=EXPIRED, account=account)
    key = key_of(ID, login.token)
    held = withheld(world, ask, key, account, words)
    return held or _ask(world, ask, base + PATH, login, key, account)


def _ask(world: World, ask: Ask, url: str, login: Login, key: str, account: str | None) -> Outcome:
    observed_at = world.now()
    headers = _headers(login.token, ask.settings)
    answer = request(world, url, source=ID, purpose="usage of the plan", headers=headers)
    if isinstance(answer, Problem):
        return Outcome(problem=fail(world, key, answer), asked=True, account=account)
    failure = failure_of(answer.status)
    if failure is not None:
        return Outcome(problem=fail(world, key, words(failure), answer), asked=True, account=account)
    reading = parse(answer.body, observed_at)
    if reading is None:
        problem = fail(world, key, words(ProblemKind.BAD_RESPONSE))
        return Outcome(problem=problem, asked=True, account=account)
    succeed(world, key)
    windows, unknown_keys = reading
    snapshot = Snapshot(
        source=ID,
        label=f"Claude {login.plan}" if login.plan else "Claude",
        plan=login.plan,
        tier=login.tier,
        account=account,
        windows=windows,
        fetched_at=observed_at,
    )
    return Outcome(snapshot=snapshot, asked=True, account=account, unknown_keys=unknown_keys)


def _headers(token: str, settings: Settings) -> Mapping[str, str]:
    agent = settings.anthropic_user_agent or ""
    honest = f"claudette-tray/{__version__}"
    return {
        "Authorization": f"Bearer {token}",
        "anthropic-beta": _BETA,
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": agent if agent.strip() and agent.isascii() and agent.isprintable() else honest,
    }
