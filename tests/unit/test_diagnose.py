"""What doctor says about the desktop."""

import pytest

from tray.desktop.diagnose import Desktop, lines, missing_tray, missing_window, probe


def linux(**facts):
    return Desktop(
        platform="linux", **{"session": "x11", "bus": True, "watcher": False, "xembed": False, **facts}
    )


@pytest.mark.parametrize(
    "desktop",
    [
        linux(watcher=True, host=True),
        linux(xembed=True),
        Desktop(platform="win32"),
        Desktop(platform="darwin"),
    ],
)
def test_where_a_tray_is_nothing_is_missing(desktop):
    assert missing_tray(desktop) is None


@pytest.mark.parametrize("name", ["GNOME", "ubuntu:GNOME", "GNOME-Classic:GNOME"])
def test_gnome_without_the_extension_is_told_which_one(name):
    words = missing_tray(linux(desktop=name, session="wayland"))
    assert '"AppIndicator and KStatusNotifierItem Support"' in words
    assert "gnome-shell-extension-appindicator" in words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"session": "wayland", "desktop": "sway"}, "waybar"),
        ({"desktop": "XFCE"}, "panel"),
        ({"watcher": True, "host": False}, "panel"),
        ({"bus": False}, "DBUS_SESSION_BUS_ADDRESS"),
        ({"bus": False, "session": None}, "--headless"),
        ({"bus": False, "session": "tty"}, "--headless"),
    ],
)
def test_each_lack_has_its_own_remedy(facts, words):
    assert words in missing_tray(linux(**facts))


def test_a_window_needs_tk_and_a_display():
    assert missing_window(linux()) is None
    assert "python3-tk" in missing_window(linux(tk=False))
    assert "DISPLAY" in missing_window(linux(display=False))


def test_the_lines_name_every_fact_of_a_linux_desktop():
    found = dict(
        lines(linux(desktop="XFCE", watcher=True, host=False, notifications="dunst 1.9", chosen="gtk"))
    )
    assert found == {
        "desktop": "XFCE",
        "session": "x11",
        "session bus": "yes",
        "tray host (StatusNotifierItem)": "a watcher, but nothing that draws",
        "older tray (XEmbed)": "no",
        "notification server": "dunst 1.9",
        "window toolkit": "Tk",
        "PYSTRAY_BACKEND": "gtk",
    }


def test_other_systems_have_a_tray_of_their_own():
    assert dict(lines(Desktop(platform="darwin"))) == {
        "tray host": "the system's own",
        "window toolkit": "Tk",
    }


def test_a_machine_without_a_desktop_is_described_without_an_error():
    desktop = probe({}, "linux")
    assert (desktop.bus, desktop.session, desktop.display, desktop.xembed) == (False, None, False, None)
    assert all(value for _, value in lines(desktop))


def test_a_bus_and_a_display_that_do_not_answer_are_described_without_an_error(tmp_path):
    env = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "DISPLAY": ":59999"}
    desktop = probe(env, "linux")
    assert desktop.bus is False


def test_only_short_single_lines_of_the_environment_are_shown():
    desktop = probe({"XDG_CURRENT_DESKTOP": "a\n" * 200}, "linux")
    assert len(desktop.desktop) == 80
    assert "\n" not in desktop.desktop
