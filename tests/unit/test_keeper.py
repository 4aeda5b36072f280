"""What keeps the index fresh: quick things are read at once, the rest is left to a worker."""

import os
import sqlite3
from contextlib import closing

import pytest

from tests.claudette_db import ClaudetteDb
from tests.fakes import NOW, fake_paths
from tests.transcripts import answer, big, calls, transcript
from tray.core.progress import Progress
from tray.core.source import Reading
from tray.metrics.index import connect
from tray.metrics.keeper import Keeper


@pytest.fixture
def paths(tmp_path):
    return fake_paths(tmp_path)


@pytest.fixture
def claude(paths):
    return paths.claude_dirs[0]


class FakeErrand:
    """A worker that reads nothing by itself."""

    def __init__(self, paths, told, ended):
        self.told, self.ended = told, ended
        self.started = self.stopped = 0

    def start(self):
        self.started += 1

    def stop(self):
        self.stopped += 1


@pytest.fixture
def changes():
    return []


@pytest.fixture
def errands():
    return []


@pytest.fixture
def keeper(paths, changes, errands):
    def make(*handed):
        errands.append(FakeErrand(*handed))
        return errands[-1]

    return Keeper(paths, lambda: changes.append(1), errand=make, now=lambda: NOW)


# -- what is read at once


def test_small_things_are_read_at_once(paths, claude, keeper, errands):
    transcript(claude, "s-1", answer("m1", at=NOW))
    assert keeper.catch_up() == Reading()
    assert calls(paths) == 1
    transcript(claude, "s-1", answer("m2", at=NOW))
    assert keeper.catch_up() == Reading()
    assert calls(paths) == 2
    assert errands == []


def test_where_nobody_works_nothing_is_left_behind(paths, tmp_path):
    assert Keeper(paths).catch_up() == Reading()
    assert list(tmp_path.iterdir()) == []


def test_much_is_left_to_a_worker_and_the_newest_is_read_at_once(paths, claude, keeper, errands):
    transcript(claude, "s-1", answer("m1", at=NOW))  # written now, so newer than the others
    size = sum(big(claude, name).stat().st_size for name in ("s-2", "s-3"))
    assert keeper.catch_up().progress == Progress(files_total=2, size_total=size, at=NOW)
    assert calls(paths) == 1
    assert [errand.started for errand in errands] == [1]


def test_a_command_reads_what_is_quick_and_starts_nobody(paths, claude, errands):
    transcript(claude, "s-1", answer("m1", at=NOW))
    size = big(claude, "s-2").stat().st_size
    keeper = Keeper(paths, worker=False, errand=lambda *_: pytest.fail("a command has no time for it"))
    assert keeper.catch_up().progress == Progress(files_total=1, size_total=size, waits=True)
    assert calls(paths) == 1


# -- while a worker reads


def test_progress_is_told_as_it_comes(claude, keeper, errands, changes):
    big(claude, "s-2")
    keeper.catch_up()
    errands[0].told(Progress(files=43, files_total=120, size=2, size_total=9, left=20.0))
    told = Progress(files=43, files_total=120, size=2, size_total=9, left=20.0, at=NOW)
    assert keeper.catch_up() == Reading(progress=told)
    assert len(changes) == 1
    assert errands[0].started == 1


def test_what_changes_meanwhile_is_read_at_once(paths, claude, keeper, errands):
    big(claude, "s-2")
    transcript(claude, "s-3", answer("m0", at=NOW))
    os.utime(claude / "projects" / "-home-dev-proj" / "s-3.jsonl", (NOW - 9, NOW - 9))
    keeper.catch_up()
    assert calls(paths) == 0  # the older one is the worker's too
    transcript(claude, "s-1", answer("m1", at=NOW))
    assert keeper.catch_up().progress.files_total == 2
    assert calls(paths) == 1


def test_what_a_worker_could_not_read_is_not_sent_for_again(claude, keeper, errands, changes):
    file = big(claude, "s-2")
    keeper.catch_up()
    errands[0].ended(None)  # and read nothing
    assert changes == [1]
    assert keeper.catch_up() == Reading()
    assert errands[0].started == 1
    with file.open("a") as opened:
        opened.write("\n")
    assert keeper.catch_up().progress.files_total == 1
    assert errands[0].started == 2


def test_a_worker_that_failed_is_not_started_again_at_once(claude, keeper, errands):
    big(claude, "s-2")
    keeper.catch_up()
    errands[0].ended("it ended with code 1")
    found = keeper.catch_up()
    assert "ended with code 1" in found.trouble
    assert found.progress.waits
    assert errands[0].started == 1


def test_trouble_is_over_once_all_is_read(claude, keeper, errands):
    file = big(claude, "s-2")
    keeper.catch_up()
    errands[0].ended("it ended with code 1")
    assert keeper.catch_up().trouble
    file.unlink()
    assert keeper.catch_up() == Reading()
    assert keeper.catch_up() == Reading()


def test_after_the_end_no_worker_is_started(claude, keeper, errands):
    keeper.stop()
    big(claude, "s-2")
    keeper.catch_up()
    assert errands == []


def test_an_index_of_a_newer_program_is_left_alone_and_said(paths, claude, keeper):
    transcript(claude, "s-1", answer("m1", at=NOW))
    keeper.catch_up()
    with closing(sqlite3.connect(paths.index_file)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "newer" in keeper.catch_up().trouble


def test_an_index_that_cant_be_made_is_said(paths, claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW))
    paths.data.write_text("a file where the folder should be")
    assert "can't be written" in Keeper(paths).catch_up().trouble


# -- what Claudette recorded


def chats(paths, count=1):
    """Claudette's database with answers that no transcript tells of."""
    db = ClaudetteDb(paths.claudette_db)
    db.workspace("w1")
    with db.held() as connection:
        connection.executemany(
            "INSERT INTO chat_messages (id, workspace_id, role, content, output_tokens)"
            " VALUES (?, 'w1', 'assistant', 'x', 5)",
            ((f"m{number}",) for number in range(count)),
        )
    return db


def answers(paths):
    with closing(connect(paths.index_file, write=False)) as db:
        return db.execute(
            "SELECT sum(calls) FROM (SELECT calls FROM chat_sums UNION ALL SELECT calls FROM chat_fresh)"
        ).fetchone()[0]


def test_claudettes_answers_are_kept_before_they_can_be_deleted(paths, keeper, errands):
    chats(paths, 3)
    assert keeper.catch_up() == Reading()
    assert answers(paths) == 3
    assert errands == []


def test_many_of_them_are_left_to_a_worker(paths, keeper, errands, monkeypatch):
    monkeypatch.setattr("tray.metrics.keeper.QUICK_MESSAGES", 10)
    chats(paths, 30)
    assert keeper.catch_up() == Reading()
    (errand,) = errands
    assert errand.started == 1
    assert answers(paths) is None
    errand.ended(None)
    keeper.catch_up()
    assert errand.started == 1, "not more than once a minute"


def test_a_command_leaves_many_of_them(paths, monkeypatch):
    monkeypatch.setattr("tray.metrics.keeper.QUICK_MESSAGES", 10)
    chats(paths, 30)
    assert Keeper(paths, worker=False).catch_up() == Reading()


def test_a_database_that_is_none_disturbs_nobody(paths, claude, keeper):
    paths.claudette_db.parent.mkdir(parents=True)
    paths.claudette_db.write_bytes(b"no database at all" * 1000)
    transcript(claude, "s-1", answer("m1", at=NOW))
    assert keeper.catch_up() == Reading()
    assert calls(paths) == 1
