"""Where the key of a backend that speaks to OpenRouter is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tray.core.model import Kind
from tray.core.source import VaultError
from tray.core.toggles import ToggleId
from tray.metrics.foreign import mapping
from tray.sources.gated import is_sendable
from tray.sources.openrouter import ID, drives

if TYPE_CHECKING:
    from tray.core.model import Problem
    from tray.core.source import Ask, World

ENV = "OPENROUTER_API_KEY"
_PURPOSE = "ask OpenRouter for the balance"
_KEY_NAMES = ("key", "apiKey", "api_key", "token")
_GROUPS = ("providers", "auth", "credentials", "apiKeys", "api_keys")
_DEEPEST = 5


def find_key(world: World, ask: Ask) -> tuple[str | None, Problem | None]:
    """The first usable key, and the trouble of a store that could not be looked into where there is none.

    Pi's file while Pi is active, our own key, the environment; last, and only while Claude Code Usage is on,
    Claudette's secret store, because that lies in Claude Code's credential document.
    """
    trouble: Problem | None = None
    for look in (_pi, _own, _environment, _claudette):
        try:
            key = look(world, ask)
        except VaultError as error:
            trouble = trouble or error.problem
            continue
        if key and is_sendable(key):
            return key, None
    return None, trouble


def _pi(world: World, ask: Ask) -> str | None:
    active = ask.active.backend
    if active is None or active.kind is not Kind.PI_SDK:
        return None
    document = world.vault.json_file(world.paths.pi_home / "auth.json", purpose=_PURPOSE)
    return key_in(document or {})


def _own(world: World, ask: Ask) -> str | None:  # noqa: ARG001 - all four ways look alike
    return world.vault.own_key(ID, purpose=_PURPOSE)


def _environment(world: World, ask: Ask) -> str | None:  # noqa: ARG001
    key = world.env.get(ENV, "").strip()
    if key:
        world.ledger.add(
            kind="credential", place=f"environment: {ENV}", purpose=_PURPOSE, result="found", size=len(key)
        )
    return key or None


def _claudette(world: World, ask: Ask) -> str | None:
    """Claudette's secrets of a backend (`agentBackendSecrets.<id>`) or of Pi (`piProviderSecrets`)."""
    active = ask.active.backend
    asking = [
        backend for backend in (active, *ask.activity.claudette.backends) if backend and drives(backend)
    ]
    if not asking or not ask.settings.is_on(ToggleId.CLAUDE_CODE_USAGE):
        return None
    document = world.vault.claude_document(purpose=_PURPOSE) or {}
    backends = mapping(document.get("agentBackendSecrets"))
    for backend in asking:
        key = backends.get(backend.id)
        if backend.kind is Kind.PI_SDK:
            key = mapping(document.get("piProviderSecrets")).get(f"pi_provider:{ID}")
        if isinstance(key, str) and key.strip():
            return key.strip()
    return None


def key_in(document: Mapping[str, object]) -> str | None:
    """OpenRouter's key in Pi's auth.json: under its name at the top, or in one of the usual groups."""
    for place in (document, *(mapping(document.get(group)) for group in _GROUPS)):
        key = _usable(place.get(ID), _DEEPEST)
        if key:
            return key
    return None


def _usable(value: object, depth: int) -> str | None:
    """A text, or the first usable of `key, apiKey, api_key, token` of an object, which may nest."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, Mapping) and depth:
        return next((key for name in _KEY_NAMES if (key := _usable(value.get(name), depth - 1))), None)
    return None
