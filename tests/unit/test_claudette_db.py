"""Claudette's database: what is read from it, and a clear state for all that can be wrong with it."""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from tests.claudette_db import ClaudetteDb
from tests.fakes import NOW
from tray.core.model import DbState, Kind
from tray.metrics.claudette import fingerprint, read, read_setting
from tray.metrics.claudette_db import ClaudetteDbError, database_uri, open_view


@pytest.fixture
def db(tmp_path):
    made = ClaudetteDb(tmp_path / "claudette.db")
    made.workspace("w1")
    made.session("s1", "w1", cli="cli-1", order=1)
    made.session("s2", "w1", cli="cli-2", order=0)
    return made


def activity(db):
    return read(db.path).activity


def place(db):
    found = activity(db)
    return found.workspace, found.chat_session


# States


def test_no_database_is_absent(tmp_path):
    found = read(tmp_path / "nowhere" / "claudette.db")
    assert found.activity.state is DbState.ABSENT
    assert found.known_sessions == frozenset()
    assert found.activity.backend is None
    assert found.activity.default is None


def test_a_folder_in_its_place_is_no_database(tmp_path):
    assert read(tmp_path).activity.state is DbState.ABSENT


def test_a_file_without_tables_is_empty(tmp_path):
    nothing = tmp_path / "claudette.db"
    nothing.touch()
    assert read(nothing).activity.state is DbState.EMPTY
    with closing(sqlite3.connect(nothing)) as connection:
        connection.execute("CREATE TABLE somebody_elses (id)")
    assert read(nothing).activity.state is DbState.EMPTY


@pytest.mark.parametrize("schema", ["head", "0.25"])
def test_a_fresh_install_is_in_order_and_knows_its_default(tmp_path, schema):
    found = read(ClaudetteDb(tmp_path / "claudette.db", schema).path).activity
    assert found.state is DbState.OK
    assert found.default.kind is Kind.ANTHROPIC
    assert (found.at, found.backend, found.chat_session, found.workspace) == (None, None, None, None)


def test_an_older_schema_gives_what_it_has(tmp_path):
    db = ClaudetteDb(tmp_path / "claudette.db", "old")
    db.workspace("w1")
    db.message(None, at=NOW)
    found = read(db.path)
    assert found.activity.state is DbState.OLD
    assert (found.activity.at, found.activity.workspace, found.activity.chat_session) == (NOW, "w1", None)
    assert found.activity.backend.kind is Kind.ANTHROPIC
    assert found.known_sessions == frozenset()
    db.select("w1")
    assert place(db) == ("w1", None)


def test_a_table_that_lacks_a_column_is_an_older_schema(db):
    with db.held() as connection:
        connection.execute("DROP TABLE deleted_agent_sessions")
        connection.execute("ALTER TABLE agent_sessions DROP COLUMN last_message_at")
    assert activity(db).state is DbState.OLD


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"this is no database at all" * 40,
        lambda raw: raw[:5000],  # torn off
        lambda raw: raw[:100] + b"\xff" * (len(raw) - 100),
        lambda raw: raw[:4096] + random.Random(1).randbytes(len(raw) - 4096),
    ],
)
def test_a_damaged_file_is_corrupt_and_stays_as_it_is(db, damage):
    broken = damage(db.path.read_bytes())
    db.path.write_bytes(broken)
    found = read(db.path)
    assert found.activity.state is DbState.CORRUPT
    assert found.known_sessions is None
    assert db.path.read_bytes() == broken


def test_a_lock_of_another_process_is_locked_and_goes_away_with_it(db):
    script = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA locking_mode = EXCLUSIVE')\n"
        "c.execute('BEGIN EXCLUSIVE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with db.held() as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(db.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        found = read(db.path, timeout=0.05)
        assert found.activity.state is DbState.LOCKED
        assert found.known_sessions is None
    assert activity(db).state is DbState.OK


