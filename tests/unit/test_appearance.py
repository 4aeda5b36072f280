"""Light or dark and the scale: what decides, in which order, and what silence means."""

import math
import sys
import threading

import pytest

from tests.e2e.waiting import wait_for
from tray.desktop import appearance


def dark(env=None, portal=None, settings=None):
    """`linux_dark` with a desktop that answers from a dictionary: last word of the command -> text."""
    return appearance.linux_dark(
        env or {}, lambda: portal, lambda command: (settings or {}).get(command[-1], "")
    )


def test_nothing_known_is_light():
    assert not dark()


@pytest.mark.parametrize(("scheme", "expected"), [(1, True), (2, False)])
def test_the_portal_outranks_the_theme_names(scheme, expected):
    settings = {"/Net/ThemeName": "Adwaita" if expected else "Adwaita-dark"}
    assert dark({"XDG_CURRENT_DESKTOP": "XFCE"}, scheme, settings) is expected


def test_gtk_theme_outranks_the_portal():
    assert dark({"GTK_THEME": "Adwaita:dark"}, portal=2)
    assert not dark({"GTK_THEME": "Adwaita"}, portal=1)


@pytest.mark.parametrize("scheme", [0, None, 7])
def test_a_portal_without_an_opinion_leaves_it_to_the_desktop(scheme):
    assert dark({"XDG_CURRENT_DESKTOP": "X-Generic:xfce"}, scheme, {"/Net/ThemeName": "Greybird-dark"})


def test_xfce_does_not_look_at_gnome_left_overs():
    settings = {"/Net/ThemeName": "Greybird", "color-scheme": "prefer-dark"}
    assert not dark({"XDG_CURRENT_DESKTOP": "XFCE"}, settings=settings)
    assert dark({"XDG_CURRENT_DESKTOP": "XFCE"}, settings={"color-scheme": "prefer-dark"})


def test_mate_has_its_own_key_of_the_same_name():
    asked = []

    def ask(command):
        asked.append(command[-2])
        return "BlackMATE-dark"

    assert appearance.linux_dark({"XDG_CURRENT_DESKTOP": "MATE"}, lambda: None, ask)
    assert asked == ["org.mate.interface"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"color-scheme": "prefer-dark"}, True),
        ({"color-scheme": "default", "gtk-theme": "Yaru-dark"}, True),
        ({"color-scheme": "default", "gtk-theme": "Yaru"}, False),
    ],
)
def test_gnome_keys_decide_last(settings, expected):
    assert dark({}, settings=settings) is expected


@pytest.mark.parametrize(
    ("env", "dpi", "expected"),
    [
        ({}, None, 1.0),
        ({}, 96.0, 1.0),
        ({}, 120.0, 1.25),
        ({}, 192.0, 2.0),
        ({"GDK_SCALE": "2"}, None, 2.0),
        ({"GDK_SCALE": "2"}, 192.0, 2.0),
        ({"GDK_SCALE": "1"}, 144.0, 1.5),
        ({"GDK_SCALE": ""}, None, 1.0),
        ({"GDK_SCALE": "big"}, None, 1.0),
        ({"GDK_SCALE": "nan"}, None, 1.0),
        ({"GDK_SCALE": "inf"}, None, 4.0),
        ({}, 60.0, 1.0),
        ({}, 9600.0, 4.0),
        ({}, math.nan, 1.0),
    ],
)
def test_the_scale_is_the_larger_of_both_within_reason(env, dpi, expected):
    assert appearance.linux_scale(env, dpi) == expected


def test_a_command_that_fails_or_is_missing_says_nothing():
    assert appearance.output(("no-such-command-anywhere",)) == ""
    assert appearance.output((sys.executable, "-c", "print('dark'); raise SystemExit(1)")) == ""


def test_a_command_answers_without_its_quotes():
    assert appearance.output((sys.executable, "-c", "print(repr('Adwaita-dark'))")) == "Adwaita-dark"


@pytest.mark.skipif(sys.platform != "linux", reason="the session bus is Linux's")
def test_without_bus_and_server_everything_still_answers(monkeypatch, tmp_path):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("GTK_THEME", "Adwaita:dark")
    assert appearance.portal_scheme() is None
    assert appearance.read() == appearance.Appearance(dark=True, scale=1.0)
    stop = appearance.watch(lambda _new: pytest.fail("nothing can have changed"))
    stop()


def test_no_command_outlives_the_end_and_none_is_started_after_it(tmp_path):
    commands = appearance._Commands()
    started = tmp_path / "started"
    said = []
    slow = f"import pathlib, time; pathlib.Path({str(started)!r}).touch(); time.sleep(60); print('dark')"
    asking = threading.Thread(target=lambda: said.append(commands.output((sys.executable, "-c", slow))))
    asking.start()
    wait_for(started.exists, 10, "the command runs")
    commands.end()
    asking.join(5)
    assert said == [""]
    assert commands.output((sys.executable, "-c", "print('dark')")) == ""
