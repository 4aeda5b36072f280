"""What a person and their programs have done, as plain facts.

Instants are Unix seconds. A text stands for a date that a program wrote and nobody can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.metrics.git_work import Commit, GitWork, Tree

if TYPE_CHECKING:
    from collections.abc import Collection

Moment = int | str


@dataclass(frozen=True, kw_only=True)
class Space:
    """A workspace of Claudette. `state`: active, archived or deleted."""

    id: str
    state: str = "active"
    worktree: str | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A row of Claudette's for a client session."""

    id: str
    space: str | None
    start: Moment
    last: int
    end: Moment | None = None
    ok: int = 0
    turns: int = 0


@dataclass(frozen=True, kw_only=True)
class Noted:
    """A commit that Claudette saw; `offset` in hours, as git wrote its date."""

    hash: str
    space: str
    at: Moment
    offset: int = 0
    more: int = 0
    less: int = 0


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What Claudette keeps of a deleted workspace."""

    space: str
    created: Moment
    first: Moment | None
    last: Moment | None
    sessions: int = 0
    completed: int = 0
    turns: int = 0
    commits: int = 0
    input: int = 0
    output: int = 0
    cost: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Chat:
    """A chat with its answers: (instant, input, output, cache read, dollars or None)."""

    id: str
    space: str
    client: str | None
    answers: tuple[tuple[int, int, int, int, float | None], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """A prompt in a transcript, and whether an answer follows at once; equal keys are copies."""

    key: str
    session: str
    at: int
    folder: str
    command: str | None = None
    prompt: bool = True
    answer: bool = True
    input: int = 0
    output: int = 0
    cache: int = 0
    priced: bool = True


@dataclass(frozen=True, kw_only=True)
class File:
    """A transcript."""

    agent: str
    said: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A commit in git. `on`: the folders whose branch holds it."""

    hash: str
    repository: str
    at: int
    more: int = 0
    less: int = 0
    on: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All of it, at an instant in a time zone. `trees`: folder to the repository that it lies in."""

    now: int
    zone: str
    spaces: tuple[Space, ...] = ()
    runs: tuple[Run, ...] = ()
    noted: tuple[Noted, ...] = ()
    summaries: tuple[Summary, ...] = ()
    chats: tuple[Chat, ...] = ()
    commands: tuple[tuple[str, str, int], ...] = ()  # workspace, name, count
    files: tuple[File, ...] = ()
    made: tuple[Made, ...] = ()
    trees: tuple[tuple[str, str], ...] = ()

    def git(self, folders: Collection[str], since: int) -> GitWork:
        """What git would tell of these folders since an instant (Unix milliseconds)."""
        asked = {folder: home for folder, home in self.trees if folder in folders}
        known = [one for one in self.made if one.at * 1000 >= since]
        return GitWork(
            commits=tuple(
                (one.repository, _commit(one)) for one in known if one.repository in asked.values()
            ),
            trees={
                folder: Tree(
                    folder=folder,
                    repository=home,
                    branch="main",
                    commits=tuple(_commit(one) for one in known if folder in one.on),
                )
                for folder, home in asked.items()
            },
        )


def _commit(one: Made) -> Commit:
    return Commit(hash=one.hash, at=one.at * 1000, additions=one.more, deletions=one.less)
