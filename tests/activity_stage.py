"""A person's activity by hand: Claudette's rows, transcripts in an index, commits, and the figures of them.

act = Activity(tmp_path, now="2026-11-21T12:00Z")
act.session("s1", start="2026-11-21T10:00Z", ended="2026-11-21T11:00Z", ok=1)
act.stage.file("claude", [call(...)], turns=[turn(...)])
act.metrics(Scope.CLAUDETTE).dashboard.sessions_today
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.claudette_db import ClaudetteDb, stamp
from tests.usage_stage import Stage, millis
from tray.core.insights import Rank
from tray.metrics.analytics import Analyst
from tray.metrics.git_work import Commit, GitWork, Tree

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.insights import Metrics, Scope

ZONES = ("America/Los_Angeles", "UTC", "Asia/Kolkata", "Australia/Lord_Howe")


def at(moment: str) -> float:
    """Unix seconds."""
    return millis(moment) / 1000


def commit(name: str, moment: str, more: int = 1, less: int = 0) -> Commit:
    return Commit(hash=name, at=millis(moment), additions=more, deletions=less)


def tree(folder: str, *commits: Commit, repository: str | None = None, branch: str | None = "main") -> Tree:
    return Tree(folder=folder, repository=repository or folder, branch=branch, commits=commits)


class Activity:
    """Claudette's database and an index of transcripts; `schema` None: no Claudette at all."""

    def __init__(
        self, root: Path, *, now: str = "2026-11-21T12:00Z", zone: str = "UTC", schema: str | None = "head"
    ) -> None:
        self.stage = Stage(root)
        self.places = self.stage.places
        self.now, self.zone = now, zone
        self.git = GitWork()
        self.asked: list[tuple[set[str], int]] = []
        self._analyst: Analyst | None = None
        if schema is not None:
            self.db = ClaudetteDb(self.places.claudette_db, schema)

    def session(
        self,
        name: str,
        *,
        start: str,
        workspace: str | None = "w1",
        last: str | None = None,
        ended: str | None = None,
        ok: int = 0,
        turns: int = 0,
        deleted: bool = False,
    ) -> None:
        """A client session that Claudette ran."""
        self.db.add(
            "deleted_agent_sessions" if deleted else "agent_sessions",
            id=name,
            workspace_id=workspace,
            repository_id="r1",
            started_at=stamp(at(start)),
            last_message_at=stamp(at(last or ended or start)),
            ended_at=None if ended is None else stamp(at(ended)),
            turn_count=turns,
            completed_ok=ok,
        )

    def commit(
        self,
        name: str,
        moment: str,
        *,
        more: int = 1,
        less: int = 0,
        workspace: str = "w1",
        deleted: bool = False,
    ) -> None:
        """A commit that Claudette saw; `moment` as git writes it, with an offset."""
        self.db.add(
            "deleted_agent_commits" if deleted else "agent_commits",
            commit_hash=name,
            workspace_id=workspace,
            repository_id="r1",
            additions=more,
            deletions=less,
            committed_at=moment,
        )

    def summary(self, workspace: str, *, first: str | None, last: str | None, **counts: object) -> None:
        """What Claudette keeps of a deleted workspace."""
        self.db.add(
            "deleted_workspace_summaries",
            id=f"of {workspace}",
            workspace_id=workspace,
            workspace_name=f"was {workspace}",
            repository_id="r1",
            workspace_created_at="2026-01-01 00:00:00",
            first_message_at=first and stamp(at(first)),
            last_message_at=last and stamp(at(last)),
            **counts,
        )

    def command(self, name: str, count: int, *, workspace: str = "w1", deleted: bool = False) -> None:
        """How often Claudette saw a slash command used."""
        more = {"repository_id": "r1"} if deleted else {}
        self.db.add(
            "deleted_slash_command_usage" if deleted else "slash_command_usage",
            workspace_id=workspace,
            command_name=name,
            use_count=count,
            **more,
        )

    def worktree(self, workspace: str, folder: str) -> None:
        with self.db.held() as connection:
            connection.execute("UPDATE workspaces SET worktree_path = ? WHERE id = ?", (folder, workspace))

    @property
    def analyst(self) -> Analyst:
        """The same one for all questions."""
        if self._analyst is None:
            self._analyst = Analyst(self.places, timezone=self.zone, clock=self.clock, commits=self._commits)
        return self._analyst

    def clock(self) -> float:
        return at(self.now)

    def metrics(
        self, scope: Scope | None = None, days: int | None = 30, rank: Rank = Rank.SESSIONS
    ) -> Metrics:
        """The figures, after the index has taken in what there is."""
        self.stage.index.read_claudette()
        return self.analyst.metrics(scope=scope, days=days, rank=rank)

    def close(self) -> None:
        self.stage.close()
        if self._analyst is not None:
            self._analyst.close()

    def _commits(self, folders: object, since: int) -> GitWork:
        self.asked.append((set(folders), since))
        return self.git


def leader(found: Metrics, name: str) -> tuple[int, int, int, float | None]:
    """(sessions, commits, tokens, dollars) of a line."""
    (one,) = [one for one in found.analytics.leaderboard if one.workspace == name]
    return one.sessions, one.commits, one.tokens, one.cost_usd


def card(found: Metrics, own_id: str):
    """A workspace's card."""
    (one,) = [one for one in found.workspaces if one.id == own_id]
    return one
