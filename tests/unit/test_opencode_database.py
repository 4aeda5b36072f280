"""OpenCode's database as a whole: whatever its state, nothing is lost, and a locked one is no empty one."""

import json
import sqlite3
import sys
import time

import pytest

from tests.fakes import fake_paths
from tests.opencode_stage import AT, Database, assistant, indexed, read, sums
from tests.permissions import without_override
from tray.metrics import opencode_rows


@pytest.fixture
def database(tmp_path):
    found = Database(fake_paths(tmp_path).opencode_data / "opencode.db")
    yield found
    found.db.close()


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TABLE other(id)",
        "CREATE TABLE message(id, session_id)",
        "CREATE TABLE message(id, data)",
        "CREATE TABLE message(body); CREATE TABLE session(id)",
    ],
)
def test_a_schema_we_do_not_know_tells_nothing(tmp_path, schema):
    with sqlite3.connect(tmp_path / "opencode.db") as db:
        db.executescript(schema)
    db.close()
    found = read(tmp_path / "opencode.db")
    assert (found.rows, found.turns) == ((), ())


def test_an_older_schema_tells_what_it_has(tmp_path):
    with sqlite3.connect(tmp_path / "opencode.db") as db:
        db.execute("CREATE TABLE message(id, session_id, data)")
        db.execute("INSERT INTO message VALUES ('m', 's', ?)", (json.dumps(assistant()),))
    db.close()
    assert len(read(tmp_path / "opencode.db").rows) == 1


def test_an_empty_file_tells_nothing(tmp_path):
    (tmp_path / "opencode.db").touch()
    assert read(tmp_path / "opencode.db").rows == ()


