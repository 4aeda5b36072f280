"""The process that reads many transcripts: never left behind, killed without harm."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from tests.claudette_db import ClaudetteDb
from tests.e2e.waiting import wait_for
from tests.fakes import NOW, Clock, fake_paths
from tests.transcripts import answer, big, calls, transcript
from tray.metrics.errand import Errand
from tray.metrics.index import connect, transaction
from tray.metrics.keeper import Keeper
from tray.metrics.scan import Progress
from tray.metrics.worker import order, teller


@pytest.fixture
def paths(tmp_path):
    return fake_paths(tmp_path)


@pytest.fixture
def claude(paths):
    return paths.claude_dirs[0]


class Told:
    """What an errand told, and that it has ended."""

    def __init__(self):
        self.lines, self.over, self.trouble = [], threading.Event(), None

    def told(self, progress):
        self.lines.append(progress)

    def ended(self, trouble):
        self.trouble = trouble
        self.over.set()


def test_a_worker_reads_it_all_and_tells_how_far_it_is(paths, claude):
    files = [big(claude, f"s-{number}") for number in range(3)]
    told = Told()
    Errand(paths, told.told, told.ended).start()
    assert told.over.wait(30)
    assert told.trouble is None
    assert told.lines
    assert told.lines[-1].files_total == 3
    assert told.lines[-1].size_total == sum(file.stat().st_size for file in files)
    assert told.lines[0].left is None
    assert calls(paths) == 18


def test_how_far_it_is_is_told_once_a_second_with_the_time_left_by_the_pace_so_far(capsys):
    clock = Clock(1000.0)
    tell = teller(clock)
    for at, files, size in ((0.0, 1, 100), (0.4, 2, 150), (0.9, 3, 200), (1.1, 4, 320), (2.1, 5, 520)):
        clock.at = 1000.0 + at
        tell(Progress(files=files, files_total=9, size=size, size_total=1000))
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said == [[1, 9, 100, 1000, None], [4, 9, 320, 1000, 3.4], [5, 9, 520, 1000, 2.4]]


def test_a_worker_takes_claudettes_chats_in_too(paths):
    db = ClaudetteDb(paths.claudette_db)
    db.workspace("w1")
    db.message(None, at=NOW, completion=5)
    told = Told()
    Errand(paths, told.told, told.ended).start()
    assert told.over.wait(30)
    assert told.trouble is None
    with closing(connect(paths.index_file, write=False)) as index:
        assert index.execute("SELECT count(*) FROM chats WHERE kind IS NOT NULL").fetchone() == (1,)


def test_the_keeper_and_its_worker_leave_nothing_unread(paths, claude):
    for number in range(3):
        big(claude, f"s-{number}")
    changed = threading.Semaphore(0)
    keeper = Keeper(paths, changed.release)
    assert keeper.catch_up().progress.files_total == 3
    while keeper.catch_up().progress is not None:
        assert changed.acquire(timeout=30)
    assert calls(paths) == 18
    keeper.stop()


@pytest.fixture
def waiting(paths, claude):
    """A worker that can't get on, since somebody holds the index; its errand, and what it told."""
    big(claude, "s-1")
    connect(paths.index_file, write=True).close()
    told = Told()
    errand = Errand(paths, told.told, told.ended)
    with closing(connect(paths.index_file, write=True)) as db, transaction(db):
        errand.start()
        yield errand, told
        errand.stop()


def test_a_worker_is_stopped_at_once(paths, waiting):
    errand, told = waiting
    child = errand._child
    begun = time.monotonic()
    errand.stop()
    assert time.monotonic() - begun < 1.5
    assert child.poll() is not None
    assert not told.over.is_set()
    errand.start()  # over is over
    assert errand._child in (child, None)


def test_a_worker_ends_when_its_parent_does(paths, claude):
    big(claude, "s-1")
    connect(paths.index_file, write=True).close()
    with closing(connect(paths.index_file, write=True)) as db, transaction(db):
        child = subprocess.Popen(
            [sys.executable, "-m", "tray.metrics.worker"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        child.stdin.write(order(paths).encode())
        child.stdin.flush()
        time.sleep(0.5)  # it waits for the index by now, or is about to
        assert child.poll() is None
        child.stdin.close()  # as the system does for a parent that was killed
        assert child.wait(5) == 0
    assert calls(paths) == 0


def test_a_worker_that_never_hears_where_to_read_ends(paths):
    child = subprocess.run([sys.executable, "-m", "tray.metrics.worker"], input=b"", timeout=20, check=False)
    assert child.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_leaves_ctrl_c_to_its_parent(waiting):
    errand, _ = waiting
    time.sleep(0.5)
    errand._child.send_signal(signal.SIGINT)
    time.sleep(0.2)
    assert errand._child.poll() is None


def test_killed_at_any_time_it_is_taken_up_again(paths, claude):
    for number in range(4):
        big(claude, f"s-{number}")
    for pause in (0.0, 0.15, 0.25, 0.35):
        child = subprocess.Popen(
            [sys.executable, "-m", "tray.metrics.worker"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        child.stdin.write(order(paths).encode())
        child.stdin.flush()
        time.sleep(pause)
        child.kill()
        child.wait()
        child.stdin.close()
    told = Told()
    Errand(paths, told.told, told.ended).start()
    assert told.over.wait(30)
    assert calls(paths) == 24


def test_two_at_once_count_nothing_twice(paths, claude):
    for number in range(4):
        big(claude, f"s-{number}")
    both = [Told(), Told()]
    for told in both:
        Errand(paths, told.told, told.ended).start()
    for told in both:
        assert told.over.wait(30)
        assert told.trouble is None
    assert calls(paths) == 24


def test_why_it_failed_is_told(paths, claude):
    transcript(claude, "s-1", answer("m1", at=NOW))
    connect(paths.index_file, write=True).close()
    with closing(sqlite3.connect(paths.index_file)) as db:
        db.execute("PRAGMA user_version = 99")
    told = Told()
    Errand(paths, told.told, told.ended).start()
    assert told.over.wait(30)
    assert "newer" in told.trouble


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_steps_back_behind_everybody_else(waiting):
    errand, _ = waiting
    pid = errand._child.pid
    wait_for(lambda: os.getpriority(os.PRIO_PROCESS, pid) >= 10, 10, "lower priority")


def test_an_order_holds_folders_only(paths):
    told = json.loads(order(paths))
    assert "claude_credentials" not in told
    assert set(told) >= {"claude_dirs", "codex_home", "index_file"}
