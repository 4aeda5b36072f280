"""Claudette's backends from its settings: the list it shows, which one is meant, and what its costs mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tray.core.model import Backend, Kind
from tray.metrics.foreign import mapping, name, parse_json, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The settings that name backends; those of one chat session come from `session_keys`.
KEYS = (
    "agent_backends_config",
    "default_agent_backend",
    "default_model",
    "codex_enabled",
    "experimental_codex_enabled",
    "alternative_backends_enabled",
)
_FIRST = "anthropic"  # never stored, always there, the default of the default
_CODEX = "codex"
_LEGACY_CODEX = ("experimental-codex", "codex-subscription")


class Costs(StrEnum):
    """What the dollars that Claudette records for a turn are."""

    CUMULATIVE = "cumulative"  # of the CLI process so far (harness `claude_code`)
    PER_TURN = "per_turn"
    NONE = "none"  # a model on this machine: whatever was recorded, nothing was paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A backend of the list with the harness that runs it."""

    backend: Backend
    harness: str

    @property
    def costs(self) -> Costs:
        if self.backend.kind in (Kind.OLLAMA, Kind.LM_STUDIO):
            return Costs.NONE
        return Costs.CUMULATIVE if self.harness == "claude_code" else Costs.PER_TURN


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The backends in Claudette's order, and its defaults."""

    entries: tuple[Entry, ...]
    default_id: str
    default_model: str | None

    @property
    def backends(self) -> tuple[Backend, ...]:
        return tuple(entry.backend for entry in self.entries)

    def pick(self, wanted: str | None) -> Entry | None:
        """The entry with that id, else the default, else the first, else None."""
        return pick(self.entries, wanted or self.default_id, self.default_id)

    def default(self) -> Backend | None:
        """The backend of a new session."""
        return self.of_session({}, None)

    def of_session(self, settings: Mapping[str, str], chat_session: str | None) -> Backend | None:
        """The backend of a chat session with the model it runs; `settings` holds its `session_keys`."""
        provider, model = (settings.get(key) for key in session_keys(chat_session))
        entry, model = self.pick(text(provider)), name(model)
        if entry is None:
            return None
        backend = entry.backend
        return _with_model(backend, model or self.default_model or backend.model or "opus")


def session_keys(chat_session: str | None) -> tuple[str, str]:
    """The settings of one chat session: its backend id, its model."""
    return f"model_provider:{chat_session or ''}", f"model:{chat_session or ''}"


def pick(entries: Iterable[Entry], wanted: str, default: str) -> Entry | None:
    """The entry with the wanted id, else with the default id, else the first; "enabled" is not asked."""
    known = {entry.backend.id: entry for entry in entries}
    if wanted in _LEGACY_CODEX and wanted not in known:
        wanted = _CODEX
    return known.get(wanted) or known.get(default) or next(iter(known.values()), None)


def read_listing(settings: Mapping[str, str]) -> Listing:
    """The list from `app_settings` (`KEYS`, and `session_keys` of the sessions in question).

    Stored entries replace the built-in one of their id; others follow in their order. What can't be read is
    left out: a bad entry alone, or a corrupt array as a whole.
    """
    stored = _stored(settings.get("agent_backends_config"))
    default_id = text(settings.get("default_agent_backend")) or _FIRST
    asked = {default_id, *stored, *(v for k, v in settings.items() if k.startswith("model_provider:"))}
    entries = {e.backend.id: e for e in _BUILT_IN if e.backend.kind not in _RETIRED or e.backend.id in asked}
    entries |= stored
    if not _codex_is_on(settings):
        entries.pop(_CODEX, None)
    if settings.get("alternative_backends_enabled") == "false":
        entries = {
            name: e for name, e in entries.items() if name in (_FIRST, _CODEX)
        }  # Codex has its own switch
    if default_id in _LEGACY_CODEX:
        default_id = _CODEX
    return Listing(
        entries=tuple(entries.values()),
        default_id=default_id if default_id in entries else _FIRST,
        default_model=name(settings.get("default_model")),
    )


def host_of(url: object) -> str | None:
    """The lower-case host of an endpoint's URL; None without a scheme or where it is no URL."""
    try:
        parts = urlsplit(text(url) or "")
    except ValueError:
        return None
    return parts.hostname if parts.scheme else None


def _codex_is_on(settings: Mapping[str, str]) -> bool:
    switch = settings.get("codex_enabled", settings.get("experimental_codex_enabled"))
    return switch != "false"


def _with_model(backend: Backend, model: str) -> Backend:
    """The backend running this model; Pi's ids name the provider: "openrouter/anthropic/claude-sonnet-4"."""
    provider = backend.provider
    if backend.kind is Kind.PI_SDK and "/" in model:
        provider = model.partition("/")[0].lower()
    return replace(backend, model=model, provider=provider)


def _stored(config: str | None) -> dict[str, Entry]:
    found = parse_json(config)
    read = [_entry(mapping(item)) for item in found] if isinstance(found, list) else []
    return {entry.backend.id: entry for entry in read if entry is not None}


def _entry(item: Mapping[str, object]) -> Entry | None:
    """One stored backend; None where it has no id, a kind we don't know, or is hidden."""
    own_id, kind = text(item.get("id")), text(item.get("kind"))
    if own_id is None or kind not in {k.value for k in Kind} or own_id == "codex-subscription":
        return None
    label = name(item.get("label"), 60)
    if own_id in _LEGACY_CODEX:
        own_id, label = _CODEX, "Codex"
    label = label or name(own_id, 60) or kind
    backend = Backend(kind=Kind(kind), id=own_id, label=label, host=host_of(item.get("base_url")))
    model = name(item.get("default_model"))
    return Entry(
        backend=_with_model(backend, model) if model else backend,
        harness=text(item.get("runtime_harness")) or _harness(backend.kind),
    )


def _harness(kind: Kind) -> str:
    match kind:
        case Kind.CODEX_NATIVE | Kind.CODEX_SUBSCRIPTION:
            return "codex_app_server"
        case Kind.PI_SDK:
            return "pi_sdk"
        case (
            Kind.ANTHROPIC
            | Kind.CUSTOM_ANTHROPIC
            | Kind.OPENAI_API
            | Kind.CUSTOM_OPENAI
            | Kind.OLLAMA
            | Kind.LM_STUDIO
        ):
            return "claude_code"


# Kinds of Claudette 0.25 and before: listed where something still names them.
_RETIRED = (Kind.PI_SDK, Kind.LM_STUDIO)
_BUILT_IN = tuple(
    Entry(backend=Backend(kind=kind, id=own_id, label=label, model=model, host=host), harness=_harness(kind))
    for kind, own_id, label, model, host in (
        (Kind.ANTHROPIC, _FIRST, "Claude Code", "opus", None),
        (Kind.OLLAMA, "ollama", "Ollama", None, "localhost"),
        (Kind.OPENAI_API, "openai-api", "OpenAI API", None, "api.openai.com"),
        (Kind.CODEX_NATIVE, _CODEX, "Codex", "gpt-5.4", None),
        (Kind.PI_SDK, "pi", "Pi", None, None),
        (Kind.LM_STUDIO, "lm-studio", "LM Studio", None, "localhost"),
    )
)
