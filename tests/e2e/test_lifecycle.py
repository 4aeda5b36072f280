"""Starting, ending and taking over: one engine at a time, and nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.e2e.scene import Scene, status, wait_for_tooltip, windows
from tests.e2e.waiting import wait_for

TITLE = "^Claudette"


@pytest.fixture
def scene(person, tmp_path):
    """Codex at 30 % of its week; temporary files have a folder of their own."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    person.env["TMPDIR"] = str(temporary)
    scene = Scene(person)
    scene.temporary = temporary
    scene.codex_works(week=30)
    return scene


def shown(desktop):
    """The one window, once it is there."""
    found = wait_for(lambda: desktop.screen.windows(TITLE), 20, "window")
    assert len(found) == 1
    return found[0]


def engine(person):
    """Who runs the engine, as `doctor` tells."""
    lines = person.run("doctor").stdout.splitlines()
    return next(line.split("engine")[1].strip() for line in lines if line.strip().startswith("engine"))


def nothing_is_left(person, scene):
    wait_for(lambda: not person.processes(), 10, "all processes gone")
    runtime = os.path.join(person.env["XDG_RUNTIME_DIR"], "claudette-tray")
    assert [name for name in os.listdir(runtime) if name.endswith(".sock")] == []
    assert list(scene.temporary.iterdir()) == []
    kept = {"board.json", "gates.json", "ledger.jsonl", "engine.lock", "settings.lock", "window.json"}
    assert {file.name for file in scene.state.iterdir()} <= kept


# -- one engine


def test_a_second_start_opens_the_window_of_the_first(desktop, person, scene):
    first = person.start()
    desktop.item()
    second = person.run()
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    shown(desktop)
    assert len(desktop.bus.items()) == 1
    assert first.poll() is None


def test_headless_beside_a_running_tray_says_so(desktop, person, scene):
    person.start()
    desktop.item()
    done = person.run("--headless")
    assert (done.returncode, done.stderr) == (0, "claudette-tray: runs already\n")


def test_headless_runs_without_an_icon(desktop, person, scene):
    headless = person.start("--headless")
    wait_for(lambda: engine(person).startswith("runs as headless"), 15, "engine")
    assert desktop.bus.items() == []
    assert windows(status(person), "codex")["codex_week"]["used"] == 30
    headless.terminate()
    assert headless.wait(10) == 0
    nothing_is_left(person, scene)


def test_many_starts_at_once_are_one_tray(desktop, person, scene):
    starts = [person.start() for _ in range(4)]
    desktop.item()
    wait_for(lambda: sum(start.poll() == 0 for start in starts) == 3, 20, "the others ended")
    assert len(desktop.bus.items()) == 1


# -- a window without a tray


def test_a_lone_window_has_an_engine_that_ends_with_it(desktop, person, scene):
    lone = person.start("window")
    window = shown(desktop)
    assert engine(person).startswith("runs as window")
    assert desktop.bus.items() == []
    desktop.screen.window(TITLE)
    desktop.screen.key("Escape")
    assert lone.wait(15) == 0
    wait_for(lambda: window not in desktop.screen.windows(TITLE), 5, "window gone")
    nothing_is_left(person, scene)


@pytest.mark.parametrize("how", ["quit", "signal"])
def test_a_lone_window_ends_when_told(desktop, person, scene, how):
    lone = person.start("window")
    shown(desktop)
    if how == "quit":
        assert person.run("quit").returncode == 0
    else:
        lone.terminate()
    assert lone.wait(10) == 0
    nothing_is_left(person, scene)


def test_a_command_answers_from_the_engine_of_a_lone_window(desktop, person, scene):
    person.start("window")
    shown(desktop)
    scene.codex_works(week=80)
    assert windows(status(person, "--fresh"), "codex")["codex_week"]["used"] == 80
    assert person.run("toggle", "openrouter_balance", "off").returncode == 0


