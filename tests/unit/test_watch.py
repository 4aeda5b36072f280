"""The watcher: what counts as a change and what does not, and that the rest is polled."""

import errno
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from watchdog.observers import Observer

from tests.watch_stage import SOON, Reports, append
from tray.core.source import Root


@pytest.fixture
def reports():
    made = Reports()
    yield made
    made.watcher.stop()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "data"
    path.mkdir()
    return path


def test_an_append_deep_in_a_recursive_root_is_told(reports, folder):
    (folder / "a" / "b").mkdir(parents=True)
    append(folder / "a" / "b" / "t.jsonl")
    reports.watcher.watch({"claude": (Root(path=folder, recursive=True),)})
    append(folder / "a" / "b" / "t.jsonl")
    assert reports.next() == {"claude"}
    assert reports.watcher.trouble is None


def test_a_sub_folder_made_later_is_watched_too(reports, folder):
    reports.watcher.watch({"claude": (Root(path=folder, recursive=True),)})
    (folder / "new" / "deep").mkdir(parents=True)
    reports.drain()
    append(folder / "new" / "deep" / "t.jsonl")
    assert reports.next() == {"claude"}


def test_only_the_groups_of_the_folder_are_told(reports, tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
    a, b, c = (tmp_path / name for name in "abc")
    reports.watcher.watch(
        {"one": (Root(path=a), Root(path=b)), "two": (Root(path=b),), "three": (Root(path=c),)}
    )
    append(b / "f")
    assert reports.next() == {"one", "two"}


def test_a_file_in_a_sub_folder_of_a_flat_root_does_not_count(reports, folder, tmp_path):
    (folder / "sub").mkdir()
    (tmp_path / "other").mkdir()
    reports.watcher.watch({"flat": (Root(path=folder),), "other": (Root(path=tmp_path / "other"),)})
    append(folder / "sub" / "f")
    append(tmp_path / "other" / "f")
    assert reports.next() == {"other"}


def test_with_names_only_these_files_count(reports, folder):
    reports.watcher.watch(
        {"settings": (Root(path=folder, names=frozenset({"settings.json"})),), "all": (Root(path=folder),)}
    )
    append(folder / "history.jsonl")
    assert reports.next() == {"all"}
    reports.drain()
    append(folder / "settings.json")
    assert reports.next() == {"settings", "all"}


def test_a_file_replaced_in_one_step_is_told(reports, folder):
    append(folder / "settings.json")
    reports.watcher.watch({"settings": (Root(path=folder, names=frozenset({"settings.json"})),)})
    append(folder / "spare")
    (folder / "spare").replace(folder / "settings.json")
    assert reports.next() == {"settings"}


def test_a_file_moved_in_from_elsewhere_and_one_removed_are_told(reports, folder, tmp_path):
    append(tmp_path / "elsewhere")
    reports.watcher.watch({"a": (Root(path=folder),)})
    (tmp_path / "elsewhere").replace(folder / "f")
    assert reports.next() == {"a"}
    reports.drain()
    (folder / "f").unlink()
    assert reports.next() == {"a"}


def test_reading_is_no_change(reports, folder, tmp_path):
    database = folder / "claudette.db"
    with sqlite3.connect(database) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE t (a)")
    (tmp_path / "other").mkdir()
    reports.watcher.watch({"db": (Root(path=folder),), "other": (Root(path=tmp_path / "other"),)})
    reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    reader.execute("SELECT * FROM t").fetchall()
    reader.close()
    database.read_bytes()
    list(folder.iterdir())
    append(tmp_path / "other" / "f")
    assert reports.next() == {"other"}
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    assert reports.next() == {"db"}
    writer.close()


def test_a_change_that_goes_on_is_told_while_it_goes_on(reports, folder):
    reports.watcher.watch({"a": (Root(path=folder),)})
    stop = threading.Event()

    def write():
        while not stop.wait(0.001):
            append(folder / "f")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert [reports.next() for _ in range(3)] == [{"a"}] * 3
    finally:
        stop.set()
        writer.join()


def test_a_burst_is_one_report(folder):
    reports = Reports(debounce=0.25)
    reports.watcher.watch({"a": (Root(path=folder),), "b": (Root(path=folder),)})
    for number in range(100):
        append(folder / str(number))
    assert reports.next() == {"a", "b"}
    assert reports.queue.qsize() <= 1
    reports.watcher.stop()


def test_after_stop_nothing_is_told_and_no_thread_is_left(folder):
    before = set(threading.enumerate())
    reports = Reports()
    reports.watcher.watch({"a": (Root(path=folder, recursive=True),), "b": (Root(path=folder / "late"),)})
    reports.watcher.stop()
    append(folder / "f")
    reports.watcher.watch({"c": (Root(path=folder),)})
    reports.watcher.stop()
    for thread in set(threading.enumerate()) - before:
        thread.join(SOON)
    assert set(threading.enumerate()) <= before
    assert reports.queue.empty()


def limited(number):
    """A native observer that the system refuses, or one that it refuses more watches."""

    def refused():
        raise OSError(number, os.strerror(number))

    return refused


class FullObserver(Observer):
    """Takes the folders it is given and, as inotify at its limit, none beyond; says nothing of sub-folders."""

    def schedule(self, event_handler, path, **more):
        if path == "/proc":
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        return super().schedule(event_handler, path, **more)


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="inotify")
@pytest.mark.parametrize(
    ("native", "word"),
    [
        (limited(errno.EMFILE), "max_user_instances"),
        (limited(errno.ENOSPC), "max_user_watches"),
        (FullObserver, "max_user_watches"),
    ],
)
def test_at_the_systems_limits_the_folders_are_polled_and_it_is_said(folder, native, word):
    reports = Reports(native=native, poll_every=0.05)
    reports.watcher.watch({"a": (Root(path=folder, recursive=True),)})
    assert word in reports.watcher.trouble
    append(folder / "f")
    assert reports.next() == {"a"}
    reports.watcher.stop()


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="Linux")
def test_a_network_file_system_is_polled_and_the_others_are_watched(folder, tmp_path):
    remote = tmp_path / "remote"
    remote.mkdir()
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/home {remote} nfs4 rw 0 0\n"
    reports = Reports(mounts=lambda: mounts, poll_every=0.05)
    reports.watcher.watch(
        {"near": (Root(path=folder),), "far": (Root(path=remote / "late", recursive=True),)}
    )
    assert "nfs4" in reports.watcher.trouble
    append(folder / "f")
    assert reports.next() == {"near"}
    (remote / "late").mkdir()
    reports.until("far")
    reports.drain()
    append(remote / "late" / "f")
    assert reports.next() == {"far"}
    reports.watcher.stop()