def test_a_writer_at_work_does_not_lock_us_out_and_its_unfinished_rows_are_not_seen(db):
    db.message("s1", at=NOW)
    with closing(sqlite3.connect(db.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO app_settings VALUES ('default_agent_backend', 'codex')")
        found = activity(db)
        assert (found.state, found.default.id) == (DbState.OK, "anthropic")
        writer.execute("COMMIT")
        assert activity(db).default.id == "codex"  # read from the -wal, before any checkpoint


def test_a_replaced_file_is_read_as_the_new_one(db, tmp_path):
    db.message("s1", at=NOW)
    assert activity(db).at == NOW
    other = ClaudetteDb(tmp_path / "new" / "claudette.db")
    other.setting("default_agent_backend", "codex")
    os.replace(other.path, db.path)
    assert (activity(db).at, activity(db).default.id) == (None, "codex")


def test_reading_leaves_every_byte_of_the_database_as_it_was(db):
    db.message("s1", at=NOW, prompt=1, completion=2, cost=0.5)
    db.select("w1", "s1")
    before = hashlib.sha256(db.path.read_bytes()).hexdigest()
    for _ in range(3):
        assert activity(db).state is DbState.OK
        assert read_setting(db.path, "view:state")
    assert hashlib.sha256(db.path.read_bytes()).hexdigest() == before
    wal = db.path.with_name("claudette.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0


def test_nothing_can_be_written_through_the_view(db):
    with pytest.raises(ClaudetteDbError), open_view(db.path) as view:
        view.rows("INSERT INTO app_settings VALUES ('a', 'b') RETURNING key")
    assert read_setting(db.path, "a") is None
    with open_view(db.path) as view:
        assert view.row("PRAGMA query_only") == (1,)


def test_no_connection_stays_open(db):
    assert activity(db).state is DbState.OK
    with closing(sqlite3.connect(db.path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")  # only possible for the one and only connection
        assert writer.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize("name", ["a b", "what?", "50%", "#1", "ü€", "a&mode=rwc", "%2e%2e"])
@pytest.mark.skipif(os.name == "nt", reason="these names don't exist there")
def test_any_folder_name_is_found(tmp_path, name):
    db = ClaudetteDb(tmp_path / name / "claudette.db")
    db.setting("k", "v")
    assert read_setting(db.path, "k") == "v"


def test_drives_and_shares_have_a_uri_that_sqlite_takes():
    assert database_uri(PurePosixPath("/a b/c?d.db")) == "file:///a%20b/c%3Fd.db?mode=ro"
    drive = PureWindowsPath(r"C:\Users\Ann B\claudette.db")
    assert database_uri(drive) == "file:///C:/Users/Ann%20B/claudette.db?mode=ro"
    share = PureWindowsPath(r"\\server\home\claudette.db")
    assert database_uri(share, immutable=True) == "file:////server/home/claudette.db?mode=ro&immutable=1"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_a_folder_that_is_not_ours_to_write_is_still_read():
    """SQLite makes the side files of a reader there; where it may not, the file alone is read."""
    folder = Path(tempfile.mkdtemp())
    nobody = 65534
    us = os.geteuid()
    try:
        db = ClaudetteDb(folder / "claudette.db")
        db.setting("k", "v")
        folder.chmod(0o555)
        if us == 0:
            os.seteuid(nobody)
        try:
            assert read_setting(db.path, "k") == "v"
        finally:
            os.seteuid(us)
        assert [path.name for path in folder.iterdir()] == ["claudette.db"]
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root can become somebody else")
def test_a_file_that_is_not_ours_to_read_is_locked():
    folder = Path(tempfile.mkdtemp())
    try:
        db = ClaudetteDb(folder / "claudette.db")
        folder.chmod(0o755)
        db.path.chmod(0o600)
        os.seteuid(65534)
        try:
            assert activity(db).state is DbState.LOCKED
        finally:
            os.seteuid(0)
    finally:
        shutil.rmtree(folder)


# Change detection


def test_the_fingerprint_changes_with_every_commit_and_not_with_our_reading(db):
    first = fingerprint(db.path)
    activity(db)
    assert fingerprint(db.path) == first
    with closing(sqlite3.connect(db.path)) as writer:
        writer.execute("INSERT INTO app_settings VALUES ('a', 'b')")
        writer.commit()  # into the -wal: the file itself stays as it is
        second = fingerprint(db.path)
        assert second != first
        activity(db)
        assert fingerprint(db.path) == second


def test_an_empty_wal_is_as_good_as_none(db):
    first = fingerprint(db.path)
    db.path.with_name("claudette.db-wal").touch()
    assert fingerprint(db.path) == first
    db.path.with_name("claudette.db-wal").unlink()


def test_an_absent_database_has_a_fingerprint_too(tmp_path):
    gone = tmp_path / "no" / "claudette.db"
    assert fingerprint(gone) == fingerprint(gone)
    assert hash(fingerprint(gone)) is not None


# Settings


def test_a_setting_is_read_as_it_stands(db):
    db.setting("codex:rate_limits:snapshot", '{"limitId": "codex"}')
    assert read_setting(db.path, "codex:rate_limits:snapshot") == '{"limitId": "codex"}'
    assert read_setting(db.path, "absent") is None
    assert read_setting(db.path.with_name("gone.db"), "x") is None


def test_a_setting_that_is_no_text_is_absent_and_bad_utf8_is_replaced(db):
    with db.held() as connection:
        connection.execute("INSERT INTO app_settings VALUES ('blob', x'00ff')")
        connection.execute("INSERT INTO app_settings VALUES ('torn', CAST(x'61ff62' AS TEXT))")
    assert read_setting(db.path, "blob") is None
    assert read_setting(db.path, "torn") == "a\ufffdb"
