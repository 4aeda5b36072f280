"""What no line of a transcript tells: a session's ledger, less what its lines and its parent account for.

A ledger is the client's own sum for a session and a model, compaction and background calls included.
`covered` holds what the session's lines say up to then. A fork's ledger begins with its parent's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.days import DAY_MS
from tray.metrics.packed import quality
from tray.metrics.priced import Counts, dollars

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from tray.metrics.pricing import Prices

# Of `records.Quality`; that module would cost a fast command five milliseconds.
INEXACT = (1, 2)  # placeholder, contained

_NEWEST = """
SELECT session, model, at, project, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches,
  cost, file
FROM ledgers ORDER BY session, at DESC, file DESC
"""


class Hidden(NamedTuple):
    """The part of a session and model (ids of `names`) that is added on the day of its ledger.

    `cost` (dollars) is what the client says beyond the price of its lines, below 0 where they were priced too
    high; None where neither client nor price table knows one. `told`: with the ledger the tokens of the lines
    are exact; `paid`: their cost is in it, though the price table has none.
    """

    session: int
    model: int
    at: int  # Unix milliseconds
    project: int
    counts: Counts
    cost: float | None
    told: bool
    paid: bool


class _Ledger(NamedTuple):
    session: int
    model: int
    at: int
    project: int
    counts: Counts
    cost: float | None


def hidden(db: sqlite3.Connection, prices: Prices) -> list[Hidden]:
    """The hidden part of every session and model that has a ledger."""
    ledgers = _ledgers(db)
    if not ledgers:
        return []
    names = dict(db.execute("SELECT id, name FROM names WHERE id IN (SELECT model FROM ledgers)"))
    covered: dict[tuple[int, int], list[tuple[int, Counts]]] = {}
    for session, model, flags, *counts in db.execute("SELECT * FROM covered"):
        covered.setdefault((session, model), []).append((flags, Counts(*counts)))
    raw: dict[int, dict[int, Hidden]] = {}
    for session, models in ledgers.items():
        raw[session] = {
            ledger.model: _raw(ledger, covered.get((session, ledger.model), []), names, prices)
            for ledger in models
        }
    parents = _parents(db, ledgers)
    return [
        _own(part, raw.get(parents.get(session, -1), {}).get(part.model))
        for session, parts in raw.items()
        for part in parts.values()
    ]


def _ledgers(db: sqlite3.Connection) -> dict[int, list[_Ledger]]:
    """By session the newest ledger as a whole: several files may hold one."""
    found: dict[int, list[_Ledger]] = {}
    files: dict[int, int] = {}
    for session, model, at, project, *counts, cost, file in db.execute(_NEWEST):
        if files.setdefault(session, file) == file:
            found.setdefault(session, []).append(
                _Ledger(
                    session, model, at, project, Counts(*counts), cost or None
                )  # $0: it had no price either
            )
    return found


def _raw(ledger: _Ledger, lines: list[tuple[int, Counts]], names: dict[int, str], prices: Prices) -> Hidden:
    """What the ledger holds beyond the lines, a parent's part included."""
    sums = (
        Counts(*(sum(column) for column in zip(*(counts for _, counts in lines), strict=True)))
        if lines
        else Counts()
    )
    stale = any(
        line > told
        for line, told in (
            *zip(sums[:3], ledger.counts[:3], strict=True),
            (
                sums.cache_write_5m + sums.cache_write_1h,
                ledger.counts.cache_write_5m + ledger.counts.cache_write_1h,
            ),
        )
    )
    model, day = names.get(ledger.model), ledger.at // DAY_MS
    priced = [dollars(prices, model, day, flags, counts) for flags, counts in lines]
    known = dollars(prices, model, day, 0, Counts(input=1)) is not None
    beyond = ledger.counts.less(sums)
    cost: float | None = 0.0
    if stale:  # lines were written after it, by a client that has not ended yet: they stand for themselves
        beyond = Counts()
    elif ledger.cost is not None:
        cost = ledger.cost - sum(part for part in priced if part is not None)
    elif any(beyond):
        cost = dollars(prices, model, day, 0, beyond)
    return Hidden(
        session=ledger.session,
        model=ledger.model,
        at=ledger.at,
        project=ledger.project,
        counts=beyond,
        cost=cost,
        told=not stale and any(quality(flags) in INEXACT for flags, _ in lines),
        paid=not stale and ledger.cost is not None and not known,
    )


def _own(part: Hidden, parent: Hidden | None) -> Hidden:
    """Without what the parent's ledger has told already."""
    if parent is None:
        return part
    cost = part.cost
    if cost is not None and parent.cost is not None:
        cost -= parent.cost
        if any(theirs > mine for mine, theirs in zip(part.counts, parent.counts, strict=True)):
            cost = max(cost, 0.0)  # the parent went on after the fork
    return part._replace(counts=part.counts.less(parent.counts), cost=cost)


def _parents(db: sqlite3.Connection, ledgers: dict[int, list[_Ledger]]) -> dict[int, int]:
    """Which session's ledger another one continues.

    `links` tells who shares calls, not who came first: of equal copies any one counts. A ledger only grows,
    so the parent is the one with the smaller ledger, and of several the one that most calls are shared
    with.
    """
    found: dict[int, int] = {}
    for family in _families(db.execute("SELECT session, owner FROM links")):
        members = [session for session in family if session in ledgers]
        members.sort(key=lambda session: (sum(sum(one.counts[:5]) for one in ledgers[session]), session))
        keys = {session: _keys(db, session) for session in members} if len(members) > 2 else {}
        for place, session in enumerate(members[1:], 1):
            earlier = members[:place]
            if keys:
                shared = [len(keys[session] & keys[other]) for other in earlier]
                if not max(shared):
                    continue
                found[session] = earlier[shared.index(max(shared))]
            else:
                found[session] = earlier[0]
    return found


def _families(links: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Sessions that are linked, over however many steps."""
    home: dict[int, set[int]] = {}
    for one, other in links:
        joined = home.get(one, {one}) | home.get(other, {other})
        for session in joined:
            home[session] = joined
    return list({id(family): family for family in home.values()}.values())


def _keys(db: sqlite3.Connection, session: int) -> set[int]:
    """The calls that a session's files tell under its name, its parent's included."""
    from tray.metrics.packed import decode

    (name,) = db.execute("SELECT name FROM names WHERE id = ?", (session,)).fetchone()
    files = "SELECT calls FROM holds JOIN files ON id = file WHERE session = ? AND calls IS NOT NULL"
    found: set[int] = set()
    for (blob,) in db.execute(files, (session,)):
        strings, calls = decode(blob)
        found.update(call[0] for call in calls if strings[call[2]] == name)
    return found
