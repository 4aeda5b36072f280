"""The desktop itself: what the other end-to-end tests rely on is really there."""

import subprocess
import sys

import pytest

from tests.e2e.bus import WATCHER
from tests.e2e.desktop import HEIGHT, WIDTH, Desktop
from tests.e2e.person import processes_with
from tests.e2e.waiting import wait_for


def test_a_panel_takes_tray_items(desktop):
    assert desktop.bus.has(WATCHER[0])
    assert desktop.bus.get(WATCHER, "IsStatusNotifierHostRegistered") is True
    assert desktop.bus.items() == []


def test_the_screen_shows_desktop_and_panel(desktop):
    picture = desktop.screen.picture()
    assert picture.size == (WIDTH, HEIGHT)
    assert picture.getpixel((5, 5)) == (0x35, 0x50, 0x6B)
    assert picture.getpixel((5, HEIGHT - 5)) != picture.getpixel((5, 5))


def test_notifications_are_read_back_and_forgotten(desktop):
    server = (
        "org.freedesktop.Notifications",
        "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications",
    )
    desktop.forget_notifications()
    note = ("harness", 0, "", "80% used", "body", [], {}, -1)
    desktop.bus.call(server, "Notify", "susssasa{sv}i", *note)
    assert desktop.notifications() == [("80% used", "body")]
    desktop.forget_notifications()
    assert desktop.notifications() == []


def test_the_secret_service_is_open(person):
    code = "import keyring; keyring.set_password('x', 'y', 'fake'); print(keyring.get_password('x', 'y'))"
    asked = [sys.executable, "-c", code]
    done = subprocess.run(asked, env=person.env, capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout, done.stderr) == ("fake\n", "")


def test_each_person_has_a_home_of_their_own(desktop, person):
    other = desktop.person()
    assert other.home != person.home
    (other.config / "file").write_text("theirs")
    assert not (person.config / "file").exists()


def test_the_browser_writes_down_what_it_is_asked_for(person):
    code = "import webbrowser; webbrowser.open('https://example.invalid/a')"
    person.spawn([sys.executable, "-c", code])
    wait_for(person.urls, 10, "browser asked")
    assert person.urls() == ["https://example.invalid/a"]


def test_what_outlives_its_parent_is_found(person):
    person.spawn(["sh", "-c", "setsid sleep 60 & exit 0"]).wait()
    wait_for(lambda: list(person.processes().values()) == ["sleep 60"], 5, "left over process")
    assert list(person.stop().values()) == ["sleep 60"]
    wait_for(lambda: not person.processes(), 5, "ended")


def test_a_wait_that_fails_says_for_what():
    with pytest.raises(AssertionError, match="not within 0 s: the moon"):
        wait_for(lambda: None, 0, "the moon")


def test_the_panel_can_be_exchanged(desktop):
    before = desktop.screen.wait_for_calm()
    desktop.restart_panel("lxqt-panel")
    assert desktop.bus.get(WATCHER, "IsStatusNotifierHostRegistered") is True
    desktop.restart_panel("xfce4-panel")
    desktop.wait_for_no_icon()
    assert desktop.screen.wait_for_calm().getpixel((5, HEIGHT - 5)) == before.getpixel((5, HEIGHT - 5))


def test_a_desktop_leaves_nothing_behind():
    second = Desktop(dark=False)
    try:
        second.start()
        assert second.screen.picture().getpixel((5, HEIGHT - 5)) > (200, 200, 200), "a light panel"
    finally:
        second.stop()
    assert processes_with(f"E2E_DESKTOP={second.folder}") == {}
    assert not second.folder.exists()
