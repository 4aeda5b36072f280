"""The desktop learns the program and forgets it: what is installed is valid, and removed without a trace."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tray.desktop.integrate import install_entries, integrate, remove_entries
from tray.desktop.shipped import program, shipped

ROOT = Path(__file__).parents[2]
ENTRY = "applications/claudette-tray.desktop"
METAINFO = "metainfo/local.claudette.tray.metainfo.xml"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="an XDG desktop")


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_installed_is_removed_and_nothing_else(tmp_path):
    others = tmp_path / "icons" / "hicolor" / "48x48" / "apps" / "other.png"
    others.parent.mkdir(parents=True)
    others.write_bytes(b"theirs")
    install_entries(tmp_path, ("/opt/claudette-tray",))
    assert {ENTRY, METAINFO, "icons/hicolor/scalable/apps/claudette-tray.svg"} <= set(files(tmp_path))
    remove_entries(tmp_path)
    assert files(tmp_path) == ["icons/hicolor/48x48/apps/other.png"]


def test_every_icon_lies_in_the_folder_of_its_size(tmp_path):
    install_entries(tmp_path, ("/opt/claudette-tray",))
    found = sorted(tmp_path.glob("icons/hicolor/*x*/apps/claudette-tray.png"))
    assert found
    for path in found:
        width, height = (
            int.from_bytes(path.read_bytes()[at : at + 4], "big") for at in (16, 20)
        )  # PNG's IHDR
        assert path.parts[-3] == f"{width}x{height}"


def test_a_second_run_follows_a_moved_program(tmp_path):
    install_entries(tmp_path, ("/old/claudette-tray",))
    install_entries(tmp_path, ("/new/claudette-tray",))
    text = (tmp_path / ENTRY).read_text()
    assert "Exec=/new/claudette-tray\n" in text
    assert "Exec=/new/claudette-tray window\n" in text
    assert "/old/" not in text
    assert not [name for name in files(tmp_path) if name.endswith(".new")]


def test_removing_what_is_not_there_is_fine(tmp_path):
    assert remove_entries(tmp_path)[-1] == "icons: 0 removed"


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
def test_the_menu_entry_is_valid(tmp_path):
    install_entries(tmp_path, ("/o p/claudette-tray",))
    done = subprocess.run(
        ["desktop-file-validate", tmp_path / ENTRY], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="appstream is not installed")
def test_the_metadata_is_valid(tmp_path):
    install_entries(tmp_path, ("/opt/claudette-tray",))
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", "--no-color", tmp_path / METAINFO],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@linux_only
def test_the_command_turns_everything_on_and_off(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert integrate(remove=False)[-1] == "start at login: on"
    assert (tmp_path / "config" / "autostart" / "claudette-tray.desktop").is_file()
    hicolor = tmp_path / "data" / "icons" / "hicolor"
    os.utime(hicolor, (0, 0))
    assert integrate(remove=True)[-1] == "start at login: off"
    assert files(tmp_path) == []
    assert hicolor.stat().st_mtime > 0, "icon caches are told"


def test_every_folder_of_packaging_ships():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    folders = [
        "icons",
        *(f"packaging/{path.name}" for path in (ROOT / "packaging").iterdir() if path.is_dir()),
    ]
    assert included == {name: f"tray/{name}" for name in folders if "__pycache__" not in name}
    assert shipped("packaging", "linux", "claudette-tray.desktop").is_file()


def test_the_program_is_named_by_absolute_path():
    assert Path(program()[0]).is_absolute()
