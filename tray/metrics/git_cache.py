"""The file that remembers what git said: hashes, dates and counts of commits, by repository.

No message, no name and no address is in it. Damaged or of another version it is as if it were not there.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tray.metrics.git_place import small
from tray.metrics.git_refs import seen_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = 1
PER_REPOSITORY = 10_000  # commits, the newest
_COMMITS = 40_000  # in the whole file
_SIZE = 8 << 20  # bytes
BRANCHES = ""  # the key of the commits that are on a local branch


class Row(NamedTuple):
    """A commit of the person; `at` is its author date, Unix seconds.

    `deletions` below 0 tells how often its lines were asked for in vain, since that took too long.
    """

    hash: str
    at: int
    additions: int
    deletions: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a repository.

    `state`: what its refs and the settings were then, empty where not everything was asked. `since`: Unix
    seconds from which on all is known. `rows`: the newest first. `trees`: which rows are on what is checked
    out, by `Head.key`: a hexadecimal number whose highest bit of `len(rows)` is the first row.
    """

    main: str
    state: str = ""
    since: int = 0
    rows: tuple[Row, ...] = ()
    trees: dict[str, str] = {}

    def on(self, key: str) -> tuple[Row, ...]:
        """The rows of one tree, or of all local branches (`BRANCHES`)."""
        try:
            bits = f"{int(self.trees.get(key) or '0', 16):0{len(self.rows)}b}"
        except ValueError:
            return ()
        return tuple(row for row, bit in zip(self.rows, bits, strict=False) if bit == "1")


def marked(rows: Iterable[Row], hashes: set[str]) -> str:
    """Which of the rows are among these, as `Entry.trees` keeps it."""
    return f"{int('0' + ''.join('1' if row.hash in hashes else '0' for row in rows), 2):x}"


class _Content(msgspec.Struct, kw_only=True):
    version: int
    repositories: dict[str, Entry]


class Cache:
    """The entries by the repository's common folder; a class, since it notices when another process wrote."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = ""
        self.entries: dict[str, Entry] = {}

    def read(self) -> None:
        """Take in the file, if another than the last one read or written is there."""
        seen = seen_file(str(self._file))[0]
        if seen and seen != self._seen:
            self._seen = seen
            self.entries = self.entries | _content(self._file)

    def write(self, renewed: Mapping[str, Entry], asked: Iterable[str]) -> None:
        """Add what was renewed, and put all into the file at once, what was asked for now before the rest.

        What another process has written meanwhile stays. A folder that takes no file is no harm.
        """
        self.read()
        self.entries |= renewed
        wanted = set(asked)
        kept: dict[str, Entry] = {}
        rows = 0
        for name in sorted(self.entries, key=lambda name: (name not in wanted, len(self.entries[name].rows))):
            rows += len(self.entries[name].rows)
            if rows > _COMMITS:
                break
            if name.isprintable() and self.entries[name].main.isprintable():  # half characters have no UTF-8
                kept[name] = self.entries[name]
        content = msgspec.json.encode(_Content(version=VERSION, repositories=kept))
        if len(content) <= _SIZE:
            with contextlib.suppress(OSError):
                _replace(self._file, content)
                self._seen = seen_file(str(self._file))[0]


def _content(file: Path) -> dict[str, Entry]:
    data = small(str(file), _SIZE)
    try:
        content = msgspec.json.decode(data or b"", type=_Content)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return content.repositories if content.version == VERSION else {}


def _replace(file: Path, data: bytes) -> None:
    """In one step and readable by its owner alone: whoever reads it sees the old or the new content."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, spare = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(data)
        Path(spare).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(spare).unlink()
        raise
