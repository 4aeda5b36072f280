"""Which of Claudette's chats a transcript tells of, so that what Claudette itself recorded does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics import claudette_marks as marks
from tray.metrics.claudette_runs import meant

if TYPE_CHECKING:
    import sqlite3

_TRANSCRIPTS = "sessions s JOIN names n ON n.id = s.session"
_OWN = f"SELECT c.id FROM {_TRANSCRIPTS} JOIN chats c ON c.client = n.name"  # noqa: S608 - names of ours
_FORMER = f"""
SELECT s.session, s.agent, c.id, coalesce(k.harness, '') FROM {_TRANSCRIPTS}
JOIN chat_runs r ON r.client = n.name JOIN chats c ON c.id = r.chat LEFT JOIN chat_kinds k ON k.id = c.kind
WHERE NOT EXISTS (SELECT 1 FROM chats o WHERE o.client = n.name)
"""  # noqa: S608


def told(index: sqlite3.Connection) -> set[int]:
    """The numbers of all chats that transcripts tell of."""
    found = {number for (number,) in index.execute(_OWN)}
    former: dict[tuple[int, str], dict[int, str]] = {}
    for session, agent, chat, harness in index.execute(_FORMER):
        former.setdefault((session, agent), {})[chat] = harness
    for (_, agent), chats in former.items():
        found |= meant(agent, chats)
    return found


def tell(index: sqlite3.Connection) -> None:
    """Mark the chats that are told by transcripts now; inside of a transaction."""
    (sessions,) = index.execute("SELECT count(*) FROM sessions").fetchone()
    now = told(index)
    was = {number for (number,) in index.execute("SELECT id FROM chats WHERE told")}
    index.executemany("UPDATE chats SET told = 1 WHERE id = ?", [(number,) for number in now - was])
    index.executemany("UPDATE chats SET told = 0 WHERE id = ?", [(number,) for number in was - now])
    marks.put(index, sessions=sessions)


def condition(index: sqlite3.Connection) -> str:
    """What holds in SQL for a chat `c` that no transcript tells of, whatever was read since it was marked."""
    (sessions,) = index.execute("SELECT count(*) FROM sessions").fetchone()
    if marks.get(index, "sessions") == sessions:
        return "NOT c.told"
    index.execute("CREATE TEMP TABLE IF NOT EXISTS told(id INTEGER PRIMARY KEY)")
    index.execute("DELETE FROM temp.told")
    index.executemany("INSERT INTO temp.told VALUES (?)", [(number,) for number in told(index)])
    return "c.id NOT IN (SELECT id FROM temp.told)"
