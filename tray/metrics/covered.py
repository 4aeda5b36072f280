"""What the lines of a session account for, kept beside its ledger: the difference is what no line tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.packed import SUMMED, decode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from tray.metrics.packed import PackedCall

_SUM = "INSERT INTO covered VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def cover(db: sqlite3.Connection, sessions: Iterable[int]) -> None:
    """Sum up again what the lines of these sessions tell, where they have a ledger."""
    for session in sessions:
        (until,) = db.execute("SELECT max(at) FROM ledgers WHERE session = ?", (session,)).fetchone()
        if until is None:
            continue
        sums: dict[tuple[str, int], list[int]] = {}
        for model, call in _calls(db, session, until):
            counts = (call[6], call[7], call[8], call[9], call[10], call[12])
            known = sums.setdefault((model, call[13] & SUMMED), [0] * len(counts))
            for column, value in enumerate(counts):
                known[column] += value
        rows = [(session, _id(db, model), flags, *counts) for (model, flags), counts in sums.items()]
        db.execute("DELETE FROM covered WHERE session = ?", (session,))
        db.executemany(_SUM, rows)


def _calls(db: sqlite3.Connection, session: int, until: int) -> Iterable[tuple[str, PackedCall]]:
    """A session's calls up to its ledger, with their models, each once: a side question repeats them."""
    (name,) = db.execute("SELECT name FROM names WHERE id = ?", (session,)).fetchone()
    files = "SELECT calls FROM holds JOIN files ON id = file WHERE session = ? AND calls IS NOT NULL"
    best: dict[int, tuple[str, PackedCall]] = {}
    for (blob,) in db.execute(files, (session,)):
        strings, calls = decode(blob)
        for call in calls:
            known = best.get(call[0])
            if call[1] > until or strings[call[2]] != name:
                continue
            if known is None or sum(call[6:11]) > sum(known[1][6:11]):
                best[call[0]] = (strings[call[3]], call)
    return best.values()


def _id(db: sqlite3.Connection, name: str) -> int:
    found = db.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
    return int(found[0]) if found else 0
