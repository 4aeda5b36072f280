"""Claudette's own token rows: they count where no transcript tells of their chat, and only there."""

from __future__ import annotations

import pytest

from tests.claudette_db import PI, ClaudetteDb
from tests.usage_stage import Stage, call, millis
from tray.metrics import claudette_calls, claudette_chats

AT = millis("2026-11-21T10:00Z") / 1000
OLLAMA = {"id": "ollama", "label": "Ollama", "kind": "ollama", "default_model": "qwen"}
OPUS = "claude-opus-4-8"
M = 1_000_000


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


@pytest.fixture
def db(stage):
    made = ClaudetteDb(stage.places.claudette_db)
    made.workspace("w1")
    made.backends(PI, OLLAMA)
    return made


def pi_chat(db, name="s1", model="pi/x", **values):
    db.session(name, "w1", **values)
    db.setting(f"model_provider:{name}", "pi")
    db.setting(f"model:{name}", model)


def transcript(stage, session, agent="claude"):
    stage.file(agent, [call(f"of {session}", session=session, output=1)])


def outputs(stage, **asked):
    return {row.agent: row.output_tokens for row in stage.usage(**asked).rows}


def test_a_chat_without_a_transcript_counts(stage, db):
    pi_chat(db, model=f"anthropic/{OPUS}")
    db.message("s1", at=AT, prompt=100, completion=M, cache_read=7)
    db.message("s1", at=AT + 1000, prompt=1, completion=2)
    db.message("s1", at=AT, role="user", prompt=9, completion=9)
    db.message("s1", at=AT)  # of a turn that recorded none
    (row,) = stage.usage().rows
    assert (row.period, row.agent, row.models) == ("2026-11-21", "claudette/pi_sdk", (f"anthropic/{OPUS}",))
    assert (row.calls, row.sessions, row.input_tokens, row.output_tokens) == (2, 1, 101, M + 2)
    assert (row.cache_read_tokens, row.inexact_calls) == (7, 0)
    assert row.cost_usd == pytest.approx(25, rel=0.01), "none was recorded: the table's price"
    assert stage.usage("session").rows[0].period == "s1"
    assert stage.usage("project").rows[0].period == "/home/dev/proj"
    assert stage.usage(project="proj", agent="claudette").totals.calls == 2
    assert stage.usage(agent="claude").rows == ()
    assert stage.usage(since="2026-11-22").rows == ()


def test_the_worktree_is_the_project(stage, db):
    pi_chat(db)
    db.message("s1", at=AT, completion=1)
    with db.held() as connection:
        connection.execute("UPDATE workspaces SET worktree_path = '/home/dev/trees/w1'")
    assert stage.usage("project").rows[0].period == "/home/dev/trees/w1"


def test_the_chats_own_session_has_a_transcript(stage, db):
    transcript(stage, "cli-1")
    db.session("s1", "w1", cli="cli-1")
    db.message("s1", at=AT, prompt=5, completion=50)
    assert outputs(stage) == {"claude": 1}


def test_it_is_found_among_names_of_two_lines(stage, db):
    db.session("s0", "w1", cli="two\nlines")
    test_the_chats_own_session_has_a_transcript(stage, db)


@pytest.mark.parametrize("deleted", [False, True], ids=["agent_sessions", "deleted_agent_sessions"])
def test_an_earlier_session_of_the_chat_has_a_transcript(stage, db, deleted):
    transcript(stage, "cli-old")
    db.session("s1", "w1", cli="cli-new-without-transcript")
    db.message("s1", at=AT, prompt=5, completion=50)
    db.agent_session("cli-old", at=AT, deleted=deleted)
    assert outputs(stage) == {"claude": 1}


def test_a_chat_that_was_not_at_work_then_is_not_meant(stage, db):
    transcript(stage, "cli-old")
    db.session("s1", "w1")
    db.message("s1", at=AT + 7200, prompt=5, completion=50)
    db.agent_session("cli-old", at=AT)
    assert outputs(stage) == {"claude": 1, "claudette/anthropic": 50}


