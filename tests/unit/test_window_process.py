"""The window's process, and the page in its place: one at a time, and what follows when one ends."""

import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from tray.engine.paths import locate
from tray.engine.windows import PAGE, WINDOW, WindowProcess
from tray.program import Program, Role, take_lock

UNIX = pytest.mark.skipif(os.name != "posix", reason="a pipe with a name")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every machine has a browser")
SOON = 15.0  # seconds: a bound that a failing test runs into, never a good one


LEAVES = """
import subprocess, sys
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(str(left.pid))
"""


@pytest.fixture
def process(tmp_path):
    """A process whose modules are of this test: `blind` can't draw, `seen` ends at once, `open` stays,

    `ending` ends once its file can be read, `leaves` leaves a browser behind.
    """
    (tmp_path / "blind.py").write_text("import sys; sys.stderr.write('No display.\\n'); sys.exit(3)\n")
    (tmp_path / "seen.py").write_text("import sys; open(sys.argv[1], 'w').write('seen')\n")
    (tmp_path / "open.py").write_text("import time; time.sleep(60)\n")
    (tmp_path / "ending.py").write_text("import sys; open(sys.argv[1], 'rb').read()\n")
    (tmp_path / "leaves.py").write_text(LEAVES)
    started = []

    def make(failed, ended=lambda: None):
        started.append(WindowProcess(failed, ended, {**os.environ, "PYTHONPATH": str(tmp_path)}))
        return started[-1]

    yield make
    for each in started:
        each.close()


def test_why_nothing_is_to_be_seen_is_told(process):
    told, ended = [], threading.Event()
    process(told.append, ended.set).open((), "blind")
    assert ended.wait(SOON)
    assert told == ["No display."]


def test_what_is_opened_in_its_place_ends_it(process, tmp_path):
    ends, over = [], threading.Event()

    def instead(reason):
        assert window.open((str(tmp_path / "file"),), "seen")

    def ended():
        ends.append((tmp_path / "file").read_text())
        over.set()

    window = process(instead, ended)
    window.open((), "blind")
    assert over.wait(SOON)
    assert ends == ["seen"], "the first one's end was none"
    assert window.module == "seen"


def test_there_is_one_at_a_time(process):
    window = process(lambda reason: None)
    assert window.open((), "open")
    assert not window.open((), "open")
    window.close()
    assert not window.running


@pytest.fixture
def ending(process, tmp_path):
    """One that ends when `ends` is called."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    over = threading.Event()
    window = process(lambda reason: None, over.set)
    window.over, window.ends = over, lambda: pipe.write_text("")
    assert window.open((str(pipe),), "ending")
    return window


@UNIX
def test_what_is_wanted_while_one_is_ending_is_opened_afterwards(ending, tmp_path):
    assert not ending.open((str(tmp_path / "file"),), "seen")
    ending.ends()
    assert ending.over.wait(SOON)
    assert (tmp_path / "file").read_text() == "seen"


@UNIX
def test_one_that_was_only_starting_is_not_followed(ending, tmp_path):
    assert not ending.open((str(tmp_path / "file"),), "seen")
    ending.listens()  # and hears of the wish
    ending.ends()
    assert ending.over.wait(SOON)
    assert not (tmp_path / "file").exists()


@UNIX
def test_nothing_follows_one_that_is_closed(ending, tmp_path):
    assert not ending.open((str(tmp_path / "file"),), "seen")
    ending.close()
    assert ending.over.wait(SOON)
    assert not (tmp_path / "file").exists()


@UNIX
def test_a_browser_that_it_has_started_does_not_keep_its_end_from_being_told(process, tmp_path):
    over = threading.Event()
    process(lambda reason: None, over.set).open((str(tmp_path / "pid"),), "leaves")
    try:
        assert over.wait(SOON)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), 9)


# -- the program's decision


class Window:
    """A process that only remembers."""

    def __init__(self):
        self.opened, self.module = [], WINDOW

    def open(self, arguments=(), module=WINDOW):
        self.opened.append((module, *arguments))
        self.module = module
        return True

    def listens(self):
        pass

    def close(self):
        pass


@pytest.fixture
def program(monkeypatch):
    """A program without a screen that is not run; the folder's name is short, since it holds a socket."""
    home = Path(tempfile.mkdtemp(prefix="win-"))
    for name in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "CACHE_HOME"):
        monkeypatch.delenv(f"XDG_{name}", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    places, told = locate(), []
    made = Program(
        places, Role.WINDOW, take_lock(places, Role.WINDOW), notify=lambda *words: told.append(words)
    )
    made.window = Window()
    made.told = told
    yield made
    made.stop()
    shutil.rmtree(home)


@LINUX
def test_the_page_stands_in_for_a_window_that_can_not_be_drawn(program, monkeypatch):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    program.open_window("consent:claude_code_usage", banner="No tray.")
    program._no_window("No X display can be used.")
    wish = ("--consent", "claude_code_usage")
    assert program.window.opened == [
        (WINDOW, *wish, "--banner", "No tray."),
        (PAGE, "--stands-in", *wish, "--banner", "No X display can be used. No tray."),
    ]
    assert program.told == []
    assert program.drawn


@LINUX
def test_the_log_tells_once_that_the_page_stands_in(program, monkeypatch, caplog):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")

    def told():
        return [line.message for line in caplog.records if "No X display" in line.message]

    for _ in range(2):
        program.open_window()
        program._no_window("No X display can be used.")
        program._window_ready()  # the page is there
    assert len(told()) == 1
    program.open_window()
    program._window_ready()  # the window itself
    program.open_window()
    program._no_window("No X display can be used.")
    assert len(told()) == 2


def test_a_program_that_ends_opens_nothing(program):
    program.stop()
    program.open_window()
    assert program.window.opened == []


@LINUX
def test_a_page_that_fails_too_is_told(program, monkeypatch):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    program.open_window()
    program._no_window("No X display can be used.")
    program._no_window("No page can be served.")
    assert len(program.window.opened) == 2
    ((title, body, _),) = program.told
    assert title == "The usage window can't be drawn"
    assert body.startswith("No page can be served. In a terminal:")
    assert not program.drawn


@LINUX
def test_without_a_screen_the_command_that_needs_none_is_named(program):
    program.open_window()
    program._no_window("No X display can be used.")
    assert program.window.opened == [(WINDOW,)]
    assert "claudette-tray window --browser" in program.told[0][1]


def test_a_page_can_be_asked_for_at_once(program):
    program.open_page(("--no-open",))
    assert program.window.opened == [(PAGE, "--stands-in", "--no-open")]


def test_a_wish_for_one_that_is_just_starting_is_kept(program):
    program.window.open = lambda arguments=(), module=WINDOW: False
    program.open_window("codex_live")
    assert program._late_wish == "codex_live"
