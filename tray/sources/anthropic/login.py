"""What Claude Code's credential document allows: a token that may be sent, or the words why there is none."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.core.model import Action, Problem, ProblemKind
from tray.metrics.foreign import mapping
from tray.sources.figures import decimal, instant, name
from tray.sources.gated import is_sendable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tray.core.model import Instant

SCOPE = "user:profile"  # what the usage API asks for; a token without it earns a 403 and, repeated, a ban
_LEEWAY = 60.0  # seconds: a token that ends while the request is under way would read as refused
_ACCOUNT_LIMIT = 16 << 20  # bytes; the file keeps prompts and grows, a larger one names no account for us
_TIER_PREFIX = "default_claude_"

_SIGN_IN_HINT = "Sign in with `claude auth login`."
_PLAN_HINT = "The usage API knows Pro, Max and Team plans only: sign in with `claude auth login`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A plan sign-in: `token` may be sent while it has not expired."""

    token: str = field(repr=False)
    expired: bool
    plan: str | None  # "Max"
    tier: str | None  # "MAX 20X"


EXPIRED = Problem(
    kind=ProblemKind.EXPIRED,
    title="Claude Code renews its sign-in the next time it runs",
    hint="Run Claude Code once; the last reading is kept until then.",
)


def classify(document: Mapping[str, object] | None, env: Mapping[str, str], now: Instant) -> Login | Problem:
    """The sign-in in the document `{"claudeAiOauth": {accessToken, expiresAt ms, scopes, ...}}`.

    The environment is looked at only where the document holds no token: Claude Code's own order.
    """
    oauth = mapping(document.get("claudeAiOauth")) if document else {}
    token = oauth.get("accessToken")
    token = token.strip() if isinstance(token, str) else ""
    if not token:
        return _without_token(document, env)
    if not is_sendable(token):
        return _signed_out("Claude Code's access token is damaged")
    scopes = oauth.get("scopes")
    granted = scopes.split() if isinstance(scopes, str) else scopes
    if not isinstance(granted, list) or SCOPE not in granted:
        return Problem(
            kind=ProblemKind.SCOPE,
            title="Claude Code's token is not allowed to ask for usage; it was not sent",
            hint="Tokens of `claude setup-token` can only run prompts. " + _SIGN_IN_HINT,
            action=Action.SIGN_IN,
        )
    return Login(
        token=token,
        expired=_has_expired(oauth.get("expiresAt"), now),
        plan=_plan(oauth.get("subscriptionType")),
        tier=_tier(oauth.get("rateLimitTier")),
    )


def _without_token(document: Mapping[str, object] | None, env: Mapping[str, str]) -> Problem:
    if env.get("CLAUDE_CODE_OAUTH_TOKEN", "").strip():
        return Problem(
            kind=ProblemKind.ENV_TOKEN,
            title="Claude Code signs in with CLAUDE_CODE_OAUTH_TOKEN, which can't ask for usage",
            hint="Sign in once with `claude auth login` to see the plan's limits.",
            action=Action.SIGN_IN,
        )
    if env.get("ANTHROPIC_API_KEY", "").strip():
        return Problem(
            kind=ProblemKind.API_KEY,
            title="Claude Code uses an API key, which has no plan limits",
            hint=_PLAN_HINT,
            action=Action.SIGN_IN,
        )
    if not document:
        return _signed_out("Claude Code is not signed in")
    if "claudeAiOauth" in document:
        return _signed_out("Claude Code is signed out")
    if "mcpOAuth" in document:
        return _signed_out("Claude Code's credential holds sign-ins of MCP servers only")
    return _signed_out("Claude Code's credential holds no sign-in")


def _signed_out(title: str) -> Problem:
    return Problem(kind=ProblemKind.SIGNED_OUT, title=title, hint=_SIGN_IN_HINT, action=Action.SIGN_IN)


def _has_expired(value: object, now: Instant) -> bool:
    """Whether the token's time (epoch ms) is over; an unknown time is for the server to judge."""
    if decimal(value) == 0:
        return True
    end = instant(value)
    return end is not None and end <= now + _LEEWAY


def _plan(value: object) -> str | None:
    """`max` -> `Max`."""
    plan = name(value)
    return plan[0].upper() + plan[1:] if plan else None


def _tier(value: object) -> str | None:
    """`default_claude_max_20x` -> `MAX 20X`."""
    tier = name(value)
    return tier.removeprefix(_TIER_PREFIX).replace("_", " ").strip().upper() or None if tier else None


def account_of(claude_json: Path) -> str | None:
    """A hash of the account that `~/.claude.json` names (`oauthAccount.accountUuid`); None where unknown."""
    try:
        with claude_json.open("rb") as file:
            raw = file.read(_ACCOUNT_LIMIT + 1)
        root = json.loads(raw) if len(raw) <= _ACCOUNT_LIMIT else None
    except (OSError, ValueError, RecursionError):
        return None
    uuid = mapping(mapping(root).get("oauthAccount")).get("accountUuid")
    if not isinstance(uuid, str) or not uuid.strip():
        return None
    return hashlib.sha256(uuid.strip().encode(errors="replace")).hexdigest()[:16]
