"""The window's three pages on a real desktop, with the demo's activity: by keyboard, in both themes, in any size."""

from __future__ import annotations

import re
import time
import tkinter as tk
from pathlib import Path

import pytest

from tests.e2e.painted import colours, rgb
from tests.e2e.scene import Scene
from tests.e2e.waiting import wait_for
from tray.core.insight_words import heat_text
from tray.core.page_words import busiest
from tray.demo.insights import DemoAnalyst
from tray.views.window.root import Fonts
from tray.views.window.theme import theme

TITLE = "^Claudette usage$"
DARK = theme(dark=True)
TRANSCRIPT = (
    Path(__file__).parents[1]
    / "payloads/transcripts/claude-2.1.330/projects/-home-dev-proj/136298d9-5d84-4696-933d-ae6c33c16779.jsonl"
)
RING_LEFT = 12 + 14 - 3  # pixels: margin, inside of a card, how far the ring stands out


@pytest.fixture
def demo(desktop, person):
    """The demo in one state, its window open."""
    person.start("--demo")
    desktop.find_icon()
    desktop.item().click("Demo state", "Plenty left")
    return opened(desktop)


def opened(desktop):
    desktop.click_icon()
    window = desktop.screen.window(TITLE)
    wait_for(lambda: len(colours(inside(desktop, window))) > 40, 10, "window painted")
    desktop.screen.move(640, 4)
    desktop.screen.wait_for_calm()
    return window


def inside(desktop, window):
    return desktop.screen.picture().crop(desktop.screen.box(window))


def calm(desktop, window):
    desktop.screen.wait_for_calm()
    return inside(desktop, window)


def turn(desktop, window, *keys):
    """The picture after keys that turn the page, once it is filled in: with values in the charts' colour."""
    before = inside(desktop, window).tobytes()
    desktop.screen.key(*keys)
    wait_for(lambda: inside(desktop, window).tobytes() != before, 10, "another page")
    time.sleep(0.2)  # the first answer
    return calm(desktop, window)


def test_each_page_is_a_key_away_and_the_window_stays_as_it_is(desktop, demo):
    place = desktop.screen.box(demo)
    pictures = {"usage": calm(desktop, demo)}
    for page, key in (("activity", "ctrl+2"), ("insights", "ctrl+3")):
        pictures[page] = turn(desktop, demo, key)
        assert colours(pictures[page]).get(rgb(DARK.accent), 0) > 60, "charts"
        assert desktop.screen.box(demo) == place
    assert len({picture.tobytes() for picture in pictures.values()}) == 3
    assert turn(desktop, demo, "ctrl+Tab").tobytes() == pictures["usage"].tobytes()
    assert turn(desktop, demo, "ctrl+shift+Tab").tobytes() == pictures["insights"].tobytes()
    assert turn(desktop, demo, "ctrl+Prior").tobytes() == pictures["activity"].tobytes()
    assert turn(desktop, demo, "ctrl+1").tobytes() == pictures["usage"].tobytes()


