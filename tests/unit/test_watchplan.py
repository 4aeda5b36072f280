"""What is watched: each folder once, the home folder never whole, network file systems by polling."""

import os
from pathlib import Path

import pytest

from tray.core.source import Root
from tray.engine.watchplan import make_plan, network_type

HOME = "/home/nobody"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/a", "nfs4"),
        ("/home/a/deep/er", "nfs4"),
        ("/home/a/local", None),
        ("/home/abc", None),
        ("/mnt/c/Users/x", "9p"),
        ("/media/my disk/x", "cifs"),
        ("/twice", None),
        ("/", None),
    ],
)
def test_the_file_system_is_the_one_of_the_nearest_mount(folder, kind):
    mounts = r"""
/dev/sda1 / ext4 rw 0 0
server:/a /home/a nfs4 rw 0 0
/dev/sdb /home/a/local ext4 rw 0 0
drvfs /mnt/c 9p rw 0 0
//s/x /media/my\040disk cifs rw 0 0
s:/ /twice nfs rw 0 0
tmpfs /twice tmpfs rw 0 0
torn
"""
    assert network_type(folder, mounts) == kind


def test_no_mounts_are_no_network():
    assert network_type("/home/a", "") is None


@pytest.mark.parametrize("path", [Path(HOME), Path("/home"), Path("/")])
def test_the_home_folder_is_never_watched_with_its_sub_folders(path):
    assert True not in make_plan({"a": (Root(path=path, recursive=True),)}, home=HOME).contents.values()


def test_a_folder_inside_a_recursive_root_is_watched_once(folder):
    (folder / "in" / "side").mkdir(parents=True)
    roots = (Root(path=folder / "in" / "side"), Root(path=folder, recursive=True), Root(path=folder))
    plan = make_plan({"a": roots}, home=HOME)
    assert plan.contents == {os.path.realpath(folder): True}
    assert plan.anchors == {os.path.realpath(folder.parent)}
