"""Commits of a scope, each once: Claudette's own rows, and those in git that Claudette has not seen. Pure.

Claudette's rows are dated by the committer, git's by the author; instants are Unix milliseconds.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.analytics_usage import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tray.metrics.claudette_work import Work
    from tray.metrics.git_work import GitWork, Tree
    from tray.metrics.zones import Zone

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


def lately(work: Work, git: GitWork, zone: Zone, today: int, since: int) -> Committed:
    """The last days of which `since` is the beginning; the same commit counts once, wherever it is seen."""
    daily = [0] * SERIES
    more = less = 0
    seen: set[str] = set()
    for name, at, added, deleted in _rows(work, git, since):
        ago = today - local_day(zone, at)
        if name in seen or not 0 <= ago < SERIES:
            continue
        seen.add(name)
        daily[SERIES - 1 - ago] += 1
        if ago < CHURN:
            more, less = more + added, less + deleted
    return Committed(tuple(daily), more, less)


def _rows(work: Work, git: GitWork, since: int) -> Iterator[tuple[str, int, int, int]]:
    for part in (*work.commits, *work.deleted_commits):
        rows = zip(part.hashes, part.ats, part.additions, part.deletions, strict=True)
        yield from (row for row in rows if row[1] >= since)
    known = _hashes(work) if git.commits else set()
    for _, one in git.commits:
        if one.hash not in known:
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


def by_folder(work: Work, git: GitWork, since: int, until: int) -> Counter[str]:
    """Git's commits by the folder asked for, each for one: whose branch holds it, the outermost first.

    Those on no branch that is checked out count for the repository's first folder.
    """
    found: Counter[str] = Counter()
    known = _hashes(work)
    trees = sorted(git.trees.values(), key=lambda tree: (tree.folder != tree.repository, tree.folder))
    first: dict[str, str] = {}
    for tree in trees:
        first.setdefault(tree.repository, tree.folder)
        _take(found, tree.folder, ((one.hash, one.at) for one in tree.commits), known, since, until)
    for repository, one in git.commits:
        if repository in first:
            _take(found, first[repository], [(one.hash, one.at)], known, since, until)
    return found


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
    found: dict[str, list[int]] = {}
    for part in work.commits:
        for place, added, deleted in zip(part.workspaces, part.additions, part.deletions, strict=True):
            sums = found.setdefault(place, [0, 0, 0])
            sums[0] += 1
            sums[1] += added
            sums[2] += deleted
    return {place: Branch(*sums) for place, sums in found.items()}


def branch(tree: Tree | None, since: int) -> Branch:
    """What the user committed on the branch that is checked out there."""
    commits = [] if tree is None else [one for one in tree.commits if one.at >= since]
    return Branch(len(commits), sum(one.additions for one in commits), sum(one.deletions for one in commits))
