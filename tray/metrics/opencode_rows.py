"""Reads OpenCode's messages: rows of its database, and the JSON files that older versions kept instead.

Facts by client version are in docs/sources/opencode.md. What decides here:

- An answer is one message of role "assistant"; its tokens are 0 until the answer is complete.
- A fork copies messages under new ids, with the times and tokens they had: these tell a call, in both forms.
- `output` held the reasoning at first and is without it now; `total`, where it is written, tells which.
- A database that can't be read now raises `OSError`: it is no empty one.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tray.metrics import opencode_message
from tray.metrics.claudette_db import database_uri
from tray.metrics.records import CallRow, Records, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.metrics.agents import State

# A message's JSON, its id, its session, that one's parent and folder, and when it began, where that matters.
_Found = tuple[object, str | None, str | None, str | None, str | None, int | None]
R = TypeVar("R", CallRow, Turn)

_OVERLAP = 60_000  # milliseconds that are read again: rows may be written later than they say
_BUSY = 0.5  # seconds; OpenCode itself waits 5
_LARGEST = 16 << 20  # bytes of a message; what is longer carries the files that were changed
_UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def parse(data: bytes | bytearray, end: int, state: State, path: str) -> Records:
    """The calls and turns of a database or a message's file. Raises `OSError` where it can't be read now.

    With the `state` of an earlier reading only what has changed since: what that one told must be kept.
    """
    del data, end
    rows: dict[str, tuple[str, CallRow]] = {}
    turns: dict[str, tuple[str, Turn]] = {}
    found = _document(path) if path.endswith(".json") else _rows(path, state)
    for raw, own, session, parent, folder, started in found:
        record = opencode_message.record(raw, session=session, side=bool(parent), folder=folder)
        if record is not None and started is not None and record.at < started:
            continue  # older than its session, so a copy of what an earlier reading told
        if isinstance(record, Turn):
            _keep(turns, own or "", record)
        elif record is not None:
            _keep(rows, own or "", record)
    return Records(
        rows=tuple(row for _, row in rows.values()), turns=tuple(turn for _, turn in turns.values())
    )


def _keep(records: dict[str, tuple[str, R]], own: str, record: R) -> None:
    """Of copies the original counts: ids of messages ascend (those of sessions descend)."""
    known = records.get(record.key)
    if known is None or own < known[0]:
        records[record.key] = own, record


def _document(path: str) -> Iterator[_Found]:
    """One message as a file of its own: `storage/message/<session>/msg_….json`."""
    with Path(path).open("rb") as file:
        yield file.read(_LARGEST), Path(path).stem, Path(path).parent.name, None, None, None


def _rows(path: str, state: State) -> Iterator[_Found]:
    """The database's messages, in one transaction that ends at once; none where it lacks such tables.

    All of them, or those that changed since `state` was left, if the columns tell that.
    """
    try:
        with contextlib.closing(_open(path)) as db:
            message, session = _columns(db, "message"), _columns(db, "session")
            if not {"id", "session_id", "data"} <= message:
                return
            dated = "time_updated" in message and {"id", "time_created"} <= session
            since, after = _since(db, path, state) if dated else (None, {})
            parent = "s.parent_id" if {"id", "parent_id"} <= session else "NULL"
            folder = "s.directory" if {"id", "directory"} <= session else "NULL"
            started = "s.time_created" if since is not None else "NULL"
            join = "LEFT JOIN session s ON s.id = m.session_id" if "id" in session else ""
            changed = "AND (m.time_updated >= ? OR typeof(m.time_updated) <> 'integer')"
            limits = (_LARGEST,) if since is None else (_LARGEST, since)
            sql = (
                f"SELECT CAST(m.data AS BLOB), m.id, m.session_id, {parent}, {folder}, {started}"  # noqa: S608
                f" FROM message m {join} WHERE length(m.data) <= ? {'' if since is None else changed}"
            )
            for raw, *texts, began in db.execute(sql, limits):
                yield raw, *(_text(value) for value in texts), began if isinstance(began, int) else None
            state.update(after)
    except sqlite3.Error as error:
        raise OSError(f"OpenCode's database can't be read now: {error}") from error


def _since(db: sqlite3.Connection, path: str, state: State) -> tuple[int | None, State]:
    """From which change on rows are to be read (None: all), and what the state will be after that.

    All are read where it is another file, or where rows have come with times that were passed already.
    """
    stat = os.stat(path)  # noqa: PTH116 - a path is a text here
    file = [stat.st_dev, stat.st_ino]
    count = "SELECT count(*) FROM message WHERE time_updated < ?"
    newest = "SELECT max(time_updated) FROM message WHERE typeof(time_updated) = 'integer'"
    upto = min(db.execute(newest).fetchone()[0] or 0, time.time_ns() // 1_000_000) - _OVERLAP
    after = {"file": file, "upto": upto, "before": db.execute(count, (upto,)).fetchone()[0]}
    since, before = state.get("upto"), state.get("before", 0)
    if state.get("file") != file or since is None or db.execute(count, (since,)).fetchone()[0] > before:
        return None, after
    return since, after


def _open(path: str) -> sqlite3.Connection:
    """The database, read-only and at the start of a transaction."""
    try:
        return _begun(path)
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code not in _UNWRITABLE or _has_log(path):
            raise
        # A folder we can't write to: SQLite can't make its side files there.
        return _begun(path, immutable=True)


def _begun(path: str, *, immutable: bool = False) -> sqlite3.Connection:
    uri = database_uri(Path(path).absolute(), immutable=immutable)
    db = sqlite3.connect(uri, uri=True, timeout=_BUSY, isolation_level=None)
    try:
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        db.execute("PRAGMA query_only = 1")
        db.execute("BEGIN")
        db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # this first read fixes the view
    except BaseException:
        db.close()
        raise
    return db


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _has_log(path: str) -> bool:
    try:
        return os.stat(f"{path}-wal").st_size > 0  # noqa: PTH116 - a path is a text here
    except OSError:
        return False
