"""What a report asks for, and the SQL that picks it out of the index's sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.zones import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.metrics.zones import Calendar, Zone

BY = ("daily", "weekly", "monthly", "session", "project", "model")
# "place" is for programs alone: transcripts by session, Claudette's own chats by workspace.
KEYS = {"session": "s.session", "project": "s.project", "model": "s.model", "place": "s.session"}

_DAY = f"(s.slot + z.shift) / {DAY}"
PERIODS = {
    "daily": _DAY,
    "weekly": f"{_DAY} - ({_DAY} + 3) % 7",
    "monthly": f"strftime('%Y-%m', {_DAY} * 86400, 'unixepoch')",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for: `by` is one of BY; `since` and `until` are local days (since 1970), both included.

    `agent`: an agent's id, or the part of it before a slash. `project`: a folder, with all that lies in it,
    or a folder's last name. `first`: nothing before this quarter of an hour (UTC). `claudette`: what
    Claudette's own database says of all its chats, and nothing else.
    """

    zone: Zone
    by: str = "daily"
    since: int | None = None
    until: int | None = None
    agent: str | None = None
    project: str | None = None
    first: int | None = None
    claudette: bool = False

    def wants(self, agent: str) -> bool:
        """Whether an agent's calls are asked for."""
        return self.agent is None or self.agent in (agent, agent.partition("/")[0])

    def holds(self, project: str) -> bool:
        """Whether a folder is the one asked for, lies in it, or bears its name."""
        if self.project is None:
            return True
        wanted, mine = _plain(self.project), _plain(project)
        named = "/" not in wanted and mine.rpartition("/")[2] == wanted
        return mine == wanted or mine.startswith(f"{wanted}/") or named


class Selection(NamedTuple):
    """The rows of `sums` that a query asks for, as the parts of a statement; `s` are the sums, `z` the zone.

    `day` is the local day of a row, `period` what the report calls it by, `key` the id of its session,
    project or model.
    """

    head: str
    tables: str
    where: str
    period: str
    key: str
    day: str = _DAY


def select(
    query: Query, calendar: Calendar, agents: Iterable[str], projects: Iterable[int]
) -> Selection | None:
    """The selection; `agents` and `projects` (ids) are the wanted ones. None where no day is left."""
    if not calendar.stretches:
        return None
    where = ["1"]
    if query.agent is not None:
        where.append(f"n.agent IN ({', '.join(map(_quoted, agents))})")
    if query.project is not None:
        where.append(f"s.project IN ({', '.join(map(str, projects))})")
    return Selection(
        head=f"WITH {zone_table(calendar)}",
        tables="zone z CROSS JOIN sums s ON s.slot >= z.first AND s.slot < z.last"
        " JOIN sessions n ON n.session = s.session",
        where=" AND ".join(where),
        period=PERIODS.get(query.by) or KEYS[query.by],
        key=KEYS.get(query.by, "0"),
    )


def zone_table(calendar: Calendar) -> str:
    """The calendar as a table for a statement's WITH; not for one without a day."""
    stretches = ", ".join(f"({part.first}, {part.end}, {part.shift})" for part in calendar.stretches)
    return f"zone(first, last, shift) AS (VALUES {stretches})"


def _plain(folder: str) -> str:
    return folder.replace("\\", "/").rstrip("/")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
