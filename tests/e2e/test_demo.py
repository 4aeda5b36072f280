"""`--demo`: anyone can look at every state; nothing of the person's is read, written or left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.e2e.painted import colours, rgb, wait_until_painted
from tests.e2e.scene import Scene, wait_for_tooltip
from tests.e2e.waiting import wait_for
from tray.core.choices import Show
from tray.core.meter import face_of, read_meter
from tray.core.model import Band, Shape
from tray.core.present import tooltip
from tray.demo.boards import boards
from tray.sources import ALL
from tray.views.window.theme import DARK

TITLE = "^Claudette usage$"


def files(folder: Path) -> dict[str, int]:
    """Every file below a folder with its time of change, folders too."""
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def accesses(folder: Path) -> dict[str, int]:
    """When each file was last read; file systems keep at least the first time after a write."""
    return {str(path): path.stat().st_atime_ns for path in folder.rglob("*") if path.is_file()}


def test_every_state_can_be_picked_and_is_marked_as_made_up(desktop, person):
    person.start("--demo")
    wait_for_tooltip(desktop, "Demo · ")
    item = desktop.item()
    names = [node.label for node in item.menu().find("Demo state").children if node.kind != "separator"]
    made_up = boards(0.0)
    assert names == ["All in turn", *made_up]
    for name, board in made_up.items():
        item.click("Demo state", name)
        start = tooltip(board, ALL, 0.0).partition("(")[0].partition(" reset")[0]
        wait_for_tooltip(desktop, "Demo · ", start)
        wait_until_painted(desktop, face_of(read_meter(board, ALL, 0.0), Show.LEFT))
        menu = item.menu()
        assert menu.children[0].label.startswith("Demo · ")
        picked = [node.label for node in menu.find("Demo state").children if node.checked]
        assert picked == [name]


def test_every_shape_of_the_icon_is_among_the_states():
    shown = {face_of(read_meter(board, ALL, 0.0), Show.LEFT) for board in boards(0.0).values()}
    assert {face.shape for face in shown} == set(Shape)
    assert {face.band for face in shown if face.shape is Shape.LEVEL} == set(Band)


def test_states_follow_each_other_by_themselves(desktop, person):
    person.start("--demo")
    first = wait_for_tooltip(desktop, "Demo · ")
    item = desktop.item()
    wait_for(lambda: item.tooltip() != first, 15, "the next state")


def test_its_menu_and_window_work_and_quit_ends_it(desktop, person):
    program = person.start("--demo")
    wait_for_tooltip(desktop, "Demo · ")
    desktop.choose("Demo state", "Used up")
    wait_for_tooltip(desktop, "used up")
    desktop.choose("Open usage window")
    window = desktop.screen.window(TITLE)

    def marked():
        left, top, right, _ = desktop.screen.box(window)
        strip = desktop.screen.picture().crop((left, top, right, top + 90))  # with the tabs above it
        return colours(strip).get(rgb(DARK.notice), 0) > 2000

    wait_for(marked, 10, "the window says that it is a demo")
    desktop.choose("Quit")
    assert program.wait(5) == 0
    desktop.wait_for_no_icon()
    wait_for(lambda: person.processes() == {}, 5, "the window ended too")
    assert person.log.read_text() == ""


def test_nothing_of_the_persons_is_touched(desktop, person):
    scene = Scene(person)
    scene.codex_works(session=97, week=10)
    scene.claude_login()
    scene.codex_login()
    scene.set(claude_code_usage=True, show="used")
    before, read = files(person.home), accesses(person.home)
    temporary = set(Path(tempfile.gettempdir()).glob("claudette-tray-demo-*"))
    program = person.start("--demo")
    assert "97%" not in wait_for_tooltip(desktop, "Demo · ", "left")  # and not as the settings say
    desktop.item().click("Experimental", "OpenRouter balance in usage meter")
    desktop.click_icon()
    desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    desktop.item().click("Quit")
    assert program.wait(5) == 0
    assert files(person.home) == before
    assert accesses(person.home) == read
    assert set(Path(tempfile.gettempdir()).glob("claudette-tray-demo-*")) == temporary


def test_it_runs_beside_the_real_one(desktop, person):
    Scene(person).codex_works(session=42, week=10)
    real = person.start()
    wait_for_tooltip(desktop, "58% left")
    demo = person.start("--demo")
    wait_for(lambda: len(desktop.bus.items()) == 2, 10, "two icons")
    tips = [item.tooltip() for item in desktop.bus.items()]
    assert sorted(tip.startswith("Demo · ") for tip in tips) == [False, True]
    demo.terminate()
    assert demo.wait(5) == 0
    assert real.poll() is None


def test_its_window_alone_touches_nothing_and_ends_with_its_command(desktop, person):
    Scene(person).codex_works(session=97, week=10)
    before = files(person.home)
    demo = person.start("--demo", "window", "--page", "insights")
    window = desktop.screen.window(TITLE)
    desktop.screen.wait_for_calm()
    assert not desktop.bus.items(), "no icon"
    assert files(person.home) == before
    desktop.screen.close(window)
    wait_for(lambda: demo.poll() is not None, 5, "the command has ended")
    assert demo.poll() == 0
