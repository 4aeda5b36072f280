"""Local tokens: this session and the last day, from transcripts and Claudette's database. Asks nobody."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import TYPE_CHECKING

from tray.core.model import Backend, DbState, Kind, Problem, ProblemKind, Role, Snapshot, Window, Words
from tray.core.source import Ask, Outcome, Paths, Root, Source, World

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from tray.core.progress import Progress
    from tray.metrics.local_use import Tokens

_ID = "local"
_DAY = 86_400.0  # seconds

_NO_TURNS = "No turns recorded yet; the rows fill as you chat."
_TRACKED = "Tokens as Claudette recorded them, turn by turn"
_COUNTED = "Input and output tokens as the client's transcripts tell them"
_ESTIMATE = "; the dollars are an estimate"

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
    """The rows of the active session, and of its workspace or project folder."""
    # Loaded with the first fetch: the window shows this source and never reads a transcript.
    import sqlite3

    from tray.metrics.claudette_db import ClaudetteDbError
    from tray.metrics.local_use import Tokens, inside, outside
    from tray.metrics.pricing import Prices

    active = ask.active
    reading = world.transcripts.catch_up()
    prices = Prices(world.paths.prices_file)
    since = world.now() - _DAY
    rows = Tokens(), Tokens()
    with _index(world.paths) as index:
        try:
            if active.chat_session is not None or active.workspace is not None:
                rows = inside(index, world.paths.claudette_db, active, prices, since)
            elif index is not None:
                rows = outside(index, active, prices, since)
        except ClaudetteDbError as error:
            return _unread(error.state, active.backend, reading.progress)
        except sqlite3.Error as error:
            return Outcome(problem=_trouble(f"The index of transcripts can't be read ({error})."))
    return Outcome(
        snapshot=parse(*rows, active.backend, reading.progress),
        problem=_trouble(reading.trouble) if reading.trouble else None,
    )


@contextlib.contextmanager
def _index(paths: Paths) -> Iterator[sqlite3.Connection | None]:
    """The index of transcripts; None where there is none (yet), or none for us: `catch_up` says why."""
    import sqlite3

    from tray.metrics.index import UnusableError, connect

    try:
        db = connect(paths.index_file, write=False)
    except (OSError, UnusableError, sqlite3.Error):
        yield None
        return
    with contextlib.closing(db):
        yield db


def parse(
    session: Tokens, day: Tokens, backend: Backend | None, progress: Progress | None = None
) -> Snapshot:
    """The snapshot of these sums; a row without turns is left out."""
    rows = (("local_session", "This session", session), ("local_24h", "Last 24h", day))
    windows = tuple(_window(key, label, sums, backend) for key, label, sums in rows if sums.turns > 0)
    name, told = ("Last 24h", day) if day.turns else ("This session", session)
    priced = any(window.cost for window in windows)
    return _snapshot(backend, windows, note=" ".join(_notes(name, told, priced=priced)), progress=progress)


def _notes(row: str, told: Tokens, *, priced: bool) -> Iterator[str]:
    from tray.metrics.claudette_tokens import DATABASE

    if told.turns == 0:
        yield _NO_TURNS
    else:
        yield (_TRACKED if told.told_by == (DATABASE,) else _COUNTED) + (_ESTIMATE if priced else "") + "."
    if told.inexact:
        counted = f"{row}: {told.inexact} of {told.turns} calls"
        yield f"{counted} with output under-recorded by this client version."
    if priced and told.unpriced:
        counted = f"{row}: {told.unpriced} of {told.turns} calls"
        yield f"{counted} without a known price, not in the dollars."


def _trouble(title: str) -> Problem:
    return Problem(
        kind=ProblemKind.UNREADABLE,
        title=title,
        hint="`claudette-tray doctor` tells where the index lies; the last numbers stay.",
        quiet=True,
    )


def _unread(state: DbState, backend: Backend | None, progress: Progress | None) -> Outcome:
    match state:
        case DbState.ABSENT | DbState.EMPTY:
            return Outcome(snapshot=_snapshot(backend, note=_NO_TURNS, progress=progress))
        case DbState.LOCKED:
            return Outcome(problem=_LOCKED)
        case DbState.OK | DbState.OLD | DbState.CORRUPT:
            return Outcome(problem=_DAMAGED)


def _window(key: str, label: str, sums: Tokens, backend: Backend | None) -> Window:
    at_home = backend is None or backend.kind in (Kind.OLLAMA, Kind.LM_STUDIO)  # costs nothing, or who knows
    return Window(
        key=key,
        label=label,
        role=Role.THROUGHPUT,
        words=Words.TOKENS,
        unit="tokens",
        used=Decimal(sums.used),
        cost=None if at_home else sums.cost,
        bounded=False,
        observed_at=sums.newest,
        evidence=" and ".join(sums.told_by),
    )


def _snapshot(
    backend: Backend | None,
    windows: tuple[Window, ...] = (),
    *,
    note: str,
    progress: Progress | None = None,
) -> Snapshot:
    return Snapshot(
        source=_ID,
        label=_label(backend),
        note=note,
        progress=progress,
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
    from tray.metrics.roots import transcript_roots

    return (database_root(paths), *transcript_roots(paths))


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
