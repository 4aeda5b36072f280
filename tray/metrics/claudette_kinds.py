"""What runs each of Claudette's chats, by its settings: agent, model, and what its dollars mean."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING

from tray.metrics import claudette_backends as backends
from tray.metrics import claudette_marks as marks
from tray.metrics.claudette_backends import Costs
from tray.metrics.claudette_db import open_view

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tray.metrics.claudette_backends import Listing

AGENT = "claudette"

_FEW = 400  # chats whose settings are looked up one by one rather than reading all
_CHUNK = 10_000  # settings in one transaction
_BY = ("model", "model_provider")
_ADD = """
INSERT INTO chat_kinds(provider, choice, agent, model, harness, costs) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET agent = excluded.agent, model = excluded.model, harness = excluded.harness,
  costs = excluded.costs
"""


def place_kinds(index: sqlite3.Connection, db: Path, timeout: float) -> None:
    """Give every chat its kind. Raises `OvertakenError` and `ClaudetteDbError`."""
    turn = marks.turn(index)
    with open_view(db, timeout=timeout) as view:
        common = view.settings(*backends.KEYS)
    digest = blake2b(json.dumps(common, sort_keys=True).encode(), digest_size=8)
    for text in _texts(db, timeout):
        digest.update(text.encode("utf-8", "replace"))
    same = marks.get(index, "settings") == digest.hexdigest()
    new = [
        name for (name,) in index.execute("SELECT name FROM chats WHERE kind IS NULL LIMIT ?", (_FEW + 1,))
    ]
    if same and not new:
        return
    if same and len(new) <= _FEW:
        keys = [f"{by}:{chat}" for chat in new for by in _BY]
        with open_view(db, timeout=timeout) as view:
            settings = common | view.settings(*keys)
        chats = [(number, chat, None) for number, chat in _numbers(index, new)]
    else:
        settings = common | _all(db, timeout)
        chats = index.execute("SELECT id, name, kind FROM chats").fetchall()
    _place(index, db, turn, settings, chats, digest.hexdigest(), timeout)


def _place(
    index: sqlite3.Connection,
    db: Path,
    turn: int,
    settings: Mapping[str, str],
    chats: Sequence[tuple[int, str, int | None]],
    digest: str,
    timeout: float,
) -> None:
    listing = backends.read_listing(settings)
    known = {row[:2]: row[2] for row in index.execute("SELECT provider, choice, id FROM chat_kinds")}
    wanted = [(number, chat, kind, _choice(settings, chat)) for number, chat, kind in chats]
    changed = [row for row in wanted if row[2] is None or known.get(row[3]) != row[2]]
    bare = [row[1] for row in changed if row[2] is not None and row[3] == ("", "")]
    deleted = set(bare) - _living(db, bare, timeout) if bare else set()
    pairs = {row[3] for row in wanted} | known.keys()
    with marks.written(index, turn):
        index.executemany(_ADD, [(*pair, *_kind(listing, *pair)) for pair in sorted(pairs)])
        kinds = {row[:2]: row[2] for row in index.execute("SELECT provider, choice, id FROM chat_kinds")}
        index.executemany(
            "UPDATE chats SET kind = ? WHERE id = ?",
            [(kinds[pair], number) for number, chat, _, pair in changed if chat not in deleted],
        )
        marks.put(index, settings=digest)


def _choice(settings: Mapping[str, str], chat: str) -> tuple[str, str]:
    provider, model = backends.session_keys(chat)
    return settings.get(provider, ""), settings.get(model, "")


def _kind(listing: Listing, provider: str, choice: str) -> tuple[str, str, str, str]:
    """(agent, model, harness, rule of cost)."""
    entry = listing.pick(provider or None)
    keys = backends.session_keys(None)
    backend = listing.of_session(dict(zip(keys, (provider, choice), strict=True)), None)
    if entry is None:
        return AGENT, (backend and backend.model) or "", "", Costs.PER_TURN.value
    agent = f"{AGENT}/{entry.backend.kind.value}"
    return agent, (backend and backend.model) or "", entry.harness, entry.costs.value


def _numbers(index: sqlite3.Connection, chats: list[str]) -> list[tuple[int, str]]:
    found = index.execute(
        "SELECT id, name FROM chats WHERE name IN (SELECT value FROM json_each(?))", (json.dumps(chats),)
    )
    return found.fetchall()


def _living(db: Path, chats: list[str], timeout: float) -> set[str]:
    with open_view(db, timeout=timeout) as view:
        if not view.has("chat_sessions", "id"):
            return set()
        rows = view.rows(
            "SELECT id FROM chat_sessions WHERE id IN (SELECT value FROM json_each(?))", json.dumps(chats)
        )
    return {row[0] for row in rows}


def _texts(db: Path, timeout: float) -> Iterator[str]:
    """The settings of all chats, many in one text."""
    for by in _BY:
        last: str | None = f"{by}:"
        while last is not None:
            with open_view(db, timeout=timeout) as view:
                if not view.has("app_settings", "key", "value"):
                    return
                found = view.row(
                    "SELECT group_concat(key || char(10) || value, char(10)), max(key), count(*) FROM ("
                    "SELECT key, value FROM app_settings WHERE key > ? AND key < ? ORDER BY key LIMIT ?)",
                    *(last, f"{by};", _CHUNK),
                )
            text, end, count = found or (None, None, 0)
            yield f"{by} {text}\n"
            last = end if count == _CHUNK else None


def _all(db: Path, timeout: float) -> dict[str, str]:
    """The backend and the model of every chat that has its own, read some at a time."""
    found: dict[str, str] = {}
    for by in _BY:
        last: str | None = f"{by}:"
        while last is not None:
            with open_view(db, timeout=timeout) as view:
                if not view.has("app_settings", "key", "value"):
                    return found
                rows = view.rows(
                    "SELECT key, value FROM app_settings WHERE key > ? AND key < ? ORDER BY key LIMIT ?",
                    *(last, f"{by};", _CHUNK),
                )
            found.update((key, value) for key, value in rows if isinstance(value, str))
            last = rows[-1][0] if len(rows) == _CHUNK else None
    return found
