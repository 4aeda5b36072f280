"""The page's server at its bounds: those who keep it busy, and the stream that lives as long as a page."""

import socket
import time

import pytest

from tests.web_client import enter, get, raw, read_until, stream
from tests.web_stage import served


@pytest.fixture
def page():
    with served() as running:
        yield running


@pytest.fixture
def inside(page):
    """A browser that has followed the address: its folder and its cookie."""
    page.folder, page.cookie = enter(page)
    return page


# -- those who keep a server busy


def test_a_long_request_line_is_refused(page):
    assert b" 414 " in raw(page, b"GET /" + b"x" * 1100 + b" HTTP/1.1\r\n").split(b"\r\n")[0]


def test_a_request_without_host_or_form_is_refused(page):
    assert b" 403 " in raw(page, b"GET / HTTP/1.1\r\n\r\n")
    assert b"Bad Request" in raw(page, b"\x16\x03\x01 nonsense nonsense nonsense\r\n\r\n")


def test_there_are_at_most_sixteen_connections(page):
    socks = [socket.create_connection(("127.0.0.1", page.port), 10) for _ in range(16)]
    deadline = time.monotonic() + 10
    while len(page.server._open) < 16 and time.monotonic() < deadline:
        time.sleep(0.01)
    with socket.create_connection(("127.0.0.1", page.port), 10) as one_more:
        assert one_more.recv(1) == b"", "it is closed at once"
    for sock in socks:
        sock.close()


def test_who_does_not_come_to_an_end_is_cut_off(page):
    with socket.create_connection(("127.0.0.1", page.port), 10) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        deadline = time.monotonic() + 10
        while not page.server._open and time.monotonic() < deadline:
            time.sleep(0.01)
        page.server._open = dict.fromkeys(page.server._open, 0.0)  # its time is over
        page.server.sweep()
        assert slow.recv(1) == b""


# -- the stream


def test_a_stream_tells_what_changes_and_the_end(inside):
    with stream(inside) as sock:
        assert b"text/event-stream" in read_until(sock, b"retry: 1500\n\n")
        assert inside.server.idle() == 0.0
        inside.stage.hear("lost")
        read_until(sock, b"data: changed\n\n")
        inside.stage.hear("gone")
        read_until(sock, b"event: over\n")
        assert sock.recv(1) == b""


def test_a_page_that_is_closed_is_noticed(inside):
    with stream(inside) as sock:
        read_until(sock, b"retry")
    inside.stage.hear("lost")  # it looks at the next news at the latest
    deadline = time.monotonic() + 10
    while inside.server.idle() == 0.0:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_too_many_streams_are_refused(inside):
    socks = [stream(inside) for _ in range(8)]
    for sock in socks:
        read_until(sock, b"retry")
    assert get(inside, "events").status == 503
    for sock in socks:
        sock.close()
