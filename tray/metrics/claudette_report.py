"""The part of a report that Claudette alone has recorded, added up by SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from tray.metrics.claudette_told import condition
from tray.metrics.priced import Counts
from tray.metrics.query import PERIODS, zone_table
from tray.metrics.zones import DAY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from tray.metrics.query import Query
    from tray.metrics.zones import Calendar

_TABLES = ("chat_sums", "chat_fresh")
_KEYS = {"session": "c.id", "project": "c.home", "model": "c.kind", "place": "c.home"}
HOME = "workspace "  # before a workspace's id, where places are asked for
_ADDED = ", ".join(
    f"sum(s.{name})" for name in ("calls", "input", "output", "cache_read", "cache_write", "cost", "growth")
)


class _Kind(NamedTuple):
    agent: str
    model: str
    harness: str
    costs: str


class ChatSum(NamedTuple):
    """Answers of one kind on a day (`day` local, `utc_day` UTC). `cost` is None where none was recorded.

    Where the report is not by days, `day` is 0, and `utc_day` where there is a cost.

    `key` is the chat, the folder, the model or the place that is asked by, "" where days are. `inexact`: how
    many of the calls may have used more than was recorded.
    """

    day: int
    utc_day: int
    key: str
    agent: str
    model: str
    calls: int
    inexact: int
    counts: Counts
    cost: float | None


class Chats:
    """The chats that a query asks for and no transcript tells of; their agents are called "claudette/..."."""

    def __init__(self, db: sqlite3.Connection, query: Query) -> None:
        self._db, self._query = db, query
        rows = db.execute("SELECT id, agent, model, harness, costs FROM chat_kinds")
        self._kinds = {number: _Kind(*rest) for number, *rest in rows}
        self._homes = dict(db.execute("SELECT id, folder FROM chat_homes"))
        self._where = self._condition()

    @classmethod
    def of(cls, db: sqlite3.Connection, query: Query) -> Self | None:
        """None where there are none."""
        return None if db.execute("SELECT 1 FROM chats LIMIT 1").fetchone() is None else cls(db, query)

    def _condition(self) -> str:
        where = ["c.kind IS NOT NULL", "1" if self._query.claudette else condition(self._db)]
        free = [number for number, kind in self._kinds.items() if kind.costs == "none"]
        if free:  # where only dollars were recorded, nothing is left of them
            where.append(f"(s.calls OR c.kind NOT IN ({_listed(free)}))")
        if self._query.agent is not None:
            kinds = (number for number, kind in self._kinds.items() if self._query.wants(kind.agent))
            where.append(f"c.kind IN ({_listed(kinds)})")
        if self._query.project is not None:
            homes = (number for number, folder in self._homes.items() if self._query.holds(folder))
            where.append(f"c.home IN ({_listed(homes)})")
        return " AND ".join(where)

    def slots(self) -> list[int]:
        """The first and the last quarter of an hour."""
        ends = (f"SELECT {end}(slot) FROM {table}" for table in _TABLES for end in ("min", "max"))  # noqa: S608
        found = [self._db.execute(statement).fetchone()[0] for statement in ends]
        return [slot for slot in found if slot is not None]

    def sums(self, calendar: Calendar) -> Iterator[ChatSum]:
        """All their answers, by day, kind and key."""
        key = _KEYS.get(self._query.by, "0")
        names = self._names()
        daily = self._query.by in PERIODS
        # Else a day matters for a price of the table alone: not where dollars were recorded.
        utc = "0" if daily else f"CASE WHEN c.paid THEN 0 ELSE s.slot / {DAY} END"
        spans = [*calendar.spans()] if daily else [(*part[:2], 0, 0) for part in calendar.stretches]
        for table in _TABLES:
            statement = (
                f"SELECT {key} key, c.kind, c.paid, {utc} utc, {_ADDED}"  # noqa: S608
                f" FROM {table} s CROSS JOIN chats c ON c.id = s.chat"
                f" WHERE s.slot >= ? AND s.slot < ? AND {self._where} GROUP BY c.kind, c.paid, key, utc"
            )
            for first, end, day, utc_day in spans:
                for number, which, paid, on, *sums in self._db.execute(statement, (first, end)):
                    calls, fresh, output, read, write, cost, growth = sums
                    kind = self._kinds[which]
                    own = growth if kind.costs == "cumulative" else cost
                    yield ChatSum(
                        day=day,
                        utc_day=utc_day if daily else on,
                        key=names.get(number, ""),
                        agent=kind.agent,
                        model=kind.model,
                        calls=calls,
                        # Of a turn's requests the last one's tokens are kept.
                        inexact=calls if kind.harness == "claude_code" else 0,
                        counts=Counts(fresh, output, read, write),
                        cost=0.0 if kind.costs == "none" else own if paid else None,
                    )

    def sessions(self, calendar: Calendar) -> Iterator[tuple[int | str, str, int]]:
        """(day or key, agent, how many chats) of every line of the report; a line may come in parts."""
        period, names = PERIODS.get(self._query.by), self._names()
        rows = self._rows(f"{period or _KEYS[self._query.by]} period, c.kind kind, s.chat")
        for number, kind, count in self._db.execute(
            f"WITH {zone_table(calendar)} SELECT period, kind, count(*) FROM ({rows}) GROUP BY 1, 2"  # noqa: S608
        ):
            yield number if period else names.get(number, ""), self._kinds[kind].agent, count

    def total(self, calendar: Calendar) -> int:
        """How many chats these are."""
        counted = f"WITH {zone_table(calendar)} SELECT count(*) FROM ({self._rows('s.chat')})"  # noqa: S608
        found: int = self._db.execute(counted).fetchone()[0]
        return found

    def _names(self) -> dict[int, str]:
        """What the keys of the report are called."""
        match self._query.by:
            case "session":
                return dict(self._db.execute("SELECT id, name FROM chats"))
            case "project":
                return self._homes
            case "place":
                rows = self._db.execute("SELECT id, workspace FROM chat_homes")
                return {number: f"{HOME}{workspace}" for number, workspace in rows}
            case "model":
                return {number: kind.model for number, kind in self._kinds.items()}
            case _:
                return {}

    def _rows(self, columns: str) -> str:
        """A statement for the different values of these columns."""
        return " UNION ".join(
            f"SELECT {columns} FROM zone z CROSS JOIN {table} s ON s.slot >= z.first AND s.slot < z.last"  # noqa: S608
            f" CROSS JOIN chats c ON c.id = s.chat WHERE {self._where}"
            for table in _TABLES
        )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
