"""Tokens and dollars that Claudette recorded for one chat session and for the last day of its workspace."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tray.metrics import claudette_backends as backends
from tray.metrics.claudette_backends import Costs
from tray.metrics.claudette_db import BUSY_TIMEOUT, View, open_view
from tray.metrics.foreign import instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tray.core.model import Instant

DATABASE = "Claudette's database"  # where all this is read, for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Sums over the assistant's messages; cached tokens are left out, as in Claudette's own meter."""

    rows: int = 0
    prompt: int = 0  # tokens
    completion: int = 0  # tokens
    cost: Decimal | None = None  # dollars, an estimate; None where nothing was recorded
    newest: Instant | None = None  # when the newest of the messages was written


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalUse:
    """What one chat session used in its whole life, and its workspace since a moment."""

    session: Use
    workspace: Use


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """Which messages count: a condition on `chat_messages` and its values."""

    where: str
    values: tuple[object, ...]


def read_use(
    db: Path,
    *,
    chat_session: str | None,
    workspace: str | None,
    since: Instant,
    without: frozenset[str] = frozenset(),
    timeout: float = BUSY_TIMEOUT,
) -> LocalUse:
    """The use of a chat session (all time) and of a workspace (from `since`), from one transaction.

    `without` are chat sessions whose use is told elsewhere, a workspace for its messages that name none: they
    are left out. Raises `ClaudetteDbError`.
    A database of an older schema answers with what it has.
    """
    with open_view(db, timeout=timeout) as view:
        session = day = Use()
        chats = view.has("chat_messages", "chat_session_id")
        if chat_session is not None and chat_session not in without and chats:
            session = _use(view, _Scope(where="chat_session_id = ?", values=(chat_session,)), None)
        if workspace is not None and view.has("chat_messages", "workspace_id"):
            start = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%d %H:%M:%S")
            scope = _Scope(where="workspace_id = ? AND created_at >= ?", values=(workspace, start))
            if without and chats:
                marks = ", ".join("?" * len(without))
                where = f"{scope.where} AND coalesce(chat_session_id, workspace_id) NOT IN ({marks})"
                scope = _Scope(where=where, values=(*scope.values, *without))
            day = _use(view, scope, start)
        return LocalUse(session=session, workspace=day)


def growth(costs: Iterable[Decimal], before: Decimal | None) -> Decimal:
    """What a counter that only grows has added: each step's growth, or the value itself after a drop.

    `before` is the value that stood there earlier. (0.10, 0.22, 0.05) after None: 0.10 + 0.12 + 0.05.
    """
    total, last = Decimal(0), before or Decimal(0)
    for cost in costs:
        total += cost - last if cost >= last else cost
        last = cost
    return total


def _use(view: View, scope: _Scope, start: str | None) -> Use:
    """The sums of a scope; `start` is its first moment as the database writes it, None from the beginning."""
    prompt, completion = (
        f"total({column})" if view.has("chat_messages", column) else "0"
        for column in ("input_tokens", "output_tokens")
    )
    found = view.row(
        f"SELECT count(*), {prompt}, {completion}, max(created_at) FROM chat_messages"  # noqa: S608
        f" WHERE role = 'assistant' AND {scope.where}",
        *scope.values,
    )
    assert found is not None  # an aggregate always has one row
    return Use(
        rows=found[0],
        prompt=_whole(found[1]),
        completion=_whole(found[2]),
        cost=_cost(view, scope, start),
        newest=instant(found[3]),
    )


def _cost(view: View, scope: _Scope, start: str | None) -> Decimal | None:
    """The dollars recorded in a scope, each chat session by the rule of its harness.

    The `claude` CLI reports what its process has cost so far, and Claudette stores that per answer: only the
    growth counts. Every other harness reports the cost of the turn.
    """
    if not view.has("chat_messages", "cost_usd"):
        return None
    session = "chat_session_id" if view.has("chat_messages", "chat_session_id") else "NULL"
    recorded: dict[tuple[str, str | None], list[Decimal]] = {}
    for workspace, chat, raw in view.rows(
        f"SELECT workspace_id, {session}, cost_usd FROM chat_messages"  # noqa: S608
        f" WHERE role = 'assistant' AND cost_usd IS NOT NULL AND {scope.where} ORDER BY created_at, rowid",
        *scope.values,
    ):
        cost = _dollars(raw)
        if cost is not None:
            recorded.setdefault((workspace, chat), []).append(cost)
    settings = view.settings(*backends.KEYS, *(backends.session_keys(chat)[0] for _, chat in recorded))
    listing = backends.read_listing(settings)
    paid: Decimal | None = None
    for (workspace, chat), costs in recorded.items():
        entry = listing.pick(settings.get(backends.session_keys(chat)[0]))
        rule = entry.costs if entry else Costs.PER_TURN
        if rule is Costs.NONE or not any(costs):
            continue
        before = _cost_before(view, session, workspace, chat, start) if start else None
        paid = (paid or Decimal(0)) + (growth(costs, before) if rule is Costs.CUMULATIVE else sum(costs))
    return paid


def _cost_before(view: View, session: str, workspace: str, chat: str | None, start: str) -> Decimal | None:
    """The chat session's last recorded cost before the scope begins."""
    found = view.row(
        "SELECT cost_usd FROM chat_messages WHERE role = 'assistant' AND cost_usd IS NOT NULL"  # noqa: S608
        f" AND workspace_id = ? AND {session} IS ? AND created_at < ?"
        " ORDER BY created_at DESC, rowid DESC LIMIT 1",
        workspace,
        chat,
        start,
    )
    return _dollars(found[0]) if found else None


def _dollars(raw: object) -> Decimal | None:
    if not isinstance(raw, int | float) or not math.isfinite(raw) or raw < 0:
        return None
    return Decimal(repr(raw))


def _whole(raw: float) -> int:
    """Tokens of a sum; below 0 or beyond all bounds can only be rubbish and counts as 0."""
    return max(int(raw), 0) if math.isfinite(raw) else 0
