"""The usage window on a real desktop: opened by the tray, seen, used with the keyboard, closed."""

from __future__ import annotations

import json
import sys
import urllib.request

import pytest

from tests.e2e.desktop import HEIGHT, PANEL_HEIGHT, WIDTH
from tests.e2e.painted import colours, rgb
from tests.e2e.scene import Scene, wait_for_face, wait_for_tooltip
from tests.e2e.waiting import wait_for
from tray.core.model import Shape
from tray.views.window.theme import theme

TITLE = "^Claudette usage$"
OTHER = (
    "import tkinter; t = tkinter.Tk(); t.title('other window'); t.geometry('900x700+300+40'); t.mainloop()"
)


@pytest.fixture
def codex(desktop, person):
    """The tray of a person who works with Codex."""
    scene = Scene(person)
    scene.codex_works(session=42, week=10)
    scene.program = person.start()
    wait_for_tooltip(desktop, "58% left")
    return scene


def opened(desktop):
    """Click the icon; the window once it is painted."""
    desktop.click_icon()
    window = desktop.screen.window(TITLE)
    wait_for(lambda: len(colours(inside(desktop, window))) > 40, 10, "window painted")
    desktop.screen.wait_for_calm()
    return window


def inside(desktop, window):
    return desktop.screen.picture().crop(desktop.screen.box(window))


def background(desktop, window):
    """The colour of the window's upper left corner."""
    return inside(desktop, window).getpixel((3, 3))


def settings(scene):
    return json.loads(scene.settings.read_text()) if scene.settings.exists() else {}


def test_a_click_opens_it_painted_and_escape_ends_it(desktop, person, codex):
    window = opened(desktop)
    assert desktop.screen.active() == window, "it has the keyboard"
    assert background(desktop, window) == rgb(theme(dark=True).page)
    left, top, right, bottom = desktop.screen.box(window)
    assert left >= 0
    assert top >= 0
    assert right <= WIDTH
    assert bottom <= HEIGHT - PANEL_HEIGHT, "nothing of it is behind the panel"
    desktop.screen.key("Escape")
    wait_for(lambda: not desktop.screen.windows(TITLE), 5, "window closed")
    wait_for(lambda: list(person.processes()) == [codex.program.pid], 5, "its process ended")
    assert codex.program.poll() is None, "the tray goes on"


def test_it_opens_near_the_icon(desktop, codex):
    left, _, _, bottom = desktop.screen.box(opened(desktop))
    assert left > WIDTH // 2
    assert bottom > HEIGHT // 2


def test_a_second_click_raises_the_same_window(desktop, person, codex):
    window = opened(desktop)
    person.spawn([sys.executable, "-c", OTHER])
    other = desktop.screen.window("^other window$")
    wait_for(lambda: desktop.screen.active() == other, 5, "the other window is on top")
    desktop.click_icon()
    wait_for(lambda: desktop.screen.active() == window, 5, "ours is on top")
    assert desktop.screen.windows(TITLE) == [window]
    assert len(person.windows()) == 1


def test_many_clicks_open_one_window(desktop, person, codex):
    for _ in range(5):
        desktop.item().activate()
    window = desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    assert desktop.screen.windows(TITLE) == [window]


def test_new_numbers_come_into_the_open_window(desktop, codex):
    window = opened(desktop)
    warning = rgb(theme(dark=True).warning)
    assert warning not in colours(inside(desktop, window))
    codex.codex_works(session=70, week=10)
    wait_for(lambda: warning in colours(inside(desktop, window)), 5, "the bar in the colour of the band")


def test_it_neither_moves_nor_grows_when_more_comes_in(desktop, person):
    """Pages of every length have one window: what is longer scrolls."""
    scene = Scene(person)
    scene.claude_works()
    person.start()
    wait_for_face(desktop, shape=Shape.OFF)
    window = opened(desktop)
    place, before = desktop.screen.box(window), inside(desktop, window)
    scene.codex_works(session=42, week=10)  # another card
    wait_for(lambda: inside(desktop, window).tobytes() != before.tobytes(), 10, "the card")
    desktop.screen.wait_for_calm()
    assert desktop.screen.box(window) == place


def test_it_follows_the_theme_while_it_is_open(desktop, codex):
    window = opened(desktop)
    try:
        desktop.set_dark(dark=False)
        light = rgb(theme(dark=False).page)
        wait_for(lambda: background(desktop, window) == light, 10, "light window")
    finally:
        desktop.set_dark(dark=True)
    wait_for(lambda: background(desktop, window) == rgb(theme(dark=True).page), 10, "dark window")


def test_everything_can_be_done_with_the_keyboard(desktop, person, codex):
    window = opened(desktop)
    desktop.screen.key("Tab", "Tab", "space")  # the second switch: Codex live quota
    wait_for(lambda: settings(codex) == {"codex_live": False}, 5, "switched off")
    desktop.screen.key("shift+Tab", "Return")  # the first one asks
    desktop.screen.wait_for_calm()
    assert settings(codex) == {"codex_live": False}
    desktop.screen.key("Return")  # Cancel
    desktop.screen.wait_for_calm()
    desktop.screen.key("shift+Tab", "space")  # backwards from the first: the last button
    wait_for(person.urls, 5, "browser asked")
    assert person.urls() == ["https://claude.ai/settings/usage"]
    assert desktop.screen.windows(TITLE) == [window]


