"""Databases shaped like Claudette's, for tests: schema of today, of 0.25, and one from before chat sessions.

    db = ClaudetteDb(folder / "claudette.db")
    db.workspace("w1"); db.session("s1", "w1", cli="<uuid>")
    db.message("s1", at=NOW, prompt=100, completion=50, cost=0.01)
    db.select("w1", "s1"); db.setting("model_provider:s1", "codex")

Like Claudette, each call opens a connection in WAL mode and closes it; `held()` keeps one open.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_NOW = "TEXT NOT NULL DEFAULT (datetime('now'))"
_COUNT = "INTEGER NOT NULL DEFAULT 0"

_COMMON = f"""
CREATE TABLE schema_migrations (id TEXT PRIMARY KEY, applied_at {_NOW});
CREATE TABLE app_settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE repositories (
  id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at {_NOW}, icon TEXT,
  path_slug TEXT, setup_script TEXT, custom_instructions TEXT, branch_rename_preferences TEXT,
  base_branch TEXT, default_remote TEXT, archive_script TEXT, required_inputs TEXT,
  sort_order {_COUNT}, setup_script_auto_run {_COUNT}, archive_script_auto_run {_COUNT});
CREATE TABLE slash_command_usage (
  workspace_id TEXT NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE, command_name TEXT NOT NULL,
  use_count INTEGER NOT NULL DEFAULT 1, last_used_at {_NOW}, PRIMARY KEY (workspace_id, command_name));
"""

_HEAD = f"""
CREATE TABLE workspaces (
  id TEXT PRIMARY KEY, repository_id TEXT NOT NULL REFERENCES repositories(id) ON DELETE CASCADE,
  name TEXT NOT NULL, branch_name TEXT NOT NULL, worktree_path TEXT, status TEXT NOT NULL DEFAULT 'active',
  status_line TEXT NOT NULL DEFAULT '', created_at {_NOW}, branch_auto_rename_claimed {_COUNT},
  sort_order {_COUNT}, input_values TEXT, UNIQUE (repository_id, name));
CREATE TABLE chat_sessions (
  id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
  session_id TEXT, name TEXT NOT NULL DEFAULT 'New chat', name_edited {_COUNT}, turn_count {_COUNT},
  sort_order {_COUNT}, status TEXT NOT NULL DEFAULT 'active', created_at {_NOW}, archived_at TEXT,
  cli_invocation TEXT);
CREATE INDEX chat_sessions_order ON chat_sessions (workspace_id, sort_order);
CREATE INDEX chat_sessions_status ON chat_sessions (workspace_id, status);
CREATE TABLE chat_messages (
  id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system')), content TEXT NOT NULL, cost_usd REAL,
  duration_ms INTEGER, created_at {_NOW}, thinking TEXT, input_tokens INTEGER, output_tokens INTEGER,
  cache_read_tokens INTEGER, cache_creation_tokens INTEGER,
  chat_session_id TEXT REFERENCES chat_sessions(id) ON DELETE CASCADE);
CREATE INDEX chat_messages_workspace ON chat_messages (workspace_id, created_at);
CREATE INDEX chat_messages_created ON chat_messages (created_at);
CREATE INDEX chat_messages_session ON chat_messages (chat_session_id, created_at);
CREATE TABLE agent_sessions (
  id TEXT PRIMARY KEY, workspace_id TEXT REFERENCES workspaces(id) ON DELETE CASCADE,
  repository_id TEXT NOT NULL, started_at {_NOW}, last_message_at {_NOW}, ended_at TEXT,
  turn_count {_COUNT}, completed_ok {_COUNT});
CREATE INDEX agent_sessions_workspace ON agent_sessions (workspace_id);
CREATE INDEX agent_sessions_started ON agent_sessions (started_at);
CREATE INDEX agent_sessions_repository ON agent_sessions (repository_id);
CREATE TABLE agent_commits (
  commit_hash TEXT NOT NULL, workspace_id TEXT NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
  repository_id TEXT NOT NULL, session_id TEXT, additions {_COUNT}, deletions {_COUNT},
  files_changed {_COUNT}, committed_at TEXT NOT NULL, PRIMARY KEY (workspace_id, commit_hash));
