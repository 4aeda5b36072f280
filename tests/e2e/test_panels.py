"""Panels that come, go, crash, are of another kind or are not there at all."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.e2e.desktop import HEIGHT, PANEL_HEIGHT
from tests.e2e.painted import colours, distance, rgb, wait_until_painted
from tests.e2e.scene import Scene, wait_for_tooltip
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Face, Shape
from tray.views.icon import render
from tray.views.window.theme import DARK

TITLE = "^Claudette usage$"
NORMAL = Face(shape=Shape.LEVEL, level=58, band=Band.NORMAL)
WARNING = Face(shape=Shape.LEVEL, level=30, band=Band.WARNING)
NO_PANEL = "No panel shows tray icons: add the status tray (notification area) to your panel."


@pytest.fixture
def scene(person):
    made = Scene(person)
    made.codex_works(session=42, week=10)
    return made


@pytest.fixture
def no_panel(desktop):
    """A desktop on which nothing shows tray icons, until the test starts something."""
    desktop.stop_panel()
    yield
    desktop.stop_panel()
    desktop.start_panel("xfce4-panel")


@pytest.fixture
def lxqt(desktop):
    """Another panel, made with another toolkit."""
    desktop.restart_panel("lxqt-panel")
    yield
    desktop.restart_panel("xfce4-panel")


def said(person):
    """What the tray wrote to the terminal."""
    return person.log.read_text()


@pytest.mark.parametrize("crash", [False, True], ids=["restarted", "killed"])
def test_the_icon_comes_back_with_the_panel(desktop, person, scene, crash):
    program = person.start()
    wait_until_painted(desktop, NORMAL)
    desktop.stop_panel(crash=crash)
    scene.codex_works(session=70, week=10)  # meanwhile the world goes on
    desktop.start_panel("xfce4-panel")
    wait_until_painted(desktop, WARNING)
    desktop.choose("Preferences", "Show what is used")
    wait_until_painted(desktop, Face(shape=Shape.LEVEL, level=70, band=Band.WARNING))
    assert program.poll() is None
    assert said(person) == "", "a panel that restarts is not worth a word"
    assert desktop.notifications() == []


def test_another_panel_takes_over_while_the_tray_runs(desktop, person, scene):
    desktop.restart_panel("lxqt-panel")  # its picture without an icon is needed first
    desktop.restart_panel("xfce4-panel")
    person.start()
    wait_until_painted(desktop, NORMAL)
    desktop.restart_panel("lxqt-panel")
    try:
        wait_until_painted(desktop, NORMAL)
    finally:
        desktop.restart_panel("xfce4-panel")
    wait_until_painted(desktop, NORMAL)


def test_the_second_panel_shows_icon_menu_and_window(lxqt, desktop, person, scene):
    person.start()
    wait_until_painted(desktop, NORMAL)
    scene.codex_works(session=70, week=10)
    wait_until_painted(desktop, WARNING, timeout=5)
    desktop.choose("Preferences", "Show what is used")
    wait_for_tooltip(desktop, "70% used (30% left)")
    desktop.click_icon()
    desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    desktop.screen.key("Escape")
    wait_for(lambda: not desktop.screen.windows(TITLE), 5, "window closed")
    desktop.choose("Quit")
    desktop.wait_for_no_icon()
    wait_for(lambda: person.processes() == {}, 5, "everything ended")


def test_an_open_menu_keeps_its_place_when_a_line_comes(desktop, person):
    """Here as GTK draws it; LXQt's panel closes a menu that gets another line, whatever the ids are."""
    scene = Scene(person)
    scene.codex_works(session=42)
    person.start()
    wait_for_tooltip(desktop, "58% left")
    desktop.item().settled_menu()
    desktop.click_icon(3)
    desktop.screen.wait_for_calm()
    desktop.screen.key("Down", "Down", "Down")  # the page of Claude's usage
    before = desktop.screen.wait_for_calm().tobytes()
    scene.codex_works(session=42, week=10)
    wait_for(lambda: any("Weekly" in n.label for n in desktop.item().menu().children), 5, "a new line")
    wait_for(lambda: desktop.screen.picture().tobytes() != before, 5, "the new line in the popup")
    desktop.screen.wait_for_calm()
    desktop.screen.key("Return")
    assert wait_for(person.urls, 5, "page opened") == ["https://claude.ai/settings/usage"]


