"""Reading from a Claudette database with a million messages and a hundred thousand sessions."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from tests.bench.watching import timed
from tests.claudette_db import ClaudetteDb, stamp
from tray.metrics import claudette
from tray.metrics.claudette_tokens import read_use

SESSIONS, MESSAGES, WORKSPACES = 100_000, 1_000_000, 500
BUSY = 1_000  # messages of the session that is looked at


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """In the shape of Claudette's own; the newest session has had `BUSY` turns."""
    made = ClaudetteDb(tmp_path_factory.mktemp("claudette") / "claudette.db")
    now = time.time()
    with made.held() as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(
            "INSERT INTO workspaces (id, repository_id, name, branch_name) VALUES (?, 'r1', ?, ?)",
            ((f"w{n}", f"w{n}", f"b{n}") for n in range(WORKSPACES)),
        )
        connection.executemany(
            "INSERT INTO chat_sessions (id, workspace_id, session_id, created_at) VALUES (?, ?, ?, ?)",
            ((f"c{n}", f"w{n % WORKSPACES}", str(UUID(int=n)), stamp(now - n * 60)) for n in range(SESSIONS)),
        )
        connection.executemany(
            "INSERT INTO agent_sessions (id, workspace_id, repository_id, started_at, last_message_at)"
            " VALUES (?, ?, 'r1', ?, ?)",
            (
                (str(UUID(int=SESSIONS + n)), f"w{n % WORKSPACES}", *[stamp(now - n * 60)] * 2)
                for n in range(SESSIONS)
            ),
        )
        connection.executemany(
            "INSERT INTO chat_messages (id, workspace_id, role, content, cost_usd, created_at,"
            " input_tokens, output_tokens, chat_session_id) VALUES (?, ?, ?, ?, ?, ?, 10, 20, ?)",
            (_message(n, now) for n in range(MESSAGES)),
        )
    made.select("w0", "c0")
    return made


def _message(n, now):
    """Question and answer by turns; the last ones are those of session 0 in workspace 0."""
    session = 0 if n >= MESSAGES - 2 * BUSY else n // 10
    role, cost = ("assistant", 0.01) if n % 2 else ("user", None)
    at = stamp(now - (MESSAGES - n) * 20)
    return f"{n:036}", f"w{session % WORKSPACES}", role, "x" * 200, cost, at, f"c{session}"


def test_a_large_database(db, figures):
    activity, use, whole = [], [], []
    for _ in range(9):
        figures.beat()
        found = []
        activity.append(timed(lambda: found.append(claudette.read(db.path))))  # noqa: B023 - called at once
        (who,) = (read.activity for read in found)
        assert (who.workspace, who.chat_session) == ("w0", "c0")
        sums = []
        use.append(timed(lambda: sums.append(_use(db, who))))  # noqa: B023 - called at once
        assert sums[0].session.rows >= BUSY
        whole.append(activity[-1] + use[-1])
    figures.hold("database, 1 M messages: all reads", whole, 300)


def test_no_lock_is_held_for_long(db, figures, monkeypatch):
    """From the opening of each transaction to its end."""
    held = {"activity": [], "tokens": []}
    for _ in range(9):
        figures.beat()
        for name, read in (("activity", lambda: claudette.read(db.path)), ("tokens", lambda: _use(db))):
            with monkeypatch.context() as patch:
                ends = _watch(patch, held[name])
                read()
                assert ends, "the read was not seen"
    figures.hold("database: activity, lock held", held["activity"], 50)
    figures.hold("database: tokens, lock held", held["tokens"], 50)


def _watch(patch, taken):
    """Note for how long each connection was open."""
    import sqlite3

    class Timed(sqlite3.Connection):
        def __init__(self, *arguments, **options):
            self.since = time.perf_counter()
            super().__init__(*arguments, **options)

        def close(self):
            super().close()
            taken.append((time.perf_counter() - self.since) * 1000)

    real = sqlite3.connect
    patch.setattr(sqlite3, "connect", lambda *args, **more: real(*args, **more, factory=Timed))
    return taken


def _use(db, who=None):
    session, workspace = (who.chat_session, who.workspace) if who else ("c0", "w0")
    return read_use(db.path, chat_session=session, workspace=workspace, since=time.time() - 86_400)
