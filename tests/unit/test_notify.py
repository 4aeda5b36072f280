"""Notifications through one interface: the ways are tried in order, and none of them harms the caller."""

import threading

from tray.views.notify import Notifier

SOON = 5.0  # seconds: a bound that a failing test runs into, never a good one


class Way:
    """A way of notifying: shows, declines or fails."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []
        self.done = threading.Event()

    def __call__(self, title, body, key):
        self.asked.append((title, body, key))
        self.done.set()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_the_first_way_that_shows_it_is_the_last_one_asked():
    ways = Way(False), Way(True), Way(True)
    Notifier(*ways).show("Title", "Body", "key")
    assert ways[1].done.wait(SOON)
    assert [way.asked for way in ways] == [[("Title", "Body", "key")], [("Title", "Body", "key")], []]


def test_a_way_that_fails_is_passed_by():
    ways = Way(RuntimeError("no bus")), Way(True)
    Notifier(*ways).show("Title", "Body", "key")
    assert ways[1].done.wait(SOON)


def test_what_nobody_shows_is_in_the_log(caplog):
    Notifier(Way(False), Way(OSError()))._show("Title", "one\ntwo", "key")
    assert "Title: one; two" in caplog.text


def test_a_slow_desktop_does_not_hold_the_caller():
    go, shown = threading.Event(), threading.Event()

    def slow(title, body, key):
        go.wait(SOON)
        shown.set()
        return True

    Notifier(slow).show("Title", "Body", "key")
    assert not shown.is_set()
    go.set()
    assert shown.wait(SOON)
