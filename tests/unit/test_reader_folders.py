"""Links, roots and folders: every transcript is found once, and nothing is gone that only can't be looked at."""

import os
import shutil

import pytest

from tests.permissions import without_override
from tests.reader_stage import Stage, counted, gone, ids, numbered


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


@pytest.fixture
def locks(tmp_path):
    """Permissions that hold back whoever runs this, root as well."""
    file = tmp_path / "locked"
    file.touch(mode=0)
    with without_override():
        if os.access(file, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
            pytest.skip("permissions hold nobody back here")
        yield


def test_file_behind_several_names_is_read_once(stage):
    path = stage.put("p/a.jsonl", numbered(1))
    (stage.projects / "p" / "hard.jsonl").hardlink_to(path)
    (stage.projects / "p" / "soft.jsonl").symlink_to(path)
    (stage.projects / "q").symlink_to(stage.projects / "p")
    assert counted(stage) == ids(1)
    assert len(gone(stage)) == 1
    path.unlink()  # the other name is the file now
    stage.append("p/hard.jsonl", numbered(2))
    assert counted(stage) == ids(1, 2)
    assert len(gone(stage)) == 1


def test_loops_and_dead_links_hide_nothing(stage):
    stage.put("p/a.jsonl", numbered(1))
    stage.put("p/deep/z.jsonl", numbered(2))
    (stage.projects / "p" / "deep" / "up").symlink_to(stage.projects)
    (stage.projects / "p" / "dead.jsonl").symlink_to(stage.projects / "nowhere.jsonl")
    for name in ("0-loop", "m-loop", "z-loop", "loop.jsonl"):
        (stage.projects / "p" / name).symlink_to(stage.projects / "p" / name)
        (stage.projects / name).symlink_to(stage.projects / name)
    assert counted(stage) == ids(1, 2)


def test_folder_and_pipe_named_like_transcripts(stage):
    stage.put("p/folder.jsonl/b.jsonl", numbered(2))
    os.mkfifo(stage.projects / "p" / "pipe.jsonl")
    stage.put("p/a.jsonl", numbered(1))
    assert counted(stage) == ids(1, 2)


def test_root_given_twice_counts_once(stage):
    stage.put("p/a.jsonl", numbered(1))
    other = stage.home / "other"
    other.symlink_to(stage.places.claude_dirs[0])
    stage.places.claude_dirs = (*stage.places.claude_dirs, stage.places.claude_dirs[0], other)
    assert counted(stage) == ids(1)
    assert len(gone(stage)) == 1


def test_root_that_appears_later_is_read_then(stage):
    late = stage.home / "late"
    stage.places.claude_dirs = (*stage.places.claude_dirs, late)
    assert counted(stage) == set()
    stage.put("p/a.jsonl", numbered(1))
    shutil.copytree(stage.places.claude_dirs[0], late)
    assert counted(stage) == ids(1)


@pytest.mark.usefixtures("locks")
@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_folder_that_may_not_be_read_is_not_gone(stage, mode):
    stage.put("p/a.jsonl", numbered(1))
    stage.put("q/b.jsonl", numbered(2))
    counted(stage)
    folder = stage.projects / "p"
    folder.chmod(mode)
    try:
        assert counted(stage) == ids(1, 2)
        assert not any(gone(stage).values())
    finally:
        folder.chmod(0o700)


@pytest.mark.usefixtures("locks")
def test_file_that_may_not_be_read_is_read_later(stage):
    path = stage.put("p/a.jsonl", numbered(1))
    path.chmod(0)
    stage.put("p/b.jsonl", numbered(2))
    assert counted(stage) == ids(2)
    path.chmod(0o600)
    assert counted(stage) == ids(1, 2)


def test_root_that_can_not_be_listed_is_not_gone(stage):
    stage.put("p/a.jsonl", numbered(1))
    counted(stage)
    away = stage.projects.with_name("away")
    stage.projects.rename(away)
    stage.projects.symlink_to(stage.projects)  # a link to itself: neither there nor missing
    assert counted(stage) == ids(1)
    assert gone(stage) == {"a.jsonl": False}
