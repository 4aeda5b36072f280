"""Commands where no engine runs, or none that answers: whose turn it is, and what is printed in the end."""

import json
import shutil
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.boards import NOW, SOURCES, active, board, entry, window
from tray.alone import engine_or_lock
from tray.commands import choices, status
from tray.core.model import Backend, Kind, Words
from tray.core.status import document
from tray.engine.ipc import Client
from tray.engine.lock import EngineLock
from tray.engine.paths import locate
from tray.engine.server import Server
from tray.program import Program, Role

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the home folder is not found by HOME there")
SOON = 15.0  # seconds: a bound that a failing test runs into, never a good one


@pytest.fixture
def places(monkeypatch):
    """A user who has nothing yet; the folder's name is short, since it holds a socket."""
    home = Path(tempfile.mkdtemp(prefix="aln-"))
    for name in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "CACHE_HOME"):
        monkeypatch.delenv(f"XDG_{name}", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    yield locate()
    shutil.rmtree(home)


@pytest.fixture
def taken(places):
    """The engine's lock in the hands of somebody else."""
    lock = EngineLock(places, Role.COMMAND)
    assert lock.acquire()
    yield lock
    lock.release()


def test_a_command_waits_for_another_one(places, taken):
    threading.Timer(0.3, taken.release).start()
    found = engine_or_lock(places, SOON)
    assert isinstance(found, EngineLock)
    found.release()


def test_a_command_finds_the_engine_that_has_just_started(places, taken):
    program = Program(places, Role.HEADLESS, taken)
    starting = threading.Timer(0.3, program.start)
    starting.start()
    found = engine_or_lock(places, SOON)
    assert isinstance(found, Client)
    found.close()
    starting.join(SOON)
    program.stop()


def test_a_command_does_not_wait_for_ever(places, taken):
    assert engine_or_lock(places, 0.1) is None


def test_a_switch_is_turned_while_another_command_is_at_work(places, taken, capsys):
    threading.Timer(0.3, taken.release).start()
    assert choices.toggle(places, "codex_live", "off", yes=False) == 0
    assert json.loads(places.settings_file.read_text()) == {"codex_live": False}
    assert "off" in capsys.readouterr().out


def test_an_engine_that_is_slow_still_gets_an_answer_printed(places, capsys):
    heard = threading.Event()
    server = Server(places, lambda peer, message: heard.set())
    try:
        assert status.refreshed(places, wait=0.3).entries == ()
    finally:
        server.close()
    assert heard.is_set()
    assert "this is what is known" in capsys.readouterr().err


def test_a_countdown_alone_is_no_change_to_watch():
    row = replace(window(42, key="codex_session"), words=Words.PERCENT_COUNTDOWN)
    codex = active(Backend(kind=Kind.CODEX_NATIVE, id="codex", label="Codex"))

    def key(used, now):
        seen = board(entry(replace(row, used=used), source="both"), who=codex)
        line = json.dumps(document(seen, SOURCES, now))
        assert "resets in" in line
        return status._without_instant(line, as_json=True)

    assert key(row.used, NOW) == key(row.used, NOW + 120)
    assert key(row.used, NOW) != key(row.used + 1, NOW)
