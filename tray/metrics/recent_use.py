"""What the index tells of one conversation, or of a folder's last day: tokens, calls, dollars.

What a client's ledger tells beside the lines (compaction, background calls) counts, at the ledger's time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.hidden import INEXACT, hidden
from tray.metrics.history import calls
from tray.metrics.packed import SLOT, flags_of, quality
from tray.metrics.priced import Counts, dollars, uncosted
from tray.metrics.zones import DAY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Container, Iterable, Iterator

    from tray.metrics.hidden import Hidden
    from tray.metrics.pricing import Prices

_SUMS = (
    "s.slot, s.session, s.model, s.project, s.flags, s.calls, s.input, s.output, s.cache_read,"
    " s.cache_write_5m, s.cache_write_1h, s.web_searches, s.cost, s.costed"
)
# Of a session only the quarter hours that its files span.
_OF_SESSION = f"""
SELECT {_SUMS} FROM sums s WHERE s.session = ? AND s.slot BETWEEN
  (SELECT min(f.first) / {SLOT} FROM holds h JOIN files f ON f.id = h.file WHERE h.session = ?) AND
  (SELECT max(f.last) / {SLOT} FROM holds h JOIN files f ON f.id = h.file WHERE h.session = ?)
"""  # noqa: S608 - numbers and names of ours
_SINCE = f"SELECT {_SUMS} FROM sums s WHERE s.slot >= ? AND s.{{}} IN (SELECT value FROM json_each(?))"  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Sums over the calls that count. `input` is the uncached part of prompts, `output` includes reasoning.

    The numbers of `inexact` calls are not exact (`records.Quality`). `cost` is in US dollars: the client's
    own where it tells one, else by the price table; None where nothing has a known price, and without the
    `unpriced` calls. `newest`: up to when the transcripts tell, Unix milliseconds. `agents` are ids.
    """

    calls: int = 0
    input: int = 0
    output: int = 0
    inexact: int = 0
    cost: float | None = None
    unpriced: int = 0
    newest: int | None = None
    agents: tuple[str, ...] = ()


class _Sum(NamedTuple):
    """Calls of one quarter hour, session, model and kind."""

    slot: int
    session: int
    model: int
    project: int
    flags: int
    calls: int
    input: int
    output: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    web_searches: int
    cost: float
    costed: int

    @property
    def counts(self) -> Counts:
        return Counts(*self[6:12])


def known_sessions(db: sqlite3.Connection, sessions: Collection[str]) -> dict[str, str]:
    """Those of these sessions (the clients' names) of which there are transcripts, with their agents."""
    found = db.execute(
        "SELECT n.name, s.agent FROM names n JOIN sessions s ON s.session = n.id"
        " WHERE n.name IN (SELECT value FROM json_each(?))",
        (json.dumps([*sessions]),),
    )
    return dict(found)


def home_of(db: sqlite3.Connection, session: str) -> str | None:
    """The folder in which a session began; an agent that walks about names others later."""
    found = db.execute(
        "SELECT p.name FROM names n JOIN holds h ON h.session = n.id"
        " JOIN turns t ON t.file = h.file AND t.session = h.session JOIN names p ON p.id = t.project"
        " WHERE n.name = ? ORDER BY t.at LIMIT 1",
        (session,),
    ).fetchone()
    if found:
        return str(found[0])
    # A client that writes no prompts.
    first = min(calls(db, session=session), key=lambda call: call.at, default=None)
    return None if first is None else first.project


def of_sessions(
    db: sqlite3.Connection, sessions: Collection[str], prices: Prices, since: int | None = None
) -> Spent:
    """What these sessions used, all of it or from `since` (Unix milliseconds) on."""
    found = db.execute(
        "SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))", (json.dumps([*sessions]),)
    )
    ids = [number for (number,) in found]
    if since is not None:
        sums = _since(db, "session", ids, since)
        parts = [part for part in _hidden(db, sums, prices) if part.session in ids]
        return _spent(db, sums, prices, parts, since)
    sums = [_Sum(*row) for n in ids for row in db.execute(_OF_SESSION, (n, n, n))]
    return _spent(db, sums, prices, _hidden(db, sums, prices))


def of_folder(db: sqlite3.Connection, folder: str, prices: Prices, since: int) -> Spent:
    """What was used in a folder and those below it from `since` (Unix milliseconds) on, by all agents."""
    bare = folder.rstrip("/\\")
    found = db.execute(
        "SELECT id FROM names WHERE name IN (?, ?) OR (name >= ? AND name < ?) OR (name >= ? AND name < ?)",
        (folder, bare, f"{bare}/", f"{bare}0", f"{bare}\\", f"{bare}]"),
    )
    ids = [number for (number,) in found]
    sums = _since(db, "project", ids, since)
    parts = [part for part in _hidden(db, sums, prices) if part.project in ids]
    return _spent(db, sums, prices, parts, since)


