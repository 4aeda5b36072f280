"""Single calls, sessions and slash commands, as a notebook asks for them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.usage_stage import MODEL, Stage, call, millis, turn
from tray.metrics import open_index
from tray.metrics.records import Session, SlashCommand


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


def test_calls_come_once_in_the_order_of_time(stage):
    stage.file("claude", [call("b", "2026-11-21T12:00Z", output=2), call("a", output=1)])
    stage.file("claude", [call("a", session="s2", output=1)])
    stage.file("codex", [call("c", "2026-11-21T11:00Z", session="c1", output=3)])
    assert [found.output for found in stage.index.calls()] == [1, 3, 2]
    assert [found.output for found in stage.index.calls(agent="claude")] == [1, 2]
    eleven, noon = millis("2026-11-21T11:00Z"), millis("2026-11-21T12:00Z")
    assert [found.output for found in stage.index.calls(since=eleven, until=noon)] == [3]
    first = next(stage.index.calls())
    assert (first.agent, first.session, first.model, first.project) == (
        "claude",
        "s1",
        MODEL,
        "/home/dev/proj",
    )
    assert len(first.key) == 16


def test_sessions_are_listed_newest_first(stage):
    stage.file(
        "claude",
        [call("a"), call("b", "2026-11-21T10:20Z", model="last")],
        turns=[turn("t", "2026-11-21T09:59Z")],
    )
    stage.file("pi", turns=[turn("u", "2026-11-22T09:00Z", session="p1")], gone=True)
    newest, oldest = stage.index.sessions()
    assert (newest.id, newest.agent, newest.calls, newest.turns, newest.gone) == ("p1", "pi", 0, 1, True)
    assert oldest == Session(
        id="s1",
        agent="claude",
        project="/home/dev/proj",
        started=millis("2026-11-21T09:59Z"),
        ended=millis("2026-11-21T10:20Z"),
        model="last",
        calls=2,
        turns=1,
        gone=False,
    )
    assert [found.id for found in stage.index.sessions(agent="pi")] == ["p1"]


def test_sessions_of_one_database_have_their_own_times(stage):
    stage.file(
        "opencode",
        [call("a", "2026-11-01T10:05Z"), call("b", "2026-11-21T11:58Z", session="s2")],
        turns=[turn("t", "2026-11-01T10:04Z"), turn("u", "2026-11-21T11:57Z", session="s2")],
    )
    newest, oldest = stage.index.sessions()
    assert (newest.started, newest.ended) == (millis("2026-11-21T11:57Z"), millis("2026-11-21T11:58Z"))
    assert oldest.started == millis("2026-11-01T10:04Z")
    assert oldest.ended == millis("2026-11-01T10:15Z") - 1, "known to the quarter of an hour"


def test_a_session_begins_and_ends_with_a_prompt_though_its_answers_are_copies(stage):
    stage.file("claude", [call("a")], turns=[turn("t", "2026-11-21T09:59Z")])
    said = [turn("t", "2026-11-21T09:59Z", session="fork"), turn("u", "2026-11-21T10:30Z", session="fork")]
    stage.file("claude", [call("a", session="fork")], turns=said)
    fork = stage.index.sessions()[0]
    span = (millis("2026-11-21T09:59Z"), millis("2026-11-21T10:30Z"))
    assert (fork.id, fork.started, fork.ended) == ("fork", *span)


def test_slash_commands_are_counted_once(stage):
    said = [turn("1", command="review"), turn("2", command="review"), turn("3", command="clear"), turn("4")]
    stage.file("claude", turns=said)
    stage.file("claude", turns=[turn("1", session="fork", command="review")])
    assert stage.index.slash_commands() == [
        SlashCommand(name="review", count=2),
        SlashCommand(name="clear", count=1),
    ]
    assert stage.index.slash_commands(since=millis("2026-11-22T00:00Z")) == []
    assert stage.index.slash_commands(agent="pi") == []


def test_an_index_that_is_not_there_is_not_made_for_reading(tmp_path, stage):
    stage.places.index_file = tmp_path / "none" / "index.db"
    with pytest.raises(FileNotFoundError):
        open_index(stage.places, write=False)
    assert not stage.places.index_file.exists()


def test_reading_goes_on_beside_a_writer(stage):
    stage.file("claude", [call("a", output=1)])
    with open_index(stage.places, write=False) as reader:
        stage.file("claude", [call("b", output=1)])
        assert reader.usage(timezone="UTC").totals.calls == 2


def test_the_package_itself_loads_nothing():
    code = "import sys, tray.metrics; print(*[n for n in sys.modules if n in ('sqlite3', 'json', 'dataclasses', 'msgspec')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