def test_it_can_be_made_larger_and_smaller(desktop, codex):
    window = opened(desktop)
    for width, height in ((700, 500), (320, 260)):
        desktop.screen.resize(window, width, height)
        wait_for(
            lambda w=width: desktop.screen.box(window)[2] - desktop.screen.box(window)[0] == w, 5, "resized"
        )
        desktop.screen.wait_for_calm()
        picture = inside(desktop, window)
        assert picture.size == (width, height)
        last = picture.crop((width - 60, 0, width - 12, height))
        assert len(last.getcolors(1 << 20)) > 10, "the column reaches to the right edge"
    codex.codex_works(session=70, week=10)
    wait_for(lambda: rgb(theme(dark=True).warning) in colours(inside(desktop, window)), 5, "new numbers")
    assert inside(desktop, window).size == (320, 260), "a person's size stays"


def test_on_a_sharp_screen_it_is_twice_as_large_and_whole(desktop, codex):
    window = opened(desktop)
    left, _, right, _ = desktop.screen.box(window)
    once = inside(desktop, window)
    desktop.screen.key("Escape")
    wait_for(lambda: not desktop.screen.windows(TITLE), 5, "window closed")
    desktop.set_dpi(192)
    try:
        window = opened(desktop)
        wait_for(lambda: inside(desktop, window).width == 2 * (right - left), 10, "twice as wide")
        desktop.screen.wait_for_calm()
        twice = inside(desktop, window)
        box = desktop.screen.box(window)
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= WIDTH
        assert box[3] <= HEIGHT - PANEL_HEIGHT
        # The text is twice as large too, not more: the title's ink is as wide as the column lets it be.
        ink = [_ink(picture, scale) for picture, scale in ((once, 1), (twice, 2))]
        assert ink[1] == pytest.approx(2 * ink[0], rel=0.1)
    finally:
        desktop.set_dpi(None)


def _ink(picture, scale):
    """How wide the header's first line of text is."""
    line = picture.crop((54 * scale, 52 * scale, 250 * scale, 76 * scale)).convert("L")
    box = line.point(lambda value: 255 if value > 150 else 0).getbbox()
    return box[2] - box[0]


def test_a_missing_sign_in_is_offered_and_runs_the_client(desktop, person):
    scene = Scene(person)
    scene.set(claude_code_usage=True)
    scene.claude_works()
    started = scene.programs / "started"
    client = scene.programs / "claude"
    client.write_text(f"#!/bin/sh\necho $* > {started}\n")
    client.chmod(0o755)
    person.start()
    wait_for_face(desktop, shape=Shape.ERROR)
    opened(desktop)
    desktop.screen.key("Tab", "Return")  # the first thing to press is Sign in
    wait_for(lambda: started.exists() and started.read_text() == "auth login\n", 5, "client started")


def test_greyed_it_opens_at_the_toggle_marked_for_a_moment(desktop, person):
    scene = Scene(person)
    scene.claude_works()
    program = person.start()
    wait_for_face(desktop, shape=Shape.OFF)
    desktop.click_icon()
    window = desktop.screen.window(TITLE)
    accent = rgb(theme(dark=True).accent)
    counts = []

    def unmarked():
        counts.append(colours(inside(desktop, window)).get(accent, 0))
        return counts[-1] and counts[-1] < max(counts) * 0.8

    wait_for(unmarked, 10, "the mark is gone")  # the frame around the switch
    desktop.screen.key("Return")  # the switch still has the focus
    desktop.screen.wait_for_calm()
    desktop.screen.key("Tab", "Return")  # I understand, enable
    wait_for(lambda: settings(scene) == {"claude_code_usage": True}, 5, "switched on")
    wait_for_face(desktop, shape=Shape.ERROR)  # no sign-in here, and the icon says so
    assert program.poll() is None


def test_the_end_of_the_tray_ends_the_window(desktop, person, codex):
    opened(desktop)
    assert person.run("quit").returncode == 0
    assert codex.program.wait(5) == 0
    wait_for(lambda: person.processes() == {}, 5, "window and tray ended")


def test_a_tray_without_tk_opens_the_page_and_names_the_missing_package(desktop, person):
    Scene(person).codex_works(session=42, week=10)
    without = person.home / "without-tk"
    without.mkdir()
    (without / "_tkinter.py").write_text("raise ImportError('No module named _tkinter')\n")
    person.start(PYTHONPATH=f"{without}:{person.env['PYTHONPATH']}")
    wait_for_tooltip(desktop, "58% left")
    desktop.click_icon()
    page = visited(wait_for(person.urls, 10, "the page is opened")[0])
    assert "python3-tk" in page
    assert "58% left" in page
    desktop.choose("Experimental", "Claude Code Usage")
    asked = wait_for(lambda: person.urls()[1:], 10, "the page is opened again")[0]
    assert "I understand" in visited(asked)
    assert person.windows() == [], "the page alone"
    assert len([one for one in person.processes().values() if "tray.views.web" in one]) == 1
    assert desktop.notifications() == []


def visited(address):
    """What a browser gets that follows an address once."""
    jar = urllib.request.HTTPCookieProcessor()
    with urllib.request.build_opener(jar, urllib.request.ProxyHandler({})).open(
        address, timeout=10
    ) as answer:
        return answer.read().decode()
