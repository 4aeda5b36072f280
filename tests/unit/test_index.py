"""The index file: private, without a word of the talk, and mended where it is damaged."""

import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.claude_transcripts import SECRET, START, answer, cost_state, prompt, tool_result
from tests.histories import history
from tests.reader_stage import Stage, check_sums
from tray.metrics import index

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def files_of(stage):
    return sorted(path.name for path in stage.index.parent.iterdir())


def test_index_and_its_log_are_for_their_owner_only(stage):
    old = os.umask(0)
    try:
        stage.put("p/a.jsonl", answer("m"))
        with stage.db() as db:
            stage.scan()
            db.execute("SELECT * FROM files").fetchall()
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in stage.index.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes
    assert set(modes.values()) == {0o600}, modes
    assert stat.S_IMODE(stage.index.parent.stat().st_mode) == 0o700


def test_no_word_of_a_prompt_or_an_answer_is_kept(stage):
    words = [
        "quokka-marzipan",
        "zeppelin-thought",
        "walrus-args",
        "ocelot-out",
        "badger-title",
        "weasel-result",
    ]
    assert words[0] == SECRET
    talk = answer("m-1", kind="tool_use", output=5)
    talk["message"]["content"] += [
        {"type": "thinking", "thinking": words[1]},
        {"type": "text", "text": words[1]},
    ]
    command = f"<command-message>x</command-message>\n<command-name>/x</command-name>\n<command-args>{words[2]}</command-args>"
    summary = prompt("t-4", text=words[3], isCompactSummary=True)
    result = tool_result("r-1")
    result["toolUseResult"]["stdout"] = words[5]
    stage.put(
        "p/a.jsonl",
        prompt("t-1"),
        prompt(
            "t-2", text=[{"type": "text", "text": words[1]}, {"type": "image", "source": {"data": words[3]}}]
        ),
        prompt("t-3", text=command),
        summary,
        {"type": "summary", "summary": words[4], "leafUuid": "u"},
        {"type": "system", "content": f"<local-command-stdout>{words[3]}</local-command-stdout>"},
        result,
        talk,
        cost_state(claude_opus_5_5={"input": 1}),
    )
    found = stage.scanned()
    assert (len(found["calls"]), len(found["turns"])) == (1, 3)
    assert {row[5] for row in found["turns"]} == {"", "x"}
    with stage.db() as db:
        db.execute("SELECT 1 FROM files").fetchall()
        held = b"".join(path.read_bytes() for path in stage.index.parent.iterdir())
    assert b"claude-opus-5-5" in held
    for word in words:
        assert word.encode() not in held, word


def filled(stage, *, gone=2):
    """An index over some history of which the first `gone` files were deleted since."""
    choice = random.Random(7)
    files = {}
    while len(files) < 6:
        files = history(choice)
    for name, lines in files.items():
        stage.put(name, *lines)
    for number in range(200):
        stage.put(f"q/{number}.jsonl", answer(f"q-{number}", START + number, session=f"q-{number}", input=1))
    stage.scanned()
    for path in sorted((stage.projects / "-home-dev").glob("*.jsonl"))[:gone]:
        path.unlink()
    found = stage.scanned()
    with stage.db() as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


@pytest.mark.parametrize("content", [b"", b"this is no database" * 200, b"\0" * 4096, os.urandom(70_000)])
def test_what_is_no_database_is_made_anew(stage, content):
    found = filled(stage, gone=0)
    stage.index.write_bytes(content)
    assert stage.scanned() == found
    assert files_of(stage) == ["index.db"]


def test_missing_index_is_made_anew(stage):
    found = filled(stage, gone=0)
    stage.index.unlink()
    assert stage.scanned() == found


def test_damaged_head_loses_no_call_of_a_deleted_file_that_can_be_read(stage):
    """The head names our program: without that it is not ours, but all else can still be read."""
    found = filled(stage)
    with stage.index.open("r+b") as file:
        file.seek(68)
        file.write(b"\0\0\0\0")
    after = stage.scanned()
    assert after["sums"] == found["sums"]
    assert after["calls"] == found["calls"]
    assert after["turns"] == found["turns"]
    assert files_of(stage) == ["index.db"]


