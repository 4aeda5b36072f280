"""The window's line to the engine: kept over a restart, given up after a while, never blocking."""

import threading

import pytest

from tray.engine.wire import ChannelError
from tray.views.window.link import GIVE_UP, Link, News


class FakeClient:
    """Says its messages, then ends (or breaks); keeps what was sent."""

    def __init__(self, *messages, breaks=None, answer=None):
        self.said, self.breaks, self.answer = messages, breaks, answer or {"ok": True}
        self.heard, self.closed = [], False

    def send(self, message):
        self.heard.append(message)

    def ask(self, message, timeout):
        self.heard.append(message)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def messages(self):
        yield from self.said
        if self.breaks:
            raise self.breaks

    def close(self):
        self.closed = True


class Stage:
    """Engines that answer one after the other (None: nobody), and a clock that only waiting moves."""

    def __init__(self, *clients):
        self.clients, self.now, self.news = list(clients), 0.0, []
        self.link = Link(self.connect, self.news.append, clock=lambda: self.now, wait=self.wait)

    def connect(self):
        return self.clients.pop(0) if self.clients else None

    def wait(self, seconds):
        self.now += seconds
        return False

    def kinds(self):
        return [news.kind for news in self.news]


BYE = {"v": 1, "bye": True}


def test_it_subscribes_as_the_window():
    client = FakeClient(BYE)
    Stage(client).link.follow()
    assert client.heard == [{"do": "subscribe", "role": "window"}]


def test_messages_are_passed_on_in_order():
    stage = Stage(FakeClient({"board": 1}, {"focus": None}, BYE))
    stage.link.follow()
    assert [news.message for news in stage.news] == [{"board": 1}, {"focus": None}, {}]


def test_a_goodbye_ends_the_window_at_once():
    stage = Stage(FakeClient(BYE), FakeClient({"board": 1}))
    stage.link.follow()
    assert stage.kinds() == ["gone"]
    assert stage.now == 0


def test_a_tray_that_takes_over_is_waited_for():
    first, second = FakeClient({**BYE, "handover": True}), FakeClient({"board": 2}, BYE)
    stage = Stage(first, None, None, second)
    stage.link.follow()
    assert stage.kinds() == ["lost", "message", "gone"]
    assert first.closed


@pytest.mark.parametrize("trouble", [None, OSError("broken"), ChannelError("broken")])
def test_a_line_that_breaks_is_tried_again(trouble):
    stage = Stage(FakeClient(breaks=trouble), None, FakeClient({"board": 2}, BYE))
    stage.link.follow()
    assert stage.kinds() == ["lost", "message", "gone"]


def test_it_gives_up_after_35_seconds_and_says_lost_once():
    stage = Stage(FakeClient({"board": 1}))
    stage.link.follow()
    assert stage.kinds() == ["message", "lost", "gone"]
    assert GIVE_UP <= stage.now <= GIVE_UP + 1


def test_the_wait_starts_anew_with_every_loss():
    stage = Stage(FakeClient(), *[None] * 60, FakeClient(), *[None] * 60, FakeClient({"board": 3}, BYE))
    stage.link.follow()
    assert stage.kinds()[-2:] == ["message", "gone"]


def test_nobody_hears_a_wish_while_there_is_no_engine():
    assert Stage().link.send({"do": "refresh"}) is False


def answers(client, wish):
    stage = Stage()
    stage.link.ask(client, wish)
    return stage.news


def test_the_answer_to_a_wish_is_posted():
    news = answers(FakeClient(answer={"ok": True}), {"do": "refresh"})
    assert news == [News(kind="answer", message={"ok": True}, wish="refresh")]


@pytest.mark.parametrize("trouble", [OSError("gone"), ChannelError("gone")])
def test_a_wish_that_fails_is_answered_with_the_trouble(trouble):
    (news,) = answers(FakeClient(answer=trouble), {"do": "toggle"})
    assert news.message == {"ok": False, "error": "gone"}


def test_sending_does_not_wait_for_the_answer():
    release, listening, answered = threading.Event(), threading.Event(), threading.Event()

    class Slow(FakeClient):
        def ask(self, message, timeout):
            release.wait(5)
            return {"ok": True}

        def messages(self):
            listening.set()
            answered.wait(5)
            yield BYE

    def post(news):
        if news.kind == "answer":
            answered.set()

    link = Link(Slow, post)
    link.start()
    assert listening.wait(5)
    assert link.send({"do": "refresh"}) is True
    assert not answered.is_set()
    release.set()
    assert answered.wait(5)


def test_a_closing_window_hears_nothing_more():
    stage = Stage()

    class Closing(FakeClient):
        def messages(self):
            stage.link.close()
            yield from ()

    stage.clients.append(Closing())
    stage.link.follow()
    assert stage.news == []
