"""Former client sessions of Claudette's chats: which chat one was run for, the one rule about that.

A chat names its last client session only. A former one tells its workspace and when its first and its last
turn began: right after a message of the chat that it was run for. Where several chats have a message of that
second, the one is meant that the client fits; in doubt all, so that nothing counts twice.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tray.metrics.claudette_db import View

_HARNESS = {"claude": "claude_code", "codex": "codex_app_server", "pi": "pi_sdk"}  # by the transcript's agent
_COLUMNS = ("id", "workspace_id", "started_at", "last_message_at")
_AT = """
SELECT DISTINCT coalesce(chat_session_id, workspace_id) FROM chat_messages WHERE workspace_id = ?1
  AND created_at = (SELECT max(created_at) FROM chat_messages WHERE workspace_id = ?1 AND created_at <= ?2)
"""

Chat = TypeVar("Chat", int, str)


class Run(NamedTuple):
    """A client session; `first` and `last`: when its first and its last turn began, as it is written."""

    id: str
    workspace: str
    first: str
    last: str


def read_runs(view: View, clients: Collection[str] | None = None, workspace: str | None = None) -> list[Run]:
    """Those of these client sessions that Claudette ran, or all of a workspace."""
    where, value = (
        ("workspace_id = ?", workspace)
        if clients is None
        else ("id IN (SELECT value FROM json_each(?))", json.dumps([*clients]))
    )
    found = [
        Run(*row)
        for table in ("agent_sessions", "deleted_agent_sessions")
        if view.has(table, *_COLUMNS)
        for row in view.rows(f"SELECT {', '.join(_COLUMNS)} FROM {table} WHERE {where}", value)  # noqa: S608
    ]
    return [run for run in found if all(isinstance(value, str) for value in run)]


def candidates(view: View, run: Run) -> set[str]:
    """The chats that it may have been run for; a workspace stands for its messages that name no chat."""
    if not view.has("chat_messages", "chat_session_id", "workspace_id", "created_at"):
        return set()
    moments = {run.first, run.last}
    return {str(row[0]) for at in moments for row in view.rows(_AT, run.workspace, at)}


def meant(agent: str, chats: Mapping[Chat, str]) -> set[Chat]:
    """Those of the candidates, with their harness, that count as the chats of an agent's session."""
    same = {chat for chat, harness in chats.items() if harness == _HARNESS.get(agent)}
    return same or set(chats)
