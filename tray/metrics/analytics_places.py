"""Where work was done: Claudette's workspaces, and outside of them the folders that sessions began in. Pure.

A place is called by the workspace's id or the folder, "" where a session tells neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tray.core.insights import Leader, Workspace
from tray.metrics.analytics_commits import Branch, branch, branches

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Mapping

    from tray.core.insights import LatestSession
    from tray.metrics.analytics_index import Told, Transcript
    from tray.metrics.claudette_work import Home, Summary, Work
    from tray.metrics.git_work import GitWork, Tree
    from tray.metrics.tally import Row

UNNAMED = "deleted workspace"
NOWHERE = "no folder"
_NO_LINKS: Mapping[str, str] = {}


class Joined(NamedTuple):
    """Transcripts by whose they are: `own` are Claudette's by id, `outside` all others with their place.

    `places`: the place of each; `folders`: those outside, with when the first session there began.
    """

    own: Mapping[str, Transcript]
    outside: tuple[tuple[str, Transcript], ...]
    places: Mapping[str, str]
    folders: Mapping[str, int]


def join(work: Work, told: Told, real: Mapping[str, str] = _NO_LINKS) -> Joined:
    """Bring both sides together: a Claudette session and its transcript are one, by their id.

    `real`: by folder where it really lies, where that is elsewhere.

    A session that began in a workspace's worktree belongs there, though Claudette did not run it.
    """
    wanted = {one.id for one in told.transcripts}
    rows = {
        name: part.workspaces[number]
        for part in ((*work.deleted_runs, *work.runs) if wanted else ())
        for number, name in enumerate(part.ids)
        if name in wanted
    }
    detailed = {place for part in work.deleted_runs for place in part.workspaces}
    summed = {one.workspace for one in work.summaries if one.sessions} - detailed
    find = finder(work.homes.values(), real)
    own: dict[str, Transcript] = {}
    outside: list[tuple[str, Transcript]] = []
    places: dict[str, str] = {}
    folders: dict[str, int] = {}
    for one in told.transcripts:
        home = rows.get(one.id) or told.homes.get(one.id)
        # Where a row names no workspace, the session is counted nowhere: so are its tokens.
        place = rows.get(one.id, home)
        folder = real.get(one.folder, one.folder)
        if place is None:
            place = find(folder) or folder
        places[one.id] = place
        if one.id in rows or home in summed:  # a row tells of it, or a summary has counted it
            own[one.id] = one
            continue
        outside.append((place, one))
        if place == folder and place:
            folders[place] = min(one.started, folders.get(place, one.started))
    return Joined(own, tuple(outside), places, folders)


def finder(homes: Iterable[Home], real: Mapping[str, str] = _NO_LINKS) -> Callable[[str], str | None]:
    """Tells in whose worktree a folder lies; of several workspaces the active one, then the last made."""
    ordered = sorted(homes, key=lambda home: home.status == "active")
    written = [(home.worktree, home.id) for home in ordered if home.worktree is not None]
    trees = {_plain(real.get(folder, folder)): name for folder, name in written}

    def find(folder: str) -> str | None:
        plain = _plain(folder)
        while plain:
            if plain in trees:
                return trees[plain]
            plain = plain.rpartition("/")[0]
        return None

    return find


def _plain(folder: str) -> str:
    return folder.replace("\\", "/").rstrip("/")


def last_part(folder: str) -> str:
    """The name of a folder; of the root the root."""
    return _plain(folder).rpartition("/")[2] or folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All places of a scope."""

    homes: Mapping[str, Home] = field(default_factory=dict)
    gone: Mapping[str, Summary] = field(default_factory=dict)
    folders: Mapping[str, int] = field(default_factory=dict)
    trees: Mapping[str, Tree] = field(default_factory=dict)

    @classmethod
    def of(cls, work: Work, folders: Mapping[str, int], git: GitWork) -> Places:
        gone = {one.workspace: one for one in work.summaries}
        return cls(homes=work.homes, gone=gone, folders=folders, trees=git.trees)

    def called(self, place: str) -> tuple[str, str | None]:
        """(name, repository) of a place."""
        if place in self.homes:
            return self.homes[place].name, self.homes[place].repository
        if place in self.gone:
            return self.gone[place].name or UNNAMED, self.gone[place].repository
        if place in self.folders:
            return last_part(place), self._repository(place)
        return (UNNAMED if place else NOWHERE), None

    def _repository(self, folder: str) -> str | None:
        tree = self.trees.get(folder)
        return None if tree is None else last_part(tree.repository)

    def leaders(
        self, started: Counter[str], committed: Mapping[str, int], spent: Mapping[str, Row]
    ) -> tuple[Leader, ...]:
        """A line for every place where anything was done, in no order."""
        found = []
        for place in {*started, *committed, *spent}:
            row = spent.get(place)
            sessions, made = started.get(place, 0), committed.get(place, 0)
            if not (sessions or made or (row and (row.total_tokens or row.cost_usd))):
                continue
            name, repository = self.called(place)
            found.append(
                Leader(
                    workspace=name,
                    repository=repository,
                    sessions=sessions,
                    commits=made,
                    tokens=row.input_tokens + row.output_tokens if row else 0,
                    cache_tokens=row.cache_read_tokens + row.cache_write_tokens if row else 0,
                    cost_usd=row.cost_usd if row else 0.0,
                )
            )
        return tuple(found)

    def cards(
        self, work: Work, latest: Mapping[str, LatestSession], active: Mapping[str, int]
    ) -> tuple[Workspace, ...]:
        """Each workspace that is there and each folder outside; the last active first."""
        made = branches(work)
        found = [
            Workspace(
                id=home.id,
                name=home.name,
                repository=home.repository,
                path=home.path,
                status=home.status,
                branch=home.branch,
                **made.get(home.id, Branch(0, 0, 0))._asdict(),
                last_active=active.get(home.id),
                latest_session=latest.get(home.id),
            )
            for home in self.homes.values()
        ]
        for folder, first in self.folders.items():
            tree = self.trees.get(folder)
            found.append(
                Workspace(
                    id=folder,
                    name=last_part(folder),
                    repository=self._repository(folder),
                    path=folder,
                    status="active",
                    branch=None if tree is None else tree.branch,
                    **branch(tree, first)._asdict(),
                    last_active=active.get(folder),
                    latest_session=latest.get(folder),
                )
            )
        return tuple(sorted(found, key=lambda one: (-(one.last_active or 0), one.name, one.id)))
