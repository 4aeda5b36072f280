"""Whether Claudette's database may tell more than the index holds: two stats and a look into the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tray.metrics.claudette_db import fingerprint
from tray.metrics.claudette_marks import get

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def is_behind(index: sqlite3.Connection, db: Path) -> bool:
    """Whether the database, or what transcripts tell of, may have changed; nothing is opened for it."""
    (sessions,) = index.execute("SELECT count(*) FROM sessions").fetchone()
    return seen_before(index) != text(db, fingerprint(db)) or get(index, "sessions") != sessions


def seen_before(index: sqlite3.Connection) -> str | None:
    """The database's fingerprint when all of it had been taken in."""
    found: str | None = get(index, "fingerprint")
    return found


def text(db: Path, seen: object) -> str:
    """A fingerprint as it is kept in the index."""
    return json.dumps([str(db), seen])
