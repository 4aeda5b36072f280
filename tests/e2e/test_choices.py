"""Toggles, consent, the pin: kept in settings.json by commands, by hand, and never at the cost of what is there."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys

import pytest

from tests.claudette_db import OPENROUTER
from tests.e2e.scene import status, wait_for_face, wait_for_tooltip
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Shape

NAMES = ("claude_code_usage", "openrouter_balance", "codex_live")


def settings(scene):
    return json.loads(scene.settings.read_text()) if scene.settings.exists() else None


def test_consent_without_a_terminal_changes_nothing(person, scene):
    done = person.run("toggle", "claude_code_usage", "on", text="yes\n")
    assert done.returncode == 2
    for part in ("api.anthropic.com", ".credentials.json", "Consumer Terms", "ledger"):
        assert part in done.stdout
    assert "--yes" in done.stderr
    assert settings(scene) is None


def test_consent_by_option(person, scene):
    assert person.run("toggle", "claude_code_usage", "on", "--yes").returncode == 0
    assert settings(scene) == {"claude_code_usage": True}
    done = person.run("toggle", "claude_code_usage", "off")
    assert (done.returncode, done.stdout) == (0, "Claude Code Usage is off.\n")
    assert settings(scene) == {"claude_code_usage": False}


@pytest.mark.parametrize(
    ("typed", "code", "kept"), [("yes", 0, {"claude_code_usage": True}), ("no", 2, None), ("", 2, None)]
)
def test_consent_at_a_terminal(person, scene, typed, code, kept):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tray", "toggle", "claude_code_usage", "on"]
    running = subprocess.Popen(
        command, env=person.env, cwd=person.home, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # the terminal ends with the program
        while b"cancel: " not in said:
            said += os.read(ours, 4096)
        os.write(ours, f"{typed}\n".encode())
        while part := os.read(ours, 4096):
            said += part
    os.close(ours)
    assert running.wait(15) == code, said
    assert b"Consumer Terms" in said
    assert settings(scene) == kept


def test_other_toggles_ask_nothing_and_flip_without_a_value(person, scene):
    for name in NAMES[1:]:
        assert person.run("toggle", name).returncode == 0
        assert settings(scene)[name] is False
        assert person.run("toggle", name).returncode == 0
        assert settings(scene)[name] is True


@pytest.mark.parametrize("tray", [False, True])
def test_ten_flips_at_the_same_time_leave_a_switch_as_it_was(desktop, person, scene, tray):
    if tray:
        person.start()
        desktop.item()
    command = [sys.executable, "-m", "tray", "toggle", "codex_live"]
    flips = [
        subprocess.Popen(command, env=person.env, cwd=person.home, stdout=subprocess.PIPE, text=True)
        for _ in range(10)
    ]
    said = [flip.communicate(timeout=60)[0].split()[-1] for flip in flips]
    assert sorted(said) == ["off."] * 5 + ["on."] * 5
    assert settings(scene) == {"codex_live": True}


@pytest.mark.parametrize("tray", [False, True])
def test_settings_that_cant_be_read_are_never_overwritten(desktop, person, scene, tray):
    broken = '{\n  "claude_code_usage": true,\n  oops\n}\n'
    scene.settings.parent.mkdir(parents=True)
    scene.settings.write_text(broken)
    if tray:
        person.start()
        desktop.item()
    for command in (("toggle", "openrouter_balance", "on"), ("pin", "ollama")):
        done = person.run(*command)
        assert (done.returncode, "settings.json, line 3" in done.stderr) == (1, True), done
    assert scene.settings.read_text() == broken


def test_a_change_by_hand_takes_effect_within_a_second(desktop, person, claude):
    person.start()
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    wait_for(lambda: watches(person), 10, "watching")
    claude.set(claude_code_usage=False)
    wait_for_face(desktop, shape=Shape.OFF, timeout=3)  # a second, and two for a loaded machine


def watches(person):
    """Whether the tray watches files: it holds inotify."""
    found = [os.readlink(f"/proc/{pid}/fd/{fd}") for pid in person.processes() for fd in fds(pid)]
    return any("inotify" in name for name in found)


def fds(pid):
    with contextlib.suppress(OSError):
        return os.listdir(f"/proc/{pid}/fd")
    return []


@pytest.mark.parametrize("tray", [False, True])
def test_unknown_keys_survive_a_change(desktop, person, scene, tray):
    scene.set(zebra={"a": [1, None]}, show="used", note="Grüße")
    if tray:
        person.start()
        desktop.item()
    assert person.run("toggle", "codex_live", "off").returncode == 0
    assert person.run("pin", "ollama").returncode == 0
    assert list(settings(scene).items()) == [
        ("zebra", {"a": [1, None]}),
        ("show", "used"),
        ("note", "Grüße"),
        ("codex_live", False),
        ("pin", "ollama"),
    ]


def test_pin_takes_a_kind_or_an_id_until_auto(desktop, person, scene):
    scene.codex_works(week=30)
    scene.claudette("router", OPENROUTER)
    person.start()
    wait_for_tooltip(desktop, "Codex")
    for backend, kind in (
        ("router", "custom_openai"),
        ("ollama", "ollama"),
        ("codex_native", "codex_native"),
    ):
        assert person.run("pin", backend).returncode == 0
        told = wait_for(
            lambda kind=kind: (s := status(person))["active"]["backend"] == kind and s, 10, f"pinned {kind}"
        )
        assert told["active"]["reason"] == "pinned"
    assert person.run("pin", "auto").returncode == 0
    wait_for(lambda: status(person)["active"]["reason"] == "recent", 10, "auto")
    assert "pin" not in settings(scene)
