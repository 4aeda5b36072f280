"""Tokens and dollars for the activity: by local day and by place, priced as the usage report prices them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.claudette_report import HOME
from tray.metrics.days import iso
from tray.metrics.packed import SLOT
from tray.metrics.query import Query
from tray.metrics.tally import Part, Row, row
from tray.metrics.usage import parts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

    from tray.metrics.claudette_work import Summary
    from tray.metrics.pricing import Prices
    from tray.metrics.zones import Zone


class Rest(NamedTuple):
    """What Claudette summed up for a deleted workspace beyond what is known of its chats.

    `at`: when its last message was written, Unix milliseconds. `cost` None: tokens without any dollars.
    """

    workspace: str
    at: int
    input: int
    output: int
    cost: float | None


class Spending(NamedTuple):
    """`days`: by number of the local day; `total` of all of them."""

    days: Mapping[int, Row]
    total: Row


def rests(summaries: Iterable[Summary], known: Mapping[str, tuple[int, int, float]]) -> tuple[Rest, ...]:
    """`known`: (input, output, dollars as recorded) by workspace. What has no date at all is left out."""
    found = []
    for one in summaries:
        fresh, output, cost = known.get(one.workspace, (0, 0, 0.0))
        at = one.last if one.last is not None else one.first
        more = (max(one.input - fresh, 0), max(one.output - output, 0))
        dollars = one.cost - cost
        dollars = dollars if dollars > 1e-6 else 0.0  # less is an error of arithmetic
        if at is not None and (any(more) or dollars):
            found.append(Rest(one.workspace, at, *more, dollars or None))
    return tuple(found)


def by_day(
    db: sqlite3.Connection,
    prices: Prices,
    zone: Zone,
    span: tuple[int, int],
    left: Iterable[Rest],
    *,
    claudette: bool,
) -> Spending:
    """The local days of `span`, both included; those without any use are not in it."""
    since, until = span
    query = Query(zone=zone, since=since, until=until, claudette=claudette)
    found = parts(db, query, prices)
    for one in left:
        day = local_day(zone, one.at)
        if since <= day <= until:
            _add(found.setdefault((iso(day), ""), Part()), one)
    days: dict[str, list[Part]] = {}
    for (name, _), part in found.items():
        days.setdefault(name, []).append(part)
    numbers = {iso(day): day for day in range(since, until + 1)}
    return Spending(
        {numbers[name]: row(name, "all", some, 0) for name, some in days.items()},
        row("total", "all", list(found.values()), 0),
    )


def by_place(
    db: sqlite3.Connection,
    prices: Prices,
    zone: Zone,
    first: int | None,
    until: int,
    left: Iterable[Rest],
    *,
    place_of: Callable[[str], str],
    claudette: bool,
) -> dict[str, Row]:
    """By place, from the quarter of an hour `first` (since 1970, UTC) to the local day `until`.

    `place_of` tells the place of a transcript's session; what Claudette alone recorded lies in its workspace.
    """
    query = Query(zone=zone, by="place", first=first, until=until, claudette=claudette)
    places: dict[str, list[Part]] = {}
    for (name, _), part in parts(db, query, prices).items():
        place = name.removeprefix(HOME) if name.startswith(HOME) else place_of(name)
        places.setdefault(place, []).append(part)
    for one in left:
        if (first is None or one.at // SLOT >= first) and local_day(zone, one.at) <= until:
            part = Part()
            _add(part, one)
            places.setdefault(one.workspace, []).append(part)
    return {place: row(place, "all", some, 0) for place, some in places.items()}


def local_day(zone: Zone, at: int) -> int:
    """The number of the local day (since 1970) of an instant in Unix milliseconds."""
    seconds = at // 1000
    return (seconds + zone.offset(seconds)) // 86_400


def _add(part: Part, one: Rest) -> None:
    tally = part.of("")
    tally.add(one.input, one.output, 0, 0, 0)
    tally.spend(one.cost)
