"""The index: one SQLite file that remembers every call, so that only what is new in a transcript is read.

It holds numbers, names of models, folders and branches, and instants; never a word of a prompt or an answer.
Calls of deleted transcripts stay. Everything else can be made again from the transcripts, and is where the
file is damaged.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")

BUSY = 15.0  # seconds to wait for another process's write
_AGAIN = 0.02  # seconds between two tries of what SQLite does not wait for itself
_APPLICATION = 0x436C5472  # "ClTr": tells our file from any other SQLite file

# Times are Unix milliseconds, keys 64-bit hashes, texts ids of `names` (0 for none).
#
# files     `calls` is a blob with a file's calls (packed.py), of each key one; `first` and `last`: their span
# keys      which file holds a call: any one of them
# copies    all files that hold a call which is in more than one; one of them `wins`, the others do not count
# sums      the calls that count, by quarter of an hour: the finest step between time zones
# turns     prompts, each for every file that holds it: count distinct keys
# ledgers   what a client summed up for a session; `covered` what the session's lines say, copies included
# unread    how many transcripts were not read yet, when somebody last looked
# changes   how often the index was written; `answers` what was asked of it last, good for one such count
# holds     which files a session is in; `links` the session that a fork shares its beginning with
#
# Of Claudette's database, whatever becomes of it (claudette_calls.py, claudette_chats.py):
# chats       `client`: its last session with a client; `before`: the last dollars of its settled messages;
#             `paid`: whether there were any; `told`: by a transcript, so not counted
# chat_kinds  what runs a chat, by its settings; `chat_homes` the workspaces
# chat_runs   chats that a former client session with a transcript may have been run for
# chat_sums   its settled answers; `cost` adds the dollars up, `growth` takes them for a running total
# chat_fresh  answers that may still change, one by one; `chat_anew` sums of a reading from the start
_SCHEMA = """
CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE files(
  id INTEGER PRIMARY KEY, agent TEXT NOT NULL, path TEXT NOT NULL UNIQUE, device INTEGER, inode INTEGER,
  size INTEGER, mtime INTEGER, offset INTEGER NOT NULL, anchor BLOB, parser INTEGER, state TEXT,
  gone INTEGER, first INTEGER NOT NULL DEFAULT 1, last INTEGER NOT NULL DEFAULT 0, calls BLOB);
CREATE TABLE keys(key INTEGER PRIMARY KEY, file INTEGER NOT NULL);
CREATE TABLE copies(
  key INTEGER NOT NULL, file INTEGER NOT NULL, wins INTEGER NOT NULL, PRIMARY KEY(key, file)) WITHOUT ROWID;
