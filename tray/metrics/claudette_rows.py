"""Messages in Claudette's database: how far they go, which have settled, what the answers among them used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.counts import MOST
from tray.metrics.foreign import instant

if TYPE_CHECKING:
    from tray.metrics.claudette_db import View

# Claudette writes an answer without its tokens and adds them when the turn has ended. So those of the last
# day are read again each time, but no more than the newest few thousand.
SETTLED_AFTER = 86_400.0  # seconds
FRESH_MOST = 5_000

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")


class Answer(NamedTuple):
    """An answer with tokens or dollars; `place` is its row id, `call` whether tokens were recorded."""

    place: int
    id: str
    chat: str | None
    workspace: str
    at: str
    call: int
    input: int
    output: int
    cache_read: int
    cache_write: int
    cost: float | None


class Ends(NamedTuple):
    """`settled`: the row up to which messages no longer change, and its time; `last`: the newest row."""

    settled: int
    settled_at: str | None
    last: int


def is_there(view: View) -> bool:
    """Whether the database has messages of a kind that we know."""
    return view.has("chat_messages", "id", "workspace_id", "role", "created_at")


def ends(view: View, now: float, former: str | None) -> Ends:
    """How far the messages go; `former`: what had settled stays so, though clocks and rows may move."""
    bound = stamp(now - SETTLED_AFTER)
    if former is not None:
        bound = max(bound, former)
    (last,) = view.row("SELECT coalesce(max(rowid), 0) FROM chat_messages") or (0,)
    over = view.row("SELECT created_at FROM chat_messages ORDER BY rowid DESC LIMIT 1 OFFSET ?", FRESH_MOST)
    if over is not None and instant(over[0]) is not None:
        bound = max(bound, str(over[0]))  # all of a second, so that its rest is not taken for an old copy
    found = view.row(
        "SELECT place, at FROM (SELECT rowid place, created_at at FROM chat_messages"
        " ORDER BY rowid DESC LIMIT ?) WHERE at <= ? LIMIT 1",
        *(FRESH_MOST + 1, bound),
    )
    if found is None:
        return Ends(0, former, last)
    at = instant(found[1])
    written = str(found[1]) if at is not None and at <= now else ""
    return Ends(found[0], max(written, former or "") or None, last)


def stamp(at: float) -> str:
    """An instant as Claudette writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def portion(view: View, after: int, settled: int, size: int) -> tuple[int, str]:
    """The row, and its message, with which the next portion of settled messages ends."""
    found = view.row(
        "SELECT rowid, id FROM chat_messages WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT 1 OFFSET ?",
        *(after, settled, size - 1),
    ) or view.row("SELECT rowid, id FROM chat_messages WHERE rowid = ?", settled)
    assert found is not None  # `ends` has seen it in this transaction
    return found[0], str(found[1])


def answers(view: View, after: int, last: int) -> list[Answer]:
    """The answers between two rows, in the order they were written."""
    has = {name: view.has("chat_messages", name) for name in (*_TOKENS, "cost_usd", "chat_session_id")}
    tokens = ", ".join(_count(name) if has[name] else "0" for name in _TOKENS)
    call = " OR ".join(f"{name} IS NOT NULL" for name in _TOKENS[:2] if has[name]) or "0"
    cost = f"CASE WHEN cost_usd BETWEEN 0 AND {MOST} THEN cost_usd END" if has["cost_usd"] else "NULL"
    chat = "chat_session_id" if has["chat_session_id"] else "NULL"
    rows = view.rows(
        f"SELECT rowid, id, {chat}, workspace_id, created_at, {call}, {tokens}, {cost} FROM chat_messages"  # noqa: S608
        f" WHERE role = 'assistant' AND ({call} OR {cost} IS NOT NULL) AND rowid > ? AND rowid <= ?"
        " ORDER BY rowid",
        *(after, last),
    )
    return [Answer(*row) for row in rows]


def _count(name: str) -> str:
    whole = f"CAST({name} AS INTEGER)"
    return f"CASE WHEN {whole} BETWEEN 1 AND {MOST} THEN {whole} ELSE 0 END"
