"""Sessions and slash commands out of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.records import Session, SlashCommand

if TYPE_CHECKING:
    import sqlite3

_EVER = (0, 1 << 62)

_SESSIONS = """
WITH last AS (SELECT session, max(slot), model, project FROM sums GROUP BY session),
counted AS (SELECT session, sum(calls) calls FROM sums GROUP BY session),
said AS (SELECT session, count(DISTINCT key) turns, project FROM turns GROUP BY session),
span AS (
  SELECT h.session, min(f.first) first, max(f.last) last, max(f.gone IS NULL) here
  FROM holds h JOIN files f ON f.id = h.file WHERE f.first <= f.last GROUP BY h.session)
SELECT m.name, n.agent, coalesce(p.name, q.name), e.first, e.last, o.name, coalesce(c.calls, 0),
  coalesce(t.turns, 0), e.here
FROM span e JOIN sessions n ON n.session = e.session JOIN names m ON m.id = n.session
LEFT JOIN last l ON l.session = n.session LEFT JOIN counted c ON c.session = n.session
LEFT JOIN said t ON t.session = n.session
LEFT JOIN names p ON p.id = l.project LEFT JOIN names q ON q.id = t.project
LEFT JOIN names o ON o.id = l.model
WHERE ? IS NULL OR n.agent = ?
ORDER BY 5 DESC, 1
"""


def sessions(db: sqlite3.Connection, agent: str | None) -> list[Session]:
    """Every session with a call or a turn, the newest first; folder and model are those of its last calls."""
    return [
        Session(
            id=name,
            agent=whose,
            project=project,
            started=started,
            ended=ended,
            model=model,
            calls=count,
            turns=turns,
            gone=not here,
        )
        for name, whose, project, started, ended, model, count, turns, here in db.execute(
            _SESSIONS, (agent, agent)
        )
    ]


def slash_commands(
    db: sqlite3.Connection, since: int | None, until: int | None, agent: str | None
) -> list[SlashCommand]:
    """How often each slash command was typed, the most used first."""
    span = (_EVER[0] if since is None else since, _EVER[1] if until is None else until)
    found = db.execute(
        "SELECT m.name, count(DISTINCT t.key) FROM turns t JOIN names m ON m.id = t.command"
        " JOIN sessions n ON n.session = t.session"
        " WHERE t.at >= ? AND t.at < ? AND (? IS NULL OR n.agent = ?) GROUP BY 1 ORDER BY 2 DESC, 1",
        (*span, agent, agent),
    )
    return [SlashCommand(name=name, count=count) for name, count in found]