def _since(db: sqlite3.Connection, column: str, ids: Collection[int], since: int) -> list[_Sum]:
    """Whole quarter hours by their sums; of the one in which `since` lies, the calls after it."""
    first = since // SLOT
    sums = [_Sum(*row) for row in db.execute(_SINCE.format(column), (first, json.dumps([*ids])))]
    torn = {row.session for row in sums if row.slot == first}
    if torn and since % SLOT:
        sums = [row for row in sums if row.slot != first]
        for session in torn:
            sums += _calls(db, session, since, None if column == "session" else ids)
    return sums


def _calls(
    db: sqlite3.Connection, session: int, since: int, projects: Collection[int] | None
) -> Iterator[_Sum]:
    """A session's calls from `since` up to the next quarter hour, one by one."""
    ids: dict[str | None, int] = {None: 0}
    (name,) = db.execute("SELECT name FROM names WHERE id = ?", (session,)).fetchone()
    for call in calls(db, session=name, since=since, until=(since // SLOT + 1) * SLOT):
        for text in (call.model, call.project):
            if text not in ids:
                ids[text] = db.execute("SELECT id FROM names WHERE name = ?", (text,)).fetchone()[0]
        if projects is None or ids[call.project] in projects:
            prompt = call.input + call.cache_read + call.cache_write_5m + call.cache_write_1h
            yield _Sum(
                slot=call.at // SLOT,
                session=session,
                model=ids[call.model],
                project=ids[call.project],
                flags=flags_of(call.speed, call.quality, prompt, side=False),
                calls=1,
                input=call.input,
                output=call.output,
                cache_read=call.cache_read,
                cache_write_5m=call.cache_write_5m,
                cache_write_1h=call.cache_write_1h,
                web_searches=call.web_searches,
                cost=call.cost or 0.0,
                costed=0 if call.cost is None else 1,
            )


def _hidden(db: sqlite3.Connection, sums: Collection[_Sum], prices: Prices) -> list[Hidden]:
    """What these sessions used beside their lines, as their client's ledger says."""
    sessions = {row.session for row in sums}
    told = db.execute(
        "SELECT 1 FROM ledgers WHERE session IN (SELECT value FROM json_each(?)) LIMIT 1",
        (json.dumps([*sessions]),),
    ).fetchone()
    return [part for part in hidden(db, prices) if part.session in sessions] if told else []


def _spent(
    db: sqlite3.Connection,
    sums: Collection[_Sum],
    prices: Prices,
    parts: Collection[Hidden],
    since: int = 0,
) -> Spent:
    """The sums put together with what the ledgers tell: tokens, and what they make good of the lines."""
    if not sums:
        return Spent()
    exact = {(part.session, part.model) for part in parts if part.told}
    paid = {(part.session, part.model) for part in parts if part.paid}
    parts = [part for part in parts if part.at >= since]
    sessions = json.dumps([*{row.session for row in sums}])
    newest = db.execute(
        "SELECT max(f.last) FROM holds h JOIN files f ON f.id = h.file"
        " WHERE h.session IN (SELECT value FROM json_each(?))",
        (sessions,),
    ).fetchone()[0]
    agents = db.execute(
        "SELECT DISTINCT agent FROM sessions WHERE session IN (SELECT value FROM json_each(?))"
        " ORDER BY agent",
        (sessions,),
    )
    cost, unpriced = _cost(db, sums, prices, paid)
    known = [part.cost for part in parts if part.cost is not None]
    if known and (cost is not None or paid):
        cost = (cost or 0.0) + sum(known)
    return Spent(
        calls=sum(row.calls for row in sums),
        input=sum(row.input for row in sums) + sum(part.counts.input for part in parts),
        output=sum(row.output for row in sums) + sum(part.counts.output for part in parts),
        inexact=sum(
            row.calls
            for row in sums
            if quality(row.flags) in INEXACT and (row.session, row.model) not in exact
        ),
        cost=cost,
        unpriced=unpriced,
        newest=newest,
        agents=tuple(agent for (agent,) in agents),
    )


def _cost(
    db: sqlite3.Connection, sums: Iterable[_Sum], prices: Prices, paid: Container[tuple[int, int]]
) -> tuple[float | None, int]:
    """(dollars or None, calls without a price); what is `paid` stands in a ledger (session, model)."""
    texts: dict[int, str] = {0: ""}
    cost: float | None = None
    unpriced = 0
    for row in sums:
        if row.costed:
            cost = (cost or 0.0) + row.cost
        if row.costed == row.calls:
            continue
        for number in {row.session, row.model, row.project} - texts.keys():
            texts[number] = db.execute("SELECT name FROM names WHERE id = ?", (number,)).fetchone()[0]
        model = texts[row.model]
        if row.costed:
            names = (texts[row.session], model, texts[row.project])
            parts = [(1, counts) for counts in uncosted(db, row.slot, *names, row.flags)]
        else:
            parts = [(row.calls, row.counts)]
        for number, counts in parts:
            price = dollars(prices, model, row.slot // DAY, row.flags, counts)
            if price is not None:
                cost = (cost or 0.0) + price
            elif (row.session, row.model) not in paid:
                unpriced += number
    return cost, unpriced
