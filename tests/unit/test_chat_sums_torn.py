"""Readings of Claudette's database that are stopped, killed, in portions, two at once; a damaged index."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chat_stage import OLD, change, fill, said, two_chats
from tests.usage_stage import Stage, call
from tray.metrics import claudette_calls, claudette_chats
from tray.metrics.index import connect


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


@pytest.fixture
def db(stage):
    return two_chats(stage)


@pytest.fixture
def small(monkeypatch):
    """Two messages in a portion."""
    monkeypatch.setattr(claudette_calls, "_LEAST", 2)
    monkeypatch.setattr(claudette_calls, "_MOST", 2)


def test_a_reading_that_is_stopped_goes_on_where_it_was(stage, db, small):
    fill(db, 9)
    asked = []
    assert not claudette_calls.take_in(stage.db, db.path, stopped=lambda: asked.append(1) or len(asked) > 2)
    mark = claudette_calls._place(stage.db).mark
    assert 0 < mark < 9
    assert said(stage) == (9, 9)


def test_a_reading_anew_that_is_stopped_shows_what_was_known(stage, db, small):
    fill(db, 9)
    assert said(stage) == (9, 9)
    change(db, "DELETE FROM chat_messages WHERE rowid > 7")
    fill(db, 4, at=OLD + 7200)
    asked = []
    assert not claudette_calls.take_in(stage.db, db.path, stopped=lambda: asked.append(1) or len(asked) > 3)
    assert stage.index.usage().totals.calls == 9
    assert said(stage) == (13, 13)


def test_an_error_in_the_middle_of_a_write_leaves_no_trace(stage, db, small, monkeypatch):
    fill(db, 9)
    real, times = claudette_calls.ChatIds.write, []

    def broken(self, **how):
        times.append(1)
        if len(times) == 3:
            raise KeyboardInterrupt
        real(self, **how)

    monkeypatch.setattr(claudette_calls.ChatIds, "write", broken)
    with pytest.raises(KeyboardInterrupt):
        said(stage)
    assert said(stage) == (9, 9)


KILLED = """
import sys
from pathlib import Path
from tray.metrics import claudette_calls
from tray.metrics.index import connect
claudette_calls._LEAST = claudette_calls._MOST = 20
index = connect(Path(sys.argv[1]), write=True)
print("ready", flush=True)
claudette_calls.take_in(index, Path(sys.argv[2]))
"""


def child(stage, db):
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, str(stage.places.index_file), str(db.path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


@pytest.fixture
def large(db):
    with db.held() as connection:
        connection.executemany(
            "INSERT INTO chat_messages (id, workspace_id, role, content, created_at, output_tokens, cost_usd,"
            " chat_session_id) VALUES (?, 'w1', 'assistant', 'x', datetime(?, 'unixepoch'), 1, 0.01, ?)",
            ((f"m{n}", OLD + n, f"s{n % 2 + 1}") for n in range(4000)),
        )
    return db


@pytest.mark.parametrize("after", [0.01, 0.05, 0.1])
def test_a_kill_costs_and_doubles_nothing(stage, large, after):
    reader = child(stage, large)
    assert reader.stdout.readline() == b"ready\n"
    time.sleep(after)
    reader.kill()
    reader.communicate()
    assert said(stage) == (4000, 4000)


def test_two_that_read_at_once_take_each_answer_in_once(stage, large):
    readers = [child(stage, large) for _ in range(2)]
    for reader in readers:
        reader.communicate()
        assert reader.returncode == 0
    assert said(stage) == (4000, 4000)


def test_a_damaged_index_keeps_chats_that_claudette_has_deleted(stage, db):
    fill(db, 3)
    fill(db, 2, chat="s2", completion=10)
    assert said(stage) == (5, 23)
    change(db, "DELETE FROM chat_sessions WHERE id = 's2'")
    stage.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stage.close()
    file = stage.places.index_file
    with sqlite3.connect(file) as index:  # a table that can't be read
        (page,) = index.execute("SELECT rootpage FROM sqlite_master WHERE name = 'keys'").fetchone()
        (size,) = index.execute("PRAGMA page_size").fetchone()
    index.close()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)
    file.with_name(f"{file.name}.damaged").touch()
    stage.index.db = stage.db = connect(file, write=True)
    for _ in range(2):
        assert said(stage) == (5, 23)


def test_names_that_are_no_texts_are_passed_over(stage, db):
    change(db, "INSERT INTO chat_sessions (id, workspace_id) VALUES (x'ff', 'w1')")
    change(db, "INSERT INTO chat_sessions (id, workspace_id) VALUES ('two\nlines', 'w1')")
    db.message("two\nlines", at=OLD, completion=5)
    assert said(stage) == (1, 5)


def test_many_chats_are_listed_in_parts_and_only_changed_ones_again(stage, db, monkeypatch):
    monkeypatch.setattr(claudette_chats, "CHUNK", 2)
    monkeypatch.setattr(claudette_chats, "_LOOKED_AT", 2)
    for number in range(9):
        db.session(f"c{number}", "w1", cli=f"cli-{number}")
        db.message(f"c{number}", at=OLD, completion=1)
    assert said(stage) == (9, 9)
    change(db, "UPDATE chat_sessions SET session_id = 'cli-new' WHERE id = 'c4'")
    listed = []
    real = claudette_chats.home_ids
    monkeypatch.setattr(claudette_chats, "home_ids", lambda i, w: listed.append(w := list(w)) or real(i, w))
    stage.file("claude", [call("a", session="cli-new", output=100)])
    assert said(stage) == (9, 108)
    assert [len(some) for some in listed if some] == [2]
