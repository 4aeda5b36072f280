"""Whether there are transcripts that the index does not hold yet: a mark in it, and a look at the files."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from tray.metrics.index import UnusableError, connect

if TYPE_CHECKING:
    from tray.core.source import Paths


def marked(db: sqlite3.Connection) -> int:
    """How many files were not read yet when somebody last looked."""
    found: int = db.execute("SELECT files FROM unread").fetchone()[0]
    return found


def mark(db: sqlite3.Connection, files: int) -> None:
    """Note how many are not read yet; inside of a transaction."""
    db.execute("UPDATE unread SET files = ?1 WHERE files != ?1", (files,))


def is_behind(paths: Paths) -> bool:
    """Whether a transcript is new or another than the index has it: one look at every file, none is opened.

    Some 6 ms for a thousand files. An index that can't be read is behind.
    """
    from tray.metrics.discover import discover
    from tray.metrics.registry import ALL

    listing = discover(ALL, paths)
    versions = {agent.id: agent.version for agent in ALL}
    try:
        with contextlib.closing(connect(paths.index_file, write=False)) as db:
            known = {
                row[0]: row[1:] for row in db.execute("SELECT path, size, mtime, inode, parser FROM files")
            }
    except FileNotFoundError:
        return bool(listing.files)
    except (sqlite3.Error, UnusableError):
        return True
    return any(
        known.get(one.path) != (one.size, one.mtime, one.inode, versions[one.agent]) for one in listing.files
    )
