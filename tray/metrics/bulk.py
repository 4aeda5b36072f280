"""Inserts many rows with few statements: one for each row takes SQLite a third longer."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_AT_ONCE = 20  # rows of one statement; older versions of SQLite take 999 values at most


def insert(db: sqlite3.Connection, head: str, rows: Sequence[tuple[Any, ...]], tail: str = "") -> None:
    """Insert rows of one width; `head` goes up to VALUES, `tail` may tell what to do on conflict."""
    if not rows:
        return
    one = f"({', '.join('?' * len(rows[0]))})"
    whole = len(rows) - len(rows) % _AT_ONCE
    if whole:
        together = [tuple(chain.from_iterable(rows[at : at + _AT_ONCE])) for at in range(0, whole, _AT_ONCE)]
        db.executemany(f"{head} {', '.join([one] * _AT_ONCE)} {tail}", together)
    db.executemany(f"{head} {one} {tail}", rows[whole:])
