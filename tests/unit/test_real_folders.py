"""A link and what it leads to are one place; what is not there, or can't be reached, is as it is written."""

from __future__ import annotations

import os
import threading

import pytest

from tests.activity_stage import Activity, card, leader
from tests.usage_stage import call
from tray.metrics.real_folders import RealFolders, real


def test_a_link_is_where_it_leads_to(tmp_path):
    (tmp_path / "proj" / "src").mkdir(parents=True)
    link(tmp_path / "link", tmp_path / "proj")
    where = os.path.realpath(tmp_path / "proj")
    assert real(str(tmp_path / "link" / "src")) == os.path.join(where, "src")
    assert (real(str(tmp_path / "gone")), real("proj"), real("/nul\0")) == (None, None, None)


def test_each_folder_is_looked_for_once():
    asked = []
    folders = RealFolders(lambda folder: asked.append(folder) or f"/real{folder}", most=2)
    assert folders.of(["/a", "/b", "/c", ""]) == {"/a": "/real/a", "/b": "/real/b"}
    assert folders.of(["/a", "/b", "/c"]) == {folder: f"/real{folder}" for folder in ("/a", "/b", "/c")}
    assert asked == ["/a", "/b", "/c"]


def test_a_folder_that_hangs_is_left_as_it_is_and_the_others_come_later():
    held = threading.Event()
    folders = RealFolders(
        lambda folder: held.wait(10) and None if folder == "/dead" else "/real", seconds=0.05
    )
    assert folders.of(["/dead", "/a"]) == {}
    assert folders.of(["/dead", "/a"]) == {"/a": "/real"}
    held.set()


def test_large_and_small_letters_are_the_same_where_they_are():
    folders = RealFolders(lambda folder: None, fold=str.lower)
    assert folders.of([r"C:\Proj", r"c:\proj"]) == {r"c:\proj": r"C:\Proj"}


def test_work_under_both_names_is_work_in_one_place(tmp_path):
    (tmp_path / "proj").mkdir()
    (tmp_path / "tree").mkdir()
    link(tmp_path / "link", tmp_path / "proj")
    link(tmp_path / "to-tree", tmp_path / "tree")
    act = Activity(tmp_path / "home")
    act.db.workspace("w1")
    act.worktree("w1", str(tmp_path / "to-tree"))
    for number, name in enumerate(("proj", "link", "tree")):
        act.stage.file("codex", [call(name, session=f"s{number}", project=str(tmp_path / name), output=1)])
    found = act.metrics()
    where = os.path.realpath(tmp_path / "proj")
    assert {one.id for one in found.workspaces} == {"w1", where}
    assert card(found, where).name == "proj"
    assert (leader(found, "proj")[0], leader(found, "w1")[0]) == (2, 1)
    act.close()


def link(here, there):
    try:
        here.symlink_to(there, target_is_directory=True)
    except OSError:
        pytest.skip("links can't be made here")
