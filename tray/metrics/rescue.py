"""What a damaged index still tells that can't be read again: of files and chats that were deleted since."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

from tray.metrics.index import transaction
from tray.metrics.merge import Merger
from tray.metrics.packed import decode, packed
from tray.metrics.stretch import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def rescue(damaged: Path, db: sqlite3.Connection) -> int:
    """Take the calls and turns of gone files over, as far as they can be read; how many files that were."""
    saved = 0
    with contextlib.suppress(sqlite3.Error):
        old = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        with contextlib.closing(old):
            old.text_factory = lambda raw: raw.decode("utf-8", "replace")
            names = {row[0]: row[1] for row in _rows(old, "SELECT id, name FROM names")}
            gone = "SELECT id, agent, path, parser, gone, calls FROM files WHERE gone IS NOT NULL"
            for number, agent, path, parser, since, blob in _rows(old, gone):
                with contextlib.suppress(sqlite3.Error, ValueError, TypeError, IndexError):
                    reading = _reading(blob, list(_rows(old, _TURNS, number)), names)
                    _take_over(db, (agent, path, parser, since), reading)
                    saved += 1
            with contextlib.suppress(sqlite3.Error):
                _take_over_chats(old, db)
    return saved


_CHATS = ("chat_homes", "chat_kinds", "chats", "chat_runs", "chat_sums", "chat_fresh")
_TURNS = "SELECT key, at, session, project, command FROM turns WHERE file = ?"


def _take_over(db: sqlite3.Connection, file: tuple[str, str, int, int], reading: Reading) -> None:
    with transaction(db):
        number = db.execute(
            "INSERT INTO files(agent, path, parser, gone, offset, state) VALUES (?, ?, ?, ?, 0, '{}')", file
        ).lastrowid
        merger = Merger(db)
        merger.put(number or 0, file[0], reading)
        merger.flush()


def _take_over_chats(old: sqlite3.Connection, db: sqlite3.Connection) -> None:
    """Claudette's chats; its database is read from the start all the same, and what is more there counts."""
    with transaction(db):
        for table in _CHATS:
            rows = list(_rows(old, f"SELECT * FROM {table}"))  # noqa: S608 - names of ours
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608
        db.execute("INSERT INTO chat_marks VALUES ('anew', 1)")
        db.execute("UPDATE chats SET before = 0")


def _reading(blob: bytes, turns: list[tuple[Any, ...]], names: dict[int, str]) -> Reading:
    """What the old index holds of one file, as if it had just been read."""
    strings, calls = decode(blob)
    numbers = {text: number for number, text in enumerate(strings)}

    def number(name: int) -> int:
        return numbers.setdefault(names.get(name, ""), len(numbers))

    said = [(int(key), int(at), number(s), number(p), number(c)) for key, at, s, p, c in turns]
    return Reading(packed(list(numbers), calls, said, []), 0, 0, 0, 0, 0, b"", {}, fresh=False)


def _rows(db: sqlite3.Connection, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
    """The rows up to the first that can't be read."""
    with contextlib.suppress(sqlite3.Error):
        yield from db.execute(query, values)
