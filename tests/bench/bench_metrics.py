"""The activity over a Claudette database with a million messages, and over a few thousand transcripts."""

from __future__ import annotations

import os
import time
from functools import partial
from uuid import UUID

import pytest

from tests.bench.big_database import SESSIONS, WORKSPACES, big_database, watch_connections
from tests.bench.watching import timed
from tests.claude_transcripts import answer, dumped, prompt
from tests.claudette_db import stamp
from tests.fakes import fake_paths
from tray.core.insights import Scope
from tray.metrics import open_index
from tray.metrics.analytics import Analyst
from tray.metrics.claudette_work import WorkReader

FILES, COMMITS = 3_000, 20_000
ROUNDS = 7


@pytest.mark.timeout(600)
def test_a_million_messages(tmp_path, figures, monkeypatch):
    places = fake_paths(tmp_path)
    db = _made(places)
    first, again, wide, later, locks = [], [], [], [], []
    for _ in range(ROUNDS):
        figures.beat()
        analyst = Analyst(places, timezone="Europe/Berlin")
        ask = partial(analyst.metrics, scope=Scope.MACHINE)
        first.append(timed(ask))
        _age(db)
        ask()
        again.append(timed(ask))
        wide.append(timed(partial(ask, days=None)))
        db.message("c0", at=time.time(), workspace="w0", prompt=1, completion=1)
        later.append(timed(ask))
    reading = analyst.metrics(scope=Scope.CLAUDETTE)
    assert reading.dashboard.sessions_today > 1_000
    assert len(reading.workspaces) == WORKSPACES
    with monkeypatch.context() as patch:  # apart from the index, whose readers nobody waits for
        held = watch_connections(patch, [])
        for _ in range(ROUNDS):
            held.clear()
            WorkReader(places.claudette_db).read()
            locks.append(max(held))
    figures.hold("activity, 1 M messages, 100 k sessions: first answer", first, 300)
    figures.hold("activity, unchanged", again, 300)
    figures.hold("activity, another window", wide, 300)
    figures.hold("activity, one more message", later, 300)
    figures.hold("activity: longest lock on Claudette's database", locks, 50)


@pytest.mark.timeout(300)
def test_transcripts(tmp_path, figures):
    places = fake_paths(tmp_path)
    now = round(time.time() * 1000)
    for number in range(FILES):
        at, session = now - number * 1_000_000, f"s-{number}"
        folder = places.claude_dirs[0] / "projects" / f"-home-dev-{number % 40}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [prompt(f"t-{number}", at, session=session)]
        lines += [answer(f"m-{number}-{n}", at + n, session=session, output=5) for n in range(5)]
        (folder / f"{session}.jsonl").write_bytes(b"".join(map(dumped, lines)))
    with open_index(places) as index:
        index.scan()
    first, again = [], []
    for _ in range(ROUNDS):
        figures.beat()
        analyst = Analyst(places, timezone="Europe/Berlin")
        first.append(timed(analyst.metrics))
        again.append(timed(analyst.metrics))
    assert analyst.metrics().dashboard.calls_30d > FILES
    figures.hold("activity, 3,000 transcripts: first answer", first, 300)
    figures.hold("activity, 3,000 transcripts: asked again", again, 100)


def _made(places):
    """The database, taken into the index, with commits, ended sessions and workspaces that were deleted."""
    db = big_database(places.claudette_db)
    now = time.time()
    with db.held() as connection:
        connection.execute(
            "UPDATE agent_sessions SET ended_at = last_message_at, turn_count = rowid % 200,"
            " completed_ok = rowid % 3 > 0 WHERE rowid > 20"
        )
        connection.executemany(
            "INSERT INTO agent_commits VALUES (?, ?, 'r1', NULL, 10, 3, 1, ?)",
            (
                (f"{n:040x}", f"w{n % WORKSPACES}", f"{stamp(now - n * 300).replace(' ', 'T')}+00:00")
                for n in range(COMMITS)
            ),
        )
        connection.executemany(
            "INSERT INTO deleted_agent_sessions VALUES (?, ?, 'r1', ?, ?, ?, 5, 1)",
            (
                (str(UUID(int=2 * SESSIONS + n)), f"d{n % 50}", *[stamp(now - n * 3600)] * 3)
                for n in range(2_000)
            ),
        )
        connection.executemany(
            "INSERT INTO deleted_workspace_summaries (id, workspace_id, workspace_name, repository_id,"
            " workspace_created_at, last_message_at, sessions_started, total_input_tokens, total_cost_usd)"
            " VALUES (?, ?, ?, 'r1', ?, ?, 40, 1000, 2.5)",
            ((f"x{n}", f"d{n}", f"gone {n}", *[stamp(now - n * 86_400)] * 2) for n in range(50)),
        )
    with open_index(places) as index:
        index.read_claudette()
        _age(db)
        index.read_claudette()
    return db


def _age(db):
    """Make the times of its files old enough to be trusted."""
    past = time.time() - 60
    for file in (db.path, db.path.with_name("claudette.db-wal")):
        if file.exists():
            os.utime(file, (past, past))
