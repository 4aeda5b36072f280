"""Local tokens: what Claudette's database recorded for this session and for the last day. Asks nobody."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tray.core.model import Backend, DbState, Kind, Problem, ProblemKind, Role, Snapshot, Window, Words
from tray.core.source import Ask, Outcome, Paths, Root, Source, World

if TYPE_CHECKING:
    from tray.metrics.claudette_tokens import LocalUse, Use

_ID = "local"
_DAY = 86_400.0  # seconds

_ELSEWHERE = "Local tokens come from Claudette's database; this session is not in it."
_NO_TURNS = "No turns recorded yet; the rows fill as you chat."
_TRACKED = "Tokens as Claudette recorded them, turn by turn."
_ESTIMATED = "Tokens as Claudette recorded them, turn by turn; the dollars are an estimate."

_LOCKED = Problem(
    kind=ProblemKind.UNREADABLE,
    title="Claudette's database can't be read now.",
    hint="It is read again as soon as it changes; the last numbers stay.",
    quiet=True,
)
_DAMAGED = Problem(
    kind=ProblemKind.UNREADABLE,
    title="Claudette's database is damaged or not one we know.",
    hint="Open Claudette to see whether it still works; the last numbers stay.",
    quiet=True,
)


def fetch(world: World, ask: Ask) -> Outcome:
    """The rows of the active session and its workspace; none outside Claudette."""
    # Loaded with the first fetch: the window shows this source and never reads the database.
    from tray.metrics.claudette_db import ClaudetteDbError
    from tray.metrics.claudette_tokens import read_use

    active = ask.active
    if active.chat_session is None and active.workspace is None:
        elsewhere = active.session is not None or active.folder is not None
        return Outcome(snapshot=_snapshot(active.backend, note=_ELSEWHERE if elsewhere else _NO_TURNS))
    try:
        use = read_use(
            world.paths.claudette_db,
            chat_session=active.chat_session,
            workspace=active.workspace,
            since=world.now() - _DAY,
        )
    except ClaudetteDbError as error:
        return _unread(error.state, active.backend)
    return Outcome(snapshot=parse(use, active.backend))


def parse(use: LocalUse, backend: Backend | None) -> Snapshot:
    """The snapshot of these sums; a row without turns is left out."""
    rows = (
        ("local_session", "This session", use.session),
        ("local_24h", "Last 24h", use.workspace),
    )
    windows = tuple(_window(key, label, sums, backend) for key, label, sums in rows if sums.rows > 0)
    if not windows:
        return _snapshot(backend, note=_NO_TURNS)
    note = _ESTIMATED if any(window.cost for window in windows) else _TRACKED
    return _snapshot(backend, windows, note=note)


def _unread(state: DbState, backend: Backend | None) -> Outcome:
    match state:
        case DbState.ABSENT | DbState.EMPTY:
            return Outcome(snapshot=_snapshot(backend, note=_ELSEWHERE))
        case DbState.LOCKED:
            return Outcome(problem=_LOCKED)
        case DbState.OK | DbState.OLD | DbState.CORRUPT:
            return Outcome(problem=_DAMAGED)


def _window(key: str, label: str, use: Use, backend: Backend | None) -> Window:
    return Window(
        key=key,
        label=label,
        role=Role.THROUGHPUT,
        words=Words.TOKENS,
        unit="tokens",
        used=Decimal(use.prompt + use.completion),
        cost=_cost(use, backend),
        bounded=False,
        observed_at=use.newest,
        evidence="Claudette's database",
    )


def _cost(use: Use, backend: Backend | None) -> Decimal | None:
    """Dollars: what was recorded, else by the price table; a model on this machine costs none."""
    if backend is None or backend.kind in (Kind.OLLAMA, Kind.LM_STUDIO):
        return None
    from tray.metrics.prices import estimate

    return use.cost if use.cost is not None else estimate(backend.model, use.prompt, use.completion)


def _snapshot(backend: Backend | None, windows: tuple[Window, ...] = (), *, note: str) -> Snapshot:
    return Snapshot(
        source=_ID,
        label=_label(backend),
        note=note,
        windows=windows,
        fetched_at=max((w.observed_at for w in windows if w.observed_at is not None), default=None),
    )


def _label(backend: Backend | None) -> str:
    if backend is None:
        return "Local"
    match backend.kind:
        case Kind.ANTHROPIC | Kind.CUSTOM_ANTHROPIC:
            return "Claude Code"
        case Kind.CODEX_NATIVE | Kind.CODEX_SUBSCRIPTION:
            return "Codex"
        case Kind.OPENAI_API | Kind.CUSTOM_OPENAI:
            host = backend.host or ""
            return "OpenRouter" if host == "openrouter.ai" or host.endswith(".openrouter.ai") else "OpenAI"
        case Kind.OLLAMA:
            return "Ollama"
        case Kind.LM_STUDIO:
            return "LM Studio"
        case Kind.PI_SDK:
            return "Pi"


def _drives(backend: Backend) -> bool:
    """Tokens have no cap: for the Claude family, which has a plan, they are listed only."""
    return backend.kind not in (Kind.ANTHROPIC, Kind.CUSTOM_ANTHROPIC)


def _watched(paths: Paths) -> tuple[Root, ...]:
    from tray.metrics.claudette import database_root

    return (database_root(paths),)


SOURCE = Source(
    id=_ID,
    name="Local tokens",
    toggle=None,
    fetch=fetch,
    drives=_drives,
    watched=_watched,
    files=True,
    live=False,
)