@pytest.mark.parametrize("seed", range(12))
def test_damage_that_a_scan_meets_is_told_once_and_mended_by_the_next(stage, seed):
    """Pages overwritten anywhere: no look at the head tells."""
    filled(stage, gone=0)
    size = stage.index.stat().st_size
    choice = random.Random(seed)
    with stage.index.open("r+b") as file:
        for _ in range(3):
            file.seek(choice.randrange(100, size - 400))
            file.write(choice.randbytes(300))
    whole = Stage(stage.home / "whole")
    shutil.copytree(stage.projects, whole.projects, dirs_exist_ok=True)
    for one in (stage, whole):
        for number in range(200):
            one.append(f"q/{number}.jsonl", answer(f"r-{number}", START + number, session=f"q-{number}"))
    try:
        stage.scan()
    except (sqlite3.DatabaseError, ValueError):
        assert stage.scanned() == whole.scanned()
        assert files_of(stage) == ["index.db"]


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9])
def test_index_cut_short_is_made_anew(stage, kept):
    found = filled(stage, gone=0)
    size = stage.index.stat().st_size
    os.truncate(stage.index, int(size * kept))
    assert stage.scanned() == found


def test_index_of_a_newer_program_is_left_alone(stage):
    filled(stage, gone=0)
    with stage.db() as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = stage.index.read_bytes()
    for write in (True, False):
        with pytest.raises(index.UnusableError, match="newer claudette-tray"):
            index.connect(stage.index, write=write)
    assert stage.index.read_bytes() == before


def test_reading_only_makes_and_changes_nothing(stage):
    with pytest.raises(FileNotFoundError):
        index.connect(stage.index, write=False)
    assert not stage.index.parent.exists()
    filled(stage, gone=0)
    with index.connect(stage.index, write=False) as db, pytest.raises(sqlite3.OperationalError):
        db.execute("DELETE FROM files")
    db.close()


def test_write_that_fails_leaves_nothing_behind(stage):
    found = filled(stage, gone=0)

    def half(db):
        with index.transaction(db):
            db.execute("DELETE FROM sums")
            raise KeyError

    with stage.db() as db, pytest.raises(KeyError):
        half(db)
    after = stage.told()
    check_sums(after)
    assert after["sums"] == found["sums"]


def test_an_older_index_is_carried_forward_and_loses_nothing(tmp_path):
    file = tmp_path / "index.db"
    with closing(index.connect(file, write=True)) as db:
        with index.transaction(db):
            db.execute("INSERT INTO names(name) VALUES ('claude-opus-4-8')")
        made = ("",) * index.VERSION
        steps = ("CREATE TABLE later(x); INSERT INTO later VALUES (1)", "INSERT INTO later VALUES (2)")
        with index.transaction(db):
            index.carry_forward(db, made + steps)
        assert db.execute("SELECT x FROM later").fetchall() == [(1,), (2,)]
        assert db.execute("PRAGMA user_version").fetchone() == (index.VERSION + 2,)
        assert db.execute("SELECT name FROM names").fetchall() == [("claude-opus-4-8",)]


OPENS = """
import sys
from pathlib import Path
from tray.metrics.index import connect
sys.stdin.readline()
connect(Path(sys.argv[1]), write=True).close()
"""


@pytest.mark.parametrize("number", range(3))
def test_many_may_make_it_at_once(tmp_path, number):
    file = tmp_path / str(number) / "index.db"
    children = [
        subprocess.Popen([sys.executable, "-c", OPENS, str(file)], stdin=subprocess.PIPE, cwd=ROOT)
        for _ in range(6)
    ]
    for child in children:
        child.stdin.write(b"now\n")
        child.stdin.close()
    assert [child.wait(30) for child in children] == [0] * 6


def test_one_that_is_just_being_made_by_another_is_waited_for():
    """Two that turn to write-ahead logging at once: SQLite refuses one of them without waiting."""

    class Database:
        def __init__(self):
            self.refusals = 2

        def execute(self, statement):
            assert statement == "PRAGMA journal_mode = WAL"
            if self.refusals:
                self.refusals -= 1
                raise sqlite3.OperationalError("database is locked")

    db = Database()
    index._log_ahead(db)
    assert db.refusals == 0
