"""Takes the answers in Claudette's database into the index: each once, whatever becomes of it there.

What has settled is added to the sums by chat and quarter of an hour, in short portions. Newer answers are
kept one by one, under Claudette's ids, and read again each time. An answer that Claudette has deleted stays.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from tray.metrics import claudette_marks as marks
from tray.metrics.claudette_behind import is_behind, seen_before, text
from tray.metrics.claudette_chats import list_chats, list_runs
from tray.metrics.claudette_db import BUSY_TIMEOUT, fingerprint, is_settled, open_view
from tray.metrics.claudette_ids import ChatIds
from tray.metrics.claudette_rows import answers, ends, is_there, portion
from tray.metrics.claudette_told import tell

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tray.metrics.claudette_db import View
    from tray.metrics.claudette_rows import Answer, Ends

_LEAST, _MOST = 500, 20_000  # messages in a portion
_SHORT, _LONG = 0.010, 0.020  # seconds that reading one should take: Claudette waits meanwhile at worst
_SUMS = "slot, chat, calls, input, output, cache_read, cache_write, cost, growth, paid"
_ADDED = ", ".join(f"{name} = {name} + excluded.{name}" for name in _SUMS.split(", ")[2:])
_TAKEN = ", ".join(f"{name} = excluded.{name}" for name in _SUMS.split(", ")[2:])
_ADD = f"""
INSERT INTO {{}}({_SUMS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET {_ADDED}
"""  # noqa: S608 - names of ours
# A quarter of an hour never shrinks: what it had more of was deleted in Claudette since.
_RENEW = f"""
INSERT INTO chat_sums SELECT {_SUMS} FROM chat_anew WHERE 1
ON CONFLICT DO UPDATE SET {_TAKEN} WHERE (excluded.calls, excluded.paid) >= (calls, paid)
"""  # noqa: S608 - names of ours


class _Place(NamedTuple):
    """Up to which row answers are in the sums, that row's message; whether all are read from the start."""

    turn: int
    mark: int
    anchor: str | None
    settled_at: str | None
    anew: bool


def take_in(
    index: sqlite3.Connection,
    db: Path,
    *,
    told: Callable[[int, int], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
    now: float | None = None,
    timeout: float = BUSY_TIMEOUT,
) -> bool:
    """Bring the index up to Claudette's database; True where all of it was taken in.

    `told` hears how many messages are read, of how many, about.

    Where the database is as it was, it is not opened. May be stopped or killed at any time and run beside
    another one: what was taken in stays, and nothing twice. Raises `ClaudetteDbError`.
    """
    at = time.time() if now is None else now
    if not is_behind(index, db):
        return True
    size = min(_LEAST * 4, _MOST)
    ahead: tuple[int, int] | None = None  # the first mark seen, and how many messages lay behind it
    while not stopped():
        seen = fingerprint(db)
        try:
            if seen_before(index) != text(db, seen):
                while (took := _step(index, db, at, size, timeout)) is not None:
                    size = min(max(_LEAST, size if took > _SHORT else size * 2), _MOST)
                    size = max(size // 2, _LEAST) if took > _LONG else size
                    if told is not None:
                        mark = _place(index).mark
                        ahead = ahead or (mark, unread(index, db))
                        told(min(max(mark - ahead[0], 0), ahead[1]), ahead[1])
                    if stopped():
                        return False
                if told is not None and ahead:  # with the last portion came all that may still change
                    told(ahead[1], ahead[1])
                list_chats(index, db, timeout)
            list_runs(index, db, timeout)
            turn = marks.turn(index)
            with marks.written(index, turn):
                tell(index)
                known = text(db, seen) if is_settled(seen, at) else None
                marks.put(index, fingerprint=known)
        except marks.OvertakenError:
            continue
        return True
    return False


def unread(index: sqlite3.Connection, db: Path) -> int:
    """About how many messages are to be read. Raises `ClaudetteDbError`."""
    with open_view(db) as view:
        if not is_there(view):
            return 0
        (last,) = view.row("SELECT coalesce(max(rowid), 0) FROM chat_messages") or (0,)
        place = _place(index)
        return int(last) - (place.mark if _is_same(view, index, place) else 0)


def _step(index: sqlite3.Connection, db: Path, now: float, size: int, timeout: float) -> float | None:
    """Take in one portion; the seconds that its reading took. None after the last, with which all is in."""
    place = _place(index)
    fresh = {row[0]: row for row in index.execute("SELECT * FROM chat_fresh")}
    begun = time.perf_counter()
    with open_view(db, timeout=timeout) as view:
        if not is_there(view):
            return None
        if not _is_same(view, index, place):
            found = None
        else:
            found = ends(view, now, place.settled_at)
            if found.settled > place.mark:
                last, anchor = portion(view, place.mark, found.settled, size)
                rows = answers(view, place.mark, last)
            else:
                last, anchor = place.mark, place.anchor or ""
                rows = answers(view, place.mark, found.last)
                counted = _among(view, fresh, last) if place.anew else set()
    took = time.perf_counter() - begun
    with marks.written(index, place.turn):
        if found is None or (not place.anew and any(_is_back(place, row) for row in rows)):
            _begin_anew(index)
        elif found.settled > place.mark:
            _settle(index, rows, anew=place.anew)
            if not place.anew:
                index.executemany(
                    "DELETE FROM chat_fresh WHERE id = ?", [(row.id,) for row in rows if row.id in fresh]
                )
            marks.put(index, mark=last, anchor=anchor, **_settled_at(found, last))
        else:
            _finish(index, rows, fresh, counted, anew=place.anew)
            return None
    return took


def _place(index: sqlite3.Connection) -> _Place:
    found = dict(index.execute("SELECT name, value FROM chat_marks"))
    return _Place(
        turn=found.get("turn") or 0,
        mark=found.get("mark") or 0,
        anchor=found.get("anchor"),
        settled_at=found.get("settled_at"),
        anew=bool(found.get("anew")),
    )


def _settled_at(found: Ends, last: int) -> dict[str, str | None]:
    return {"settled_at": found.settled_at} if last == found.settled else {}


def _is_same(view: View, index: sqlite3.Connection, place: _Place) -> bool:
    """Whether the rows up to the mark are those that were taken in, but for deleted ones.

    Row ids pass on to other messages once the newest are deleted, by a VACUUM and with another database. Then
    no message at or after the mark has its row any more.
    """
    if place.mark == 0 or view.row(
        "SELECT 1 FROM chat_messages WHERE rowid = ? AND id = ?", place.mark, place.anchor
    ):
        return True
    known = dict(index.execute("SELECT place, id FROM chat_fresh WHERE place > ?", (place.mark,)))
    rows = view.rows(
        "SELECT rowid, id FROM chat_messages WHERE rowid IN (SELECT value FROM json_each(?))",
        json.dumps([*known]),
    )
    return any(known[row] == message for row, message in rows)


def forget(index: sqlite3.Connection) -> None:
    """Have the whole database read again; what it no longer tells stays. Inside of a transaction."""
    _begin_anew(index)
    index.execute("DELETE FROM chat_marks WHERE name NOT IN ('turn', 'mark', 'anchor', 'anew', 'settled_at')")
    marks.put(index, turn=marks.turn(index) + 1)


def _is_back(place: _Place, row: Answer) -> bool:
    """Whether an answer is no newer than what has settled: from a copy, and may be in the sums already."""
    return place.settled_at is not None and str(row.at) <= place.settled_at


def _begin_anew(index: sqlite3.Connection) -> None:
    index.execute("DELETE FROM chat_anew")
    index.execute("UPDATE chats SET before = 0")
    marks.put(index, mark=0, anchor=None, anew=1)


def _settle(index: sqlite3.Connection, rows: list[Answer], *, anew: bool) -> None:
    """Add answers that no longer change to the sums."""
    chats = ChatIds(index, rows)
    sums: dict[tuple[int, int], list[float]] = {}
    for row in rows:
        found = chats.spent(row)
        if found is None:
            continue
        values = sums.setdefault(found[:2], [0, 0, 0, 0, 0, 0.0, 0.0, 0])
        for number, value in enumerate(found[2:]):
            values[number] += value
    table = "chat_anew" if anew else "chat_sums"
    index.executemany(_ADD.format(table), [(*key, *values) for key, values in sums.items()])
    chats.write(settled=True)


def _finish(
    index: sqlite3.Connection,
    rows: list[Answer],
    fresh: dict[str, tuple[Any, ...]],
    counted: set[str],
    *,
    anew: bool,
) -> None:
    """Put the newest answers in the place of what was known of them."""
    if anew:
        index.execute(_RENEW)
        index.execute("DELETE FROM chat_anew")
        marks.put(index, anew=0)
    chats = ChatIds(index, rows)
    found = {row.id: (row.id, row.place, *spent) for row in rows if (spent := chats.spent(row)) is not None}
    index.executemany(
        "INSERT OR REPLACE INTO chat_fresh VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [row for message, row in found.items() if fresh.get(message) != row],
    )
    # Those that are deleted in Claudette stay, under their ids, should they come back.
    index.executemany("DELETE FROM chat_fresh WHERE id = ?", [(message,) for message in counted])
    chats.write(settled=False)


def _among(view: View, messages: Iterable[str], last: int) -> set[str]:
    """Those of these messages that have a row up to the last one that was added up."""
    rows = view.rows(
        "SELECT id FROM chat_messages WHERE rowid <= ? AND id IN (SELECT value FROM json_each(?))",
        *(last, json.dumps([*messages])),
    )
    return {row[0] for row in rows}
