"""The tray's composition: what is told once in a life."""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from tray.app import TrayApp, first_time
from tray.engine.paths import locate
from tray.program import Role, take_lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the home folder is not found by HOME there")


class Notes(list):
    def show(self, title, body, key):
        self.append((title, body, key))


@pytest.fixture
def app(monkeypatch):
    """A tray that is not run; what it would notify is in `notes`."""
    home = Path(tempfile.mkdtemp(prefix="app-"))
    for name in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "CACHE_HOME"):
        monkeypatch.delenv(f"XDG_{name}", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    places = locate()
    made = TrayApp(places, take_lock(places, Role.TRAY))
    made._notifier = Notes()
    yield made
    made.program.stop()
    shutil.rmtree(home)


def test_the_first_start_on_windows_tells_where_the_icon_is(app):
    app._ready("win32")
    app._ready("win32")
    (note,) = app._notifier
    assert "behind the arrow" in note[1]


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_other_systems_hide_nothing(app, platform):
    app._ready(platform)
    assert app._notifier == []


def test_a_first_time_is_remembered(app):
    places = locate()
    assert [first_time(places, "told"), first_time(places, "told"), first_time(places, "other")] == [
        True,
        False,
        True,
    ]