@pytest.mark.parametrize(
    "content", [b"no database at all, of some length" * 40, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_damaged_database_is_not_read_now(tmp_path, content):
    (tmp_path / "opencode.db").write_bytes(content)
    with pytest.raises(OSError):
        read(tmp_path / "opencode.db")


def test_an_absent_database_is_not_read_and_not_made(tmp_path):
    with pytest.raises(OSError):
        read(tmp_path / "opencode.db")
    assert list(tmp_path.iterdir()) == []


def test_a_locked_database_is_no_empty_one(database, tmp_path, monkeypatch):
    """What is in the index stays, and what is new comes with the first scan after the lock."""
    monkeypatch.setattr(opencode_rows, "_BUSY", 0.01)
    database.message("msg_1", "ses_1", assistant())
    assert indexed(tmp_path)[:2] == (1, 10)
    database.message("msg_2", "ses_1", assistant(AT + 5))
    database.db.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OSError):
        read(database.path)
    assert indexed(tmp_path)[:2] == (1, 10)
    database.db.execute("COMMIT")
    assert indexed(tmp_path)[:2] == (2, 20)


def test_what_waits_in_the_log_counts(database, tmp_path):
    database.db.execute("PRAGMA journal_mode = WAL")
    database.message("msg_1", "ses_1", assistant())
    assert indexed(tmp_path)[0] == 1
    database.message("msg_2", "ses_1", assistant(AT + 5))
    assert indexed(tmp_path)[0] == 2


def test_an_answer_that_is_being_written_counts_when_it_is_complete(database, tmp_path):
    zero = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    database.message("msg_1", "ses_1", assistant(tokens=zero, time={"created": AT}))
    assert not indexed(tmp_path)[0]
    database.message("msg_1", "ses_1", assistant(time={"created": AT}))
    assert indexed(tmp_path)[:2] == (1, 10)
    database.message("msg_1", "ses_1", assistant())
    assert indexed(tmp_path)[:2] == (1, 10)


def test_reading_changes_no_byte_and_holds_no_lock(database):
    database.message("msg_1", "ses_1", assistant())
    before = database.path.read_bytes()
    read(database.path)
    assert database.path.read_bytes() == before
    database.db.execute("BEGIN EXCLUSIVE")
    database.db.execute("COMMIT")


@pytest.mark.skipif(sys.platform == "win32", reason="folders are kept from people in another way")
def test_a_database_in_a_folder_of_somebody_else_is_read(database):
    database.db.execute("PRAGMA journal_mode = WAL")
    database.message("msg_1", "ses_1", assistant())
    database.db.close()
    database.path.parent.chmod(0o500)
    try:
        with without_override():
            assert len(read(database.path).rows) == 1
    finally:
        database.path.parent.chmod(0o700)


def test_ten_thousand_messages_are_read(database):
    database.db.execute("BEGIN")
    for number in range(10_000):
        database.message(f"msg_{number:06}", "ses_1", assistant(AT + number))
    database.db.execute("COMMIT")
    assert sums(read(database.path).rows)[:2] == (10_000, 100_000)


# What has changed -------------------------------------------------------------------------------------------

HOUR = 3_600_000


def grown(database):
    """The state after a reading of three messages, an hour apart."""
    database.session("ses_1")
    for number in range(3):
        at = AT + number * HOUR
        database.message(f"msg_{number}", "ses_1", assistant(at), updated=at)
    state = {}
    assert len(read(database.path, state).rows) == 3
    return json.loads(json.dumps(state))


def test_only_what_has_changed_is_read_again(database):
    state = grown(database)
    assert [row.at for row in read(database.path, state).rows] == [AT + 2 * HOUR]  # within the overlap
    database.message("msg_0", "ses_1", assistant(AT, modelID="other"), updated=AT + 3 * HOUR)
    assert {row.model for row in read(database.path, state).rows} == {"other", "claude-sonnet-4-6"}
    assert [row.model for row in read(database.path, state).rows] == ["other"]


def test_however_it_grew_all_is_told_once(database):
    state, told = {}, {}
    for number in range(40):
        at = AT + number * 50_000
        database.message(f"msg_{number:02}", "ses_1", assistant(at), updated=at)
        told |= {row.key: row for row in read(database.path, state).rows}
    assert set(told) == {row.key for row in read(database.path).rows}


def test_a_copy_made_later_stays_with_its_original(database):
    state = grown(database)
    database.session("ses_0", at=AT + 3 * HOUR)
    database.message("msg_7", "ses_0", assistant(AT), updated=AT + 3 * HOUR)
    database.message("msg_8", "ses_0", assistant(AT + 4 * HOUR), updated=AT + 4 * HOUR)
    assert [row.at for row in read(database.path, state).rows if row.session == "ses_0"] == [AT + 4 * HOUR]


def test_rows_that_came_with_an_older_time_are_read(database):
    state = grown(database)
    database.message("msg_9", "ses_1", assistant(AT + 9), updated=AT + 9)
    assert len(read(database.path, state).rows) == 4


def test_a_clock_that_was_set_back_hides_nothing(database):
    state, far = grown(database), AT + 1000 * 24 * HOUR * 30
    database.message("msg_far", "ses_1", assistant(AT + 7), updated=far)
    read(database.path, state)
    now = time.time_ns() // 1_000_000
    zero = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    database.message("msg_now", "ses_1", assistant(now, tokens=zero), updated=now)
    read(database.path, state)
    database.message("msg_now", "ses_1", assistant(now), updated=now + 5)
    assert now in {row.at for row in read(database.path, state).rows}


def test_another_database_in_its_place_is_read_as_a_whole(database):
    state = grown(database)
    copy = database.path.with_name("copy")
    copy.write_bytes(database.path.read_bytes())
    copy.replace(database.path)
    assert len(read(database.path, state).rows) == 3


def test_a_failed_reading_leaves_the_state_as_it_was(database, monkeypatch):
    monkeypatch.setattr(opencode_rows, "_BUSY", 0.01)
    state = grown(database)
    before = dict(state)
    database.db.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OSError):
        read(database.path, state)
    assert state == before


@pytest.mark.parametrize("wrong", [None, "soon", -1, 1e300])
def test_a_row_whose_time_of_change_is_none_is_read(database, wrong):
    state = grown(database)
    database.message("msg_9", "ses_1", assistant(AT + 9), updated=wrong)
    assert AT + 9 in {row.at for row in read(database.path, state).rows}
