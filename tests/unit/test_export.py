"""A report's file: whole or not at all, in its place, nobody else's."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from tray.commands.export import ExportError, check, kind, write

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.html", ".html"),
        ("A.CSV", ".csv"),
        ("b/c.d.png", ".png"),
        ("a", None),
        (".png", None),
        ("a.htm", None),
    ],
)
def test_the_end_of_the_name_tells_the_kind(name, form):
    assert kind(name) == form


def test_a_file_is_written_and_nothing_else_is_left(tmp_path):
    target = check(str(tmp_path / "a.csv"))
    write(target, b"one")
    write(target, b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert target.read_bytes() == b"two"


@POSIX
def test_a_new_report_is_as_open_as_the_umask_says(tmp_path):
    before = os.umask(0o027)
    try:
        write(tmp_path / "a.csv", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o640


@POSIX
def test_a_file_that_was_closed_stays_closed(tmp_path):
    (tmp_path / "a.csv").touch(0o600)
    write(check(str(tmp_path / "a.csv")), b"new")
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


@POSIX
def test_a_link_is_followed_and_stays(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "a.csv"
    link.symlink_to(tmp_path / "real" / "b.csv")
    write(check(str(link)), b"new")
    assert link.is_symlink()
    assert (tmp_path / "real" / "b.csv").read_bytes() == b"new"


@POSIX
def test_the_home_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check("~/a.csv") == tmp_path.resolve() / "a.csv"


@POSIX
def test_what_is_no_file_is_left_alone(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(ExportError, match="is no ordinary file"):
        check(str(tmp_path / "a.csv"))


def test_a_folder_is_not_overwritten(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        check(str(tmp_path / "a.csv"))


def test_the_folder_must_be_there(tmp_path):
    with pytest.raises(ExportError, match="there is no folder"):
        check(str(tmp_path / "none" / "a.csv"))


def test_what_cannot_be_written_leaves_the_old_report_and_names_the_file(tmp_path):
    target = tmp_path / "a.csv"
    target.mkdir()  # it has become a folder since it was looked at
    (target / "kept").touch()
    with pytest.raises(OSError) as caught:
        write(target, b"new")
    assert caught.value.filename == str(target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
