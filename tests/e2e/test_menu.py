"""The menu as a person uses it: a right click on the icon, then the keyboard."""

from __future__ import annotations

import json
import re
import sys

import pytest

from tests.e2e.painted import wait_until_painted
from tests.e2e.scene import Scene, wait_for_tooltip
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Face, Shape
from tray.desktop.shipped import program

TITLE = "Claudette usage"
CLAUDE = ("Experimental", "Claude Code Usage")
OFF = Face(shape=Shape.OFF)

# Says what it does, asks for a code, ends when it got one; not by itself when nobody listens any more.
_CLIENT = """
import sys, time
from pathlib import Path
here = Path(sys.argv[0]).parent
(here / "claude.arguments").write_text(" ".join(sys.argv[1:]))
print("Opening the browser. If nothing opens: https://example.invalid/oauth?code=true", flush=True)
print("Paste the code here > ", end="", flush=True)
(here / "claude.code").write_text(sys.stdin.readline() or time.sleep(600))
print("Login successful.")
"""


@pytest.fixture
def scene(person):
    """A person who works with Codex and has a stand-in of Claude Code's program."""
    made = Scene(person)
    made.codex_works(session=42, week=10)
    client = made.programs / "claude"
    client.write_text(f"#!{sys.executable} -IS\n{_CLIENT}")
    client.chmod(0o755)
    return made


@pytest.fixture
def tray(scene, desktop, person):
    """The tray at rest, with numbers."""
    program = person.start()
    wait_for_tooltip(desktop, "58% left")
    desktop.find_icon()
    return program


def settings(scene):
    """settings.json; empty where nothing was ever chosen."""
    return json.loads(scene.settings.read_text()) if scene.settings.exists() else {}


def wait_for_settings(scene, **wanted):
    wait_for(lambda: settings(scene) == wanted, 5, f"settings {wanted}")


def wait_for_no_window(desktop):
    wait_for(lambda: not desktop.screen.windows(TITLE), 5, "window closed")


def entry(desktop, *labels):
    return desktop.item().menu().find(*labels)


def test_the_menu_has_its_items_in_order(desktop, tray):
    menu = desktop.item().menu()
    lines = [node.label for node in menu.children if node.kind != "separator"]
    clock = r"(\w+ )?\d\d:\d\d"
    assert re.fullmatch(rf"Codex Plus: 58% left \(42% used\) of session \(5h\), resets {clock}", lines[0])
    assert re.fullmatch(rf"Session \(5h\): 58% left, resets {clock}", lines[2])
    assert re.fullmatch(rf"Weekly: 90% left, resets {clock}", lines[3])
    del lines[0], lines[1:3]
    assert lines == [
        "Open usage window",
        "Refresh now",
        "Open claude.ai usage page",
        "Backend",
        "Experimental",
        "Sign in",
        "Preferences",
        "About claudette-tray",
        "Quit",
    ]
    assert not any(menu.children[n].enabled for n in (0, 2, 3)), "information lines can't be chosen"


def test_open_usage_window_opens_it(desktop, tray):
    desktop.choose("Open usage window")
    desktop.screen.window(TITLE)


def test_refresh_now_asks_what_no_gate_forbids(desktop, person, scene):
    scene.codex_login()
    primary = {"usedPercent": 70, "windowDurationMins": 300, "resetsAt": 1_999_999_999}
    scene.codex_client({"rateLimits": {"limitId": "codex", "primary": primary, "planType": "plus"}})
    person.start()
    wait_for_tooltip(desktop, "58% left")  # the session file is fresh enough: the client is not asked
    assert scene.codex_client_pids() == []
    desktop.choose("Refresh now")
    wait_for_tooltip(desktop, "30% left (70% used)")
    assert len(scene.codex_client_pids()) == 1


def test_the_usage_page_opens_in_the_browser(desktop, person, tray):
    desktop.choose("Open claude.ai usage page")
    wait_for(person.urls, 10, "browser asked")
    assert person.urls() == ["https://claude.ai/settings/usage"]