def test_without_a_tray_it_says_so_goes_on_and_appears_later(no_panel, desktop, person, scene):
    program = person.start()
    wait_for(lambda: NO_PANEL in said(person), 15, "told on the terminal")
    window = desktop.screen.window(TITLE)  # the first such start opens it

    def explained():
        left, top, right, _ = desktop.screen.box(window)
        strip = desktop.screen.picture().crop((left, top, right, top + 90))  # with the tabs above it
        return colours(strip).get(rgb(DARK.notice), 0) > 2000

    wait_for(explained, 5, "the explanation is on top")
    assert ("No tray to show the battery in", NO_PANEL) in wait_for(desktop.notifications, 5, "notification")
    assert NO_PANEL in person.run("doctor").stdout
    desktop.screen.key("Escape")
    wait_for(lambda: list(person.processes()) == [program.pid], 5, "window closed")
    desktop.start_panel("xfce4-panel")
    wait_until_painted(desktop, NORMAL)
    assert NO_PANEL not in person.run("doctor").stdout
    assert said(person).count(NO_PANEL) == 1


def test_the_second_start_without_a_tray_says_so_and_opens_no_window(no_panel, desktop, person, scene):
    mark = person.state / "claudette-tray" / "told-no-tray"
    mark.parent.mkdir(parents=True)
    mark.touch()
    gnome = {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}  # where the extension is missing
    extension = 'the extension "AppIndicator and KStatusNotifierItem Support"'
    program = person.start(**gnome)
    wait_for(lambda: extension in said(person), 15, "told on the terminal")
    assert "gnome-shell-extension-appindicator" in wait_for(desktop.notifications, 5, "notification")[0][1]
    desktop.screen.wait_for_calm()
    assert list(person.processes()) == [program.pid]
    assert extension in person.run("doctor", **gnome).stdout


def test_an_older_tray_shows_it_and_a_click_opens_the_window(no_panel, desktop, person, scene):
    older = ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--expand", "true"]
    tray = person.spawn([*older, "--height", str(PANEL_HEIGHT), "--transparent", "false"])
    program = person.start()
    place = wait_for(lambda: shown(desktop, NORMAL), 15, "icon in the older tray")
    assert said(person) == ""
    scene.codex_works(session=70, week=10)
    wait_for(lambda: shown(desktop, WARNING), 5, "a change is shown there too")
    desktop.screen.click(*place)
    desktop.screen.window(TITLE)
    desktop.screen.key("Escape")
    wait_for(lambda: list(person.processes()) == [tray.pid, program.pid], 5, "window closed")
    tray.kill()
    tray.wait()
    desktop.start_panel("xfce4-panel")  # a real host is preferred as soon as there is one
    wait_until_painted(desktop, WARNING)


def shown(desktop, face):
    """The middle of the place in the corner where an older tray shows this face; None where none does."""
    screen, picture = desktop.screen.picture(), render(face, 24)
    top = HEIGHT - PANEL_HEIGHT + 4
    for left in range(screen.width - 34, screen.width - 23):
        place = screen.crop((left, top, left + 24, top + 24))
        wanted = Image.new("RGB", place.size, place.getpixel((0, 0)))
        wanted.paste(picture, (0, 0), picture)
        if distance(place, wanted) <= 8:
            return left + 12, top + 12
    return None


def test_headless_runs_without_an_icon(desktop, person, scene):
    program = person.start("--headless")
    wait_for(lambda: "runs as headless" in person.run("doctor").stdout, 10, "engine runs")
    assert desktop.bus.items() == []
    assert "58% left" in person.run("status").stdout
    assert person.run("quit").returncode == 0
    assert program.wait(5) == 0
    assert said(person) == ""
