"""Claudette's database, opened: one short read-only transaction, a clear state for all that can be wrong."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tray.core.model import DbState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path, PurePath

    from tray.core.model import Instant

    Stamp = tuple[int, int, int]  # time of the last write in ns, size, inode
    _Columns = Mapping[str, frozenset[str]]  # by table

BUSY_TIMEOUT = 2.0  # seconds; Claudette itself waits 30
_PAUSES = (0.02, 0.1)  # between tries, seconds: side files come and go while Claudette opens and closes
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN)
_COARSEST = 2.0  # seconds
_UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)

# What this program reads. A database that lacks any of it is an older one: what it has is used.
_READ: Mapping[str, frozenset[str]] = {
    "app_settings": frozenset({"key", "value"}),
    "workspaces": frozenset({"id", "status"}),
    "chat_sessions": frozenset({"id", "workspace_id", "session_id", "status", "sort_order", "created_at"}),
    "chat_messages": frozenset(
        {"workspace_id", "role", "created_at", "cost_usd", "input_tokens", "output_tokens", "chat_session_id"}
    ),
    "agent_sessions": frozenset({"id", "last_message_at"}),
    "deleted_agent_sessions": frozenset({"id"}),
}


class ClaudetteDbError(Exception):
    """Claudette's database gives no answer; `state` says why."""

    def __init__(self, state: DbState) -> None:
        super().__init__(f"Claudette's database: {state.value}")
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One open transaction, and the columns of each table that this database has."""

    connection: sqlite3.Connection
    columns: Mapping[str, frozenset[str]]

    @property
    def state(self) -> DbState:
        """OK, or OLD where something we read is missing."""
        return DbState.OK if all(self.has(table, *names) for table, names in _READ.items()) else DbState.OLD

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table is there, with these columns."""
        return self.columns.get(table, frozenset()).issuperset(columns) and table in self.columns

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
        return found

    def settings(self, *keys: str) -> dict[str, str]:
        """Rows of `app_settings` by key; a key without a row, or with a value that is no text, is absent."""
        if not self.has("app_settings", "key", "value"):
            return {}
        found = ((key, self.row("SELECT value FROM app_settings WHERE key = ?", key)) for key in keys)
        return {key: row[0] for key, row in found if row is not None and isinstance(row[0], str)}


@contextmanager
def open_view(db: Path, *, timeout: float = BUSY_TIMEOUT, like: View | None = None) -> Iterator[View]:
    """A consistent view of the database, closed at once on leaving; keep the body short.

    `timeout`: seconds to wait for a lock. `like`: a view just had, whose columns are taken for those of this
    one, which takes a millisecond less. Raises `ClaudetteDbError`.
    """
    view = _begin(db, timeout, None if like is None else like.columns)
    try:
        yield view
    except sqlite3.Error as error:
        raise ClaudetteDbError(_state(error)) from error
    finally:
        view.connection.close()


def fingerprint(db: Path) -> tuple[Stamp | None, Stamp | None]:
    """Changes whenever the database may have changed; two stats, nothing is opened.

    An absent `-wal` and an empty one are equal: our own read-only open may leave an empty one.
    """
    return _stamp(db), _stamp(_wal(db))


def is_settled(marks: Iterable[Stamp | None], now: Instant) -> bool:
    """Whether a next write will show in the fingerprint: the times of files have steps, some of 2 seconds."""
    return all(mark is None or mark[0] / 1e9 < now - _COARSEST for mark in marks)


def database_uri(path: PurePath, *, immutable: bool = False) -> str:
    """The URI for SQLite of an absolute path; `?`, `#`, `%` and spaces in it are quoted.

    A Windows share is `file://server/share/...` to the world, but SQLite takes no host: it becomes a path.
    """
    uri = path.as_uri()
    if not uri.startswith("file:///"):
        uri = "file://" + uri.removeprefix("file:")
    return f"{uri}?mode=ro{'&immutable=1' if immutable else ''}"


def _begin(db: Path, timeout: float, columns: _Columns | None) -> View:
    give_up = time.monotonic() + timeout
    for pause in (*_PAUSES, None):
        if not _is_file(db):
            raise ClaudetteDbError(DbState.ABSENT)
        try:
            return _open(db, timeout, columns)
        except sqlite3.Error as error:
            code = _code(error)
            if pause is not None and code in _PASSING and time.monotonic() < give_up:
                time.sleep(pause)
                continue
            if code in _UNWRITABLE and _stamp(_wal(db)) is None:
                return _open_unwritable(db, timeout, columns)
            raise ClaudetteDbError(_state(error)) from error
    raise AssertionError  # the last try returns or raises


def _open_unwritable(db: Path, timeout: float, columns: _Columns | None) -> View:
    """The last resort: a folder we can't write to, so that SQLite can't make the side files of a reader.

    Nothing waits in a `-wal` (there is none), so the file alone is the whole truth.
    """
    try:
        return _open(db, timeout, columns, immutable=True)
    except sqlite3.Error as error:
        raise ClaudetteDbError(_state(error)) from error


def _open(db: Path, timeout: float, columns: _Columns | None, *, immutable: bool = False) -> View:
    uri = database_uri(db.absolute(), immutable=immutable)
    connection = sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)
    try:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA query_only = 1")
        connection.execute("BEGIN")
        return View(connection=connection, columns=_columns(connection) if columns is None else columns)
    except BaseException:
        connection.close()
        raise


def _columns(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """The columns by table; this first read fixes the transaction's view of the database."""
    found: dict[str, frozenset[str]] = {}
    for table, column in connection.execute(
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
    ):
        found[table] = found.get(table, frozenset()) | {column}
    if _READ.keys().isdisjoint(found):
        raise ClaudetteDbError(DbState.EMPTY)
    return found


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; errors of the Python module itself have none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _state(error: sqlite3.Error) -> DbState:
    match _code(error):
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_FORMAT:
            return DbState.CORRUPT
        case sqlite3.SQLITE_ERROR:  # a table or column is not what we know
            return DbState.OLD
        case _:  # busy, can't be opened, no permission, an I/O error: can't be read now
            return DbState.LOCKED


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _wal(db: Path) -> Path:
    return db.with_name(db.name + "-wal")


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found.st_size else None
