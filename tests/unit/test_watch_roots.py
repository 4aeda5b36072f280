"""The watcher: no folder is lost for good, whether it comes late, goes, is replaced or linked."""

import shutil

import pytest

from tests.watch_stage import Reports, append
from tray.core.source import Root
from tray.engine.watch import _native


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


def test_a_root_that_appears_later_is_picked_up(reports, folder):
    root = folder / "one" / "two" / "three"
    reports.watcher.watch({"late": (Root(path=root, recursive=True),)})
    (folder / "one").mkdir()
    reports.drain()
    (folder / "one" / "two").mkdir()
    reports.drain()
    root.mkdir()
    reports.drain()
    append(root / "f")
    assert reports.next() == {"late"}


def test_a_root_that_appears_with_its_content_is_told(reports, folder, tmp_path):
    reports.watcher.watch({"late": (Root(path=folder / "root", recursive=True),)})
    (tmp_path / "ready" / "deep").mkdir(parents=True)
    append(tmp_path / "ready" / "deep" / "f")
    (tmp_path / "ready").replace(folder / "root")
    reports.until("late")
    reports.drain()
    append(folder / "root" / "deep" / "f")
    assert reports.next() == {"late"}


def test_a_root_that_was_removed_and_made_again_is_watched(reports, folder):
    root = folder / "root"
    root.mkdir()
    reports.watcher.watch({"a": (Root(path=root, recursive=True),)})
    shutil.rmtree(root)
    reports.until("a")
    reports.drain()
    root.mkdir()
    reports.drain()
    append(root / "f")
    reports.until("a")


def test_a_root_that_was_replaced_by_another_folder_is_watched(reports, folder):
    root = folder / "root"
    root.mkdir()
    reports.watcher.watch({"a": (Root(path=root),)})
    root.rename(folder / "put away")
    root.mkdir()
    reports.until("a")
    reports.drain()
    append(root / "f")
    reports.until("a")


def test_a_root_that_is_a_link_is_followed_and_its_new_target_too(reports, folder):
    for name in ("first", "second"):
        (folder / name).mkdir()
    root = folder / "root"
    root.symlink_to(folder / "first")
    reports.watcher.watch({"a": (Root(path=root, recursive=True),)})
    append(folder / "first" / "f")
    assert reports.next() == {"a"}
    root.unlink()
    root.symlink_to(folder / "second")
    reports.drain()
    append(folder / "second" / "f")
    assert reports.next() == {"a"}


def test_a_linked_file_is_watched_where_it_really_is(reports, folder, tmp_path):
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    append(dotfiles / "tray.json")
    reports.watcher.watch({"settings": (Root(path=folder, names=frozenset({"settings.json"})),)})
    (folder / "settings.json").symlink_to(dotfiles / "tray.json")
    assert reports.next() == {"settings"}
    reports.drain()
    append(dotfiles / "tray.json")
    assert reports.next() == {"settings"}


def test_other_roots_take_the_place_of_the_old_ones(reports, tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    reports.watcher.watch({"a": (Root(path=tmp_path / "a"),)})
    reports.watcher.watch({"b": (Root(path=tmp_path / "b"),)})
    append(tmp_path / "a" / "f")
    append(tmp_path / "b" / "f")
    assert reports.next() == {"b"}


def test_a_folder_that_comes_while_the_watches_are_set_is_not_missed(folder):
    """Codex makes `sessions/2026/11/25` and a file in it within a few milliseconds."""
    root = folder / "client" / "sessions"

    def native():
        # The look is over, the watch does not stand yet.
        (root if root.parent.exists() else root.parent).mkdir(parents=True, exist_ok=True)
        return _native()

    reports = Reports(native=native)
    try:
        reports.watcher.watch({"late": (Root(path=root, recursive=True),)})
        assert root.exists()
        reports.drain()
        append(root / "f")
        assert reports.next() == {"late"}
    finally:
        reports.watcher.stop()
