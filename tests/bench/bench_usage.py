"""`usage` in a fresh process over 3,000 transcripts, and over a million messages that Claudette alone has."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.big_database import MESSAGES, SESSIONS, big_database, watch_connections
from tests.bench.watching import timed
from tests.claude_transcripts import START, answer, dumped, prompt
from tests.fakes import fake_paths
from tray.metrics import open_index

FILES = 3_000
ROUNDS = 9


@pytest.mark.timeout(300)
def test_a_fresh_process(tmp_path, figures):
    """Over an index that is up to date: asked as before, and asked what nobody has asked before."""
    projects = tmp_path / "claude" / "projects"
    for number in range(FILES):
        at, session = START + number * 1_000_000, f"s-{number}"
        folder = projects / f"-home-dev-{number % 40}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [prompt(f"t-{number}", at, session=session)]
        lines += [answer(f"m-{number}-{n}", at + n, session=session, output=5) for n in range(5)]
        (folder / f"{session}.jsonl").write_bytes(b"".join(map(dumped, lines)))
    data = tmp_path / "data"
    db = big_database(data / "claudette" / "claudette.db", sessions=1_000, messages=10_000)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "CLAUDE_CONFIG_DIR": str(tmp_path / "claude"),
        "XDG_DATA_HOME": str(data),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TZ": "UTC",
    }

    def ask(*more):
        command = [sys.executable, "-m", "tray", "usage", "--json", *more]
        return subprocess.run(command, env=env, check=True, capture_output=True).stdout

    ask()
    past = time.time() - 60  # else its times are too young to be trusted
    for file in (db.path, db.path.with_name("claudette.db-wal")):
        if file.exists():
            os.utime(file, (past, past))
    whole = ask()
    assert b'"claudette/anthropic"' in whole
    kept, asked = [], []
    for number in range(ROUNDS):
        figures.beat()
        kept.append(timed(ask))
        asked.append(timed(lambda: ask("--until", f"2030-01-{number + 1:02}")))  # noqa: B023 - called at once
    figures.hold("usage in a fresh process, 3,000 files", kept, 150)
    figures.tell("usage in a fresh process, asked for the first time", asked)


@pytest.mark.timeout(600)
def test_a_million_messages_without_a_transcript(tmp_path, figures, monkeypatch):
    places = fake_paths(tmp_path)
    db = big_database(places.claudette_db)
    with open_index(places) as index:
        with monkeypatch.context() as patch:
            held = watch_connections(patch, [])
            first = timed(index.read_claudette)
        figures.tell("Claudette, 1 M messages: first read", [first])
        figures.hold("Claudette, first read: longest lock", [max(held)], 50)
        totals = index.usage("daily", timezone="UTC").totals
        assert totals.calls == MESSAGES // 2
        later, unchanged, locks = [], [], []
        for number in range(ROUNDS):
            figures.beat()
            db.message("c0", at=time.time(), workspace="w0", prompt=1, completion=1)
            with monkeypatch.context() as patch:
                held = watch_connections(patch, [])
                later.append(timed(lambda: (index.read_claudette(), index.usage("daily", timezone="UTC"))))
            locks.append(max(held))
            assert index.usage("daily", timezone="UTC").totals.calls == MESSAGES // 2 + number + 1
        past = time.time() - 60
        for file in (db.path, db.path.with_name(f"{db.path.name}-wal")):
            if file.exists():
                os.utime(file, (past, past))
        index.read_claudette()
        for _ in range(ROUNDS):
            figures.beat()
            unchanged.append(timed(lambda: (index.read_claudette(), index.usage("daily", timezone="UTC"))))
    figures.tell("Claudette, index for it", [places.index_file.stat().st_size / 1e6], "MB")
    figures.hold("Claudette, one more message: longest lock", locks, 50)
    figures.hold("Claudette, 1 M messages, one more: usage", later, 300)
    figures.hold("Claudette, 1 M messages, unchanged: usage", unchanged, 300)
    assert SESSIONS == 100_000
