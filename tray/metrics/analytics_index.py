"""What the index tells for the activity: transcripts, typed commands, what runs Claudette's chats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.spans import COLUMNS, SPAN, narrowed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping

_CLAUDE_CODE = "claude_code"  # as Claudette calls what runs a chat
_PREFIX = "claudette/"

_TRANSCRIPTS = f"""
WITH {SPAN},
begun AS (SELECT session, min(slot), project FROM sums GROUP BY session),
used AS (SELECT session, max(slot), model FROM sums GROUP BY session),
home AS (SELECT session, min(at), project FROM turns WHERE project GROUP BY session)
SELECT s.session, m.name, s.agent, coalesce(h.name, p.name, ''), o.name, coalesce(t.turns, 0), {COLUMNS}
FROM span e JOIN sessions s ON s.session = e.session JOIN names m ON m.id = s.session
LEFT JOIN begun b ON b.session = s.session LEFT JOIN used u ON u.session = s.session
LEFT JOIN said t ON t.session = s.session LEFT JOIN answered a ON a.session = s.session
LEFT JOIN home w ON w.session = s.session
LEFT JOIN names h ON h.id = w.project LEFT JOIN names p ON p.id = b.project
LEFT JOIN names o ON o.id = u.model
ORDER BY s.session
"""  # noqa: S608 - texts of ours
_TYPED = """
SELECT DISTINCT t.key, t.at, s.name, c.name FROM turns t
JOIN names s ON s.id = t.session JOIN names c ON c.id = t.command WHERE t.command
"""
# In this order: there may be a hundred thousand chats and no transcript.
_CHATS = """
SELECT n.name, h.workspace FROM sessions s CROSS JOIN names n ON n.id = s.session
  CROSS JOIN chats c ON c.client = n.name JOIN chat_homes h ON h.id = c.home
UNION SELECT n.name, h.workspace FROM sessions s CROSS JOIN names n ON n.id = s.session
  CROSS JOIN chat_runs r ON r.client = n.name JOIN chats c ON c.id = r.chat JOIN chat_homes h ON h.id = c.home
"""
_KINDS = "SELECT id, agent, model, harness FROM chat_kinds"
_SUMS = "sum(input), sum(output), sum(cache_read + {})"


class Transcript(NamedTuple):
    """A session that a transcript tells of; instants in Unix milliseconds, `folder` where it began or ""."""

    number: int  # the index's own
    id: str
    agent: str
    folder: str
    started: int
    last: int
    model: str | None
    turns: int


class Typed(NamedTuple):
    """A slash command in a transcript; copies of one have the same key."""

    key: int
    at: int
    session: str
    name: str


class Told(NamedTuple):
    """All transcripts; `homes`: the workspace of those that Claudette's chats name."""

    transcripts: tuple[Transcript, ...] = ()
    typed: tuple[Typed, ...] = ()
    homes: Mapping[str, str] = {}


class Kind(NamedTuple):
    """What runs a chat: agent and model as `usage` prints them, whether it is Claude Code."""

    chat: int
    agent: str
    model: str | None
    claude: bool


class Tokens(NamedTuple):
    """Of a session: uncached input, output, and the cache's read and written."""

    input: int
    output: int
    cache: int


def told(db: sqlite3.Connection) -> Told:
    """What the transcripts tell."""
    return Told(
        transcripts=tuple(_transcript(row) for row in db.execute(_TRANSCRIPTS)),
        typed=tuple(
            Typed(key, at, session, name.lstrip("/")) for key, at, session, name in db.execute(_TYPED)
        ),
        homes=dict(db.execute(_CHATS)),
    )


def _transcript(row: tuple) -> Transcript:  # type: ignore[type-arg]
    number, name, agent, folder, model, turns, *span = row
    return Transcript(number, name, agent, folder, *narrowed(*span), model or None, turns)


def kinds(db: sqlite3.Connection, sessions: Collection[str]) -> dict[str, Kind]:
    """What runs the chats whose last client sessions these are."""
    rows = db.execute(
        "SELECT c.client, c.id, k.agent, k.model, k.harness FROM chats c JOIN chat_kinds k ON k.id = c.kind"
        " WHERE c.client IN (SELECT value FROM json_each(?))",
        (json.dumps([*sessions]),),
    )
    return {client: _kind(*rest) for client, *rest in rows}


def newest_kinds(db: sqlite3.Connection, workspaces: Collection[str]) -> dict[str, Kind]:
    """What runs the newest chat of these workspaces."""
    rows = db.execute(
        "SELECT id, workspace FROM chat_homes WHERE workspace IN (SELECT value FROM json_each(?))",
        (json.dumps([*workspaces]),),
    )
    wanted = dict(rows.fetchall())
    known = {number: rest for number, *rest in db.execute(_KINDS)}
    found: dict[str, Kind] = {}
    # The newest first and no further than needed: there is no index by workspace.
    for chat, home, kind in db.execute("SELECT id, home, kind FROM chats WHERE kind ORDER BY id DESC"):
        if not wanted:
            break
        if home in wanted:
            found[wanted.pop(home)] = _kind(chat, *known[kind])
    return found


def _kind(chat: int, agent: str, model: str, harness: str) -> Kind:
    return Kind(chat, agent.removeprefix(_PREFIX), model or None, harness == _CLAUDE_CODE)


def session_tokens(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Tokens]:
    """What the lines of these sessions say; those without a call are not in it."""
    rows = db.execute(
        f"SELECT session, {_SUMS.format('cache_write_5m + cache_write_1h')} FROM sums"  # noqa: S608
        " WHERE session IN (SELECT value FROM json_each(?)) GROUP BY session",
        (json.dumps([*numbers]),),
    )
    return {number: Tokens(*counts) for number, *counts in rows}


def chat_tokens(db: sqlite3.Connection, chats: Iterable[int]) -> dict[int, Tokens]:
    """What Claudette recorded of these chats; those without tokens are not in it."""
    found: dict[int, Tokens] = {}
    wanted = json.dumps([*chats])
    for table in ("chat_sums", "chat_fresh"):
        for chat, calls, *counts in db.execute(
            f"SELECT chat, sum(calls), {_SUMS.format('cache_write')} FROM {table}"  # noqa: S608
            " WHERE chat IN (SELECT value FROM json_each(?)) GROUP BY chat",
            (wanted,),
        ):
            if calls:
                before = found.get(chat, Tokens(0, 0, 0))
                found[chat] = Tokens(*(mine + more for mine, more in zip(before, counts, strict=True)))
    return found


def workspace_sums(db: sqlite3.Connection, workspaces: Iterable[str]) -> dict[str, tuple[int, int, float]]:
    """(input, output, dollars as recorded) of all that is known of the chats of these workspaces."""
    found: dict[str, tuple[int, int, float]] = {}
    wanted = json.dumps([*workspaces])
    known = "SELECT 1 FROM chat_homes WHERE workspace IN (SELECT value FROM json_each(?)) LIMIT 1"
    if db.execute(known, (wanted,)).fetchone() is None:
        return found
    for table in ("chat_sums", "chat_fresh"):
        for name, fresh, output, cost in db.execute(
            f"SELECT h.workspace, sum(s.input), sum(s.output), sum(s.cost) FROM {table} s"  # noqa: S608
            " CROSS JOIN chats c ON c.id = s.chat CROSS JOIN chat_homes h ON h.id = c.home"
            " WHERE c.kind IS NOT NULL AND h.workspace IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (wanted,),
        ):
            before = found.get(name, (0, 0, 0.0))
            found[name] = (before[0] + fresh, before[1] + output, before[2] + cost)
    return found
