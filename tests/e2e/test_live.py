"""The activity in an open window while agents work: soon, calm, and where one was looking."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.claude_transcripts import answer, dumped, prompt
from tests.claudette_db import ClaudetteDb
from tests.e2e.painted import colours, rgb
from tests.e2e.scene import Scene
from tests.e2e.waiting import wait_for
from tray.views.window.theme import theme

TITLE = "^Claudette usage$"
DARK = theme(dark=True)
SOON = 6.0  # seconds, twice what is promised


@pytest.fixture
def work(desktop, person):
    """A session of Claude Code, the tray, and its window at the activity."""
    scene = Scene(person)
    scene.folder = scene.claude / "projects" / "-home-dev-proj"
    scene.folder.mkdir(parents=True)
    scene.turns = 0
    for _ in range(3):
        turn(scene)
    scene.program = person.start()
    desktop.find_icon()
    desktop.click_icon()
    scene.window = desktop.screen.window(TITLE)
    desktop.screen.move(640, 4)
    desktop.screen.resize(scene.window, 380, 400)
    desktop.screen.key("ctrl+2")
    wait_for(lambda: colours(seen(desktop, scene)).get(rgb(DARK.accent), 0) > 20, 10, "charts")
    return scene


def turn(scene, session="s-1"):
    """A question and an answer of a session, now."""
    scene.turns += 1
    at = round(time.time() * 1000)
    lines = (
        prompt(f"p-{scene.turns}", at, session=session),
        answer(f"m-{scene.turns}", at, session=session, output=50_000),
    )
    with (scene.folder / f"{session}.jsonl").open("ab") as file:
        file.write(b"".join(map(dumped, lines)))


def seen(desktop, scene):
    return desktop.screen.picture().crop(desktop.screen.box(scene.window))


def watched(desktop, scene, until, seconds):
    """All different pictures of the window until one is as wanted."""
    pictures = [seen(desktop, scene)]

    def done():
        picture = seen(desktop, scene)
        if picture.tobytes() != pictures[-1].tobytes():
            pictures.append(picture)
        return until(picture)

    wait_for(done, seconds, "new figures")
    return pictures


def figures(picture):
    """The part of a page that tells numbers: not the tabs, not what follows the clock."""
    return picture.crop((0, 60, picture.width, picture.height)).tobytes()


def test_a_turn_is_there_in_a_moment_without_flicker_where_one_was(desktop, work):
    desktop.screen.key("Tab", "Tab")  # in a chart of the dashboard, which scrolls
    before = settled(desktop, work)
    ring = ring_of(before)
    assert ring, "the keyboard is in a chart"
    turn(work)
    pictures = watched(desktop, work, lambda now: figures(now) != figures(before), SOON)
    desktop.screen.wait_for_calm()
    pictures.append(seen(desktop, work))
    for picture in pictures:
        assert ring_of(picture) == ring, "focus and place stay"
        assert colours(picture)[rgb(DARK.card)] > 0.8 * colours(before)[rgb(DARK.card)], "never empty"


def ring_of(picture):
    """Where the focus ring of a chart in the left column is: its rows."""
    accent = rgb(DARK.accent)
    x = next(
        (x for x in range(20, 40) if sum(picture.getpixel((x, y)) == accent for y in range(60, 390)) > 20), 0
    )
    return [y for y in range(60, picture.height) if picture.getpixel((x, y)) == accent] if x else []


def test_claudettes_database_is_followed_as_well(desktop, work, person):
    before = settled(desktop, work)
    made = claudette(work)
    watched(desktop, work, lambda now: figures(now) != figures(before), SOON)
    before = settled(desktop, work)
    made.agent_session("a1", at=time.time())
    watched(desktop, work, lambda now: figures(now) != figures(before), SOON)


def claudette(scene):
    """Claudette's database with a session of its own."""
    made = ClaudetteDb(scene.database)
    made.workspace("w1")
    made.session("c1", "w1")
    made.message("c1", at=time.time(), prompt=10, completion=50_000, cost=1.0)
    return made


def settled(desktop, scene):
    """The window once a few looks at the data have changed nothing."""
    last, calm = [seen(desktop, scene)], [time.monotonic()]

    def quiet():
        now = seen(desktop, scene)
        if now.tobytes() != last[0].tobytes():
            last[0], calm[0] = now, time.monotonic()
        return time.monotonic() - calm[0] > 2.2

    wait_for(quiet, 20, "nothing new")
    return last[0]


def test_an_index_made_anew_takes_nothing_away(desktop, work, person):
    folder = Path(person.env["XDG_DATA_HOME"]) / "claudette-tray"
    desktop.screen.resize(work.window, 380, 640)
    before = figures(settled(desktop, work))
    files = list(folder.glob("*.db*"))
    assert files
    for file in files:
        file.unlink()
    with (work.folder / "s-1.jsonl").open("ab") as file:  # the tray looks, and has to read all again
        file.write(b'{"type":"summary"}\n')
    wait_for(lambda: list(folder.glob("*.db")), 10, "an index")
    wait_for(lambda: figures(seen(desktop, work)) == before, 10, "the same figures")
    assert figures(settled(desktop, work)) == before


def test_a_locked_database_leaves_the_last_figures_with_a_word(desktop, work):
    place = claudette(work).path
    desktop.screen.resize(work.window, 380, 640)
    before = settled(desktop, work)
    with closing(sqlite3.connect(place, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("INSERT INTO app_settings VALUES ('x', 'y')")
        desktop.screen.key("ctrl+r")
        warned = watched(desktop, work, lambda now: colours(now).get(rgb(DARK.warning), 0) > 10, 10)[-1]
        assert colours(warned).get(rgb(DARK.accent), 0) > 20, "charts"
        db.execute("ROLLBACK")
    wait_for(lambda: seen(desktop, work).tobytes() == before.tobytes(), 2 * SOON, "all is well")


def test_nobody_counts_for_a_window_that_can_not_be_seen(desktop, work, person):
    (process,) = person.windows()
    reads = wait_for(lambda: reads_of(process), 5, "reads are counted")
    before = figures(seen(desktop, work))
    turn(work)
    wait_for(lambda: figures(seen(desktop, work)) != before, SOON, "new figures")
    hidden = settled(desktop, work)
    awake = reads_of(process) - reads
    desktop.screen.minimise(work.window)
    wait_for(lambda: not desktop.screen.windows(TITLE), 5, "minimised")
    time.sleep(0.5)
    reads = reads_of(process)
    turn(work)
    time.sleep(2.5)  # longer than from one look at the data to the next
    assert reads_of(process) - reads < awake / 10
    last = figures(hidden)
    desktop.screen.restore(work.window)
    wait_for(lambda: figures(seen(desktop, work)) != last, SOON, "what came meanwhile")


def reads_of(process):
    """How many bytes it has read until now."""
    told = Path(f"/proc/{process}/io").read_text()
    return int(told.split("rchar:")[1].split()[0])
