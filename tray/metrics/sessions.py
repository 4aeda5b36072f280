"""Sessions and slash commands out of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.records import Session, SlashCommand
from tray.metrics.spans import COLUMNS, SPAN, narrowed

if TYPE_CHECKING:
    import sqlite3

_EVER = (0, 1 << 62)

_SESSIONS = f"""
WITH {SPAN},
last AS (SELECT session, max(slot), model, project FROM sums GROUP BY session),
counted AS (SELECT session, sum(calls) calls FROM sums GROUP BY session),
home AS (SELECT session, min(at), project FROM turns WHERE project GROUP BY session)
SELECT m.name, n.agent, coalesce(p.name, q.name), o.name, coalesce(c.calls, 0), coalesce(t.turns, 0), e.here,
  {COLUMNS}
FROM span e JOIN sessions n ON n.session = e.session JOIN names m ON m.id = n.session
LEFT JOIN last l ON l.session = n.session LEFT JOIN counted c ON c.session = n.session
LEFT JOIN said t ON t.session = n.session LEFT JOIN answered a ON a.session = n.session
LEFT JOIN home w ON w.session = n.session
LEFT JOIN names p ON p.id = l.project LEFT JOIN names q ON q.id = w.project
LEFT JOIN names o ON o.id = l.model
WHERE ? IS NULL OR n.agent = ?
"""  # noqa: S608 - texts of ours


def sessions(db: sqlite3.Connection, agent: str | None) -> list[Session]:
    """Every session with a call or a turn, the newest first; folder and model are those of its last calls."""
    found = []
    for name, whose, project, model, count, turns, here, *span in db.execute(_SESSIONS, (agent, agent)):
        started, ended = narrowed(*span)
        found.append(
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
        )
    return sorted(found, key=lambda one: (-one.ended, one.id))


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
