"""Light or dark, as a real desktop says it."""

import sys

from tests.e2e.waiting import wait_for

WATCH = """
from threading import Event
from tray.desktop import appearance
appearance.watch(lambda new: print("now", new.dark, flush=True))
print("at first", appearance.read().dark, flush=True)
Event().wait()
"""


def test_a_change_of_the_theme_is_seen_at_once(desktop, person):
    person.spawn([sys.executable, "-c", WATCH])
    try:
        wait_for(lambda: "at first True" in person.log.read_text(), 10, "dark theme read")
        desktop.set_dark(dark=False)
        wait_for(lambda: "now False" in person.log.read_text(), 5, "light theme told")
        desktop.set_dark(dark=True)
        wait_for(lambda: "now True" in person.log.read_text(), 5, "dark theme told")
    finally:
        desktop.set_dark(dark=True)


def test_the_scale_of_the_desktop_is_read(desktop, person):
    script = (
        "import subprocess, sys; subprocess.run(['xrdb', '-merge'], input=sys.argv[1], text=True, check=True)"
    )
    ask = "from tray.desktop import appearance; print(appearance.xft_dpi(), appearance.read().scale)"
    try:
        person.spawn([sys.executable, "-c", script, "Xft.dpi:\t144\n"]).wait(10)
        person.spawn([sys.executable, "-c", ask]).wait(10)
        assert person.log.read_text() == "144.0 1.5\n"
    finally:
        person.spawn(["xrdb", "-remove"]).wait(10)
