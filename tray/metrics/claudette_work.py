"""What was done in Claudette, out of its database: sessions, commits, workspaces, slash commands.

The large tables are read in stretches of row ids, each in a transaction of its own that lasts a few
hundredths of a second, and as one text for each column, which takes half as long as rows do. A stretch whose
texts are the same as before is not taken apart again.
"""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics import work_columns as columns
from tray.metrics.claudette_db import BUSY_TIMEOUT, fingerprint, is_settled, open_view
from tray.metrics.counts import count, dollars
from tray.metrics.foreign import text
from tray.metrics.work_columns import millis

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path
    from typing import Any

    from tray.metrics.claudette_db import View
    from tray.metrics.work_columns import Commits, Runs

STRETCH = 20_000  # row ids in one transaction
_RUNS = ("agent_sessions", "deleted_agent_sessions")
_COMMITS = ("agent_commits", "deleted_agent_commits")
_COMMANDS = ("slash_command_usage", "deleted_slash_command_usage")
_SUMMARY = (
    *("sessions_started", "sessions_completed", "total_turns", "commits_made"),
    *("total_input_tokens", "total_output_tokens", "total_cost_usd"),
)


class Home(NamedTuple):
    """A workspace. `worktree`: the folder that is its own; `path`: where its agents work."""

    id: str
    name: str
    repository: str | None
    path: str | None
    worktree: str | None
    status: str  # "active" | "archived"
    branch: str | None


class Summary(NamedTuple):
    """What is left of a deleted workspace. Instants are Unix milliseconds, None where nothing was said."""

    workspace: str
    name: str | None
    repository: str | None
    created: int | None
    first: int | None
    last: int | None
    sessions: int
    completed: int
    turns: int
    commits: int
    input: int
    output: int
    cost: float


class Work(NamedTuple):
    """All of it; `runs` and `commits` are columns, in the order of the rows."""

    runs: tuple[Runs, ...] = ()
    deleted_runs: tuple[Runs, ...] = ()
    commits: tuple[Commits, ...] = ()
    deleted_commits: tuple[Commits, ...] = ()
    homes: Mapping[str, Home] = {}
    summaries: tuple[Summary, ...] = ()
    commands: Mapping[str, int] = {}


class WorkReader:
    """Reads the database again when it has changed; a class, since it keeps what was read."""

    def __init__(self, db: Path, now: Callable[[], float] = time.time, stretch: int = STRETCH) -> None:
        self._db, self._now, self._stretch = db, now, stretch
        self._last: tuple[object, Work] | None = None
        self._known: dict[tuple[str, int], tuple[int, Any]] = {}  # by table and stretch: digest, columns

    def read(self, timeout: float = BUSY_TIMEOUT) -> Work:
        """What the database says now. Raises `ClaudetteDbError`."""
        seen = fingerprint(self._db)
        if self._last is not None and self._last[0] == seen:
            return self._last[1]
        with open_view(self._db, timeout=timeout) as view:
            homes, summaries, commands = _homes(view), _summaries(view), _commands(view)
        # Deleted ones first: what is deleted meanwhile is missing until the next time rather than doubled.
        tables: dict[str, columns.Shape[Any]] = dict.fromkeys(reversed(_RUNS), columns.runs)
        tables |= dict.fromkeys(reversed(_COMMITS), columns.commits)
        found: dict[str, list[Any]] = {name: [] for name in tables}
        gone = set(self._known)
        for table, span, texts in self._texts(view, tables, timeout):
            key, digest = (table, span[0]), hash(texts)
            known = self._known.get(key)
            if known is None or known[0] != digest:
                shape = tables[table]
                known = (digest, shape.parse(texts, partial(self._rows, shape, table, span, timeout)))
                self._known[key] = known
            gone.discard(key)
            found[table].append(known[1])
        for key in gone:
            del self._known[key]
        deleted_runs, runs, deleted_commits, commits = map(tuple, found.values())
        work = Work(runs, deleted_runs, commits, deleted_commits, homes, summaries, commands)
        self._last = (seen, work) if is_settled(seen, self._now()) else None
        return work

    def _texts(
        self, like: View, tables: Mapping[str, columns.Shape[Any]], timeout: float
    ) -> Generator[tuple[str, tuple[int, int], tuple[Any, ...] | None], None, None]:
        """(table, row ids, a text for each column) of every stretch; only of tables that we know."""
        for table, shape in tables.items():
            chosen = shape.select(like, table)
            start, begun = None, False
            while chosen is not None and (start is not None or not begun):
                with open_view(self._db, timeout=timeout, like=like) as view:
                    start, begun = (start if begun else self._first(view, table)), True
                    if start is None:
                        break
                    span = (start, start + self._stretch - 1)
                    texts = view.row(f"{chosen} FROM {table} WHERE rowid BETWEEN ? AND ?", *span)
                    start = self._first(view, table, span[1] + 1)
                yield table, span, texts

    def _rows(
        self, shape: columns.Shape[Any], table: str, span: tuple[int, int], timeout: float
    ) -> list[tuple[Any, ...]]:
        with open_view(self._db, timeout=timeout) as view:
            return shape.rows(view, table, span)

    def _first(self, view: View, table: str, after: int | None = None) -> int | None:
        """Where the first stretch with a row begins, of those from a row id on."""
        where = "" if after is None else f" WHERE rowid >= {after}"
        (found,) = view.row(f"SELECT min(rowid) FROM {table}{where}") or (None,)  # noqa: S608 - names of ours
        return None if found is None else int(found) // self._stretch * self._stretch


