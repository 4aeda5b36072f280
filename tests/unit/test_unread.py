"""Whether transcripts are still to be read: the index says so while somebody reads, a look at the files after."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from tests.fakes import fake_paths
from tests.transcripts import answer, transcript
from tray.metrics import scan, unread
from tray.metrics.discover import discover
from tray.metrics.index import connect
from tray.metrics.registry import ALL


@pytest.fixture
def paths(tmp_path):
    return fake_paths(tmp_path)


@pytest.fixture
def db(paths):
    with closing(connect(paths.index_file, write=True)) as made:
        yield made


def write(paths, number):
    return transcript(paths.claude_dirs[0], f"s{number}", answer(f"m{number}", at=1_790_000_000 + number))


def test_the_mark_is_what_is_left_to_others(paths, db):
    for number in range(3):
        write(paths, number)
    tasks = scan.plan(db, discover(ALL, paths), ALL)
    assert scan.read_in(db, tasks[:1], ALL, beyond=2)
    assert unread.marked(db) == 2
    assert unread.is_behind(paths)
    assert scan.read_in(db, [], ALL, beyond=1)
    assert unread.marked(db) == 1
    assert scan.scan(db, paths)
    assert unread.marked(db) == 0
    assert not unread.is_behind(paths)


def test_a_reading_that_is_stopped_leaves_the_mark(paths, db, monkeypatch):
    for number in range(3):
        write(paths, number)
    monkeypatch.setattr(scan, "_COMMIT_AFTER", -1.0)
    assert not scan.scan(db, paths, stopped=lambda: True)
    assert unread.marked(db) == 2
    assert scan.scan(db, paths)
    assert unread.marked(db) == 0


def test_a_file_that_grew_is_unread(paths, db):
    file = write(paths, 1)
    scan.scan(db, paths)
    assert not unread.is_behind(paths)
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))
    assert unread.is_behind(paths)


def test_without_an_index_every_transcript_is_unread(paths):
    assert not unread.is_behind(paths), "there is none"
    write(paths, 1)
    assert unread.is_behind(paths)
    assert not paths.index_file.exists()