CREATE TABLE deleted_workspace_summaries (
  id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL, workspace_name TEXT NOT NULL, repository_id TEXT NOT NULL,
  workspace_created_at TEXT NOT NULL, deleted_at {_NOW}, sessions_started {_COUNT},
  sessions_completed {_COUNT}, total_turns {_COUNT}, total_session_duration_ms {_COUNT},
  commits_made {_COUNT}, total_additions {_COUNT}, total_deletions {_COUNT}, total_files_changed {_COUNT},
  messages_user {_COUNT}, messages_assistant {_COUNT}, messages_system {_COUNT},
  slash_commands_used {_COUNT}, total_input_tokens {_COUNT}, total_output_tokens {_COUNT},
  total_cost_usd REAL NOT NULL DEFAULT 0, first_message_at TEXT, last_message_at TEXT);
CREATE TABLE deleted_agent_sessions (
  id TEXT PRIMARY KEY, workspace_id TEXT, repository_id TEXT NOT NULL, started_at TEXT NOT NULL,
  last_message_at TEXT NOT NULL, ended_at TEXT, turn_count {_COUNT}, completed_ok {_COUNT});
CREATE TABLE deleted_agent_commits (
  commit_hash TEXT NOT NULL, workspace_id TEXT NOT NULL, repository_id TEXT NOT NULL, session_id TEXT,
  additions {_COUNT}, deletions {_COUNT}, files_changed {_COUNT}, committed_at TEXT NOT NULL,
  PRIMARY KEY (workspace_id, commit_hash));
CREATE TABLE deleted_slash_command_usage (
  workspace_id TEXT NOT NULL, repository_id TEXT NOT NULL, command_name TEXT NOT NULL,
  use_count INTEGER NOT NULL DEFAULT 1, last_used_at {_NOW}, PRIMARY KEY (workspace_id, command_name));
"""

# Before 2026-04-20: one client session per workspace, no tokens, nothing kept of what was deleted.
_OLD = f"""
CREATE TABLE workspaces (
  id TEXT PRIMARY KEY, repository_id TEXT NOT NULL REFERENCES repositories(id) ON DELETE CASCADE,
  name TEXT NOT NULL, branch_name TEXT NOT NULL, worktree_path TEXT, status TEXT NOT NULL DEFAULT 'active',
  status_line TEXT NOT NULL DEFAULT '', created_at {_NOW}, session_id TEXT, turn_count {_COUNT},
  UNIQUE (repository_id, name));
CREATE TABLE chat_messages (
  id TEXT PRIMARY KEY, workspace_id TEXT NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system')), content TEXT NOT NULL, cost_usd REAL,
  duration_ms INTEGER, created_at {_NOW}, thinking TEXT);
"""

SCHEMAS = {"head": _COMMON + _HEAD, "0.25": _COMMON + _HEAD, "old": _COMMON + _OLD}

PI = {"id": "pi", "label": "Pi", "kind": "pi_sdk", "enabled": True, "runtime_harness": "pi_sdk"}
LM_STUDIO = {
    "id": "lm-studio",
    "label": "LM Studio",
    "kind": "lm_studio",
    "base_url": "http://localhost:1234",
}
OPENROUTER = {
    "id": "router",
    "label": "Router",
    "kind": "custom_openai",
    "base_url": "https://openrouter.ai/api/v1",
    "default_model": "openai/gpt-5.4-mini",
    "enabled": True,
    "manual_models": [],
    "capabilities": {"thinking": True},
    "has_secret": False,
}


def stamp(at: float) -> str:
    """An instant as SQLite's datetime('now') writes it: naive UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))


