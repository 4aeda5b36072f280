"""Answers that still hold: a report that is asked for again is given as it was while nothing has changed.

Status bars ask every minute, and most of what a report costs is loading what makes it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray import __version__

if TYPE_CHECKING:
    from tray.core.source import Paths

_PRICES = Path(__file__).with_name("prices.jsonl")


def question(places: Paths, **asked: object) -> str:
    """What is asked and what the answer hangs on beside the index: program, prices, time zone."""
    hangs_on = (_PRICES, places.prices_file, Path("/etc/localtime"))
    stamps = [_stamp(path) for path in hangs_on]
    return json.dumps([__version__, os.environ.get("TZ"), stamps, asked], sort_keys=True)


def count(db: sqlite3.Connection) -> int:
    """How often the index was written: what is computed from now on holds for this count."""
    found: int = db.execute("SELECT count FROM changes").fetchone()[0]
    return found


def find(db: sqlite3.Connection, asked: str) -> str | None:
    """The answer to a question, if it was given of the index as it is now."""
    found = db.execute(
        "SELECT answer FROM answers, changes WHERE question = ? AND changes = count", (asked,)
    ).fetchone()
    return found[0] if found else None


def keep(db: sqlite3.Connection, asked: str, at: int, answer: str) -> None:
    """Keep an answer that holds for the count `at`; those that hold no more go."""
    with suppress(sqlite3.OperationalError):  # read-only, or somebody writes: it is found anew next time
        db.execute("DELETE FROM answers WHERE changes < ?", (at,))
        db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (asked, at, answer))


def _stamp(path: Path) -> list[int | str] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return [stat.st_mtime_ns, stat.st_size, stat.st_ino, os.path.realpath(path)]