def test_a_backend_can_be_pinned_and_let_go(desktop, scene, tray):
    assert entry(desktop, "Backend", "Auto (used last)").checked
    desktop.choose("Backend", "Claude Code")
    wait_for_settings(scene, pin="anthropic")
    wait_until_painted(desktop, OFF)
    radios = {node.label: node.checked for node in entry(desktop, "Backend").children}
    assert radios == {"Auto (used last)": False, "Claude Code": True, "Codex": False}
    assert {node.toggle for node in entry(desktop, "Backend").children} == {"radio"}
    desktop.choose("Backend", "Auto (used last)")
    wait_for_tooltip(desktop, "58% left")
    assert settings(scene).get("pin") is None


def test_the_confirmation_cancelled_changes_nothing(desktop, scene, tray):
    for answer in ("Escape", "Return"):  # Return presses what has the focus at first: Cancel
        desktop.choose(*CLAUDE)
        desktop.screen.window(TITLE)
        desktop.screen.wait_for_calm()
        desktop.screen.key(answer)
        wait_for_no_window(desktop)
    assert settings(scene) == {}
    assert not entry(desktop, *CLAUDE).checked


def test_the_confirmation_accepted_by_keyboard_turns_it_on(desktop, scene, tray):
    desktop.choose(*CLAUDE)
    desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    desktop.screen.key("Tab", "Return")  # from Cancel to "I understand, enable"
    wait_for_settings(scene, claude_code_usage=True)
    wait_for(lambda: entry(desktop, *CLAUDE).checked, 5, "the menu shows it")
    desktop.screen.key("Escape")
    wait_for_no_window(desktop)
    desktop.choose(*CLAUDE)  # off again without a question
    wait_for_settings(scene, claude_code_usage=False)
    wait_for(lambda: not entry(desktop, *CLAUDE).checked, 5, "the menu shows it")
    assert desktop.screen.windows(TITLE) == []


def test_the_consumer_terms_can_be_read_from_the_confirmation(desktop, person, scene, tray):
    desktop.choose(*CLAUDE)
    desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    desktop.screen.key("shift+Tab", "Return")
    wait_for(person.urls, 10, "browser asked")
    assert person.urls() == ["https://www.anthropic.com/legal/consumer-terms"]
    assert settings(scene) == {}


def test_the_openrouter_toggle_needs_no_confirmation(desktop, scene, tray):
    balance = ("Experimental", "OpenRouter balance in usage meter")
    assert entry(desktop, *balance).checked
    desktop.choose(*balance)
    wait_for_settings(scene, openrouter_balance=False)
    wait_for(lambda: not entry(desktop, *balance).checked, 5, "the menu shows it")
    desktop.choose(*balance)
    wait_for_settings(scene, openrouter_balance=True)
    assert desktop.screen.windows(TITLE) == []


def test_sign_in_runs_the_client_and_hands_it_the_code(desktop, scene, tray):
    desktop.choose("Sign in", "Claude Code…")
    desktop.screen.window(TITLE)
    wait_for((scene.programs / "claude.arguments").exists, 5, "client started")
    assert (scene.programs / "claude.arguments").read_text() == "auth login"
    waiting = desktop.screen.wait_for_calm()
    desktop.screen.type("abc-123#x")
    desktop.screen.key("Return")
    code = scene.programs / "claude.code"
    wait_for(lambda: code.exists() and code.read_text() == "abc-123#x\n", 5, "the client got the code")
    wait_for(lambda: desktop.screen.wait_for_calm().tobytes() != waiting.tobytes(), 5, "its output shown")
    desktop.screen.key("Escape")  # back to the usage, which is read again
    desktop.screen.wait_for_calm()
    desktop.screen.key("Escape")
    wait_for_no_window(desktop)
    assert settings(scene) == {}, "signing in consents to nothing"


