"""Tokens and doors, whose program is at the other end, and how long the page lives."""

import os
import re
import signal
import socket
import sys
from types import SimpleNamespace

import pytest

from tests.fakes import Clock
from tray.core.screen import CANT_DRAW
from tray.views.web.__main__ import UNUSED_FOR, is_over, main, present
from tray.views.web.doors import TOKEN_FOR, Doors
from tray.views.web.peer import is_ours


def test_a_token_waits_two_minutes():
    clock = Clock(0.0)
    doors = Doors(clock)
    token = doors.token()
    clock.at = TOKEN_FOR - 1
    assert doors.waiting
    clock.at = TOKEN_FOR
    assert not doors.waiting
    assert doors.open(token) is None


def test_a_token_is_no_part_of_its_door():
    doors = Doors(Clock(0.0))
    token = doors.token()
    door = doors.open(token)
    assert door is not None
    assert not doors.waiting
    assert len({token, door.key, door.folder}) == 3
    assert door.folder not in door.key
    assert doors.fits(door.folder, door.key)
    assert not doors.fits(door.folder, token)
    assert not doors.fits("", door.key)


def test_strange_letters_are_only_wrong():
    doors = Doors(Clock(0.0))
    doors.token()
    assert doors.open("ü\u2028") is None
    assert doors.waiting, "the right one still works"


# -- whose program


def table(tmp_path, *owners):
    """A table of connections from 127.0.0.1:8080 to 127.0.0.1:9090, one for each owner."""
    number = f"{int.from_bytes(socket.inet_aton('127.0.0.1'), 'little'):08X}"
    lines = [
        f"   {n}: {number}:1F90 {number}:2382 01 00000000:00000000 00:00000000 00000000 {owner} 0 1 1"
        for n, owner in enumerate(owners)
    ]
    file = tmp_path / "tcp"
    file.write_text("\n".join(["  sl  local_address rem_address ...", *lines, "short line"]) + "\n")
    return file


CLIENT, SERVER = ("127.0.0.1", 8080), ("127.0.0.1", 9090)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no user numbers")
def test_another_users_program_is_told_apart(tmp_path):
    ours, other = os.getuid(), os.getuid() + 4711
    assert is_ours(CLIENT, SERVER, table(tmp_path, ours))
    assert is_ours(CLIENT, SERVER, table(tmp_path, 0)), "root can see everything anyway"
    assert not is_ours(CLIENT, SERVER, table(tmp_path, other))
    assert not is_ours(CLIENT, SERVER, table(tmp_path, ours, other))


def test_where_nobody_tells_the_token_alone_decides(tmp_path):
    assert is_ours(CLIENT, SERVER, tmp_path / "nothing")
    assert is_ours(("127.0.0.1", 1), SERVER, table(tmp_path, 4711))
    (tmp_path / "tcp").write_bytes(b"\xff\xfe\n\n")
    assert is_ours(CLIENT, SERVER, tmp_path / "tcp")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no user numbers")
def test_our_own_connection_is_ours():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with socket.create_connection(address) as client:
            assert is_ours(client.getsockname(), address)


# -- the life of the page


def life(*, over=False, waiting=False, visited=False, idle=0.0):
    server = SimpleNamespace(doors=SimpleNamespace(waiting=waiting), visited=visited, idle=lambda: idle)
    return is_over(server, SimpleNamespace(over=over))


def test_the_page_lives_while_somebody_may_come_or_is_there():
    assert not life(waiting=True)
    assert not life(visited=True, idle=0.0)
    assert not life(visited=True, idle=UNUSED_FOR)
    assert not life(visited=True, idle=UNUSED_FOR + 1, waiting=True), "it was asked for again"


def test_the_page_ends_with_its_readers_and_its_engine():
    assert life(), "never opened"
    assert life(visited=True, idle=UNUSED_FOR + 1)
    assert life(visited=True, over=True)
    assert life(waiting=True, over=True)


def test_the_address_is_printed_alone_where_nothing_is_opened(capsys):
    server = SimpleNamespace(address=lambda query: f"http://127.0.0.1:1/open/token{query}")
    present(server, "?", opens=False, prints=True)
    present(server, "?tab=insights", opens=False, prints=True)
    assert capsys.readouterr().out == (
        "http://127.0.0.1:1/open/token\nhttp://127.0.0.1:1/open/token?tab=insights\n"
    )


# -- the process


@pytest.fixture
def lonely(tmp_path, monkeypatch):
    """A person whose browser opens nothing, and without any engine."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("tray.views.web.doors.TOKEN_FOR", 0.0)
    names = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(name) for name in names]
    yield monkeypatch
    for name, handler in zip(names, before, strict=True):
        signal.signal(name, handler)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every machine has a browser")
def test_a_page_that_no_browser_opens_is_told(lonely, capsys):
    lonely.setenv("BROWSER", "true")
    assert main(["--stands-in"]) == CANT_DRAW
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "The browser did not open the page.\n")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every machine has a browser")
def test_without_browser_and_terminal_there_is_nothing_to_do(lonely, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        lonely.delenv(name, raising=False)
    assert main([]) == CANT_DRAW
    assert capsys.readouterr().err.startswith("No browser can be opened here")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every machine has a browser")
def test_an_address_that_nobody_follows_ends_the_page(lonely, capsys):
    assert main(["--no-open"]) == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/open/[\w-]{43}\n", capsys.readouterr().out)