def _homes(view: View) -> dict[str, Home]:
    if not view.has("workspaces", "id", "name"):
        return {}
    has = {name: view.has("workspaces", name) for name in ("worktree_path", "branch_name", "status")}
    tree = "w.worktree_path" if has["worktree_path"] else "NULL"
    branch = "w.branch_name" if has["branch_name"] else "NULL"
    status = "w.status" if has["status"] else "'active'"
    joined = view.has("workspaces", "repository_id") and view.has("repositories", "id", "name", "path")
    names = "r.name, r.path" if joined else "NULL, NULL"
    found = {}
    for own_id, name, folder, state, on, repository, path in view.rows(
        f"SELECT w.id, w.name, {tree}, {status}, {branch}, {names} FROM workspaces w"  # noqa: S608
        f" {'LEFT JOIN repositories r ON r.id = w.repository_id' if joined else ''} ORDER BY w.rowid"
    ):
        if text(own_id) is None:
            continue
        found[own_id] = Home(
            id=own_id,
            name=text(name) or own_id,
            repository=text(repository),
            path=text(folder) or text(path),
            worktree=text(folder),
            status="archived" if state == "archived" else "active",
            branch=text(on),
        )
    return found


def _summaries(view: View) -> tuple[Summary, ...]:
    table = "deleted_workspace_summaries"
    if not view.has(table, "workspace_id", *_SUMMARY):
        return ()
    ends = [
        f"s.{name}" if view.has(table, name) else "NULL"
        for name in ("workspace_created_at", "first_message_at", "last_message_at")
    ]
    joined = view.has("repositories", "id", "name") and view.has(table, "repository_id")
    name = "s.workspace_name" if view.has(table, "workspace_name") else "NULL"
    rows = view.rows(
        f"SELECT s.workspace_id, {name}, {'r.name' if joined else 'NULL'}, {', '.join(ends)},"  # noqa: S608
        f" {', '.join(f's.{column}' for column in _SUMMARY)} FROM {table} s"
        f" {'LEFT JOIN repositories r ON r.id = s.repository_id' if joined else ''} ORDER BY s.rowid"
    )
    found = []
    for workspace, called, repository, created, first, last, *counts, cost in rows:
        if text(workspace) is not None:
            sessions, completed, turns, commits, fresh, output = map(count, counts)
            found.append(
                Summary(
                    workspace=workspace,
                    name=text(called),
                    repository=text(repository),
                    created=millis(created),
                    first=millis(first),
                    last=millis(last),
                    sessions=sessions,
                    completed=completed,
                    turns=turns,
                    commits=commits,
                    input=fresh,
                    output=output,
                    cost=dollars(cost) or 0.0,
                )
            )
    return tuple(found)


def _commands(view: View) -> dict[str, int]:
    """How often each was used, for all time: the rows have no dates but that of the last use."""
    found: Counter[str] = Counter()
    for table in _COMMANDS:
        if view.has(table, "command_name", "use_count"):
            for name, uses in view.rows(
                f"SELECT command_name, sum(use_count) FROM {table} GROUP BY 1"  # noqa: S608
            ):
                plain = (text(name) or "").lstrip("/")
                found[plain] += count(uses)
    return {name: uses for name, uses in found.items() if name and uses}