class ClaudetteDb:
    """A database under construction; it holds a path only, since every call opens and closes."""

    def __init__(self, path: Path, schema: str = "head") -> None:
        self.path = path
        self.schema = schema
        self._open: sqlite3.Connection | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.held() as connection:
            connection.executescript(SCHEMAS[schema])
            connection.execute(
                "INSERT INTO repositories (id, path, name) VALUES ('r1', '/home/dev/proj', 'proj')"
            )
        if schema == "0.25":
            self.backends(PI, LM_STUDIO)

    @contextmanager
    def held(self) -> Iterator[sqlite3.Connection]:
        """A connection as Claudette opens it, committed and closed at the end."""
        if self._open is not None:
            yield self._open
            return
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # no test waits for the disk
            connection.execute("PRAGMA foreign_keys = ON")
            with connection:
                yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is called meanwhile in one connection and one transaction."""
        with self.held() as connection:
            self._open = connection
            try:
                yield
            finally:
                self._open = None

    def add(self, table: str, **values: object) -> None:
        """One row of any table."""
        with self.held() as connection:
            _insert(connection, table, values)

    def setting(self, key: str, value: str | None) -> None:
        """Sets a setting as text; None removes it."""
        with self.held() as connection:
            connection.execute("DELETE FROM app_settings WHERE key = ?", (key,))
            if value is not None:
                connection.execute("INSERT INTO app_settings VALUES (?, ?)", (key, value))

    def backends(self, *entries: object) -> None:
        """The stored list of backends."""
        self.setting("agent_backends_config", json.dumps(entries))

    def select(self, workspace: str | None, session: str | None = None, *, version: object = 1) -> None:
        """What Claudette's window shows."""
        chosen = {workspace: session} if workspace and session else {}
        view = {
            "version": version,
            "selectedWorkspaceId": workspace,
            "selectedSessionIdByWorkspaceId": chosen,
            "sidebarWidth": 260,
        }
        self.setting("view:state", json.dumps(view))

    def workspace(self, name: str, *, status: str = "active") -> None:
        self.add("workspaces", id=name, repository_id="r1", name=name, branch_name=f"b/{name}", status=status)

    def session(
        self,
        name: str,
        workspace: str,
        *,
        cli: str | None = None,
        status: str = "active",
        order: int = 0,
        at: float = 0.0,
    ) -> None:
        """A chat session; `cli` is the client's own session id."""
        self.add(
            "chat_sessions",
            id=name,
            workspace_id=workspace,
            session_id=cli,
            status=status,
            sort_order=order,
            created_at=stamp(at),
        )

    def message(
        self,
        session: str | None,
        *,
        at: float | str,
        workspace: str = "w1",
        role: str = "assistant",
        prompt: object = None,
        completion: object = None,
        cost: object = None,
        cache_read: object = None,
    ) -> None:
        """A message; `at` is an instant, or the text to store. An old schema drops what it has no column for."""
        self.messages(
            session,
            [at],
            workspace=workspace,
            role=role,
            prompt=prompt,
            completion=completion,
            cost=cost,
            cache_read=cache_read,
        )

    def messages(
        self,
        session: str | None,
        times: Iterable[float | str],
        *,
        workspace: str = "w1",
        role: str = "assistant",
        prompt: object = None,
        completion: object = None,
        cost: object = None,
        cache_read: object = None,
    ) -> None:
        """Many of the same kind, committed at once."""
        with self.held() as connection:
            for at in times:
                values = {
                    "id": str(uuid.uuid4()),
                    "workspace_id": workspace,
                    "role": role,
                    "content": "…",
                    "cost_usd": cost,
                    "created_at": at if isinstance(at, str) else stamp(at),
                }
                if self.schema != "old":
                    values |= {
                        "chat_session_id": session,
                        "input_tokens": prompt,
                        "output_tokens": completion,
                        "cache_read_tokens": cache_read,
                    }
                _insert(connection, "chat_messages", values)

    def agent_session(self, name: str, *, at: float, workspace: str = "w1", deleted: bool = False) -> None:
        """A client's session that Claudette ran; `name` is the client's own session id."""
        self.add(
            "deleted_agent_sessions" if deleted else "agent_sessions",
            id=name,
            workspace_id=workspace,
            repository_id="r1",
            started_at=stamp(at),
            last_message_at=stamp(at),
        )
