"""Which client sessions Claudette ran for each of its chats: the ids by which transcripts are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics import claudette_backends as backends
from tray.metrics.claudette_db import BUSY_TIMEOUT, View, open_view
from tray.metrics.claudette_runs import candidates, meant, read_runs
from tray.metrics.foreign import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path


def read_clients(
    db: Path,
    transcripts: Callable[[Collection[str]], Mapping[str, str]],
    *,
    chat_session: str | None,
    workspace: str | None,
    timeout: float = BUSY_TIMEOUT,
) -> Mapping[str, frozenset[str]]:
    """The client sessions with a transcript, by the chat they belong to: of one chat and all in a workspace.

    `transcripts` picks those that have one out of client sessions, with their agent. Messages that name no
    chat belong to one that is called like their workspace. Raises `ClaudetteDbError`.
    """
    with open_view(db, timeout=timeout) as view:
        named: dict[str, str] = {}  # by client
        if view.has("chat_sessions", "id", "workspace_id", "session_id"):
            for chat, client in view.rows(
                "SELECT id, session_id FROM chat_sessions WHERE id IS ? OR workspace_id IS ?",
                chat_session,
                workspace,
            ):
                if (found := text(client)) is not None:
                    named[found] = chat
        runs = [run for run in read_runs(view, workspace=workspace) if run.id not in named]
    agents = transcripts([*named, *(run.id for run in runs)])
    chats: dict[str, set[str]] = {}
    for client, chat in named.items():
        if client in agents:
            chats.setdefault(chat, set()).add(client)
    former = [run for run in runs if run.id in agents]
    if former:
        with open_view(db, timeout=timeout) as view:
            harness = _Harness(view)
            for run in former:
                for chat in meant(agents[run.id], {chat: harness.of(chat) for chat in candidates(view, run)}):
                    chats.setdefault(chat, set()).add(run.id)
    return {chat: frozenset(clients) for chat, clients in chats.items()}


class _Harness:
    """Looks up what runs a chat, each once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._settings = view.settings(*backends.KEYS)
        self._known: dict[str, str] = {}

    def of(self, chat: str) -> str:
        if chat not in self._known:
            provider, _ = backends.session_keys(chat)
            settings = self._settings | self._view.settings(provider)
            entry = backends.read_listing(settings).pick(settings.get(provider))
            self._known[chat] = entry.harness if entry else ""
        return self._known[chat]
