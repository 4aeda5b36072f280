"""The thread that asks the analyst: the latest question counts, and nothing is asked that cannot have changed."""

import threading
import time
from dataclasses import replace

from tests.window_stage import NOW
from tray.core.insights import Metrics, Scope
from tray.core.page_words import UNREADABLE
from tray.demo.insights import DemoAnalyst
from tray.views.window.asking import AGAIN, SOON, Asker
from tray.views.window.insight_state import Asked

MONTH, WEEK, DAY = Asked(days=30), Asked(days=7), Asked(days=1)


class Scene:
    """An asker whose analyst answers one question for each `let`, with a clock that the test moves."""

    def __init__(self, *, free=True, broken=0):
        self.complete = True
        self.seconds, self.stamp, self.made, self.closed = 0.0, 0, 0, threading.Event()
        self.asked, self.answers, self.threads = [], [], set()
        self.free, self.turns, self.broken = free, threading.Semaphore(0), broken
        self.heard = threading.Semaphore(0)
        self.reached = threading.Semaphore(0)
        self.demo = DemoAnalyst(lambda: NOW)
        self.asker = Asker(self.make, self.told, stamps=self.stamps, clock=lambda: self.seconds)

    def stamps(self):
        self.threads.add(threading.current_thread().name)
        self.reached.release()
        return self.stamp

    def make(self):
        self.made += 1
        if self.broken:
            self.broken -= 1
            raise OSError("no such file")
        return self

    def metrics(self, *, scope, days):
        if self.broken:
            raise OSError("gone meanwhile")
        self.asked.append(Asked(scope=scope, days=days))
        if not self.free:
            self.turns.acquire()
        return replace(self.demo.metrics(scope=scope, days=days), complete=self.complete)

    def close(self):
        self.closed.set()

    def told(self, answer):
        self.answers.append(answer)
        self.heard.release()

    def look(self, asked, **more):
        """Ask, and wait until the thread has seen it."""
        self.asker.look(asked, **more)
        assert self.reached.acquire(timeout=20)

    def hear(self):
        assert self.heard.acquire(timeout=20)
        return self.answers[-1]

    def settle(self):
        """Until what was looked at is through: another question is answered after all before it."""
        self.asker.look(DAY, anew=True)
        while self.hear().asked != DAY:
            pass


def test_a_question_is_answered_on_a_thread_of_its_own():
    scene = Scene()
    scene.look(WEEK)
    answer = scene.hear()
    assert answer.asked == WEEK
    assert answer.found.analytics.window_days == 7
    assert scene.threads == {"activity"}
    scene.asker.close()


def test_the_analyst_is_made_once_and_closed_at_the_end():
    scene = Scene()
    for asked in (WEEK, MONTH):
        scene.look(asked)
        scene.hear()
    assert scene.made == 1
    assert not scene.closed.is_set()
    scene.asker.close()
    assert scene.closed.wait(20)


def test_nothing_is_made_before_the_first_look():
    scene = Scene()
    scene.asker.close()
    assert scene.made == 0
    assert scene.asked == []


def test_of_questions_asked_meanwhile_only_the_latest_is_answered():
    scene = Scene(free=False)
    scene.look(MONTH)
    while not scene.asked:
        time.sleep(0.001)
    scene.asker.look(WEEK)
    scene.asker.look(DAY)
    scene.turns.release(2)
    assert scene.hear().asked == DAY
    assert scene.asked == [MONTH, DAY]
    assert [answer.asked for answer in scene.answers] == [DAY], "the month's came too late to count"
    scene.asker.close()


def test_what_cannot_have_changed_is_not_asked_again():
    scene = Scene()
    scene.look(MONTH)
    scene.hear()
    scene.look(MONTH)
    scene.settle()
    assert scene.asked == [MONTH, DAY]
    scene.asker.close()


def test_other_data_is_asked_for():
    scene = Scene()
    scene.look(MONTH)
    scene.hear()
    scene.stamp = 1
    scene.look(MONTH)
    scene.hear()
    assert scene.asked == [MONTH, MONTH]
    scene.asker.close()


def test_time_alone_changes_figures_once_a_minute():
    scene = Scene()
    scene.look(MONTH)
    scene.hear()
    scene.seconds = AGAIN - 1
    scene.look(MONTH)
    scene.seconds = AGAIN
    scene.look(MONTH)
    scene.hear()
    assert scene.asked == [MONTH, MONTH]
    scene.asker.close()


def test_an_answer_that_was_not_complete_is_asked_for_sooner():
    scene = Scene()
    scene.complete = False
    scene.look(MONTH)
    scene.hear()
    scene.seconds = SOON
    scene.look(MONTH)
    scene.hear()
    assert scene.asked == [MONTH, MONTH]
    scene.asker.close()


def test_a_refresh_asks_in_any_case():
    scene = Scene()
    scene.look(MONTH)
    scene.hear()
    scene.look(MONTH, anew=True)
    scene.hear()
    assert scene.asked == [MONTH, MONTH]
    scene.asker.close()


def test_what_breaks_is_told_and_tried_again(capsys):
    scene = Scene(broken=1)
    scene.look(Asked(scope=Scope.CLAUDETTE))
    found = scene.hear().found
    assert isinstance(found, Metrics)
    assert (found.trouble, found.scope, found.empty) == (f"{UNREADABLE}.", Scope.CLAUDETTE, True)
    scene.look(Asked(scope=Scope.CLAUDETTE))
    assert scene.hear().found.trouble is None
    scene.asker.close()
    assert "OSError" in capsys.readouterr().err


def test_after_the_end_nothing_is_told():
    scene = Scene(free=False)
    scene.look(MONTH)
    while not scene.asked:
        time.sleep(0.001)
    scene.asker.close()
    scene.turns.release()
    assert scene.closed.wait(20)
    assert scene.answers == []


def test_what_breaks_later_erases_no_figure(capsys):
    scene = Scene()
    scene.look(WEEK)
    good = scene.hear().found
    scene.broken = -1
    scene.look(WEEK, anew=True)
    found = scene.hear().found
    assert (found.trouble, found.complete) == (f"{UNREADABLE}.", False)
    assert (found.workspaces, found.analytics) == (good.workspaces, good.analytics)
    scene.look(MONTH)
    other = scene.hear().found
    assert (other.empty, other.analytics.window_days) == (True, 30), "other figures are no answer to it"
    scene.broken = 0
    scene.look(WEEK)
    assert scene.hear().found.trouble is None
    scene.asker.close()
    assert "OSError" in capsys.readouterr().err
