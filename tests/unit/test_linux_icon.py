"""The icon on Linux: which tray it is in, and what it tells."""

from types import SimpleNamespace

import pytest

from tray.desktop.linux import Icon
from tray.desktop.picture import Picture

X11 = {"DISPLAY": ":1"}


@pytest.mark.parametrize(("desktop", "largest"), [("XFCE", 88), ("KDE", 64), ("ubuntu:GNOME", 64), ("", 64)])
def test_xfce_which_takes_the_largest_picture_gets_one_made_for_its_panel(desktop, largest):
    bench = Bench({**X11, "XDG_CURRENT_DESKTOP": desktop})
    asked = []

    def draw(size, times=1):
        asked.append((size, times))
        side = size * times
        return SimpleNamespace(size=(side, side), tobytes=lambda: b"")

    bench.icon.icon = Picture(desktop, draw)
    pictures = bench.icon._properties()["IconPixmap"][1]
    assert max(width for width, _, _ in pictures) == largest
    assert ((22, 4) in asked) is (desktop == "XFCE")


class OlderTray:
    """An XEmbed icon that runs its calls at once."""

    def __init__(self, on_shown, **arguments):
        self.dock = on_shown
        self.arguments = arguments
        self.calls = []
        self.started = self.ended = False

    def start(self):
        self.started = True

    def post(self, call):
        if call is None:
            self.ended = True
        else:
            call()


class Bench:
    """An icon without a bus; the test says when a host comes, when time passes, and what the older tray does."""

    def __init__(self, env=X11, *, opens=True, x_only=False):
        self.told, self.due, self.older = [], [], []
        self.icon = Icon(
            "name",
            on_shown=self.told.append,
            env=env,
            x_only=x_only,
            older=self._older if opens else lambda **_: None,
            later=self._later,
        )
        self.icon._wait_for_host()

    def _older(self, **arguments):
        self.older.append(OlderTray(**arguments))
        return self.older[-1]

    def _later(self, delay, call):
        timer = SimpleNamespace(delay=delay, call=call, cancelled=False)
        timer.cancel = lambda: setattr(timer, "cancelled", True)
        self.due.append(timer)
        return timer

    def run_posted(self):
        while not self.icon._posted.empty():
            self.icon._posted.get()()

    def show(self, key="a"):
        self.icon.icon = Picture(key, lambda _: None)
        self.icon.visible = True

    def pass_time(self):
        timer = self.due[-1]
        if not timer.cancelled:
            timer.call()
        self.run_posted()

    def host(self, hosted):
        self.icon._registration._tell(shown=hosted)
        self.run_posted()

    def dock(self, docked):
        self.older[-1].dock(docked)
        self.run_posted()


@pytest.fixture
def shown():
    bench = Bench()
    bench.show()
    return bench


def test_a_host_is_told_at_once_and_nobody_looks_for_an_older_tray(shown):
    shown.host(True)
    shown.pass_time()
    assert shown.told == [True]
    assert shown.older == []


def test_a_panel_that_restarts_quickly_changes_nothing(shown):
    shown.host(True)
    shown.host(False)
    shown.host(True)
    shown.pass_time()
    assert shown.told == [True]
    assert shown.older == []


def test_without_a_host_the_older_tray_is_asked_after_some_seconds(shown):
    assert [timer.delay for timer in shown.due] == [3.0]
    shown.pass_time()
    assert shown.older[-1].started
    assert shown.told == []
    shown.dock(True)
    assert shown.told == [True]


def test_with_no_tray_at_all_that_is_told_and_both_are_waited_for(shown):
    shown.pass_time()
    shown.pass_time()
    assert shown.told == [False]
    shown.dock(True)
    assert shown.told == [False, True]


def test_a_host_that_comes_late_takes_the_icon_from_the_older_tray(shown):
    shown.pass_time()
    shown.dock(True)
    shown.host(True)
    assert shown.older[-1].ended
    assert shown.told == [True]
    shown.older[0].dock(False)  # its last word comes late
    shown.run_posted()
    shown.pass_time()
    assert shown.told == [True]


def test_an_older_tray_that_does_not_return_is_told(shown):
    shown.pass_time()
    shown.dock(True)
    shown.dock(False)
    assert shown.told == [True]
    shown.pass_time()
    assert shown.told == [True, False]


def test_the_older_tray_gets_the_picture_and_every_later_one(shown):
    shown.pass_time()
    older = shown.older[-1]
    assert older.arguments["icon"] == Picture("a", None)
    assert older.visible
    shown.show("b")
    shown.icon.title = "other"
    assert older.icon == Picture("b", None)
    assert older.title == "other"


def test_without_a_picture_the_older_tray_waits_for_the_first_one():
    bench = Bench()
    bench.pass_time()
    assert bench.older == []
    bench.show()
    assert bench.older[-1].started


@pytest.mark.parametrize("env", [{}, {"DISPLAY": ":1", "WAYLAND_DISPLAY": "wayland-0"}])
def test_without_x11_there_is_no_older_tray_and_xwayland_is_not_started(env):
    bench = Bench(env)
    bench.show()
    bench.pass_time()
    assert bench.older == []
    assert bench.told == [False]


def test_a_display_that_cannot_be_opened_is_no_tray():
    bench = Bench(opens=False)
    bench.show()
    bench.pass_time()
    assert bench.told == [False]


def test_who_asks_for_x11_gets_it_at_once_even_on_wayland():
    bench = Bench({"DISPLAY": ":1", "WAYLAND_DISPLAY": "wayland-0"}, x_only=True)
    bench.show()
    assert bench.due[-1].delay == 0.0
    assert not bench.icon._registration._wanted()
    bench.pass_time()
    assert bench.older[-1].started
