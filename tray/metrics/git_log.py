"""What is asked of git: whose repository it is, which commits it has, how many lines each changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tray.metrics.git_program import Answer, Git

WALKED = 50_000  # commits of a repository, the newest
_BROKEN = 20  # commits in a row of which git lacks a part: more is no use to try
_DONE = "done\n"  # no hash, and no number of lines
_HASH = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NUMBERS = re.compile(rb"(\d+|-)\t(\d+|-)\t")


class Walked(NamedTuple):
    """A commit as the walk met it; `at` is its author date, Unix seconds."""

    hash: str
    parents: tuple[str, ...]
    at: int
    email: str


def emails(git: Git, top: str, until: float) -> tuple[Answer, frozenset[str]]:
    """The e-mail addresses that git signs this person's commits with here, in small letters.

    What is set as `user.email` and `author.email`, for all or for this repository. An address that git
    would make up of the login and the machine is nobody's choice and does not count.
    """
    answer = git.ask(top, ("config", "--null", "--get-regexp", r"^(user|author)\.email$"), until=until)
    told: dict[bytes, bytes] = {}
    for entry in answer.out.split(b"\0"):
        key, _, value = entry.partition(b"\n")
        told[key.lower()] = value
    return answer, frozenset(folded(value) for value in told.values() if value.strip())


def folded(email: bytes | str) -> str:
    """An address as it is compared."""
    text = email if isinstance(email, str) else email.decode("utf-8", "replace")
    return text.strip().lower()


def walk(
    git: Git, top: str, heads: Iterable[str], since: int, until: float
) -> tuple[Answer, tuple[Walked, ...]]:
    """The newest commits of all local branches and of `heads` (hashes), back to the commit date `since`.

    Git goes by the date of the commit, which is the author's or later, as after a rebase: whoever wants
    author dates from `since` on gets them all, and others besides.
    """
    question = ["rev-list", "--branches", *heads, f"--max-count={WALKED}", "--encoding=UTF-8"]
    if since > 0:
        question.append(f"--max-age={since}")
    answer = git.ask(top, [*question, "--format=%H %P%x00%at%x00%ae", "--"], until=until)
    return answer, tuple(_walked(answer.out))


def _walked(out: bytes) -> Iterator[Walked]:
    for line in out.split(b"\n"):
        parts = line.split(b"\0", 2)
        if len(parts) != 3:  # "commit <hash>" stands before each
            continue
        hashes = parts[0].decode("ascii", "replace").split()
        at = parts[1]
        if hashes and at.isdigit() and len(at) <= 12:
            yield Walked(hashes[0], tuple(hashes[1:]), int(at), folded(parts[2]))


def counts(
    git: Git, top: str, hashes: Sequence[str], until: float
) -> tuple[bool, dict[str, tuple[int, int]]]:
    """(whether that is all, added and deleted lines of each commit), as `git log --numstat` counts them.

    A moved file counts the lines that changed, a merge and a binary file none. A commit of which git lacks a
    part, as in a partial clone, counts none: nothing is fetched for it.
    """
    found: dict[str, tuple[int, int]] = {}
    rest, broken = list(hashes), 0
    while rest:
        question = ("diff-tree", "--stdin", "-r", "--root", "-z", "--numstat", "--always", "-M", "-l1000")
        plain = ("--no-ext-diff", "--no-textconv", "--diff-algorithm=default", "--ignore-submodules=none")
        given = "".join(f"{one}\n{_DONE}" for one in rest).encode()
        answer = git.ask(top, (*question, *plain), until=until, given=given)
        told = dict(_counted(answer.out))
        found |= told
        left = [one for one in rest if one not in told]
        if answer.code == 0:
            found |= dict.fromkeys(left, (0, 0))
            return True, found
        if answer.code is None:
            return False, found
        # It gave up at the first that is left.
        broken = broken + 1 if len(left) == len(rest) else 1
        given_up = left if broken > _BROKEN else left[:1]
        found |= dict.fromkeys(given_up, (0, 0))
        rest = left[len(given_up) :]
    return True, found


def _counted(out: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Of an answer in parts that end with NUL: a hash, then for each file numbers and its name.

    Where a file was moved the name is empty, and the two names follow as parts of their own. What git was
    given and is no hash it gives back: a commit counts when that has come.
    """
    done = _DONE.encode()
    parts = iter(out.split(b"\0"))
    commit, added, deleted = "", 0, 0
    for piece in parts:
        part = piece
        while part.startswith(done):
            if commit:
                yield commit, (added, deleted)
            commit, part = "", part.removeprefix(done)
        numbers = _NUMBERS.match(part)
        if numbers is not None:
            added += _number(numbers[1])
            deleted += _number(numbers[2])
            if numbers.end() == len(part):
                next(parts, None)
                next(parts, None)
        elif _HASH.fullmatch(part):
            commit, added, deleted = part.decode(), 0, 0


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0  # "-": a binary file


def reached(parents: Mapping[str, Collection[str]], tips: Iterable[str]) -> set[str]:
    """The commits among `parents` that can be reached from these."""
    found: set[str] = set()
    ahead = [tip for tip in tips if tip in parents]
    while ahead:
        commit = ahead.pop()
        if commit not in found:
            found.add(commit)
            ahead += [parent for parent in parents[commit] if parent in parents and parent not in found]
    return found


def branch(git: Git, top: str, until: float) -> tuple[str | None, str | None]:
    """(the branch that is checked out, else the commit), where only git can tell."""
    answer = git.ask(top, ("symbolic-ref", "--quiet", "HEAD"), until=until)
    if answer.code == 0:
        return answer.out.decode("utf-8", "surrogateescape").strip().removeprefix("refs/heads/"), None
    answer = git.ask(top, ("rev-parse", "--verify", "--quiet", "HEAD^{commit}"), until=until)
    found = answer.out.strip()
    return None, found.decode() if answer.code == 0 and _HASH.fullmatch(found) else None


def table(git: Git, top: str, until: float) -> dict[str, str]:
    """Every local branch with its commit, where only git can tell."""
    question = ("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/")
    lines = git.ask(top, question, until=until).out.decode("utf-8", "surrogateescape").splitlines()
    pairs = (line.partition(" ") for line in lines)
    return {name.removeprefix("refs/heads/"): value for value, _, name in pairs if name}
