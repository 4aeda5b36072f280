"""The engine's lock: one holder at a time, across processes, and never left behind."""

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from tray.engine.files import FolderError
from tray.engine.lock import EngineLock, Holder, last_holder

CHILD = """
import sys, pathlib
from types import SimpleNamespace
from tray.engine.lock import EngineLock
state = pathlib.Path(sys.argv[1])
lock = EngineLock(SimpleNamespace(state=state, lock_file=state / "engine.lock"), "tray")
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


@dataclass
class Where:
    state: Path

    @property
    def lock_file(self):
        return self.state / "engine.lock"


@pytest.fixture
def places(tmp_path):
    return Where(state=tmp_path / "state")


@pytest.fixture
def other(places):
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(places.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "True\n"
        yield child
        child.kill()


def test_only_one_process_holds_the_lock(places, other):
    assert not EngineLock(places, "cli").acquire()
    assert last_holder(places) == Holder(pid=other.pid, role="tray")


def test_a_killed_holder_leaves_the_lock_free(places, other):
    other.kill()
    other.wait()
    lock = EngineLock(places, "headless")
    assert lock.acquire()
    assert last_holder(places).role == "headless"
    lock.release()


def test_waiting_gets_the_lock_when_the_holder_ends(places, other):
    threading.Timer(0.05, other.stdin.close).start()
    lock = EngineLock(places, "tray")
    assert lock.acquire(timeout=10)
    lock.release()


def test_two_locks_of_one_process_exclude_each_other(places):
    first, second = EngineLock(places, "tray"), EngineLock(places, "window")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_release_on_another_thread_frees_the_lock(places):
    lock = EngineLock(places, "tray")
    assert lock.acquire()
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    assert not lock.held
    assert last_holder(places) is None
    other = EngineLock(places, "cli")
    assert other.acquire()
    other.release()
    other.release()


def test_a_folder_that_cant_be_used_is_named_with_what_still_works(places):
    places.state.write_text("a file where the folder should be")
    with pytest.raises(FolderError) as told:
        EngineLock(places, "tray").acquire()
    assert str(told.value).startswith(f"The folder {places.state} can't be written")
    assert "`status`" in str(told.value)


@pytest.mark.parametrize("content", ["", "null", "[]", '{"pid": "x", "role": 1}', "{"])
def test_a_damaged_side_file_tells_nothing(places, content):
    places.state.mkdir()
    (places.state / "engine.json").write_text(content)
    assert last_holder(places) is None
