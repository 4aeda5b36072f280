"""The user's commits in git repositories, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit; `at` is its author date, Unix milliseconds."""

    hash: str
    at: int
    additions: int
    deletions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A work tree: `repository` is the folder of the repository's main one, `branch` None where detached.

    `commits` are the user's on the branch that is checked out, since the instant that was asked for.
    """

    folder: str
    repository: str
    branch: str | None
    commits: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GitWork:
    """What git tells of some folders.

    `commits`: (repository, commit), each of the user's on any local branch, once for each repository.
    `trees` by the folder asked for. `complete` False: not all could be asked in time; `told` says more.
    """

    commits: tuple[tuple[str, Commit], ...] = ()
    trees: Mapping[str, Tree] = field(default_factory=dict)
    complete: bool = True
    told: str | None = None
