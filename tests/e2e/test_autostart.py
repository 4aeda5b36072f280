"""Start at login, as sessions and desktops do it."""

import shutil

import pytest

from tests.e2e.waiting import wait_for
from tray.desktop.autostart import XdgAutostart


def switched_on(person, name, *arguments):
    """A program of that file name, started at login."""
    script = person.home / name
    script.write_text("#!/bin/sh\nprintf 'started with %s arguments: %s\\n' $# \"$*\"\n")
    script.chmod(0o755)
    way = XdgAutostart(folder=person.config / "autostart", command=(str(script), *arguments))
    way.turn(on=True)
    return way


@pytest.mark.skipif(not shutil.which("dex"), reason="sudo apt-get install dex")
def test_a_session_starts_what_was_switched_on_and_only_that(person):
    way = switched_on(person, "my program", "-m", "tray")
    session = ["dex", "--autostart", "--environment", "XFCE"]
    person.spawn(session, XDG_CONFIG_DIRS="/nonexistent").wait(10)
    wait_for(lambda: "started with 2 arguments: -m tray\n" in person.log.read_text(), 5, "started at login")
    way.turn(on=False)
    person.log.write_text("")
    person.spawn(session, XDG_CONFIG_DIRS="/nonexistent").wait(10)
    assert "started" not in person.log.read_text()


@pytest.mark.skipif(not shutil.which("gio"), reason="sudo apt-get install libglib2.0-bin")
def test_any_path_reaches_the_program_as_it_is(person):
    switched_on(person, 'it\'s "here" `x` $HOME', "a b", "\\c", "%f")
    person.spawn(["gio", "launch", str(person.config / "autostart" / "claudette-tray.desktop")]).wait(10)
    wait_for(lambda: "started with 3 arguments: a b \\c %f\n" in person.log.read_text(), 5, "started by GLib")
