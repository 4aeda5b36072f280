"""A Claudette database with a million messages and a hundred thousand sessions, and how long it is held open."""

from __future__ import annotations

import time
from uuid import UUID

from tests.claudette_db import ClaudetteDb, stamp

SESSIONS, MESSAGES, WORKSPACES = 100_000, 1_000_000, 500
BUSY = 1_000  # messages of the session that is looked at


def big_database(path, sessions=SESSIONS, messages=MESSAGES):
    """In the shape of Claudette's own; the newest session has had `BUSY` turns."""
    made = ClaudetteDb(path)
    now = time.time()
    with made.held() as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(
            "INSERT INTO workspaces (id, repository_id, name, branch_name) VALUES (?, 'r1', ?, ?)",
            ((f"w{n}", f"w{n}", f"b{n}") for n in range(WORKSPACES)),
        )
        connection.executemany(
            "INSERT INTO chat_sessions (id, workspace_id, session_id, created_at) VALUES (?, ?, ?, ?)",
            ((f"c{n}", f"w{n % WORKSPACES}", str(UUID(int=n)), stamp(now - n * 60)) for n in range(sessions)),
        )
        connection.executemany(
            "INSERT INTO agent_sessions (id, workspace_id, repository_id, started_at, last_message_at)"
            " VALUES (?, ?, 'r1', ?, ?)",
            (
                (str(UUID(int=sessions + n)), f"w{n % WORKSPACES}", *[stamp(now - n * 60)] * 2)
                for n in range(sessions)
            ),
        )
        connection.executemany(
            "INSERT INTO chat_messages (id, workspace_id, role, content, cost_usd, created_at,"
            " input_tokens, output_tokens, chat_session_id) VALUES (?, ?, ?, ?, ?, ?, 10, 20, ?)",
            (_message(n, now, messages) for n in range(messages)),
        )
    made.select("w0", "c0")
    return made


def _message(n, now, messages):
    """Question and answer by turns; the last ones are those of session 0 in workspace 0."""
    session = 0 if n >= messages - 2 * BUSY else n // 10
    role, cost = ("assistant", 0.01) if n % 2 else ("user", None)
    at = stamp(now - (messages - n) * 20)
    return f"{n:036}", f"w{session % WORKSPACES}", role, "x" * 200, cost, at, f"c{session}"


def watch_connections(patch, taken):
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
