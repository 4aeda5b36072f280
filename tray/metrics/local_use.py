"""What one session and its folder's last day came to: from transcripts, else from Claudette's database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tray.metrics.claudette_clients import read_clients
from tray.metrics.claudette_tokens import DATABASE, Use, read_use
from tray.metrics.recent_use import Spent, home_of, known_sessions, of_folder, of_sessions
from tray.metrics.registry import ALL

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tray.core.model import Active, Instant
    from tray.metrics.pricing import Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One row: input + output tokens of `turns` turns or calls, of which `inexact` have inexact numbers.

    `cost`: US dollars, None where unknown; it is without the `unpriced` turns. `newest`: Unix seconds.
    `told_by`: what it was read from, for people.
    """

    turns: int = 0
    used: int = 0
    inexact: int = 0
    cost: Decimal | None = None
    unpriced: int = 0
    newest: Instant | None = None
    told_by: tuple[str, ...] = ()

    def __add__(self, other: Tokens) -> Tokens:
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        times = [at for at in (self.newest, other.newest) if at is not None]
        return Tokens(
            turns=self.turns + other.turns,
            used=self.used + other.used,
            inexact=self.inexact + other.inexact,
            cost=sum(costs, Decimal(0)) if costs else None,
            unpriced=self.unpriced + other.unpriced,
            newest=max(times, default=None),
            told_by=(*self.told_by, *(name for name in other.told_by if name not in self.told_by)),
        )


def outside(
    index: sqlite3.Connection, active: Active, prices: Prices, since: Instant
) -> tuple[Tokens, Tokens]:
    """(the session, its project folder from `since` on) of a client that works outside Claudette."""
    session = _of_spent(of_sessions(index, [active.session], prices)) if active.session else Tokens()
    home = home_of(index, active.session) if active.session else None
    folder = home or active.folder
    day = _of_spent(of_folder(index, folder, prices, int(since * 1000))) if folder else Tokens()
    return session, day


def inside(
    index: sqlite3.Connection | None, db: Path, active: Active, prices: Prices, since: Instant
) -> tuple[Tokens, Tokens]:
    """(the chat session, its workspace from `since` on). Raises `ClaudetteDbError`.

    A chat's own rows in the database count only where none of its client's sessions has a transcript.
    """
    chat, workspace = active.chat_session, active.workspace
    clients: Mapping[str, frozenset[str]] = {}
    if index is not None:
        known = partial(known_sessions, index)
        clients = read_clients(db, known, chat_session=chat, workspace=workspace)
    told = frozenset(clients)
    use = read_use(db, chat_session=chat, workspace=workspace, since=since, without=told)
    model = active.backend.model if active.backend else None
    session, day = (_of_use(found, model, prices) for found in (use.session, use.workspace))
    if index is not None and told:
        if chat in told:
            session = _of_spent(of_sessions(index, clients[chat], prices))
        every = frozenset().union(*clients.values())
        day = _of_spent(of_sessions(index, every, prices, int(since * 1000))) + day
    return session, day


def _of_spent(spent: Spent) -> Tokens:
    return Tokens(
        turns=spent.calls,
        used=spent.input + spent.output,
        inexact=spent.inexact,
        cost=None if spent.cost is None else Decimal(str(spent.cost)),
        unpriced=spent.unpriced,
        newest=None if spent.newest is None else spent.newest / 1000,
        told_by=tuple(f"{name} transcript" for name in _labels(spent.agents)),
    )


def _labels(agents: Iterable[str]) -> list[str]:
    known = {agent.id: agent.label for agent in ALL}
    return [known.get(agent, agent) for agent in agents]


def _of_use(use: Use, model: str | None, prices: Prices) -> Tokens:
    cost = use.cost if use.cost is not None else _estimate(use, model, prices)
    return Tokens(
        turns=use.rows,
        used=use.prompt + use.completion,
        cost=cost,
        newest=use.newest,
        told_by=(DATABASE,) if use.rows else (),
    )


def _estimate(use: Use, model: str | None, prices: Prices) -> Decimal | None:
    """Dollars by the price of the newest turn's day; counts below 0 count as 0."""
    if use.newest is None:
        return None
    price = prices.find(model, datetime.fromtimestamp(use.newest, UTC).date().isoformat())
    if price is None:
        return None
    dollars = price.cost(
        input=max(use.prompt, 0),
        output=max(use.completion, 0),
        cache_read=0,
        cache_write_5m=0,
        cache_write_1h=0,
    )
    return Decimal(str(dollars))
