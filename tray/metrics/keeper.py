"""Keeps the index fresh for the tray: what is quick is read here, the rest by a worker process."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.progress import Progress
from tray.core.source import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.core.source import Paths
    from tray.metrics.agents import Agent
    from tray.metrics.errand import Errand
    from tray.metrics.scan import Task

QUICK_BYTES = 1 << 20  # read at once, in some 10 ms
QUICK_FILES = 32
QUICK_MESSAGES = 10_000  # of Claudette's
CHATS_EVERY = 60.0  # seconds
AGAIN = 60.0  # seconds before a worker that failed is tried again

_Mark = tuple[str, int, int, int]  # a file as it was: path, size, time; and whose parser is to read it again


class Keeper:
    """Reads transcripts into the index, newest first.

    `changed` is called, on another thread, whenever a worker has put more into it and when it has ended.
    Without `worker` only what is quick is read: a command has no time for more.
    """

    def __init__(
        self,
        paths: Paths,
        changed: Callable[[], None] = lambda: None,
        *,
        agents: Sequence[Agent] | None = None,
        worker: bool = True,
        errand: Callable[..., Errand] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._paths = paths
        self._changed = changed
        self._given = agents
        self._worker = worker
        self._make_errand = errand
        self._now = now
        self._errand: Errand | None = None
        self._busy = False  # a worker reads, or its end is just being told
        self._stopped = False
        self._turn = threading.Lock()
        self._begun = 0  # when the worker was sent off, in nanoseconds
        self._sent: frozenset[_Mark] = frozenset()  # what it was to read
        self._done: frozenset[_Mark] = frozenset()  # what an earlier one was done with, read or closed to us
        self._reading = Reading()
        self._failed_at: float | None = None
        self._chats_at = 0.0  # when Claudette's chats may be looked at again
        self._trouble: str | None = None

    def catch_up(self) -> Reading:
        """Read what is new and quick, newest first, and have the rest read; how far that is."""
        from tray.metrics.index import UnusableError

        with self._turn:
            try:
                return self._catch_up()
            except UnusableError as error:
                return Reading(trouble=str(error))
            except (sqlite3.Error, OSError) as error:
                why = (error.strerror if isinstance(error, OSError) else None) or error
                return Reading(trouble=f"The index of transcripts can't be written ({why}).")

    def stop(self) -> None:
        """End the worker for good."""
        self._stopped = True
        if self._errand is not None:
            self._errand.stop()

    @property
    def _agents(self) -> Sequence[Agent]:
        from tray.metrics.registry import ALL

        return ALL if self._given is None else self._given

    def _catch_up(self) -> Reading:
        # Loaded here: a start has no time for the parsers.
        from tray.metrics.discover import discover
        from tray.metrics.index import connect
        from tray.metrics.scan import plan, read_in

        listing = discover(self._agents, self._paths)
        places = (self._paths.index_file, self._paths.claudette_db)
        if not listing.files and not any(place.exists() for place in places):
            return Reading()  # nobody works here: nothing is left behind
        with contextlib.closing(connect(self._paths.index_file, write=True)) as db:
            db.execute("PRAGMA cache_size = -1000")  # KiB: this is the tray
            tasks = plan(db, listing, self._agents)
            marks = {_mark(task): task for task in tasks}
            self._done &= marks.keys()
            tasks = [task for mark, task in marks.items() if mark not in self._done]
            quick, rest = self._split(tasks, self._begun if self._busy else 0)
            read_in(db, quick, self._agents, beyond=len(rest))
            many = self._take_in_chats(db)
        if not rest and not many:
            self._trouble = None
            return Reading()
        if not self._worker or self._stopped:
            return Reading(progress=_ahead(rest, waits=True)) if rest else Reading()
        if not self._busy:
            self._send(rest)
        return self._reading

    def _take_in_chats(self, db: sqlite3.Connection) -> bool:
        """Keep what Claudette recorded before it may be deleted there; True where that takes a worker.

        Once a minute: no number of the tray's waits for it.
        """
        if self._busy or time.monotonic() < self._chats_at:
            return False
        from tray.metrics.claudette_behind import is_behind

        if not self._paths.claudette_db.exists() or not is_behind(db, self._paths.claudette_db):
            return False
        self._chats_at = time.monotonic() + CHATS_EVERY
        from tray.metrics.claudette_calls import take_in, unread
        from tray.metrics.claudette_db import ClaudetteDbError

        try:
            if unread(db, self._paths.claudette_db) > QUICK_MESSAGES:
                return True
            take_in(db, self._paths.claudette_db)
        except ClaudetteDbError:  # whoever shows its numbers says so
            pass
        return False

    def _send(self, rest: list[Task]) -> None:
        if self._failed_at is not None and time.monotonic() - self._failed_at < AGAIN:
            self._reading = Reading(
                progress=_ahead(rest, waits=True) if rest else None, trouble=self._trouble
            )
            return
        from tray.metrics.errand import Errand

        if self._errand is None:
            make = self._make_errand or Errand
            self._errand = make(self._paths, self._told, self._ended)
        self._sent = frozenset(map(_mark, rest))
        self._begun = time.time_ns()
        # Nothing is said of Claudette's chats: no number of the tray's waits for them.
        self._reading = Reading(progress=replace(_ahead(rest), at=self._now()) if rest else None)
        self._errand.start()
        self._busy = True

    def _told(self, progress: Progress) -> None:
        self._reading = Reading(progress=replace(progress, at=self._now()))
        self._changed()

    def _ended(self, trouble: str | None) -> None:
        with self._turn:
            self._busy = False
            self._trouble = trouble and f"Transcripts could not all be read: {trouble}."
            self._failed_at = None if trouble is None else time.monotonic()
            # What is as it was need not be read again, or can't be: without this there would be no end.
            self._done = self._sent if trouble is None else frozenset()
            self._sent = frozenset()
        self._changed()

    def _split(self, tasks: list[Task], begun: int) -> tuple[list[Task], list[Task]]:
        """(what is read at once, the rest); while a worker reads only what changed since it has `begun`."""
        size = 0
        for number, task in enumerate(tasks):
            size += task.rest
            if size > QUICK_BYTES or number == QUICK_FILES or task.found.mtime < begun:
                return tasks[:number], tasks[number:]
        return tasks, []


def _ahead(rest: list[Task], *, waits: bool = False) -> Progress:
    """None of it is read yet."""
    return Progress(files_total=len(rest), size_total=sum(task.rest for task in rest), waits=waits)


def _mark(task: Task) -> _Mark:
    return (task.found.path, task.found.size, task.found.mtime, task.parser if task.reparse else 0)
