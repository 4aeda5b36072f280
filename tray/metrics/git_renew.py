"""One repository asked anew: the person's commits, their lines, and which of them each work tree has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.metrics import git_log
from tray.metrics.git_cache import BRANCHES, PER_REPOSITORY, Entry, Row, marked
from tray.metrics.git_refs import boundary, tips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.metrics.git_log import Walked
    from tray.metrics.git_place import Place
    from tray.metrics.git_program import Git
    from tray.metrics.git_refs import Head, Refs


_TRIES = 3  # of a commit's lines


@dataclass(kw_only=True)
class Asked:
    """A repository of which something is wanted, and the work trees in it by the folder asked for.

    `state` is that of its refs and of all else that an answer depends on; None where it can't be told.
    """

    common: str
    refs: Refs
    state: str | None
    trees: dict[str, tuple[Place, Head | None]] = field(default_factory=dict)

    @property
    def lead(self) -> Place:
        """Where git is asked: in the main work tree, if that is among them."""
        return min(
            (place for place, _ in self.trees.values()), key=lambda one: (one.top != one.main, one.top)
        )

    @property
    def heads(self) -> dict[str, Head]:
        return {head.key: head for _, head in self.trees.values() if head is not None}

    def is_answered(self, entry: Entry | None, since: int) -> bool:
        """Whether this is what git would say now, of all from `since` on."""
        return (
            entry is not None
            and entry.state == self.state
            and entry.since <= since
            and all(key in entry.trees for key in self.heads)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """`entry` None: nothing could be had. `late`: git was ended; `refused`: it belongs to somebody else."""

    entry: Entry | None = None
    late: bool = False
    refused: bool = False


def renew(
    git: Git,
    asked: Asked,
    old: Entry | None,
    *,
    emails: frozenset[str],
    since: int,
    until: float,
    fair: float,
) -> Renewed:
    """Ask git: its settings, the walk, and the lines of those commits that `old` does not know.

    What it had no time for has no lines, and the entry no state, so that the next time goes on from there.
    A commit that alone took `fair` seconds is tried a few times and then left without lines.
    """
    top, heads, state = asked.lead.top, asked.heads, asked.state or ""
    none = Entry(main=asked.lead.main, state=state, since=since, trees=dict.fromkeys((BRANCHES, *heads), "0"))
    detached = sorted({head.hash for head in heads.values() if head.hash})
    tip = git_log.table(git, top, until) if asked.refs.table else tips(asked.common, asked.refs)
    if not tip and not detached and not asked.refs.table:
        return Renewed(entry=none)  # nothing was ever committed
    answer, own = git_log.emails(git, top, until)
    if answer.code is None or answer.refused:
        return Renewed(late=answer.code is None, refused=answer.refused)
    if not (own or emails):
        return Renewed(entry=none)
    answer, walked = git_log.walk(git, top, detached, since, until)
    if answer.code != 0:
        return Renewed(late=answer.code is None, refused=answer.refused)
    mine = [one for one in walked if one.email in own or one.email in emails]
    mine.sort(key=lambda one: (-one.at, one.hash))
    whole, rows = _rows(git, asked, mine[:PER_REPOSITORY], old, until, fair)
    parents = {one.hash: one.parents for one in walked}
    reached = git_log.reached(parents, tip.values()) if detached else set(parents)
    trees = {BRANCHES: marked(rows, reached)}
    for key, head in heads.items():
        end = head.hash or tip.get(head.branch or "", "")
        trees[key] = marked(rows, git_log.reached(parents, [end]))
    if old is not None and (old.state, old.rows) == (state, rows):
        trees = old.trees | trees
    entry = Entry(main=none.main, state=state if whole else "", since=since, rows=rows, trees=trees)
    return Renewed(entry=entry, late=not whole)


def _rows(
    git: Git, asked: Asked, mine: Sequence[Walked], old: Entry | None, until: float, fair: float
) -> tuple[bool, tuple[Row, ...]]:
    """(whether that is all, the commits with their lines). A commit's lines never change, once known.

    Where none were found they may have been out of reach: those are asked for again. The commits at which a
    shallow clone ends have no parents here, so that all their files would seem to be new.
    """
    cut = boundary(asked.common)
    known: dict[str, tuple[int, int]] = {}
    tries: dict[str, int] = {}
    for row in old.rows if old is not None else ():
        if row.deletions < 0:
            tries[row.hash] = -row.deletions
        if row.hash not in cut and ((row.additions or row.deletions > 0) or row.deletions <= -_TRIES):
            known[row.hash] = row.additions, row.deletions
    wanted = [one.hash for one in mine if one.hash not in known and one.hash not in cut]
    wanted.sort(key=lambda one: tries.get(one, 0))
    is_fair = git.left(until) >= fair
    whole, found = git_log.counts(git, asked.lead.top, wanted, until) if wanted else (True, {})
    known |= {one: (0, -number) for one, number in tries.items() if one not in known} | found
    if not whole and not found and is_fair:
        known[wanted[0]] = 0, -tries.get(wanted[0], 0) - 1
    return whole, tuple(Row(one.hash, one.at, *known.get(one.hash, (0, 0))) for one in mine)
