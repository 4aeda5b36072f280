"""Brings the index up to what the transcripts tell now: reads what changed, newest first, only its tail."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics import unread
from tray.metrics.agents import Form
from tray.metrics.discover import Found, Listing, discover
from tray.metrics.index import telling_damage, transaction
from tray.metrics.lines import STRETCH
from tray.metrics.registry import ALL

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Sequence

    from tray.core.source import Paths
    from tray.metrics.agents import Agent
    from tray.metrics.merge import Merger
    from tray.metrics.stretch import Reading

_COMMIT_AFTER = 0.2  # seconds of work that a kill may cost
_MANY = 64  # changed files from which on the index's keys are loaded rather than looked up one by one
_ALONE_MOST = 24 << 20  # bytes that are read without a second process

_COMPARED = "SELECT path, size, mtime, inode, parser, gone, device, inode, agent, id FROM files"
_ADD_FILE = """
INSERT INTO files(agent, path, device, inode, size, mtime, offset, anchor, parser, state)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGE_FILE = """
UPDATE files SET device = ?, inode = ?, size = ?, mtime = ?, offset = ?, anchor = ?, parser = ?, state = ?,
  gone = NULL WHERE id = ?
"""


class Progress(NamedTuple):
    """How far a scan is; bytes are those of changed files."""

    files: int
    files_total: int
    size: int
    size_total: int


class Known(NamedTuple):
    """A file as the index has it."""

    id: int
    agent: str
    path: str
    device: int
    inode: int
    size: int
    mtime: int
    offset: int
    anchor: bytes
    parser: int
    state: str
    gone: int | None


class Task(NamedTuple):
    """A file to be read; `known` is None for a new one, `reparse` is for one that an older parser read."""

    found: Found
    known: Known | None
    parser: int
    reparse: bool
    rest: int  # bytes to be read


