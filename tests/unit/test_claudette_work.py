"""What was done in Claudette: large tables in stretches, taken apart again only where they changed."""

from __future__ import annotations

import os
import time

import pytest

from tests.claudette_db import ClaudetteDb, stamp
from tray.metrics.claudette_work import WorkReader
from tray.metrics.work_columns import Runs

AT = 1_795_000_000.0


@pytest.fixture
def db(tmp_path):
    made = ClaudetteDb(tmp_path / "claudette.db")
    made.workspace("w1")
    return made


def fill(db, numbers):
    with db.held() as connection:
        connection.executemany(
            "INSERT INTO agent_sessions (id, workspace_id, repository_id, started_at, last_message_at)"
            " VALUES (?, 'w1', 'r1', ?, ?)",
            [(f"s{number}", *[stamp(AT + number)] * 2) for number in numbers],
        )


def ids(work):
    return [name for part in work.runs for name in part.ids]


def test_every_row_of_a_large_table_is_read_once(db):
    fill(db, range(35))
    with db.held() as connection:
        connection.execute("DELETE FROM agent_sessions WHERE rowid BETWEEN 11 AND 20 OR rowid = 1")
        connection.execute("UPDATE agent_sessions SET rowid = 1000000007 WHERE rowid = 35")
    work = WorkReader(db.path, stretch=10).read()
    assert ids(work) == [f"s{n}" for n in (*range(1, 10), *range(20, 35))]
    assert len(work.runs) == 5


def test_only_what_changed_is_taken_apart_again(db):
    fill(db, range(25))
    reader = WorkReader(db.path, stretch=10)
    before = reader.read()
    with db.held() as connection:
        connection.execute("UPDATE agent_sessions SET ended_at = '2026-11-21 10:00:00' WHERE id = 's12'")
    after = reader.read()
    assert [mine is its for mine, its in zip(before.runs, after.runs, strict=True)] == [True, False, True]
    assert [part.ends.count("") for part in after.runs] == [9, 9, 6]


def test_rows_that_are_gone_are_forgotten(db):
    fill(db, range(25))
    reader = WorkReader(db.path, stretch=10)
    reader.read()
    with db.held() as connection:
        connection.execute("DELETE FROM agent_sessions WHERE rowid > 15")
    assert len(ids(reader.read())) == 15


def test_an_unchanged_database_is_not_read_again(db):
    fill(db, range(3))
    reader = WorkReader(db.path)
    past = time.time() - 60  # else its times are too young to be trusted
    reader.read()
    for file in (db.path, db.path.with_name("claudette.db-wal")):
        if file.exists():
            os.utime(file, (past, past))
    first = reader.read()
    assert reader.read() is first


def test_columns_come_apart_as_rows_do(db):
    """Once as texts and once, because of a name of two lines, row by row."""
    fill(db, range(5))
    with db.held() as connection:
        connection.execute("UPDATE agent_sessions SET turn_count = 3, completed_ok = 1 WHERE id = 's2'")
    ((quick,), _) = WorkReader(db.path).read()[:2]
    with db.held() as connection:
        connection.execute("UPDATE agent_sessions SET id = 's' || char(10) WHERE id = 's4'")
    ((careful,), _) = WorkReader(db.path).read()[:2]
    assert careful.ids.pop() == "s\n"
    assert quick.ids.pop() == "s4"
    assert careful == quick
    assert quick.starts[1] == round((AT + 1) * 1000)
    assert isinstance(quick, Runs)