CREATE INDEX copies_file ON copies(file);
CREATE TABLE changes(count INTEGER NOT NULL);
INSERT INTO changes VALUES (0);
CREATE TABLE answers(question TEXT PRIMARY KEY, changes INTEGER NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sessions(session INTEGER PRIMARY KEY, agent TEXT NOT NULL);
CREATE TABLE sums(
  slot INTEGER NOT NULL, session INTEGER NOT NULL, model INTEGER NOT NULL, project INTEGER NOT NULL,
  flags INTEGER NOT NULL, calls INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL,
  reasoning INTEGER NOT NULL, web_searches INTEGER NOT NULL, cost REAL NOT NULL, costed INTEGER NOT NULL,
  PRIMARY KEY(slot, session, model, project, flags)) WITHOUT ROWID;
CREATE TABLE turns(
  key INTEGER NOT NULL, file INTEGER NOT NULL, at INTEGER NOT NULL, session INTEGER NOT NULL,
  project INTEGER NOT NULL, command INTEGER NOT NULL, PRIMARY KEY(file, key)) WITHOUT ROWID;
CREATE TABLE ledgers(
  file INTEGER NOT NULL, session INTEGER NOT NULL, model INTEGER NOT NULL, at INTEGER NOT NULL,
  project INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
  cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL, web_searches INTEGER NOT NULL, cost REAL,
  PRIMARY KEY(session, model, file)) WITHOUT ROWID;
CREATE TABLE holds(
  session INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY(session, file)) WITHOUT ROWID;
CREATE TABLE links(
  session INTEGER NOT NULL, owner INTEGER NOT NULL, PRIMARY KEY(session, owner)) WITHOUT ROWID;
CREATE TABLE covered(
  session INTEGER NOT NULL, model INTEGER NOT NULL, flags INTEGER NOT NULL, input INTEGER NOT NULL,
  output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
  cache_write_1h INTEGER NOT NULL, web_searches INTEGER NOT NULL,
  PRIMARY KEY(session, model, flags)) WITHOUT ROWID;
"""
_CHAT_SUMS = """
  slot INTEGER NOT NULL, chat INTEGER NOT NULL, calls INTEGER NOT NULL, input INTEGER NOT NULL,
  output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, cost REAL NOT NULL,
  growth REAL NOT NULL, paid INTEGER NOT NULL"""
_CHATS = f"""
CREATE TABLE chat_marks(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE chat_homes(id INTEGER PRIMARY KEY, workspace TEXT NOT NULL UNIQUE, folder TEXT NOT NULL);
CREATE TABLE chat_kinds(
  id INTEGER PRIMARY KEY, provider TEXT NOT NULL, choice TEXT NOT NULL, agent TEXT NOT NULL,
  model TEXT NOT NULL, harness TEXT NOT NULL, costs TEXT NOT NULL, UNIQUE(provider, choice));
CREATE TABLE chats(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, home INTEGER NOT NULL, client TEXT, kind INTEGER,
  told INTEGER NOT NULL DEFAULT 0, paid INTEGER NOT NULL DEFAULT 0, before REAL NOT NULL DEFAULT 0);
CREATE INDEX chats_client ON chats(client) WHERE client IS NOT NULL;
CREATE TABLE chat_runs(
  client TEXT NOT NULL, chat INTEGER NOT NULL, last TEXT NOT NULL, PRIMARY KEY(client, chat)) WITHOUT ROWID;
CREATE TABLE chat_sums({_CHAT_SUMS}, PRIMARY KEY(slot, chat)) WITHOUT ROWID;
CREATE TABLE chat_anew({_CHAT_SUMS}, PRIMARY KEY(slot, chat)) WITHOUT ROWID;
CREATE TABLE chat_fresh(id TEXT PRIMARY KEY, place INTEGER NOT NULL, {_CHAT_SUMS}) WITHOUT ROWID;
"""


# What carries an index from each version to the next one; the first step makes it.
_UNREAD = """
CREATE TABLE unread(files INTEGER NOT NULL); INSERT INTO unread VALUES (0);
UPDATE files SET first = min(first, coalesce((SELECT min(at) FROM turns WHERE file = files.id), first)),
  last = max(last, coalesce((SELECT max(at) FROM turns WHERE file = files.id), last)) WHERE first <= last"""
_STEPS: tuple[str, ...] = (_SCHEMA + _CHATS, _UNREAD)
VERSION = len(_STEPS)


class UnusableError(Exception):
    """The index can't be used; the text says why, to people."""


def connect(file: Path, *, write: bool) -> sqlite3.Connection:
    """The index, made where it is missing and mended where it is damaged.

    Without `write` it is opened read-only; a missing one raises `FileNotFoundError`. Raises `UnusableError`
    where a newer program made it, and `sqlite3.OperationalError` where another process keeps it locked.
    """
    if not write:
        return _read_only(file)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return _rebuilt(file) if _is_distrusted(file) else _open(file)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # no database, or a damaged one
        return _rebuilt(file)


def in_memory() -> sqlite3.Connection:
    """An empty index that no file holds."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    carry_forward(db, _STEPS)
    return db


def telling_damage(work: Callable[Concatenate[sqlite3.Connection, P], R]) -> Callable[..., R]:
    """Where damage is met, whoever opens the index next to write makes it anew; the error goes on."""

    @wraps(work)
    def told(db: sqlite3.Connection, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(db, *args, **kwargs)
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # none: a text, a blob
            if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                _distrust(db)
            raise

    return told


def _distrust(db: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        files = {row[1]: row[2] for row in db.execute("PRAGMA database_list")}
        distrust(Path(files["main"]))


def distrust(file: Path) -> None:
    """Note that damage was met in an index."""
    with contextlib.suppress(OSError):
        _mark(file).touch(mode=0o600)


def _mark(file: Path) -> Path:
    return file.with_name(f"{file.name}.damaged")


def _is_distrusted(file: Path) -> bool:
    """Whether damage was met in it; only one of several that ask at once is told so."""
    try:
        _mark(file).unlink()
    except FileNotFoundError:
        return False
    return file.exists()


def _read_only(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise FileNotFoundError(file)
    db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY, isolation_level=None)
    try:
        _check_version(db)
    except BaseException:
        db.close()
        raise
    return db


def _open(file: Path) -> sqlite3.Connection:
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    db = sqlite3.connect(file, timeout=BUSY, isolation_level=None, check_same_thread=False)
    try:
        _log_ahead(db)
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -8000")
        if _check_version(db) < VERSION:
            with transaction(db):
                carry_forward(db, _STEPS)
    except BaseException:
        db.close()
        raise
    return db


def _log_ahead(db: sqlite3.Connection) -> None:
    """Write-ahead logging. SQLite does not wait for another process that is just turning it on: we do."""
    deadline = time.monotonic() + BUSY
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN)
        else:
            return


def carry_forward(db: sqlite3.Connection, steps: tuple[str, ...]) -> None:
    """Take the steps that an index has not seen yet, within the caller's transaction."""
    for number, step in enumerate(steps[_check_version(db) :], _check_version(db) + 1):
        for statement in step.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        db.execute(f"PRAGMA user_version = {number}")


def _check_version(db: sqlite3.Connection) -> int:
    """The schema's version, 0 for a new file. Raises where the file is not ours or from a newer program."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise UnusableError(
            f"The index was made by a newer claudette-tray (schema {version}, this one knows {VERSION})."
        )
    ours = db.execute("PRAGMA application_id").fetchone()[0]
    if version and ours != _APPLICATION:
        raise sqlite3.DatabaseError("not an index of claudette-tray")
    return version


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One write, whole or not at all; counted, so that an answer knows whether it still holds."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("UPDATE changes SET count = count + 1")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # SQLite may have ended it already
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _rebuilt(file: Path) -> sqlite3.Connection:
    """A new index in the place of a damaged one, with what could be read of calls whose files are gone."""
    damaged = file.with_name(f"{file.name}.damaged-{int(time.time())}")
    file.replace(damaged)
    for side in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{file}{side}").replace(Path(f"{damaged}{side}"))
    db = _open(file)
    from tray.metrics.rescue import rescue

    rescue(damaged, db)
    for left in (damaged, Path(f"{damaged}-wal"), Path(f"{damaged}-shm")):
        left.unlink(missing_ok=True)
    return db
