"""What tokens of the index cost by the price table, and which calls of a row have no cost of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.days import iso
from tray.metrics.packed import SLOT, band, flags_of, speed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from tray.metrics.pricing import Prices

# Of `records.Speed`; that module would cost a fast command five milliseconds.
SPEEDS = ("standard", "fast")


class Counts(NamedTuple):
    """Tokens and searches, in the order of the tables' columns."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    web_searches: int = 0

    @property
    def prompt(self) -> int:
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h

    def less(self, other: Counts) -> Counts:
        """The difference of each count, never below 0; of the cache writes first that of their sum."""
        found = Counts(*(max(0, mine - theirs) for mine, theirs in zip(self, other, strict=True)))
        written = max(
            0, self.cache_write_5m + self.cache_write_1h - other.cache_write_5m - other.cache_write_1h
        )
        hour = min(found.cache_write_1h, written)
        return found._replace(cache_write_5m=written - hour, cache_write_1h=hour)


def dollars(
    prices: Prices, model: str | None, utc_day: int, flags: int, counts: Sequence[int]
) -> float | None:
    """US dollars; None where the price is unknown. What used no tokens costs nothing.

    `utc_day` counts from 1970, `counts` are as in `Counts`.
    """
    price = prices.find(model, iso(utc_day))
    if price is None:
        return None if any(counts) else 0.0
    fresh, output, read, write_5m, write_1h, searches = counts
    return price.cost(
        input=fresh,
        output=output,
        cache_read=read,
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        web_searches=searches,
        band=band(flags),
        speed=SPEEDS[speed(flags)],
    )


def uncosted(
    db: sqlite3.Connection, slot: int, session: str, model: str, project: str, flags: int
) -> Iterator[Counts]:
    """The calls of a row of sums that have no client's own cost, where others of it have one.

    Texts are names, "" for none.
    """
    from tray.metrics.history import calls

    for call in calls(db, session=session, since=slot * SLOT, until=(slot + 1) * SLOT):
        counts = Counts(
            call.input,
            call.output,
            call.cache_read,
            call.cache_write_5m,
            call.cache_write_1h,
            call.web_searches,
        )
        of_it = (call.model or "", call.project or "") == (model, project)
        if (
            call.cost is None
            and of_it
            and flags_of(call.speed, call.quality, counts.prompt, side=False) == flags
        ):
            yield counts
