"""The index for an answer of the activity: opened read-only, or made in memory where there is none yet."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics import kept, unread
from tray.metrics.claudette_db import ClaudetteDbError
from tray.metrics.index import VERSION, UnusableError, connect, in_memory

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from tray.core.source import Paths

PATIENCE = 2.0  # seconds an answer may take to read what nobody has put into an index yet


class Opened(NamedTuple):
    """`db` is in a transaction; `state` changes with what it holds.

    `whole`: whether all transcripts are in it that were there when somebody last looked, `taken`: whether
    Claudette's messages are.
    """

    db: sqlite3.Connection
    state: object
    whole: bool
    taken: bool
    trouble: str | None


class IndexSource:
    """Opens the index; a class, since it keeps the one in memory."""

    def __init__(self, places: Paths, clock: Callable[[], float], patience: float = PATIENCE) -> None:
        self._places, self._clock, self._patience = places, clock, patience
        self._spare: sqlite3.Connection | None = None

    @contextlib.contextmanager
    def open(self, trouble: str | None = None) -> Iterator[Opened]:
        """Closed again at the end; with `trouble` already met in the file, the one in memory.

        Raises `sqlite3.Error` where the file is damaged.
        """
        file = self._places.index_file
        try:
            db = connect(file, write=False) if trouble is None else None
        except FileNotFoundError:
            db = None
        except UnusableError as error:
            db, trouble = None, str(error)
        if db is not None:
            with contextlib.closing(db), _viewed(db):
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version:  # else it is just being made
                    self.close()
                    state = (file.stat().st_ino, kept.count(db))
                    # An older program's has no such mark; who writes to it next carries it forward.
                    whole = version < VERSION or not unread.marked(db)
                    yield Opened(db, state, whole=whole, taken=self._has_chats(db), trouble=None)
                    return
        db, taken = self._take_in()
        whole = trouble is None and not unread.is_behind(
            self._places
        )  # nothing to read: nobody made an index
        with _viewed(db):
            yield Opened(db, kept.count(db), whole=whole, taken=taken, trouble=trouble)

    def close(self) -> None:
        if self._spare is not None:
            self._spare.close()
            self._spare = None

    def _take_in(self) -> tuple[sqlite3.Connection, bool]:
        from tray.metrics.claudette_calls import take_in

        if self._spare is None:
            self._spare = in_memory()
        end = time.monotonic() + self._patience
        taken = True
        with contextlib.suppress(ClaudetteDbError):  # whoever reads the sessions says so
            taken = take_in(
                self._spare,
                self._places.claudette_db,
                stopped=lambda: time.monotonic() > end,
                now=self._clock(),
            )
        return self._spare, taken

    def _has_chats(self, db: sqlite3.Connection) -> bool:
        if db.execute("SELECT 1 FROM chat_marks LIMIT 1").fetchone():
            return True
        return not self._places.claudette_db.exists()


@contextlib.contextmanager
def _viewed(db: sqlite3.Connection) -> Iterator[None]:
    """One view of it, whatever a scan writes meanwhile."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