def scan(
    db: sqlite3.Connection,
    places: Paths,
    *,
    agents: Sequence[Agent] = ALL,
    told: Callable[[Progress], None] = lambda progress: None,
    stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Read what changed since the last time; True where the index is complete now.

    Safe beside another scan of the same index: what that one has read meanwhile is not taken in twice. May be
    stopped or killed at any time: what was read before stays.
    """
    tasks = plan(db, discover(agents, places), agents)
    shared = sum(task.rest for task in tasks) > _ALONE_MOST
    return read_in(db, tasks, agents, told=told, stopped=stopped, shared=shared)


@telling_damage
def read_in(
    db: sqlite3.Connection,
    tasks: Sequence[Task],
    agents: Sequence[Agent],
    *,
    told: Callable[[Progress], None] = lambda progress: None,
    stopped: Callable[[], bool] = lambda: False,
    shared: bool = False,
    beyond: int = 0,
) -> bool:
    """Read these files and take them in; True where all was. `shared`: by two processes, if that can be.

    How many are still to be read stands in the index meanwhile, with `beyond`, which are left to others.
    """
    if not tasks:
        if unread.marked(db) != beyond:
            with transaction(db):
                unread.mark(db, beyond)
        return True
    readings = _read_all(tasks, {agent.id: agent for agent in agents}, shared=shared)
    total = sum(task.rest for task in tasks)
    collecting = gc.isenabled()
    gc.disable()  # nothing here makes cycles, and looking for them among so many tuples costs a tenth
    try:
        return _take_in(db, readings, len(tasks), total, beyond, told, stopped)
    finally:
        if collecting:
            gc.enable()


@telling_damage
def plan(db: sqlite3.Connection, listing: Listing, agents: Sequence[Agent]) -> list[Task]:
    """What is to be read, newest first; moved and deleted files are noted in the index right here."""
    parsers = {agent.id: agent for agent in agents}
    versions = {agent.id: agent.version for agent in agents}
    here = {found.path for found in listing.files}
    # Of most files nothing is asked but whether they are the same as before: whole rows are for the others.
    known = {row[0]: row for row in db.execute(_COMPARED)}
    away = {row[6:8]: row for path, row in known.items() if path not in here and row[8] in parsers}
    tasks, moved, back = [], [], []
    for found in listing.files:
        row, version = known.get(found.path), versions[found.agent]
        if row is not None and row[1:6] == (found.size, found.mtime, found.inode, version, None):
            continue
        old = None
        if row is not None:
            old = _known(db, row[9])
        elif (row := away.get((found.device, found.inode))) is not None and row[8] == found.agent:
            old = _known(db, row[9])
            if _is_same(found, old):
                del away[found.device, found.inode]
                moved.append((found.path, old.id))
            else:
                old = None
        agent = parsers[found.agent]
        reparse = old is not None and old.parser != version
        if old is not None and old.gone is not None:
            back.append((old.id,))
        same = old is not None and (old.size, old.mtime, old.inode) == (found.size, found.mtime, found.inode)
        if not same or reparse:
            rest = _rest(agent, found, None if reparse else old)
            tasks.append(Task(found, old, version, reparse, rest))
    unreadable = tuple(os.path.join(folder, "") for folder in listing.unreadable)  # noqa: PTH118
    gone = [
        (time.time_ns() // 1_000_000, row[9])
        for row in away.values()
        if row[5] is None and not f"{row[0]}{os.sep}".startswith(unreadable)
    ]
    if moved or back or gone:
        with transaction(db):
            db.executemany("UPDATE files SET path = ? WHERE id = ?", moved)
            db.executemany("UPDATE files SET gone = NULL WHERE id = ?", back)
            db.executemany("UPDATE files SET gone = ? WHERE id = ?", gone)
    tasks.sort(key=lambda task: -task.found.mtime)
    return tasks


def _known(db: sqlite3.Connection, file: int) -> Known:
    columns = ", ".join(Known._fields)
    return Known(*db.execute(f"SELECT {columns} FROM files WHERE id = ?", (file,)).fetchone())  # noqa: S608


def _rest(agent: Agent, found: Found, old: Known | None) -> int:
    """Bytes that are to be read: of a document all, of a database that is known what was added."""
    if old is None or agent.form is Form.WHOLE:
        return found.size
    read_ = old.size if agent.form is Form.DATABASE else old.offset
    return found.size - read_ if found.size >= read_ else found.size


def _is_same(found: Found, old: Known) -> bool:
    """Whether a file is the one that lay elsewhere: its number alone may have passed on to another file."""
    from tray.metrics.stretch import anchor_of

    if old.size > found.size:
        return False
    try:
        with open(found.path, "rb", buffering=0) as file:  # noqa: PTH123
            return old.offset > 0 and anchor_of(file.fileno(), old.offset) == old.anchor
    except OSError:
        return False


def _read_all(
    tasks: Sequence[Task], agents: dict[str, Agent], *, shared: bool
) -> Generator[tuple[Task, Reading | None], None, None]:
    """Each task with its reading, None where the file can't be read (any more)."""
    if shared:
        from tray.metrics.pool import can_share, read_shared

        if can_share():
            yield from read_shared(tasks, agents)
            return
    buffer = bytearray(STRETCH)
    for task in tasks:
        yield task, read_task(task, agents[task.found.agent], buffer)


def read_task(task: Task, agent: Agent, buffer: bytearray) -> Reading | None:
    """The reading of one file; None where it can't be read."""
    from tray.metrics.stretch import read

    found, known = task.found, task.known
    try:
        if known is None or task.reparse or known.inode != found.inode or known.size == found.size:
            return read(agent, found.path, 0, b"", {}, buffer)  # new, or written anew: it has not just grown
        return read(agent, found.path, known.offset, known.anchor, json.loads(known.state), buffer)
    except OSError:
        return None


def _take_in(
    db: sqlite3.Connection,
    readings: Generator[tuple[Task, Reading | None], None, None],
    files: int,
    size: int,
    beyond: int,
    told: Callable[[Progress], None],
    stopped: Callable[[], bool],
) -> bool:
    """Write what was read, some files at a time."""
    # Loaded where there is something to take in: most looks find nothing new.
    from tray.metrics.covered import cover
    from tray.metrics.merge import Merger

    done_files = done_size = 0
    version = None
    merger: Merger | None = None
    batch: list[tuple[Task, Reading]] = []
    begun = time.monotonic()

    def write() -> None:
        nonlocal merger, version
        with transaction(db):
            now = db.execute("PRAGMA data_version").fetchone()[0]
            if merger is None or now != version:  # another process wrote: what we remember may be old
                known = {row[0] for row in db.execute("SELECT key FROM keys")} if files >= _MANY else None
                merger, version = Merger(db, known), now
            for task, reading in batch:
                _store(db, merger, task, reading)
            merger.flush()
            cover(db, merger.changed)
            merger.changed.clear()
            unread.mark(db, files - done_files + beyond)
        batch.clear()

    with contextlib.closing(readings):
        for task, reading in readings:
            done_files, done_size = done_files + 1, done_size + task.rest
            if reading is not None:
                batch.append((task, reading))
            if time.monotonic() - begun > _COMMIT_AFTER:
                write()
                told(Progress(files=done_files, files_total=files, size=done_size, size_total=size))
                begun = time.monotonic()
                if stopped():
                    return False
    if batch or unread.marked(db) != beyond:
        write()
    told(Progress(files=files, files_total=files, size=size, size_total=size))
    return True


def _store(db: sqlite3.Connection, merger: Merger, task: Task, reading: Reading) -> None:
    """Take one reading in, unless another process has read that file meanwhile."""
    found, known = task.found, task.known
    now = db.execute("SELECT id, offset, parser FROM files WHERE path = ?", (found.path,)).fetchone()
    if (now and tuple(now)) != (known and (known.id, known.offset, known.parser)):
        return
    values = (
        *(reading.device, reading.inode, reading.size, reading.mtime, reading.offset, reading.anchor),
        *(task.parser, json.dumps(reading.state, separators=(",", ":"))),
    )
    if now is None:
        file = db.execute(_ADD_FILE, (found.agent, found.path, *values)).lastrowid
        assert file is not None
    else:
        file = now[0]
        db.execute(_CHANGE_FILE, (*values, file))
    merger.put(file, found.agent, reading, reparsed=task.reparse, new=now is None)
