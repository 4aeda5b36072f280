"""The person's commits in known folders, from git: in bounded time, and only where something has changed."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from tray.metrics import git_log, git_place, git_program, git_refs
from tray.metrics.alongside import Alongside
from tray.metrics.git_cache import BRANCHES, Cache, Entry
from tray.metrics.git_renew import Asked, Renewed, renew
from tray.metrics.git_turns import Turns
from tray.metrics.git_work import Commit, GitWork, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from tray.metrics.git_cache import Row
    from tray.metrics.git_place import Place
    from tray.metrics.git_refs import Head, Refs

_DAY = 86_400  # seconds
_KEPT = 400 * _DAY  # walked at least, so that a longer window need not ask again
_AHEAD = 2 * _DAY  # as much may an author's date be ahead of the commit's
_LOOKING, _PAUSE = 8, 0.1  # threads that look at folders, one more for each that hangs so long (seconds)
_GRACE = 0.5  # seconds to put away what was ended at the deadline
_NOTHING = Entry(main="")
NO_GIT = "Commits can't be counted: no git program was found."
_REFUSED = (
    "Commits in {} are not counted: it belongs to somebody else, so git does not read it (safe.directory)."
)
_FAILED = "Commits in {} can't be counted: git can't read the repository."


class GitCommits:
    """Answers for one process, from one thread; keeps hashes, dates and counts in the file `cache`.

    `emails` tells which addresses are the person's besides those that git is set to. `git` is a program's
    path, None where there is none; "git" is looked for on PATH. `seconds` is what one call may take, whatever
    there is to ask; `clock` measures that, `now` tells the date (Unix seconds). `find` finds a repository.
    """

    def __init__(
        self,
        cache: Path,
        *,
        emails: Callable[[], Collection[str]] = tuple,
        git: str | None = "git",
        seconds: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        environ: Mapping[str, str] = os.environ,
        find: Callable[[str], Place | None] = git_place.find,
    ) -> None:
        program = git_program.find(environ.get("PATH", "")) if git == "git" else git
        self._git = git_program.Git(program, environ, clock=clock) if program else None
        self._environ = environ
        self._find = find
        self._cache = Cache(cache)
        self._emails = emails
        self._seconds = seconds
        self._clock = clock
        self._now = now
        self._turns = Turns()
        self._named: dict[str, Head] = {}  # by key, where only git can tell what is checked out
        self._inside: set[str] = set()  # folders and repositories in which a thread is, or hangs

    def __call__(self, folders: Collection[str], since: int) -> GitWork:
        """The person's commits with author dates from `since` (Unix milliseconds) on. Never raises.

        Those dated more than a day ahead are left out. Where the time was too short, what was known before is
        told, or nothing, and `complete` is False; the next call goes on with that.
        """
        if self._git is None:
            return GitWork(told=NO_GIT if folders else None)
        until = self._clock() + max(self._seconds - _GRACE, self._seconds / 2)
        emails = frozenset(map(git_log.folded, self._emails()))
        self._cache.read()
        asked, others, complete = self._look(self._git, folders, emails, until)
        begin = max(since // 1000, 0)
        known = self._cache.entries
        stale = [one for one in asked.values() if not one.is_answered(known.get(one.common), begin)]
        if stale and not self._renew(self._git, stale, emails, begin, until, {*asked, *others}):
            complete = False
        return self._work(asked, others, since, complete=complete)

    def _look(
        self, git: git_program.Git, folders: Collection[str], emails: frozenset[str], until: float
    ) -> tuple[dict[str, Asked], set[str], bool]:
        """(the repositories; those known from before that are out of reach; whether all was seen)."""
        refs: dict[str, Refs] = {}
        free = [folder for folder in dict.fromkeys(folders) if folder not in self._inside]
        jobs = [partial(self._at, git, folder, refs, until) for folder in free]
        # Half of the time; the rest is git's.
        found = Alongside(jobs).run(_LOOKING, (until - self._clock()) / 2, pause=_PAUSE)
        depends = _depends_on(emails, self._environ)
        asked: dict[str, Asked] = {}
        for number, at in found.items():
            if at is not None:
                place, head = at
                seen = refs[place.common]
                state = (
                    seen.state and sha256(f"{seen.state} {depends}".encode(errors="replace")).hexdigest()[:32]
                )
                one = asked.setdefault(place.common, Asked(common=place.common, refs=seen, state=state))
                one.trees[free[number]] = place, head
        reached = {free[number] for number, at in found.items() if at is not None and at[1] is not None}
        rest = [os.path.normpath(folder) for folder in folders if folder not in reached]
        others = {
            name
            for name, old in self._cache.entries.items()
            if rest and name not in asked and any(_is_below(folder, old.main) for folder in rest)
        }
        return asked, others, len(found) == len(set(folders))

    def _at(
        self, git: git_program.Git, folder: str, refs: dict[str, Refs], until: float
    ) -> tuple[Place, Head | None] | None:
        """The repository around a folder, and what is checked out where the folder is not gone.

        On a thread, since a dead disk may hold it.
        """
        self._inside.add(folder)
        try:
            place = self._find(folder)
            if place is None:
                return None
            if place.common not in refs:
                refs[place.common] = git_refs.look(place.common)
            head = git_refs.head(place) if os.path.isdir(folder) else None  # noqa: PTH112
            if head is not None and refs[place.common].table:
                head = self._name(git, head, place, until)
            return place, head
        finally:
            self._inside.discard(folder)

    def _name(self, git: git_program.Git, head: Head, place: Place, until: float) -> Head:
        known = self._named.get(head.key)
        if known is None:
            branch, commit = git_log.branch(git, place.top, until)
            known = replace(head, branch=branch, hash=commit)
            if branch or commit:  # else there was no time
                self._named[head.key] = known
        return known

    def _renew(
        self,
        git: git_program.Git,
        stale: Sequence[Asked],
        emails: frozenset[str],
        begin: int,
        until: float,
        wanted: Collection[str],
    ) -> bool:
        """Ask git about these, as far as there is time; whether nothing is left to ask."""
        since = max(min(begin, int(self._now()) - _KEPT) - _AHEAD, 0)
        due = [one for one in self._turns.due(stale, self._clock()) if one.common not in self._inside]
        complete = len(due) == sum(not self._turns.failed(one) for one in stale)
        entries = dict(self._cache.entries)
        jobs = [partial(self._ask, git, one, entries.get(one.common), emails, since, until) for one in due]
        done = Alongside(jobs).run(git_program.AT_ONCE, until + _GRACE - self._clock())
        fresh: dict[str, Entry] = {}
        waiting = []
        for number, one in enumerate(due):
            hangs = one.common in self._inside
            result, had_time = done.get(number, (Renewed(late=True), hangs))
            if result.late:
                complete = False
                waiting.append(one.common)
            if had_time:
                self._turns.note(one, result, self._clock())
            if result.entry is not None:
                fresh[one.common] = result.entry
        self._turns.wait(waiting)
        if fresh:
            self._cache.write(fresh, wanted)
        return complete

    def _ask(
        self,
        git: git_program.Git,
        one: Asked,
        old: Entry | None,
        emails: frozenset[str],
        since: int,
        until: float,
    ) -> tuple[Renewed, bool]:
        """(what came of it, whether it had time enough to be judged by that); on a thread."""
        left = until - self._clock()
        if left <= 0:
            return Renewed(late=True), False
        fair = self._seconds / 3
        self._inside.add(one.common)
        try:
            result = renew(git, one, old, emails=emails, since=since, until=until, fair=fair)
        finally:
            self._inside.discard(one.common)
        return result, not result.late or left >= fair

    def _work(self, asked: dict[str, Asked], others: Iterable[str], since: int, *, complete: bool) -> GitWork:
        known = self._cache.entries
        first, last = since, int((self._now() + _DAY) * 1000)
        commits: list[tuple[str, Commit]] = []
        trees: dict[str, Tree] = {}
        for name in (*asked, *others):
            entry = known.get(name, _NOTHING)
            made = {row.hash: _commit(row) for row in entry.rows if first <= row.at * 1000 <= last}
            one = asked.get(name)
            main = entry.main if one is None else one.lead.main
            commits += [(main, made[row.hash]) for row in entry.on(BRANCHES) if row.hash in made]
            for folder, (place, head) in ({} if one is None else one.trees).items():
                if head is not None:
                    trees[folder] = Tree(
                        folder=folder,
                        repository=place.main,
                        branch=head.branch,
                        commits=tuple(made[row.hash] for row in entry.on(head.key) if row.hash in made),
                    )
        return GitWork(
            commits=tuple(commits), trees=trees, complete=complete, told=self._told(asked.values())
        )

    def _told(self, asked: Iterable[Asked]) -> str | None:
        """A sentence about what git can't read, with one folder for all."""
        failed = sorted((one for one in asked if self._turns.failed(one)), key=lambda one: one.lead.main)
        refused = [one for one in failed if self._turns.refused(one)]
        if not failed:
            return None
        words, some = (_REFUSED, refused) if refused else (_FAILED, failed)
        more = f" (and {len(some) - 1} more)" if len(some) > 1 else ""
        shown = "".join(sign if sign.isprintable() else "?" for sign in some[0].lead.main)
        return words.format(f"{shown}{more}")


def _commit(row: Row) -> Commit:
    return Commit(hash=row.hash, at=row.at * 1000, additions=row.additions, deletions=max(row.deletions, 0))


def _depends_on(emails: frozenset[str], environ: Mapping[str, str]) -> str:
    """What differs once git may take other addresses for the person's."""
    home = environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111
    folder = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")  # noqa: PTH118
    files = (
        environ.get("GIT_CONFIG_GLOBAL") or os.path.join(home, ".gitconfig"),  # noqa: PTH118
        os.path.join(folder, "git", "config"),  # noqa: PTH118
        environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig",
    )
    return "\n".join([*(git_refs.seen_file(file)[0] for file in files), *sorted(emails)])


def _is_below(folder: str, top: str) -> bool:
    return folder == top or folder.startswith(top.rstrip("/\\") + os.sep)
