"""OpenCode's database and message files as the tests set them up."""

import json
import shutil
import sqlite3
from pathlib import Path

from tests.fakes import fake_paths
from tray.metrics.index import connect
from tray.metrics.opencode import AGENT
from tray.metrics.scan import scan

GENUINE = Path(__file__).parent / "payloads" / "transcripts"
AT = 1_735_000_000_000  # in the past, whatever the clock


def assistant(at=AT, **changed):
    return {
        "role": "assistant",
        "time": {"created": at, "completed": at + 900},
        "modelID": "claude-sonnet-4-6",
        "providerID": "anthropic",
        "path": {"cwd": "/home/dev/a", "root": "/"},
        "cost": 0.25,
        "tokens": {
            "total": 150,
            "input": 10,
            "output": 20,
            "reasoning": 50,
            "cache": {"read": 30, "write": 40},
        },
        **changed,
    }


def user(at=AT):
    return {"role": "user", "time": {"created": at}, "agent": "build"}


class Database:
    """A database as OpenCode keeps it, with what the reader looks at."""

    def __init__(self, path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute(
            "CREATE TABLE session(id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT, time_created)"
        )
        self.db.execute(
            "CREATE TABLE message(id TEXT PRIMARY KEY, session_id TEXT, time_updated INTEGER, data TEXT)"
        )

    def session(self, own, parent=None, at=AT - 5):
        self.db.execute("INSERT INTO session VALUES (?, ?, '/home/dev/a', ?)", (own, parent, at))

    def message(self, own, session, data, updated=0):
        told = data if isinstance(data, str | bytes) or data is None else json.dumps(data)
        self.db.execute("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?)", (own, session, updated, told))


def read(path, state=None):
    return AGENT.parse(b"", 0, {} if state is None else state, str(path))


def rebuilt(version, folder):
    """A genuine database from its dump, and the message files beside it."""
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / "opencode.db") as db:
        db.executescript((GENUINE / version / "opencode.sql").read_text("utf-8"))
    db.close()
    if (GENUINE / version / "storage").exists():
        shutil.copytree(GENUINE / version / "storage", folder / "storage")
    return folder / "opencode.db"


def sums(rows):
    return (
        len(rows),
        *(
            sum(getattr(row, name) for row in rows)
            for name in ("input", "output", "cache_read", "cache_write_5m")
        ),
    )


def indexed(tmp_path):
    """A scan of this person's files; calls and tokens in the index, and how many files were taken in."""
    places = fake_paths(tmp_path)
    db = connect(places.index_file, write=True)
    try:
        scan(db, places, agents=(AGENT,))
        calls = db.execute("SELECT total(calls), total(input), total(output) FROM sums").fetchone()
        return (*calls, db.execute("SELECT count(*) FROM files").fetchone()[0])
    finally:
        db.close()
