"""The usage report: tokens and dollars by day, week, month, session, project or model, from the index.

Sums are kept by quarter of an hour (UTC), so that the days of every time zone are exact. SQLite adds
them up, a day at a time.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from tray.metrics.claudette_report import Chats
from tray.metrics.days import iso, monday
from tray.metrics.hidden import INEXACT, hidden
from tray.metrics.packed import SLOT, quality
from tray.metrics.priced import dollars, uncosted
from tray.metrics.query import BY, KEYS, Query, select
from tray.metrics.tally import UNKNOWN, Part, Usage, row
from tray.metrics.zones import DAY, Calendar

if TYPE_CHECKING:
    import sqlite3

    from tray.metrics.hidden import Hidden
    from tray.metrics.pricing import Prices
    from tray.metrics.query import Selection

__all__ = ["BY", "Query", "agents", "usage"]

_SUMS = (
    "sum(s.calls), sum(s.cost), sum(s.input), sum(s.output), sum(s.cache_read), sum(s.cache_write_5m),"
    " sum(s.cache_write_1h), sum(s.web_searches)"
)
_CENT = 1e-9  # dollars: less is an error of arithmetic


def usage(db: sqlite3.Connection, query: Query, prices: Prices) -> Usage:
    """The report over the index."""
    db.execute("BEGIN")  # one view of the index, whatever a scan writes meanwhile
    try:
        report = _Report(db, query, prices)
        report.add()
        report.count_sessions()
    finally:
        db.execute("ROLLBACK")
    return report.usage()


def parts(db: sqlite3.Connection, query: Query, prices: Prices) -> dict[tuple[str, str], Part]:
    """The report's tallies by period and agent, without sessions; within the caller's transaction."""
    report = _Report(db, query, prices)
    report.add()
    return report.parts


def agents(db: sqlite3.Connection) -> list[str]:
    """The agents that the index has sessions of."""
    return [name for (name,) in db.execute("SELECT DISTINCT agent FROM sessions ORDER BY agent")]


class _Report:
    """Adds up one report; a class, since all its steps share the calendar, the names and the tallies."""

    def __init__(self, db: sqlite3.Connection, query: Query, prices: Prices) -> None:
        self._db, self._query, self._prices = db, query, prices
        self._texts: dict[int, str] = {0: "", **dict(db.execute("SELECT id, name FROM names"))}
        everywhere = query.project is None
        self._projects = {n for n, text in self._texts.items() if everywhere or query.holds(text)}
        self.parts: dict[tuple[str, str], Part] = {}
        self._sessions: set[int] = set()
        self._chat_sessions = 0
        self._hidden = [] if query.claudette else hidden(db, prices)
        ends = db.execute("SELECT (SELECT min(slot) FROM sums), (SELECT max(slot) FROM sums)").fetchone()
        slots = [slot for slot in ends if slot is not None]
        slots += [part.at // SLOT for part in self._hidden]
        self._chats = Chats.of(db, query)
        slots += self._chats.slots() if self._chats else ()
        first, last = min(slots, default=0), max(slots, default=0)
        if query.first is not None:
            first, last = max(first, query.first), max(last, query.first)
        self._calendar = Calendar(query.zone, first, last, query.since, query.until)

    def usage(self) -> Usage:
        rows = [row(*name, [part], part.sessions) for name, part in sorted(self.parts.items())]
        if self._query.by in KEYS:
            rows.sort(key=lambda found: -found.total_tokens)  # no time tells their order: the largest first
        totals = row("total", "all", list(self.parts.values()), len(self._sessions) + self._chat_sessions)
        return Usage(by=self._query.by, timezone=self._query.zone.name, rows=tuple(rows), totals=totals)

    def add(self) -> None:
        """All that the query asks for."""
        if not self._query.claudette:
            self._add_hidden()
            self._add_sums()
        self._add_chats()

    def count_sessions(self) -> None:
        """Of each line of the report, and in all; after `add`."""
        chosen = None if self._query.claudette else self._select()
        if chosen is not None:
            found = self._db.execute(
                f"{chosen.head} SELECT DISTINCT {chosen.period}, n.agent, s.session"  # noqa: S608
                f" FROM {chosen.tables} WHERE {chosen.where}"
            ).fetchall()
            self._sessions.update(map(itemgetter(2), found))
            for (period, agent), sessions in Counter(map(itemgetter(0, 1), found)).items():
                self.parts[self._label(period), agent].sessions += sessions
        if self._chats is None or not self._calendar.stretches:
            return
        for period, agent, sessions in self._chats.sessions(self._calendar):
            name = period or UNKNOWN if self._query.by in KEYS else self._label(period)
            self.parts[str(name), agent].sessions += sessions
        self._chat_sessions = self._chats.total(self._calendar)

    # --- the index

    def _select(self) -> Selection | None:
        wanted = [name for name in agents(self._db) if self._query.wants(name)]
        return select(self._query, self._calendar, wanted, sorted(self._projects))

    def _add_sums(self) -> None:
        """All calls of the index that the query asks for."""
        chosen = self._select()
        if chosen is None:
            return
        costs = (
            "CASE s.costed WHEN 0 THEN 0 WHEN s.calls THEN 1 ELSE 2 END"  # a client's own: none, all, some
        )
        mixed = False
        statement = (
            f"SELECT n.agent, {chosen.key} key, s.model, s.flags, {self._told()} told, {costs} own, {_SUMS}"  # noqa: S608
            " FROM sums s JOIN sessions n ON n.session = s.session"
            f" WHERE s.slot >= ? AND s.slot < ? AND {chosen.where}"
            f" GROUP BY s.flags, s.model, key, told, own, n.agent"
        )
        for first, end, day, utc_day in self._calendar.spans():  # a day's rows are sorted quicker than all
            for agent, key, model, flags, told, own, calls, cost, *counts in self._db.execute(
                statement, (first, end)
            ):
                tally = self._part(day, agent, self._texts[key]).of(self._texts[model])
                tally.calls += calls
                tally.add(*counts[:5])
                if quality(flags) in INEXACT and not told & 1:
                    tally.inexact += calls
                if own:
                    tally.spend(cost)
                    mixed = mixed or own == 2
                elif told & 2:
                    tally.elsewhere = True
                else:
                    tally.spend(dollars(self._prices, self._texts[model], utc_day, flags, counts))
        if mixed:
            self._add_uncosted(chosen)

    def _told(self) -> str:
        """What a ledger makes good for a row, in SQL: 1 its tokens, 2 its missing price."""
        good = [(part.session, part.model, part.told + 2 * part.paid) for part in self._hidden]
        good = [entry for entry in good if entry[2]]
        if not good:
            return "0"
        self._db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS good("
            "session, model, told, PRIMARY KEY(session, model)) WITHOUT ROWID"
        )
        self._db.execute("DELETE FROM temp.good")
        self._db.executemany("INSERT INTO temp.good VALUES (?, ?, ?)", good)
        return "coalesce((SELECT told FROM temp.good g WHERE g.session = s.session AND g.model = s.model), 0)"

    def _add_uncosted(self, chosen: Selection) -> None:
        """Price the calls without a client's own cost that share a row of sums with some that have one."""
        rows = self._db.execute(
            f"{chosen.head} SELECT {chosen.day}, n.agent, {chosen.key}, s.slot, s.session, s.model,"  # noqa: S608
            f" s.project, s.flags FROM {chosen.tables} WHERE {chosen.where} AND s.costed NOT IN (0, s.calls)"
        ).fetchall()
        for day, agent, key, slot, session, model, project, flags in rows:
            tally = self._part(day, agent, self._texts[key]).of(self._texts[model])
            names = (self._texts[session], self._texts[model], self._texts[project])
            for counts in uncosted(self._db, slot, *names, flags):
                tally.spend(dollars(self._prices, names[1], slot // DAY, flags, counts))

    # --- what no call of the index tells

    def _add_hidden(self) -> None:
        """What clients counted beside the lines, on the day of their ledger."""
        agent_of = dict(
            self._db.execute(
                "SELECT session, agent FROM sessions WHERE session IN (SELECT session FROM ledgers)"
            )
        )
        for found in self._hidden:
            day, agent = self._calendar.day(found.at // SLOT), agent_of.get(found.session, "")
            inside = self._query.project is None or found.project in self._projects
            if day is None or not inside or not self._query.wants(agent) or not _matters(found):
                continue
            ids = {"session": found.session, "project": found.project, "model": found.model}
            ids["place"] = found.session
            key = self._texts[ids.get(self._query.by, 0)]
            tally = self._part(day, agent, key).of(self._texts[found.model])
            tally.add(*found.counts[:5])
            tally.hidden_input += found.counts.input
            tally.hidden_output += found.counts.output
            tally.spend(found.cost)

    def _add_chats(self) -> None:
        """The calls that Claudette alone has recorded."""
        if self._chats is None or not self._calendar.stretches:
            return
        for found in self._chats.sums(self._calendar):
            tally = self._part(found.day, found.agent, found.key).of(found.model)
            tally.calls += found.calls
            tally.inexact += found.inexact
            tally.add(*found.counts[:5])
            own = found.cost
            if own is None:
                own = dollars(self._prices, found.model, found.utc_day, 0, found.counts)
            tally.spend(own)

    # --- inside

    def _part(self, day: int, agent: str, key: str) -> Part:
        period = key or UNKNOWN if self._query.by in KEYS else self._label(day)
        found = self.parts.get((period, agent))
        if found is None:
            found = self.parts[period, agent] = Part()
        return found

    def _label(self, period: int | str) -> str:
        """A day or period, as `Selection` has it, in the report's words."""
        match self._query.by:
            case "daily":
                return iso(int(period))
            case "weekly":
                return iso(monday(int(period)))
            case "monthly":
                return period if isinstance(period, str) else iso(period)[:7]
            case _:
                return self._texts[int(period)] or UNKNOWN


def _matters(found: Hidden) -> bool:
    return any(found.counts) or found.cost is None or abs(found.cost) > _CENT
