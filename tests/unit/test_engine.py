"""The engine's loop: events in, effects performed, results back, saved and published."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.boards import NOW, ON, SOURCES, activity, board, entry, outside, problem, snapshot, source, window
from tray.core.choices import Settings
from tray.core.events import Notify, RefreshAsked, SettingsChanged
from tray.core.model import Board, Entry, ProblemKind
from tray.core.source import Outcome
from tray.engine.engine import Engine, Shell


class World:
    def __init__(self):
        self.stopping = threading.Event()

    def now(self):
        return NOW


class Run:
    """An engine on its thread with recorders around it; `wait_for` blocks until a published board fits."""

    def __init__(self, sources, first, *, settings=ON, seen=None):
        self.saved, self.told, self.boards = [], [], []
        self._news = threading.Condition()
        self.engine = Engine(
            Shell(
                world=World(),
                load_settings=lambda: settings,
                read_activity=lambda: seen or activity(outside()),
                save=lambda kept, marks: self.saved.append(kept),
                changed=self._changed,
                notify=self.told.append,
                announces_sleep=lambda: True,
            ),
            sources,
            first,
            {},
        )
        self.thread = threading.Thread(target=self.engine.run, daemon=True)

    def _changed(self, seen):
        with self._news:
            self.boards.append(seen)
            self._news.notify_all()

    def wait_for(self, fits):
        with self._news:
            assert self._news.wait_for(lambda: any(fits(b) for b in self.boards), 5)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.engine.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()


def cloud(fetch):
    return replace(SOURCES[0], fetch=fetch)


def test_a_due_source_is_fetched_published_and_saved():
    new = snapshot(window(42))
    with Run((cloud(lambda world, ask: Outcome(snapshot=new, asked=True)),), board()) as run:
        run.wait_for(lambda seen: seen.entry("cloud").snapshot == new)
    assert run.saved[-1].entry("cloud").snapshot == new
    assert run.saved[-1].saved_at == NOW


def test_an_exception_in_a_source_is_a_problem_not_the_end(caplog):
    def broken(world, ask):
        raise RuntimeError("secret-token-in-a-message")

    with Run((cloud(broken),), board()) as run:
        run.wait_for(lambda seen: seen.entry("cloud").problem is not None)
    trouble = run.boards[-1].entry("cloud").problem
    assert trouble.kind is ProblemKind.BAD_RESPONSE
    assert "secret" not in trouble.title + trouble.hint
    assert "secret" not in caplog.text


def test_an_error_of_ours_does_not_end_the_engine(caplog):
    run = Run((cloud(lambda world, ask: Outcome(snapshot=snapshot(window(42)), asked=True)),), board())
    failures = [RuntimeError("secret-token-in-a-message")]

    def changed(seen):
        if failures:
            raise failures.pop()
        run._changed(seen)

    run.engine._shell = replace(run.engine._shell, changed=changed)
    with run:
        run.wait_for(lambda seen: seen.entry("cloud").snapshot is not None)
        assert run.engine._timeout(NOW) > 1, "what is due must not fail in a loop"
    assert "unexpected error" in caplog.text
    assert "secret" not in caplog.text


def test_done_is_called_when_everything_asked_has_answered():
    finished, go = threading.Event(), threading.Event()

    def slow(world, ask):
        if ask.manual:
            go.wait(5)
        return Outcome(snapshot=snapshot(window(7)), asked=True)

    with Run((cloud(slow),), board()) as run:
        run.wait_for(lambda seen: seen.entry("cloud").snapshot is not None)
        run.engine.post(RefreshAsked(), lambda seen: finished.set())
        assert not finished.wait(0.1)
        go.set()
        assert finished.wait(5)


def test_a_change_of_last_used_alone_is_not_written_at_once():
    held = entry(window(resets_in=9e5), tried_at=NOW)
    with Run((), board(held)) as run:
        run.wait_for(lambda seen: seen.activity.outside)
        writes = len(run.saved)
        run.engine.post(RefreshAsked(local=True))
        barrier = threading.Event()
        run.engine.post(RefreshAsked(local=True), lambda seen: barrier.set())
        assert barrier.wait(5)
        assert len(run.saved) == writes


def test_settings_take_effect_at_once():
    with Run((cloud(lambda world, ask: Outcome(asked=True)),), board(entry(window(9)))) as run:
        run.engine.post(SettingsChanged(settings=Settings()))
        run.wait_for(lambda seen: seen.entry("cloud") == Entry(source="cloud"))


def test_alerts_reach_the_person():
    readings = [snapshot(window(10, read_ago=5)), snapshot(window(97, read_ago=1))]

    def fetch(world, ask):
        return Outcome(snapshot=readings[1 if ask.manual else 0], asked=True)

    with Run((cloud(fetch),), board()) as run:
        run.wait_for(lambda seen: seen.entry("cloud").snapshot is not None)
        run.engine.post(RefreshAsked())
        run.wait_for(lambda seen: seen.entry("cloud").snapshot == readings[1])
    assert [(type(told), told.alerts[0].level) for told in run.told] == [(Notify, 95)]


def test_breaking_and_recovering_are_logged_once_each(caplog):
    answers = iter([Outcome(problem=problem()), Outcome(problem=problem()), Outcome(asked=True)])
    calls = threading.Semaphore(0)

    def fetch(world, ask):
        calls.release()
        return next(answers)

    caplog.set_level("INFO")
    with Run((cloud(fetch),), board()) as run:
        assert calls.acquire(timeout=5)
        for _ in range(2):
            done = threading.Event()
            run.engine.post(RefreshAsked(), lambda seen, done=done: done.set())
            assert done.wait(5)
    lines = [record.getMessage() for record in caplog.records if "cloud" in record.getMessage()]
    assert lines == ["cloud: It failed", "cloud: working again"]


def test_nothing_due_means_sleeping_without_a_timeout():
    engine = Run((source("f", files=True, live=False),), Board(settings=ON)).engine
    engine._saved = engine.board
    assert engine._timeout(NOW) is None


def test_an_unannounced_sleep_is_looked_for_once_a_minute():
    run = Run((), Board(settings=ON))
    run.engine._shell = replace(run.engine._shell, announces_sleep=lambda: False)
    run.engine._saved = run.engine.board
    assert run.engine._timeout(NOW) == 60.0


def test_the_timeout_is_the_next_due_time():
    due = entry(window(resets_in=90, read_ago=1), tried_at=NOW)
    engine = Run((cloud(lambda world, ask: Outcome()),), board(due)).engine
    engine._saved = engine.board
    assert engine._timeout(NOW) == pytest.approx(90, abs=0.01)


def test_stop_saves_what_was_not_yet_written():
    first = board(entry(window(5), tried_at=NOW))
    with Run((), first) as run:
        run.wait_for(lambda seen: seen.activity.outside)
    assert run.saved[-1].activity.outside


def test_switching_off_what_failed_is_not_logged_as_working_again(caplog):
    caplog.set_level("INFO")
    with Run((cloud(lambda world, ask: Outcome(problem=problem())),), board()) as run:
        run.wait_for(lambda seen: seen.entry("cloud").problem is not None)
        run.engine.post(SettingsChanged(settings=Settings()))
        run.wait_for(lambda seen: seen.settings == Settings())
    assert [r.getMessage() for r in caplog.records if "cloud" in r.getMessage()] == ["cloud: It failed"]


def test_a_reset_that_passes_before_any_event_is_shown():
    moment = [NOW]
    run = Run((), board(entry(window(95, resets_in=10, read_ago=60), tried_at=NOW)), seen=activity())
    run.engine._shell = replace(run.engine._shell, world=World())
    run.engine._shell.world.now = lambda: moment[0]
    run.engine._carry_out(RefreshAsked(local=True))
    shown = len(run.boards)
    moment[0] = NOW + 11
    run.engine._carry_out(RefreshAsked(local=True))  # changes nothing by itself
    assert len(run.boards) == shown + 1
