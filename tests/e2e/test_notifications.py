"""Notifications as the desktop's own service got them: when, how often, in which words."""

from __future__ import annotations

import re

import pytest

from tests.e2e.scene import Scene, wait_for_tooltip
from tests.e2e.waiting import wait_for

CLOCK = r"(\w+ )?\d\d:\d\d"


@pytest.fixture
def scene(person):
    return Scene(person)


def reads(desktop, scene, used, **more):
    """Codex reads so many percent of its session, and the tray shows it."""
    scene.codex_works(session=used, week=10, **more)
    wait_for_tooltip(desktop, f"({used}% used)" if used < 100 else "used up")


def told(desktop):
    """The next notification; AssertionError where there is none."""
    found = wait_for(desktop.notifications, 5, "notification")
    desktop.forget_notifications()
    assert len(found) == 1, found
    return found[0]


def assert_none(desktop):
    """Nothing was told; a popup on its way has come by the time that the screen is calm."""
    desktop.screen.wait_for_calm()
    assert desktop.notifications() == []


def test_each_threshold_is_told_once_when_it_is_crossed(desktop, person, scene):
    scene.codex_works(session=70, week=10)
    person.start()
    wait_for_tooltip(desktop, "(70% used)")
    reads(desktop, scene, 82)
    title, body = told(desktop)
    assert title == "Codex Plus"
    assert re.fullmatch(rf"Session \(5h\): 82% used, 18% left, resets {CLOCK}", body)
    reads(desktop, scene, 84)  # within the same band
    assert_none(desktop)
    reads(desktop, scene, 96)
    assert re.fullmatch(rf"Session \(5h\): 96% used, 4% left, resets {CLOCK}", told(desktop)[1])
    reads(desktop, scene, 100)
    assert re.fullmatch(rf"Session \(5h\) is used up, resets {CLOCK}", told(desktop)[1])
    reads(desktop, scene, 30, resets_in=17_900)  # the next window
    assert re.fullmatch(rf"Session \(5h\) is back: 70% left, resets {CLOCK}", told(desktop)[1])


def test_the_first_reading_tells_nothing(desktop, person, scene):
    scene.codex_works(session=97, week=99)
    person.start()
    wait_for_tooltip(desktop, "(99% used) of weekly")
    scene.codex_works(session=98, week=99)
    wait_for(lambda: any("2% left" in n.label for n in desktop.item().menu().children), 5, "second reading")
    assert_none(desktop)


def test_a_restart_tells_nothing_twice_and_nothing_is_missed(desktop, person, scene):
    scene.codex_works(session=70, week=10)
    program = person.start()
    wait_for_tooltip(desktop, "(70% used)")
    reads(desktop, scene, 82)
    told(desktop)
    person.run("quit")
    assert program.wait(5) == 0
    desktop.wait_for_no_icon()
    program = person.start()
    wait_for_tooltip(desktop, "(82% used)")
    reads(desktop, scene, 85)
    assert_none(desktop)
    person.run("quit")
    assert program.wait(5) == 0
    desktop.wait_for_no_icon()
    scene.codex_works(session=96, week=10)  # while nobody looks
    person.start()
    assert "96% used" in told(desktop)[1]


def test_two_windows_at_once_are_two_lines_of_one_notification(desktop, person, scene):
    scene.codex_works(session=70, week=70)
    person.start()
    wait_for_tooltip(desktop, "(70% used)")
    scene.codex_works(session=96, week=82)
    _, body = told(desktop)
    assert re.fullmatch(rf"Session \(5h\): 96% used, .*\nWeekly: 82% used, 18% left, resets {CLOCK}.*", body)


def test_none_comes_while_they_are_switched_off(desktop, person, scene):
    scene.codex_works(session=70, week=10)
    person.start()
    wait_for_tooltip(desktop, "(70% used)")
    desktop.choose("Preferences", "Notifications")
    wait_for(lambda: not desktop.item().menu().find("Preferences", "Notifications").checked, 5, "off")
    reads(desktop, scene, 82)
    reads(desktop, scene, 96)
    assert_none(desktop)
