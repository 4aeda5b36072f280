"""Broken, missing and unwritable files of ours: put aside or told in one line, never a crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.e2e.scene import Scene, ledger, status, wait_for_face, wait_for_tooltip, windows
from tests.e2e.vendor import USAGE, Vendor, usage
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Shape


@pytest.fixture
def scene(person):
    return Scene(person)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\x00", b"[" * 5000, b'{"schema": 1, "board": 7}', b"null"]
)
def test_broken_files_of_ours_are_put_aside(desktop, person, scene, content):
    scene.state.mkdir(parents=True)
    for name in ("board.json", "gates.json", "ledger.jsonl"):
        (scene.state / name).write_bytes(content)
    with Vendor() as vendor:
        person.env.update(vendor.env)
        vendor.answer(USAGE, usage(42, 10))
        scene.set(claude_code_usage=True, pin="anthropic")
        scene.claude_login()
        tray = person.start()
        wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
        wait_for(lambda: windows(status(person), "anthropic"), 10, "stored")
        assert [line["result"] for line in ledger(person) if line["kind"] == "request"] == ["200"]
        assert len(vendor.asked()) == 1
        tray.terminate()
        assert tray.wait(10) == 0
    assert (scene.state / "board.json.bad").read_bytes() == content
    assert json.loads((scene.state / "gates.json").read_text())["gates"]
    assert "Traceback" not in person.log.read_text()


COMMANDS = ((), ("--headless",), ("window",), ("status", "--fresh"), ("refresh",), ("pin", "auto"))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_state_folder_that_cant_be_written_is_told_in_one_line(desktop, person, scene, command):
    scene.state.mkdir(parents=True)
    done = run_with_readonly(scene.state, person, *command)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert f"The folder {scene.state} can't be written (Read-only file system)" in done.stderr
    assert "`status`" in done.stderr, "what still works"
    if not command:  # started from a menu, or at login: nobody reads its error output
        ((title, body),) = wait_for(desktop.notifications, 10, "notification")
        assert (title, str(scene.state) in body) == ("claudette-tray can't start", True)


def test_a_config_folder_that_cant_be_written_keeps_its_settings_and_all_else_works(desktop, person, scene):
    scene.set(codex_live=True)
    folder = scene.settings.parent
    done = run_with_readonly(folder, person, "toggle", "codex_live", "off")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"claudette-tray: The folder {folder} can't be written (Read-only file system), "
        "so settings.json stays as it is; all else works on.\n"
    )
    assert run_with_readonly(folder, person, "refresh").returncode == 0


def test_in_a_home_that_cant_be_written_status_still_answers(desktop, person, scene):
    done = run_with_readonly(person.home, person, "status")
    assert (done.returncode, done.stderr) == (0, "")


def run_with_readonly(folder, person, *command):
    """Run one command where the system refuses to write in a folder; as root too, whom no permission stops."""
    if os.geteuid() != 0:
        pytest.skip("mounting read-only needs root")
    script = f'mount --bind "{folder}" "{folder}" && mount -o remount,ro,bind "{folder}" && exec "$@"'
    inside = ["unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-m", "tray", *command]
    return subprocess.run(
        inside, env=person.env, cwd=person.home, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_home_with_nothing_in_it(desktop, person, tmp_path):
    home = person.home / "new"
    home.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        person.env.pop(name)
    person.env["HOME"] = str(home)
    told = status(person)
    assert (told["active"]["reason"], told["meter"]["mode"]) == ("none", "hidden")
    assert list(home.iterdir()) == [], "looking leaves nothing behind"
    tray = person.start()
    wait_for_face(desktop, shape=Shape.UNKNOWN)
    wait_for_tooltip(desktop, "No coding agent in use yet")
    tray.terminate()
    assert tray.wait(10) == 0
    assert person.log.read_text() == ""


def test_what_was_switched_off_by_hand_meanwhile_is_dropped(desktop, person, scene):
    with Vendor() as vendor:
        person.env.update(vendor.env)
        vendor.answer(USAGE, usage(42, 10))
        scene.set(claude_code_usage=True, pin="anthropic")
        scene.claude_login()
        assert windows(status(person, "--fresh"), "anthropic")
        scene.set(claude_code_usage=False, pin="anthropic")
        person.start()
        wait_for_face(desktop, shape=Shape.OFF)
        wait_for(lambda: "session_5h" not in (scene.state / "board.json").read_text(), 10, "dropped")
        assert len(vendor.asked()) == 1
