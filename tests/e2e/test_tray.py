"""The icon in a real panel: the right picture for each state, and at once after a change."""

from __future__ import annotations

import re
import time

import pytest

from tests.claudette_db import OPENROUTER
from tests.e2e.bus import WATCHER
from tests.e2e.desktop import Desktop
from tests.e2e.painted import distance, expected, wait_until_painted
from tests.e2e.scene import Scene, wait_for_face, wait_for_tooltip
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Face, Shape

CLOCK = r"\d\d:\d\d"
OLLAMA = {"id": "ollama", "label": "Ollama", "kind": "ollama", "enabled": True}


def face(shape: Shape, level: int | None = None, band: Band | None = None) -> Face:
    return Face(shape=shape, level=level, band=band)


NORMAL = face(Shape.LEVEL, 58, Band.NORMAL)
WARNING = face(Shape.LEVEL, 30, Band.WARNING)
CRITICAL = face(Shape.LEVEL, 10, Band.CRITICAL)
EXHAUSTED = face(Shape.EXHAUSTED, band=Band.CRITICAL)


def ollama(scene: Scene) -> None:
    scene.claudette("ollama", OLLAMA).message("s1", at=time.time(), prompt=12_000, completion=345)


def signed_out(scene: Scene) -> None:
    scene.set(claude_code_usage=True)
    scene.claude_works()


STATES = {
    "normal": (lambda s: s.codex_works(session=42, week=10), NORMAL, "58% left (42% used) of session (5h)"),
    "warning": (lambda s: s.codex_works(session=70, week=10), WARNING, "30% left (70% used)"),
    "critical": (lambda s: s.codex_works(session=90, week=10), CRITICAL, "10% left (90% used)"),
    "exhausted": (lambda s: s.codex_works(session=100, week=10), EXHAUSTED, "session (5h) used up, resets"),
    "weekly higher": (lambda s: s.codex_works(session=42, week=70), WARNING, "(70% used) of weekly"),
    "awaiting": (
        lambda s: s.codex_works(session=97, read_ago=60, resets_in=-30),
        face(Shape.AWAITING),
        "awaiting a reading",
    ),
    "stale": (
        lambda s: s.codex_works(session=42, week=10, read_ago=900),
        face(Shape.STALE, 58, Band.NORMAL),
        "of session (5h), resets",
    ),
    "off": (lambda s: s.claude_works(), face(Shape.OFF), "Claude Code Usage is off"),
    "sign-in needed": (signed_out, face(Shape.ERROR), "Claude Code: "),
    "tokens": (ollama, face(Shape.THROUGHPUT), "Ollama: 12.3k tok"),
    "no agent": (lambda s: None, face(Shape.UNKNOWN), "No coding agent in use yet"),
}


@pytest.mark.parametrize("state", STATES)
def test_the_panel_shows_the_picture_of_the_state(desktop, person, state):
    write, wanted, words = STATES[state]
    write(Scene(person))
    person.start()
    tooltip = wait_for_tooltip(desktop, words)
    assert len(tooltip) <= 127
    wait_until_painted(desktop, wanted)


def test_no_two_states_look_alike_in_the_panel(desktop):
    bare = desktop.bare_panel().crop((0, 0, 32, 32))
    pictures = {name: expected(wanted, bare, "xfce4-panel") for name, (_, wanted, _) in STATES.items()}
    alike = [
        (one, other)
        for one in pictures
        for other in pictures
        if one < other and distance(pictures[one], pictures[other]) < 100
    ]
    assert alike == [("warning", "weekly higher")]


def test_the_tooltip_tells_both_sides_and_a_clock_time(desktop, person):
    Scene(person).codex_works(session=42, week=10)
    person.start()
    tooltip = wait_for_tooltip(desktop, "Codex Plus")
    assert re.fullmatch(
        rf"Codex Plus: 58% left \(42% used\) of session \(5h\), resets (\w+ )?{CLOCK}", tooltip
    )


def test_a_line_in_a_session_file_changes_the_icon(desktop, person):
    scene = Scene(person)
    scene.codex_works(session=42, week=10)
    person.start()
    wait_until_painted(desktop, NORMAL)
    for used, wanted in ((70, WARNING), (90, CRITICAL), (100, EXHAUSTED), (42, NORMAL)):
        scene.codex_works(session=used, week=10)
        wait_until_painted(desktop, wanted, timeout=5)  # it prints how long it took


def test_a_message_in_claudettes_database_changes_the_icon(desktop, person):
    scene = Scene(person)
    db = scene.claudette("ollama", OLLAMA, OPENROUTER)
    db.message("s1", at=time.time(), prompt=1_000, completion=0)
    person.start()
    wait_for_tooltip(desktop, "Ollama: 1.0k tok")
    wait_until_painted(desktop, face(Shape.THROUGHPUT))
    db.message("s1", at=time.time(), prompt=2_000, completion=500)
    wait_for_tooltip(desktop, "Ollama: 3.5k tok", timeout=5)
    db.setting("model_provider:s1", "anthropic")  # the person chooses another backend in Claudette
    wait_for_face(desktop, timeout=5, shape=Shape.OFF)
    wait_until_painted(desktop, face(Shape.OFF), timeout=5)


def test_a_light_panel_shows_every_level_too():
    light = Desktop(dark=False)
    light.start()
    try:
        person = light.person()
        scene = Scene(person)
        scene.codex_works(session=42, week=10)
        person.start()
        wait_until_painted(light, NORMAL)
        bare = light.bare_panel().crop((0, 0, 32, 32))
        for _, wanted, _ in STATES.values():
            assert distance(expected(wanted, bare, light.panel), bare) > 100, wanted
        assert person.stop() == {}
    finally:
        light.stop()


def test_a_moment_of_many_changes_ends_with_the_last_one(desktop, person):
    scene = Scene(person)
    scene.codex_works(session=1, week=1)
    person.start()
    wait_for_tooltip(desktop, "99% left")
    for used in range(2, 91):
        scene.codex_works(session=used, week=1)
    wait_until_painted(desktop, CRITICAL)
    assert desktop.bus.get(WATCHER, "RegisteredStatusNotifierItems") == [
        desktop.item().name + desktop.item().path
    ]


def test_quit_takes_the_icon_away_and_leaves_no_process(desktop, person):
    program = person.start()
    desktop.find_icon()
    done = person.run("quit")
    assert (done.returncode, program.wait(5)) == (0, 0)
    desktop.wait_for_no_icon()
    wait_for(lambda: person.processes() == {}, 5, "everything ended")