def test_sign_in_cancelled_leaves_no_client_behind(desktop, person, scene, tray):
    desktop.choose("Sign in", "Claude Code…")
    desktop.screen.window(TITLE)
    wait_for(lambda: any("claude auth login" in c for c in person.processes().values()), 5, "client runs")
    desktop.screen.wait_for_calm()
    desktop.screen.key("Escape")
    wait_for(lambda: not any("auth login" in c for c in person.processes().values()), 5, "client ended")
    desktop.screen.wait_for_calm()
    desktop.screen.key("Escape")
    wait_for_no_window(desktop)


def test_sign_in_with_the_window_closed_leaves_no_client_behind(desktop, person, scene, tray):
    desktop.choose("Sign in", "Claude Code…")
    window = desktop.screen.window(TITLE)
    wait_for(lambda: any("claude auth login" in c for c in person.processes().values()), 5, "client runs")
    desktop.screen.close(window)
    wait_for(lambda: list(person.processes()) == [tray.pid], 5, "window and client ended")


def test_sign_in_says_that_the_client_is_missing(desktop, scene, tray):
    (scene.programs / "claude").unlink()
    desktop.choose("Sign in", "Claude Code…")
    desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    desktop.screen.key("Escape")
    wait_for_no_window(desktop)


def test_show_used_flips_icon_and_tooltip(desktop, scene, tray):
    desktop.choose("Preferences", "Show what is used")
    wait_for_settings(scene, show="used")
    wait_until_painted(desktop, Face(shape=Shape.LEVEL, level=42, band=Band.NORMAL))
    wait_for_tooltip(desktop, "Codex Plus: 42% used (58% left) of session (5h), resets")
    assert entry(desktop, "Preferences", "Show what is used").checked
    assert not entry(desktop, "Preferences", "Show what is left").checked


def test_start_at_login_writes_and_removes_the_entry(desktop, person, tray):
    file = person.config / "autostart" / "claudette-tray.desktop"
    desktop.choose("Preferences", "Start at login")
    wait_for(file.exists, 5, "autostart entry")
    assert f"\nExec={' '.join(program())}\n" in file.read_text()
    wait_for(lambda: entry(desktop, "Preferences", "Start at login").checked, 5, "the menu shows it")
    desktop.choose("Preferences", "Start at login")
    wait_for(lambda: not file.exists(), 5, "autostart entry removed")
    wait_for(lambda: not entry(desktop, "Preferences", "Start at login").checked, 5, "the menu shows it")


@pytest.mark.parametrize(
    ("label", "key"), [("Notifications", "notifications"), ("Codex live quota", "codex_live")]
)
def test_a_preference_is_flipped(desktop, scene, tray, label, key):
    assert entry(desktop, "Preferences", label).checked
    desktop.choose("Preferences", label)
    wait_for_settings(scene, **{key: False})
    wait_for(lambda: not entry(desktop, "Preferences", label).checked, 5, "the menu shows it")


def test_about_opens_and_closes(desktop, tray):
    desktop.choose("About claudette-tray")
    desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    desktop.screen.key("Return")
    wait_for_no_window(desktop)


def test_quit_ends_the_program_and_leaves_no_ghost(desktop, person, tray):
    desktop.screen.park()
    desktop.choose("Quit")
    assert tray.wait(5) == 0
    desktop.wait_for_no_icon()
    desktop.screen.wait_for_calm()
    assert desktop.is_bare(), "a popup or a window is left"
    assert person.processes() == {}
    assert person.log.read_text() == ""


def test_the_greyed_status_line_opens_the_window_at_the_toggle(desktop, person):
    scene = Scene(person)
    scene.claude_works()
    person.start()
    line = wait_for_tooltip(desktop, "Claude Code Usage is off")
    desktop.choose(line)
    desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    desktop.screen.key("space")  # the toggle has the focus: the confirmation opens
    desktop.screen.wait_for_calm()
    desktop.screen.key("Tab", "Return")
    wait_for_settings(scene, claude_code_usage=True)
