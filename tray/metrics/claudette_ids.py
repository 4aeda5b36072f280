"""The index's own numbers of Claudette's chats, and what each of their answers adds to their sums."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tray.metrics.foreign import instant
from tray.metrics.packed import SLOT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from tray.metrics.claudette_rows import Answer

_LATEST = 4_102_444_800  # 2100: what is dated later was not written by a clock


def home_ids(index: sqlite3.Connection, workspaces: Iterable[str]) -> dict[str, int]:
    """The numbers of workspaces, new ones given; inside of a transaction."""
    names = sorted(set(workspaces))
    index.executemany(
        "INSERT OR IGNORE INTO chat_homes(workspace, folder) VALUES (?, '')", [(name,) for name in names]
    )
    found = index.execute(
        "SELECT workspace, id FROM chat_homes WHERE workspace IN (SELECT value FROM json_each(?))",
        (json.dumps(names),),
    )
    return dict(found)


class ChatIds:
    """The chats of some answers; a class, since each answer's dollars depend on those before it.

    Messages that name no chat count for one that is called like their workspace.
    """

    def __init__(self, index: sqlite3.Connection, rows: Sequence[Answer]) -> None:
        self._index = index
        self._slots: dict[str, int | None] = {}  # by minute, as the database writes it
        named = {row.chat or row.workspace: row.workspace for row in rows}
        homes = home_ids(index, named.values())
        index.executemany(
            "INSERT OR IGNORE INTO chats(name, home) VALUES (?, ?)",
            [(name, homes[workspace]) for name, workspace in named.items()],
        )
        # id, dollars before, whether any were recorded
        self._chats: dict[str, list[Any]] = {
            name: [*rest]
            for name, *rest in index.execute(
                "SELECT name, id, before, paid FROM chats WHERE name IN (SELECT value FROM json_each(?))",
                (json.dumps([*named]),),
            )
        }
        self._known = {name: tuple(values) for name, values in self._chats.items()}

    def spent(self, row: Answer) -> tuple[int, int, int, int, int, int, int, float, float, int] | None:
        """An answer as a row of sums, None where there is nothing to add; asked in the order of rows."""
        minute = str(row.at)[:16]
        if minute not in self._slots:
            at = instant(minute)
            self._slots[minute] = None if at is None or not 0 < at < _LATEST else int(at * 1000) // SLOT
        slot = self._slots[minute]
        if slot is None:
            return None
        chat = self._chats[row.chat or row.workspace]
        cost, growth = row.cost or 0.0, 0.0
        if row.cost is not None:
            growth = cost - chat[1] if cost >= chat[1] else cost
            chat[1] = cost
        if not row.call and not cost:
            return None
        chat[2] = chat[2] or int(cost > 0)
        tokens = (row.input, row.output, row.cache_read, row.cache_write)
        return (slot, chat[0], row.call, *tokens, cost, growth, int(cost > 0))

    def write(self, *, settled: bool) -> None:
        """Note what the answers tell of their chats; `settled`: the next dollars follow theirs."""
        self._index.executemany(
            "UPDATE chats SET before = CASE WHEN ? THEN ? ELSE before END, paid = ? WHERE id = ?",
            [
                (settled, before, paid, number)
                for name, (number, before, paid) in self._chats.items()
                if self._known[name] != (number, before, paid)
            ],
        )
