"""Claudette's chats in the index: what runs them, in which folder, and which sessions their clients had.

What a person sets now holds for all of a chat. Of a chat that was deleted the last that was known stays.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from tray.metrics import claudette_marks as marks
from tray.metrics.claudette_db import open_view
from tray.metrics.claudette_ids import home_ids
from tray.metrics.claudette_kinds import place_kinds
from tray.metrics.claudette_runs import candidates, read_runs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tray.metrics.claudette_db import View
    from tray.metrics.claudette_runs import Run

CHUNK = 10_000  # rows in one transaction, so that none lasts long
_LOOKED_AT = 5  # times as many whose digest is made in one
_MANY, _FEW = 2_000, 300  # client sessions that are looked for, and looked into, in one

_CHATS = ("id", "workspace_id", "session_id")
_ADD_CHAT = """
INSERT INTO chats(name, home, client) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
  home = excluded.home, client = coalesce(excluded.client, client)
  WHERE home != excluded.home OR (excluded.client IS NOT NULL AND client IS NOT excluded.client)
"""
_FORMER = """
SELECT n.name FROM sessions s JOIN names n ON n.id = s.session
WHERE NOT EXISTS (SELECT 1 FROM chats c WHERE c.client = n.name)
"""


def list_chats(index: sqlite3.Connection, db: Path, timeout: float) -> None:
    """Bring what is known of the chats up to date. Raises `OvertakenError` and `ClaudetteDbError`."""
    for rows in _changed(index, db, timeout):
        homes = home_ids(index, (row[1] for row in rows))
        index.executemany(_ADD_CHAT, [(chat, homes[home], client or None) for chat, home, client in rows])
    turn = marks.turn(index)
    with open_view(db, timeout=timeout) as view:
        folders = _folders(view)
    with marks.written(index, turn):
        index.executemany(
            "UPDATE chat_homes SET folder = ?2 WHERE workspace = ?1 AND folder != ?2", list(folders.items())
        )
    place_kinds(index, db, timeout)


def list_runs(index: sqlite3.Connection, db: Path, timeout: float) -> None:
    """Find out for which chats those sessions were run that have a transcript and no chat names any more.

    Raises `OvertakenError` and `ClaudetteDbError`.
    """
    turn = marks.turn(index)
    known = set(index.execute("SELECT client, last FROM chat_runs"))
    former = [client for (client,) in index.execute(_FORMER)]
    for start in range(0, len(former), _MANY):
        with open_view(db, timeout=timeout) as view:
            listed = read_runs(view, former[start : start + _MANY])
        runs = [run for run in listed if (run.id, run.last) not in known]
        for few in range(0, len(runs), _FEW):
            with open_view(db, timeout=timeout) as view:
                found = [(run, candidates(view, run)) for run in runs[few : few + _FEW]]
            with marks.written(index, turn):
                _add_runs(index, found)
            turn += 1


def _add_runs(index: sqlite3.Connection, found: list[tuple[Run, set[str]]]) -> None:
    homes = home_ids(index, (run.workspace for run, _ in found))
    pairs = [(run, chat) for run, chats in found for chat in chats]
    index.executemany(
        "INSERT OR IGNORE INTO chats(name, home) VALUES (?, ?)",
        [(chat, homes[run.workspace]) for run, chat in pairs],
    )
    index.executemany(
        "INSERT INTO chat_runs SELECT ?, id, ? FROM chats WHERE name = ?"
        " ON CONFLICT DO UPDATE SET last = excluded.last",
        [(run.id, run.last, chat) for run, chat in pairs],
    )


def _changed(index: sqlite3.Connection, db: Path, timeout: float) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of those parts of the list of chats that changed; the index is open for writing meanwhile.

    A digest of each part is kept, of the id and of what may change: that is had in a tenth of the time.
    """
    turn = marks.turn(index)
    here = "FROM chat_sessions WHERE rowid BETWEEN ? AND ?"
    text = f"SELECT group_concat(id || ifnull(session_id, '')) {here}"
    with open_view(db, timeout=timeout) as view:
        if not view.has("chat_sessions", *_CHATS):
            return
        (first,) = view.row("SELECT min(rowid) FROM chat_sessions") or (None,)
        (last,) = view.row("SELECT max(rowid) FROM chat_sessions") or (None,)
    parts = range(first // CHUNK, last // CHUNK + 1) if first is not None else range(0)
    known = dict(index.execute("SELECT name, value FROM chat_marks WHERE name LIKE ?", ("chat_sessions:%",)))
    for start in range(parts.start, parts.stop, _LOOKED_AT):
        some = range(start, min(start + _LOOKED_AT, parts.stop))
        with open_view(db, timeout=timeout) as view:
            texts = [view.row(text, *_span(part)) for part in some]
        for part, found in zip(some, texts, strict=True):
            digest = blake2b(str(found and found[0]).encode("utf-8", "replace"), digest_size=8).hexdigest()
            if known.pop(f"chat_sessions:{part}", None) == digest:
                continue
            with open_view(db, timeout=timeout) as view:
                rows = view.rows(f"SELECT {', '.join(_CHATS)} {here}", *_span(part))
            with marks.written(index, turn):
                yield [row for row in rows if all(isinstance(value, str) for value in row[:2])]
                marks.put(index, **{f"chat_sessions:{part}": digest})
            turn += 1
    if known:  # parts that are no longer there
        with marks.written(index, turn):
            index.executemany("DELETE FROM chat_marks WHERE name = ?", [(name,) for name in known])


def _span(part: int) -> tuple[int, int]:
    return part * CHUNK, (part + 1) * CHUNK - 1


def _folders(view: View) -> dict[str, str]:
    """By workspace the folder that its agents work in: the worktree, else the repository."""
    if not view.has("workspaces", "id", "repository_id"):
        return {}
    tree = "w.worktree_path" if view.has("workspaces", "worktree_path") else "NULL"
    repository = view.has("repositories", "id", "path")
    rows = view.rows(
        f"SELECT w.id, coalesce(nullif({tree}, ''), {'r.path' if repository else 'NULL'})"  # noqa: S608
        f" FROM workspaces w {'LEFT JOIN repositories r ON r.id = w.repository_id' if repository else ''}"
    )
    return {workspace: folder for workspace, folder in rows if isinstance(folder, str)}