def test_a_second_lone_window_is_the_first_one(desktop, person, scene):
    person.start("window")
    window = shown(desktop)
    assert person.run("window").returncode == 0
    assert desktop.screen.windows(TITLE) == [window]
    assert len(person.windows()) == 1


def test_a_tray_that_starts_takes_over_and_the_window_stays(desktop, person, scene):
    lone = person.start("window")
    window = shown(desktop)
    process = person.windows()
    tray = person.start()
    desktop.item(timeout=20)
    assert lone.wait(15) == 0
    assert engine(person).startswith("runs as tray")
    assert (shown(desktop), person.windows()) == (window, process)
    # It talks to the tray now: it shows what is new, is the one that comes forward, and ends with the tray.
    box = desktop.screen.box(window)
    before = desktop.screen.wait_for_calm().crop(box).tobytes()
    scene.codex_works(week=80)
    wait_for(lambda: desktop.screen.picture().crop(box).tobytes() != before, 10, "window repainted")
    assert person.run("window").returncode == 0
    assert (desktop.screen.windows(TITLE), person.windows()) == ([window], process)
    assert person.run("quit").returncode == 0
    assert tray.wait(10) == 0
    nothing_is_left(person, scene)


# -- the end


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything(desktop, person, scene, how):
    scene.codex_login()
    scene.codex_client(None)  # keeps us waiting for its answer
    grow_old(scene)
    tray = person.start()
    desktop.item()
    assert person.run("window").returncode == 0
    shown(desktop)
    wait_for(scene.codex_client_pids, 15, "codex asked")
    begun = time.monotonic()
    tray.send_signal(how)
    assert tray.wait(10) == 0
    nothing_is_left(person, scene)
    taken = time.monotonic() - begun
    print(f"{how.name}: {taken * 1000:.0f} ms")
    assert taken < 5, "2 s are promised; a loaded machine gets more"


def grow_old(scene):
    """Make the reading in the session file old enough for Codex's client to be asked."""
    for rollout in (scene.codex / "sessions").rglob("*.jsonl"):
        rollout.write_text(
            rollout.read_text().replace(time.strftime("%Y-%m-%dT", time.gmtime()), "2026-01-02T")
        )


def test_a_killed_tray_leaves_nothing_in_the_way_of_the_next(desktop, person, scene):
    tray = person.start()
    wait_for_tooltip(desktop, "70% left")
    wait_for(lambda: engine(person).startswith("runs as tray"), 10, "engine")
    tray.kill()
    tray.wait()
    desktop.wait_for_no_icon()
    assert person.run("quit").returncode == 1
    assert windows(status(person), "codex")["codex_week"]["used"] == 30
    tray = person.start()
    wait_for_tooltip(desktop, "70% left")
    assert status(person, "--fresh")["meter"]["driving"] == "codex_week"
    tray.terminate()
    assert tray.wait(10) == 0
    nothing_is_left(person, scene)


def test_a_window_whose_tray_was_killed_does_not_stay_for_ever(desktop, person, scene):
    tray = person.start()
    desktop.item()
    assert person.run("window").returncode == 0
    shown(desktop)
    tray.kill()
    tray.wait()
    tray = person.start()
    desktop.item()
    assert person.run("window").returncode == 0
    wait_for(lambda: len(person.windows()) == 1, 15, "one window")
    tray.terminate()
    assert tray.wait(10) == 0
    wait_for(lambda: not person.processes(), 10, "all processes gone")


def test_an_environment_without_a_desktop_is_told_and_survived(desktop, person, scene):
    tray = person.start(DISPLAY="", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus")
    wait_for(lambda: "claudette-tray: " in person.log.read_text(), 20, "told")
    wait_for(lambda: engine(person).startswith("runs as tray"), 15, "engine")
    assert windows(status(person), "codex")["codex_week"]["used"] == 30
    tray.terminate()
    assert tray.wait(10) == 0
    assert "Traceback" not in person.log.read_text()
    nothing_is_left(person, scene)