def test_a_tab_can_be_clicked(desktop, demo):
    left, top, right, _ = desktop.screen.box(demo)
    before = inside(desktop, demo).tobytes()
    desktop.screen.click((left + right) // 2, top + 24)
    wait_for(lambda: inside(desktop, demo).tobytes() != before, 10, "another page")
    desktop.screen.move(640, 4)
    by_pointer = calm(desktop, demo)
    turn(desktop, demo, "ctrl+1")
    assert turn(desktop, demo, "ctrl+2").tobytes() == by_pointer.tobytes()


@pytest.mark.parametrize("key", ["ctrl+2", "ctrl+3"])
def test_a_page_follows_the_theme_while_it_is_open(desktop, demo, key):
    turn(desktop, demo, key)
    light = theme(dark=False)
    try:
        desktop.set_dark(dark=False)
        wait_for(lambda: inside(desktop, demo).getpixel((3, 3)) == rgb(light.page), 10, "light window")
        shown = colours(calm(desktop, demo))
        assert shown.get(rgb(light.card), 0) > 10_000
        dark = sum(shown.get(rgb(colour), 0) for colour in (DARK.card, DARK.page, DARK.key, DARK.well))
        assert dark < 100, "nothing was left dark but what the edges of letters happen to look like"
    finally:
        desktop.set_dark(dark=True)


@pytest.mark.parametrize("key", ["ctrl+2", "ctrl+3"])
def test_a_page_fills_any_width(desktop, demo, key):
    turn(desktop, demo, key)
    for width, height in ((620, 500), (300, 400)):
        desktop.screen.resize(demo, width, height)
        wait_for(lambda w=width: inside(desktop, demo).width == w, 5, "resized")
        picture = calm(desktop, demo)
        assert picture.size == (width, height)
        edge = picture.crop((width - 40, 60, width - 14, height))
        assert colours(edge).get(rgb(DARK.card), 0) > 500, "cards reach to the right"


def test_the_heatmap_is_walked_by_keyboard_and_says_each_hour(desktop, demo):
    turn(desktop, demo, "ctrl+3")
    desktop.screen.key("Tab", "Tab", "Tab", "Tab", "Tab")  # scope, window, rank, leaderboard, heatmap
    found = DemoAnalyst().metrics().analytics
    day, hour = busiest(found)
    root = tk.Tk(screenName=desktop.env["DISPLAY"])
    try:
        root.withdraw()
        fonts = Fonts(root, 1.0, 1.0)
        step = 1 if hour < 23 else -1
        for keys, at in (
            ((), (day, hour)),
            (("Right" if step > 0 else "Left",), (day, hour + step)),
            (("Home",), None),
        ):
            desktop.screen.key(*keys)
            picture = calm(desktop, demo)
            said = ink(picture, told_at(picture))
            assert said, "a line of words below the chart"
            if at is not None:
                assert said == pytest.approx(fonts.width("small", heat_text(found, *at)), abs=3)
    finally:
        root.destroy()
    desktop.screen.key("Escape")
    desktop.screen.wait_for_calm()
    assert desktop.screen.windows(TITLE) == [demo], "Esc left the chart"
    desktop.screen.key("Escape")
    wait_for(lambda: not desktop.screen.windows(TITLE), 5, "Esc closed the window")


def told_at(picture):
    """Where the line below the chart with the focus ring begins."""
    accent = rgb(DARK.accent)
    ring = [y for y in range(picture.height) if picture.getpixel((RING_LEFT, y)) == accent]
    assert ring, "a focus ring"
    return max(ring) + 3


def ink(picture, top):
    """How wide the text in the line that begins below `top` is."""
    line = picture.crop((26, top + 4, picture.width - 26, top + 18)).convert("L")
    box = line.point(lambda value: 255 if value > 110 else 0).getbbox()
    return box[2] - box[0] if box else 0


def test_page_and_size_are_as_they_were_left(desktop, person, demo):
    turn(desktop, demo, "ctrl+3")
    desktop.screen.resize(demo, 440, 520)
    wait_for(lambda: inside(desktop, demo).size == (440, 520), 5, "resized")
    desktop.screen.wait_for_calm()
    desktop.screen.key("Escape")
    wait_for(lambda: not person.windows(), 5, "window closed")
    window = opened(desktop)
    wait_for(lambda: inside(desktop, window).size == (440, 520), 5, "as large as before")
    time.sleep(0.2)
    again = calm(desktop, window)
    assert turn(desktop, window, "ctrl+1").tobytes() != again.tobytes()
    assert turn(desktop, window, "ctrl+3").tobytes() == again.tobytes()


def worked(folder, name):
    """A session of Claude Code as it wrote it, a few minutes ago."""
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - 240))
    text = re.sub(r'"timestamp":"[^"]*"', f'"timestamp":"{at}"', TRANSCRIPT.read_text())
    text = re.sub(
        r'"(id|requestId|uuid)":"(\w+)', rf'"\1":"\2{name}', text
    )  # nothing of it was counted before
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.jsonl").write_text(text.replace(TRANSCRIPT.stem, name))


def test_what_was_done_on_this_machine_is_counted_by_the_window_itself(desktop, person):
    scene = Scene(person)
    scene.codex_works(session=42, week=10)
    folder = scene.claude / "projects" / "-home-dev-proj"
    worked(folder, "first")
    program = person.start()
    desktop.find_icon()
    window = opened(desktop)
    turn(desktop, window, "ctrl+2")
    wait_for(lambda: colours(inside(desktop, window)).get(rgb(DARK.accent), 0) > 20, 10, "charts")
    before = turn(desktop, window, "ctrl+3")
    worked(folder, "second")
    wait_for(lambda: inside(desktop, window).tobytes() != before.tobytes(), 15, "new figures")
    assert "tkinter" not in Path(f"/proc/{program.pid}/maps").read_text(), "the tray draws no pages"
    desktop.screen.key("Escape")
    wait_for(lambda: not person.windows(), 5, "window closed")
    assert "Traceback" not in person.log.read_text()
