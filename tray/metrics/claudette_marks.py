"""How far Claudette's database has been taken into the index: names with values, and whose turn it is."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from tray.metrics.index import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_TURN = "turn"  # counts the writes


class OvertakenError(Exception):
    """Another process has written meanwhile: what was read is to be read again."""


def get(index: sqlite3.Connection, name: str) -> Any:
    """The value of a mark, None where there is none."""
    found = index.execute("SELECT value FROM chat_marks WHERE name = ?", (name,)).fetchone()
    return None if found is None else found[0]


def put(index: sqlite3.Connection, **values: object) -> None:
    """Set marks; inside of `written`."""
    index.executemany("INSERT OR REPLACE INTO chat_marks VALUES (?, ?)", values.items())


def turn(index: sqlite3.Connection) -> int:
    """The number of writes so far: to be had before a reading, and given to `written`."""
    return int(get(index, _TURN) or 0)


@contextlib.contextmanager
def written(index: sqlite3.Connection, begun: int) -> Iterator[None]:
    """A transaction that writes what was read since turn `begun`. Raises `OvertakenError`."""
    with transaction(index):
        if turn(index) != begun:
            raise OvertakenError
        yield
        put(index, **{_TURN: begun + 1})