def test_of_two_chats_at_work_the_one_with_that_client_is_meant(stage, db):
    transcript(stage, "cli-old")
    db.session("s1", "w1")
    pi_chat(db, "s2")
    for chat in ("s1", "s2"):
        db.message(chat, at=AT, completion=50)
    db.agent_session("cli-old", at=AT)
    assert outputs(stage) == {"claude": 1, "claudette/pi_sdk": 50}


def test_in_doubt_nothing_counts_twice(stage, db):
    """The chat ran Codex then, and is set to Pi now."""
    transcript(stage, "thread-1", "codex")
    pi_chat(db)
    db.message("s1", at=AT, completion=50)
    db.agent_session("thread-1", at=AT)
    assert outputs(stage) == {"codex": 1}


def test_a_session_in_another_workspace_is_none_of_its(stage, db):
    db.workspace("w2")
    transcript(stage, "cli-old")
    db.session("s1", "w1")
    db.message("s1", at=AT, completion=50)
    db.agent_session("cli-old", at=AT, workspace="w2")
    assert outputs(stage) == {"claude": 1, "claudette/anthropic": 50}


def test_the_clis_cost_is_a_running_total(stage, db):
    db.session("s1", "w1")
    for minute, cost in ((0, 0.10), (20, 0.22), (40, 0.05), (60, None), (80, 0.30)):
        db.message("s1", at=AT + 60 * minute, completion=10, cost=cost)
    (row,) = stage.usage().rows
    assert row.cost_usd == pytest.approx(0.10 + 0.12 + 0.05 + 0.25)
    assert row.inexact_calls == row.calls == 5, "the last request of each turn is all that was kept"


def test_it_is_one_over_any_portions_too(stage, db, monkeypatch):
    monkeypatch.setattr(claudette_chats, "CHUNK", 2)
    monkeypatch.setattr(claudette_calls, "_LEAST", 1)
    monkeypatch.setattr(claudette_calls, "_MOST", 1)
    test_the_clis_cost_is_a_running_total(stage, db)


def test_another_harness_tells_the_cost_of_the_turn(stage, db):
    pi_chat(db)
    for minute, cost in ((0, 0.10), (1, 0.22), (2, 0.05)):
        db.message("s1", at=AT + 60 * minute, completion=10, cost=cost)
    assert stage.usage().totals.cost_usd == pytest.approx(0.37)


def test_a_model_on_this_machine_costs_nothing(stage, db):
    db.session("s1", "w1")
    db.setting("model_provider:s1", "ollama")
    db.message("s1", at=AT, completion=10, cost=4.0)
    found = stage.usage().totals
    assert (found.cost_usd, found.unpriced_models, found.models) == (0.0, (), ("qwen",))


def test_rubbish_is_passed_over(stage, db):
    pi_chat(db)
    for at, prompt, completion, cost in (
        ("not a time", 5, 5, 1.0),
        (AT, -5, 10**15, -1.0),
        (AT, "x", 7, float("inf")),
        (AT, 2.7, None, "free"),
    ):
        db.message("s1", at=at, prompt=prompt, completion=completion, cost=cost)
    (row,) = stage.usage().rows
    assert (row.calls, row.input_tokens, row.output_tokens) == (3, 2, 7)
    assert row.cost_usd is None


def test_messages_that_name_no_chat_count_for_their_workspace(stage, db):
    db.message(None, at=AT, completion=50)
    assert [row.period for row in stage.usage("session").rows] == ["w1"]
    transcript(stage, "cli-old")
    db.agent_session("cli-old", at=AT)
    assert outputs(stage) == {"claude": 1}


def test_a_database_from_before_tokens_has_dollars_alone(stage):
    made = ClaudetteDb(stage.places.claudette_db, "old")
    made.workspace("w1")
    made.message(None, at=AT, cost=0.5)
    found = stage.usage().totals
    assert (found.calls, found.output_tokens, found.cost_usd) == (0, 0, 0.5)


def test_a_database_that_can_not_be_read_is_left_out_and_said(stage, db):
    transcript(stage, "cli-1")
    assert stage.index.told is None
    stage.places.claudette_db.write_bytes(b"no database at all" * 1000)
    for side in ("-wal", "-shm"):
        stage.places.claudette_db.with_name(f"claudette.db{side}").unlink(missing_ok=True)
    assert outputs(stage) == {"claude": 1}
    assert stage.index.told == "corrupt"
