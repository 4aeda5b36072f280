"""What a repository's branches and HEADs point to, read from its files; enough to tell whether it changed."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from tray.metrics.git_place import small

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.metrics.git_place import Place

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCHES = "refs/heads/"
_PACKED = 64 << 20  # bytes
_LOOSE = 5_000  # files; git packs them long before
_DEPTH = 16
_LINKS = 5  # from one symbolic ref to the next, as git allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Refs:
    """A repository's refs: `state` differs whenever a local branch does; `changed`: when, Unix seconds.

    `state` None: too many to look at. `table`: they are in git's own table, which only git reads.
    """

    state: str | None
    changed: float
    table: bool = False
    loose: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a work tree has checked out: a branch, or a commit by its hash. `key` differs whenever it does."""

    key: str
    branch: str | None = None
    hash: str | None = None


def look(common: str) -> Refs:
    """A repository's refs as they are now; a few reads of small files."""
    digest, changed = sha256(), 0.0
    for name in ("packed-refs", "shallow", "config", "config.worktree"):
        seen, at = seen_file(os.path.join(common, name))  # noqa: PTH118
        digest.update(f"{name} {seen}\n".encode())
        if name == "packed-refs":
            changed = at
    tables = os.path.join(common, "reftable", "tables.list")  # noqa: PTH118
    listed = small(tables)
    if listed is not None:
        digest.update(listed)
        return Refs(state=digest.hexdigest(), changed=seen_file(tables)[1], table=True)
    loose: dict[str, str] = {}
    for name, path in _files(os.path.join(common, "refs", "heads"), _BRANCHES):  # noqa: PTH118
        if len(loose) == _LOOSE:
            return Refs(state=None, changed=changed, loose=loose)
        text = os.fsdecode(small(path) or b"").strip()
        loose[name] = text
        changed = max(changed, seen_file(path)[1])
    for name in sorted(loose):
        digest.update(os.fsencode(f"{name} {loose[name]}\n"))
    return Refs(state=digest.hexdigest(), changed=changed, loose=loose)


def head(place: Place) -> Head | None:
    """What is checked out there; None where its HEAD can't be read."""
    text = os.fsdecode(small(os.path.join(place.gitdir, "HEAD")) or b"").strip()  # noqa: PTH118
    if not text:
        return None
    table = small(os.path.join(place.gitdir, "reftable", "tables.list")) or b""  # noqa: PTH118
    key = sha256(os.fsencode(text) + b"\n" + table).hexdigest()[:16]
    if text.startswith("ref:"):
        name = text[4:].strip()
        return Head(key=key, branch=name.removeprefix(_BRANCHES) if name.startswith(_BRANCHES) else None)
    return Head(key=key, hash=text if _HASH.fullmatch(text) else None)


def tips(common: str, refs: Refs) -> dict[str, str]:
    """Every local branch with the commit it points to."""
    found = dict(_packed(common))
    found |= refs.loose
    for name in list(found):
        target, links = found[name], 0
        while target.startswith("ref:") and links < _LINKS:
            target, links = found.get(target[4:].strip(), ""), links + 1
        found[name] = target
    return {name.removeprefix(_BRANCHES): target for name, target in found.items() if _HASH.fullmatch(target)}


def boundary(common: str) -> frozenset[str]:
    """The commits at which a shallow clone ends: git sees them without their parents."""
    text = small(os.path.join(common, "shallow"), _PACKED) or b""  # noqa: PTH118
    return frozenset(_HASH.findall(text.decode("ascii", "replace")))


def seen_file(path: str) -> tuple[str, float]:
    """(what differs once a file was written, when that was); ("", 0.0) where there is none."""
    try:
        info = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return "", 0.0
    return f"{info.st_ino} {info.st_size} {info.st_mtime_ns}", info.st_mtime


def _files(folder: str, prefix: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if depth < _DEPTH:
                yield from _files(entry.path, f"{prefix}{entry.name}/", depth + 1)
        elif not entry.name.endswith(".lock"):
            yield f"{prefix}{entry.name}", entry.path


def _packed(common: str) -> Iterator[tuple[str, str]]:
    for line in (small(os.path.join(common, "packed-refs"), _PACKED) or b"").splitlines():  # noqa: PTH118
        value, _, name = line.partition(b" ")
        if name.startswith(_BRANCHES.encode()):
            yield os.fsdecode(name), value.decode("ascii", "replace")
