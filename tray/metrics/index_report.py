"""The index of transcripts in a few words, for `doctor`."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from tray.core import texts
from tray.metrics.discover import discover
from tray.metrics.index import UnusableError, connect
from tray.metrics.registry import ALL

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.model import Instant
    from tray.core.source import Paths


def report(paths: Paths, now: Instant) -> list[tuple[str, str]]:
    """(name, value) of each line; nothing is read but folders and our own index."""
    listing = discover(ALL, paths)
    found = {agent.label: 0 for agent in ALL}
    labels = {agent.id: agent.label for agent in ALL}
    for file in listing.files:
        found[labels[file.agent]] += 1
    return [
        ("index", _index(paths.index_file, now)),
        *((label, f"{number} files" if number else "none") for label, number in found.items()),
        *(("unreadable", folder) for folder in listing.unreadable),
    ]


def _index(file: Path, now: Instant) -> str:
    sides = (file, file.with_name(f"{file.name}-wal"))
    try:
        with contextlib.closing(connect(file, write=False)) as db:
            files, gone = db.execute("SELECT count(*), count(gone) FROM files").fetchone()
            (calls,) = db.execute("SELECT coalesce(sum(calls), 0) FROM sums").fetchone()
        stats = [side.stat() for side in sides if side.exists()]
    except FileNotFoundError:
        return f"{file}: none yet"
    except (OSError, UnusableError, sqlite3.Error) as error:
        return f"{file}: can't be read ({error})"
    size = sum(stat.st_size for stat in stats) / 2**20
    age = texts.age(now - max(stat.st_mtime for stat in stats))
    return f"{file}: {size:.1f} MiB, {files} files ({gone} deleted since), {calls} calls, written {age}"
