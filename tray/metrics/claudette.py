"""Who works in Claudette now: the selected session and its backend, the newest activity, its own sessions."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.core.model import ClaudetteActivity, DbState, Instant
from tray.core.source import Root
from tray.metrics import claudette_backends as backends
from tray.metrics.claudette_db import (
    BUSY_TIMEOUT,
    ClaudetteDbError,
    View,
    fingerprint,
    is_settled,
    open_view,
)
from tray.metrics.foreign import instant, mapping, parse_json, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.core.source import Paths

__all__ = ["ClaudetteRead", "database_root", "fingerprint", "read", "read_setting", "reader"]

_VIEW_STATE = "view:state"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudetteRead:
    """The activity, and the sessions that Claudette has ever run, by the ids the clients gave them.

    `known_sessions` is None where the database could not be asked: which ones are its own is unknown then.
    """

    activity: ClaudetteActivity
    known_sessions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A chat session and its workspace; the session is None where none exists (yet)."""

    workspace: str
    chat_session: str | None


def database_root(paths: Paths) -> Root:
    """What to watch: the database and its log; its folder holds other files too."""
    db = paths.claudette_db
    return Root(path=db.parent, names=frozenset({db.name, f"{db.name}-wal"}))


def read(db: Path, *, timeout: float = BUSY_TIMEOUT) -> ClaudetteRead:
    """Everything about who works in Claudette; failures are the activity's `state`.

    Two transactions, so that none lasts long: the ids of 100,000 sessions take a while.
    """
    try:
        with open_view(db, timeout=timeout) as view:
            activity = _activity(view)
        with open_view(db, timeout=timeout) as view:
            listed = _listed_sessions(view)
    except ClaudetteDbError as error:
        none_yet = error.state in (DbState.ABSENT, DbState.EMPTY)
        return ClaudetteRead(
            activity=ClaudetteActivity(state=error.state), known_sessions=frozenset() if none_yet else None
        )
    known = frozenset(name for names in listed for name in names.split("\n") if name)
    return ClaudetteRead(activity=activity, known_sessions=known)


def reader(now: Callable[[], Instant] = time.time) -> Callable[[Path], ClaudetteRead]:
    """A `read` that does not open a database again which has not changed since.

    While an agent works its transcript changes several times a second, and each change asks who works.
    """
    last: tuple[object, ClaudetteRead] | None = None

    def look(db: Path) -> ClaudetteRead:
        nonlocal last
        stamps = fingerprint(db)
        if last is not None and last[0] == (db, stamps):
            return last[1]
        found = read(db)
        lasting = found.known_sessions is not None and is_settled(stamps, now())
        last = ((db, stamps), found) if lasting else None
        return found

    return look


def read_setting(db: Path, key: str) -> str | None:
    """One value of Claudette's settings; None where it or the database is absent or can't be read."""
    try:
        with open_view(db) as view:
            return view.settings(key).get(key)
    except ClaudetteDbError:
        return None


def _activity(view: View) -> ClaudetteActivity:
    settings = view.settings(*backends.KEYS, _VIEW_STATE)
    place = _selected(view, settings.get(_VIEW_STATE)) or _newest_place(view)
    chat_session = place.chat_session if place else None
    settings |= view.settings(*backends.session_keys(chat_session)) if chat_session else {}
    listing = backends.read_listing(settings)
    return ClaudetteActivity(
        state=view.state,
        at=_newest_instant(view),
        backend=listing.of_session(settings, chat_session) if place else None,
        chat_session=chat_session,
        workspace=place.workspace if place else None,
        default=listing.default(),
        backends=listing.backends,
    )


def _selected(view: View, state: str | None) -> _Place | None:
    """What Claudette's window shows: None on the dashboard, or where the workspace is gone or archived."""
    found = mapping(parse_json(state))
    workspace = text(found.get("selectedWorkspaceId"))
    if found.get("version") != 1 or workspace is None or not view.has("workspaces", "id", "status"):
        return None
    if not view.row("SELECT 1 FROM workspaces WHERE id = ? AND status = 'active'", workspace):
        return None
    if not view.has("chat_sessions", "id", "workspace_id", "status", "sort_order", "created_at"):
        return _Place(workspace=workspace, chat_session=None)
    chosen = text(mapping(found.get("selectedSessionIdByWorkspaceId")).get(workspace))
    first = view.row(
        "SELECT id FROM chat_sessions WHERE workspace_id = ? AND status = 'active'"
        " ORDER BY id IS NOT ?, sort_order, created_at LIMIT 1",  # the chosen one, else the first
        workspace,
        chosen,
    )
    return _Place(workspace=workspace, chat_session=text(first[0]) if first else None)


def _newest_place(view: View) -> _Place | None:
    """Where the newest answer was given."""
    if not view.has("chat_messages", "workspace_id", "role", "created_at"):
        return None
    session = "chat_session_id" if view.has("chat_messages", "chat_session_id") else "NULL"
    found = view.row(
        f"SELECT workspace_id, {session} FROM chat_messages WHERE role = 'assistant'"  # noqa: S608 - no value in it
        " ORDER BY created_at DESC, rowid DESC LIMIT 1"
    )
    workspace = text(found[0]) if found else None
    return _Place(workspace=workspace, chat_session=text(found[1])) if found and workspace else None


def _newest_instant(view: View) -> Instant | None:
    """The newest message or turn. Both columns are naive UTC, so the greatest text is the newest."""
    columns = (("chat_messages", "created_at"), ("agent_sessions", "last_message_at"))
    newest = (
        view.row(f"SELECT max({column}) FROM {table}")  # noqa: S608 - names of ours
        for table, column in columns
        if view.has(table, column)
    )
    known = [at for row in newest if row is not None and (at := instant(row[0])) is not None]
    return max(known, default=None)


def _listed_sessions(view: View) -> list[str]:
    """The ids of each table, one a line. As one text each, 200,000 hold the transaction a quarter as long."""
    columns = (("chat_sessions", "session_id"), ("agent_sessions", "id"), ("deleted_agent_sessions", "id"))
    rows = (
        view.row(f"SELECT group_concat({column}, char(10)) FROM {table}")  # noqa: S608 - names of ours
        for table, column in columns
        if view.has(table, column)
    )
    return [row[0] for row in rows if row is not None and isinstance(row[0], str)]
