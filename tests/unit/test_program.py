"""A whole engine on real files, without a desktop: what it takes over from its last run, who gets the lock."""

import json
import shutil
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.boards import board, entry, window
from tray.alone import run_once
from tray.core.alerts import Mark
from tray.core.choices import Settings
from tray.core.codec import encode
from tray.core.model import Active
from tray.engine import settings
from tray.engine.lock import EngineLock
from tray.engine.paths import Places, locate
from tray.engine.store import Store
from tray.program import Program, Role, ask_engine, marks_of, take_lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the home folder is not found by HOME there")
SOON = 15.0  # seconds: a bound that a failing test runs into, never a good one


@pytest.fixture
def places(monkeypatch):
    """A user who has nothing yet; the folder's name is short, since it holds a socket."""
    home = Path(tempfile.mkdtemp(prefix="prg-"))
    for name in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "CACHE_HOME"):
        monkeypatch.delenv(f"XDG_{name}", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    yield locate()
    shutil.rmtree(home)


@pytest.fixture
def program(places):
    """Starts a program of a role; it is stopped at the end."""
    started = []

    def start(role=Role.HEADLESS, **more):
        lock = take_lock(places, role)
        assert lock is not None
        started.append(Program(places, role, lock, **more))
        started[-1].start()
        return started[-1]

    yield start
    for each in started:
        each.stop()


def rollout(places: Places, used: float) -> None:
    """A turn of Codex that tells how much of the week is used."""
    now = datetime.now(UTC)
    folder = places.codex_home / "sessions" / f"{now:%Y}" / f"{now:%m}" / f"{now:%d}"
    folder.mkdir(parents=True, exist_ok=True)
    week = {"used_percent": used, "window_minutes": 10080, "resets_at": int(time.time()) + 9000}
    payload = {"type": "token_count", "rate_limits": {"limit_id": "codex", "primary": week}}
    line = {"timestamp": now.isoformat().replace("+00:00", "Z"), "type": "event_msg", "payload": payload}
    name = f"rollout-{now:%Y-%m-%dT%H-%M-%S}-01a1ff99-625e-7560-b422-{int(used):012d}.jsonl"
    (folder / name).write_text(json.dumps(line) + "\n")


class Boards:
    """Waits for a board that fits."""

    def __init__(self):
        self._seen = []
        self._news = threading.Condition()

    def __call__(self, seen):
        with self._news:
            self._seen.append(seen)
            self._news.notify_all()

    def wait_for_week(self, used):
        def fits(seen):
            known = seen.entry("codex").snapshot
            return known is not None and [float(w.used) for w in known.windows] == [used]

        with self._news:
            assert self._news.wait_for(lambda: any(map(fits, self._seen)), SOON), f"no {used} %"


def test_a_change_right_after_the_first_look_is_seen(places, program):
    settings.change(places, "codex_live", value=False)
    rollout(places, 30)
    boards = Boards()
    program(show=boards)
    boards.wait_for_week(30)
    rollout(places, 40)  # the folders may not be watched yet
    boards.wait_for_week(40)


def test_what_was_switched_off_while_nothing_ran_is_dropped(places, program):
    seen = board(
        entry(window(), source="anthropic"),
        settings=Settings(claude_code_usage=True),
        who=Active(),
    )
    marks = {"anthropic/-/session_5h": encode(Mark(level=80)), "codex/-/codex_week": encode(Mark(level=95))}
    Store(places).save(seen, marks, time.time())
    settings.change(places, "claude_code_usage", value=False)
    running = program()
    assert running.engine.board.entry("anthropic").snapshot is None
    running.stop()
    document = json.loads(places.store_file.read_text())
    assert list(document["alerts"]) == ["codex/-/codex_week"]


def test_marks_that_cant_be_read_are_dropped():
    marks = marks_of({"a": encode(Mark(level=80)), "b": 7, "c": None})
    assert marks["a"] == Mark(level=80)
    assert set(marks) == {"a"}


def test_only_one_program_has_the_lock(places, program):
    program()
    assert take_lock(places, Role.TRAY) is None
    assert take_lock(places, Role.WINDOW) is None
    assert ask_engine(places, {"do": "ping"})["role"] == "headless"


def test_a_lone_window_makes_room_for_a_tray(places, program):
    ended = threading.Event()
    program(Role.WINDOW, quit_=ended.set)
    lock = take_lock(places, Role.TRAY)
    assert lock is not None
    assert ended.wait(SOON)
    lock.release()


def test_a_tray_waits_for_a_command_that_is_at_work(places):
    command = EngineLock(places, Role.COMMAND)
    assert command.acquire()
    threading.Timer(0.3, command.release).start()
    lock = take_lock(places, Role.TRAY)
    assert lock is not None
    lock.release()


def test_the_end_gives_everything_back(places, program):
    running = program()
    running.stop()
    running.stop()  # twice is once
    assert ask_engine(places, {"do": "ping"}) == {}
    lock = EngineLock(places, Role.COMMAND)
    assert lock.acquire()
    lock.release()


def test_what_a_command_saw_is_still_told_by_the_next_tray(places, program):
    settings.change(places, "codex_live", value=False)
    rollout(places, 70)
    boards = Boards()
    first = program(show=boards)
    boards.wait_for_week(70)
    first.stop()
    rollout(places, 96)
    lock = EngineLock(places, Role.COMMAND)
    assert lock.acquire()
    run_once(places, lock, SOON)
    lock.release()
    heard, boards = [], Boards()
    rollout(places, 97)
    program(show=boards, notify=lambda *words: heard.append(words))
    boards.wait_for_week(97)
    assert [body.partition(":")[0] for _, body, _ in heard] == ["Weekly"]
