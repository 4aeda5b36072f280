"""Commits of a scope, each once: Claudette's own rows, and those in git that Claudette has not seen. Pure.

Claudette's rows are dated by the committer, git's by the author; instants are Unix milliseconds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tray.metrics.claudette_work import Work
    from tray.metrics.git_work import GitWork, Tree

SERIES, CHURN = 14, 7  # local days


class Committed(NamedTuple):
    """What was committed lately, by local days: `daily` the oldest first, the last one today."""

    daily: tuple[int, ...]
    additions: int
    deletions: int


class Branch(NamedTuple):
    """What was committed on a branch."""

    commits: int
    additions: int
    deletions: int


def lately(work: Work, git: GitWork, midnights: Sequence[int]) -> Committed:
    """The same commit counts once, wherever it is seen.

    `midnights`: when each of the last days began, the oldest first, and when the one after today does.
    """
    daily = [0] * SERIES
    more = less = 0
    seen: set[str] = set()
    for name, at, added, deleted in _rows(work, git, midnights[0], midnights[-1]):
        if name in seen:
            continue
        seen.add(name)
        day = bisect_right(midnights, at) - 1
        daily[day] += 1
        if day >= SERIES - CHURN:
            more, less = more + added, less + deleted
    return Committed(tuple(daily), more, less)


def _rows(work: Work, git: GitWork, since: int, until: int) -> Iterator[tuple[str, int, int, int]]:
    for part in (*work.commits, *work.deleted_commits):
        rows = zip(part.hashes, part.ats, part.additions, part.deletions, strict=True)
        yield from (row for row in rows if since <= row[1] < until)
    known = _hashes(work) if git.commits else set()
    for _, one in git.commits:
        if one.hash not in known and since <= one.at < until:
            yield one.hash, one.at, one.additions, one.deletions


def _hashes(work: Work) -> set[str]:
    """All that Claudette has seen, whatever it dates them."""
    return {name for part in (*work.commits, *work.deleted_commits) for name in part.hashes}


def by_workspace(work: Work, since: int, until: int) -> Counter[str]:
    """Claudette's commits by workspace. What a summary alone counts is dated by its last message."""
    found: Counter[str] = Counter()
    for part in (*work.commits, *work.deleted_commits):
        pairs = zip(part.workspaces, part.ats, strict=True)
        found.update([place for place, at in pairs if since <= at <= until])
    kept = Counter(place for part in work.deleted_commits for place in part.workspaces)
    for one in work.summaries:
        at = one.last if one.last is not None else one.created
        if at is not None and since <= at <= until:
            found[one.workspace] += max(one.commits - kept[one.workspace], 0)
    return found


def by_folder(work: Work, git: GitWork, folders: Collection[str], since: int, until: int) -> Counter[str]:
    """Git's commits by the folder asked for, each for one: whose branch holds it, the outermost first.

    Those on no branch that is checked out count for the repository's first folder; of a repository that is
    gone, and remembered, for the outermost of the `folders` in it.
    """
    found: Counter[str] = Counter()
    known = _hashes(work)
    trees = sorted(git.trees.values(), key=lambda tree: (tree.folder != tree.repository, tree.folder))
    first: dict[str, str] = {}
    for tree in trees:
        first.setdefault(tree.repository, tree.folder)
        _take(found, tree.folder, ((one.hash, one.at) for one in tree.commits), known, since, until)
    for repository in {name for name, _ in git.commits} - first.keys():
        inside = [folder for folder in folders if _plain(folder).startswith(_plain(repository))]
        if inside:
            first[repository] = min(inside, key=lambda folder: (len(folder), folder))
    for repository, one in git.commits:
        if repository in first:
            _take(found, first[repository], [(one.hash, one.at)], known, since, until)
    return found


def _plain(folder: str) -> str:
    return folder.replace("\\", "/").rstrip("/") + "/"


def _take(
    found: Counter[str],
    folder: str,
    commits: Iterable[tuple[str, int]],
    known: set[str],
    since: int,
    until: int,
) -> None:
    for name, at in commits:
        if name not in known and since <= at <= until:
            known.add(name)
            found[folder] += 1


def branches(work: Work) -> dict[str, Branch]:
    """What Claudette has seen committed in each workspace that is still there, for all time."""
    made: Counter[str] = Counter()
    more: defaultdict[str, int] = defaultdict(int)
    less: defaultdict[str, int] = defaultdict(int)
    for part in work.commits:
        made.update(part.workspaces)
        for place, added in zip(part.workspaces, part.additions, strict=True):
            more[place] += added
        for place, deleted in zip(part.workspaces, part.deletions, strict=True):
            less[place] += deleted
    return {place: Branch(count, more[place], less[place]) for place, count in made.items()}


def branch(tree: Tree | None, since: int) -> Branch:
    """What the user committed on the branch that is checked out there."""
    commits = [] if tree is None else [one for one in tree.commits if one.at >= since]
    return Branch(len(commits), sum(one.additions for one in commits), sum(one.deletions for one in commits))
