"""When each source is asked again, and when anything at all is due. Pure: the engine only waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from tray.core.active import in_use
from tray.core.model import ProblemKind

if TYPE_CHECKING:
    from tray.core.model import Board, Entry, Instant
    from tray.core.source import Source

BUSY = 5 * 60.0  # seconds between questions while the backend works
QUIET = 30 * 60.0  # and while it does not: the same plan is used on the web and on other machines
AFTER_RESET = 30.0  # seconds after a known reset, so that the server has rolled over too
JITTER = 0.10

# Nothing changes here until the client or the person does something; the file watcher tells when.
WAITS_FOR_OTHERS = frozenset(
    {
        ProblemKind.EXPIRED,
        ProblemKind.SIGNED_OUT,
        ProblemKind.SCOPE,
        ProblemKind.ENV_TOKEN,
        ProblemKind.API_KEY,
        ProblemKind.FORBIDDEN,
        ProblemKind.NO_CLIENT,
        ProblemKind.NO_KEY,
        ProblemKind.UNREADABLE,
    }
)


def jitter(source: str, base: Instant) -> float:
    """A factor of 0.9 to 1.1 that is the same for the same question: no clock, no random state."""
    return 1 + JITTER * (crc32(f"{source}{base:.3f}".encode()) / 0x7FFFFFFF - 1)


def newest_reading(entry: Entry) -> Instant | None:
    """When the newest dated window of an entry was read."""
    if entry.snapshot is None:
        return None
    return max((w.observed_at for w in entry.snapshot.windows if w.observed_at is not None), default=None)


def resets(entry: Entry) -> list[Instant]:
    """The known resets of an entry's windows."""
    if entry.snapshot is None:
        return []
    return [w.resets_at for w in entry.snapshot.windows if w.resets_at is not None]


def live_due(source: Source, board: Board, now: Instant) -> Instant | None:
    """When a source's network or client is due to be asked; None: only when a person asks.

    Only the source of the active backend has a due time: 5 minutes after the newest reading while the
    backend is in use, else 30 minutes and once shortly after a known reset. A gate's wait comes on top.
    """
    backend = board.active.backend
    if not source.live or backend is None or not source.drives(backend):
        return None
    if not board.settings.is_on(source.toggle):
        return None
    entry = board.entry(source.id)
    told = [at for at in (entry.tried_at, newest_reading(entry)) if at is not None]
    if not told:
        return now
    base = min(max(told), now)  # a clock that was set back must not postpone the question
    waits = entry.problem is not None and entry.problem.kind in WAITS_FOR_OTHERS
    pace = BUSY if in_use(board.active, now) and not waits else QUIET
    due = base + pace * jitter(source.id, base)
    boundaries = [at + AFTER_RESET for at in resets(entry) if at + AFTER_RESET > base]
    due = min([due, *boundaries])
    return max(due, entry.next_at) if entry.next_at is not None else due


def next_event(sources: tuple[Source, ...], board: Board, now: Instant) -> Instant | None:
    """The next instant at which something changes by itself: a question falls due, or a window resets."""
    times = [due for source in sources if (due := live_due(source, board, now)) is not None]
    for entry in board.entries:
        times += [at for at in resets(entry) if at > now]
    return min(times, default=None)
