"""From the command to the icon, from the click to the window, and the answer of `status`."""

from __future__ import annotations

import subprocess
import sys

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from tests.bench.watching import timed, until
from tests.e2e.person import end
from tests.e2e.waiting import wait_for

TITLE = "Claudette usage"


def test_start_to_icon_visible(desktop, person, figures):
    desktop.wait_for_no_icon()
    taken = []
    for _ in range(7):
        figures.beat()
        started = []
        start = timed(lambda: started.append(person.start()))  # noqa: B023 - called at once
        taken.append(start + until(desktop._changed, "icon in the panel"))
        end(started[0])
        desktop.wait_for_no_icon()
    figures.hold("start to icon visible", taken[1:], 400)  # the first one fills the caches


def test_click_to_window_painted(desktop, person, figures):
    """Seen through X alone and in a small part of the window, so that looking takes no time from painting."""
    person.start()
    left, top, right, bottom = desktop.find_icon()
    display = Display(desktop.env["DISPLAY"])
    taken, box = [], None
    for _ in range(8):
        figures.beat()
        desktop.screen.move((left + right) // 2, (top + bottom) // 2)
        desktop.screen.wait_for_calm()
        click = timed(lambda: _click(display))
        if box is not None:
            taken.append(click + until(lambda: _is_painted(display, box), "window painted"))  # noqa: B023 - called at once
        box = desktop.screen.box(desktop.screen.window(TITLE))
        desktop.screen.wait_for_calm()
        assert _is_painted(display, box)
        desktop.screen.key("Escape")
        wait_for(lambda: not desktop.screen.windows(TITLE), 10, "window closed")
        wait_for(lambda: len(person.processes()) == 1, 10, "window's process ended")
        wait_for(lambda: not _is_painted(display, box), 10, "desktop painted again")  # noqa: B023 - called at once
    display.close()
    figures.hold("click to window painted", taken, 350)


def test_sigterm_to_gone(desktop, person, figures):
    taken = []
    for _ in range(5):
        figures.beat()
        started = person.start()
        desktop.find_icon()
        started.terminate()
        taken.append(timed(lambda: started.wait(10)))  # noqa: B023 - called at once
        assert person.processes() == {}
        desktop.wait_for_no_icon()
    figures.hold("SIGTERM to gone", taken, 2000)


def test_status_from_cache(desktop, person, figures):
    person.start()
    desktop.find_icon()
    command = [sys.executable, "-m", "tray", "status", "--json"]

    def ask():
        subprocess.run(command, env=person.env, cwd=person.home, capture_output=True, check=True)

    wait_for((person.state / "claudette-tray" / "board.json").exists, 10, "store written")
    taken = []
    for _ in range(11):
        figures.beat()
        taken.append(timed(ask))
    figures.hold("status from cache", taken[1:], 150)


def _click(display):
    """The left button, where the pointer is; without the time that a helper program takes to start."""
    xtest.fake_input(display, X.ButtonPress, 1)
    xtest.fake_input(display, X.ButtonRelease, 1)
    display.sync()


def _is_painted(display, box):
    """Whether the top of the window holds text: smoothed, it has many colours, an empty window one."""
    left, top, right, _ = box
    picture = display.screen().root.get_image(left, top, right - left, 40, X.ZPixmap, 0xFFFFFF)
    return len(set(memoryview(picture.data).cast("I"))) >= 12
