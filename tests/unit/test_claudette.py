"""Who works in Claudette: the selected session, the newest activity, the sessions of its own."""

import pytest

from tests.claudette_db import OPENROUTER, ClaudetteDb
from tests.fakes import NOW
from tray.core.model import Kind
from tray.metrics.claudette import read


@pytest.fixture
def db(tmp_path):
    made = ClaudetteDb(tmp_path / "claudette.db")
    made.workspace("w1")
    made.session("s1", "w1", cli="cli-1", order=1)
    made.session("s2", "w1", cli="cli-2", order=0)
    return made


def activity(db):
    return read(db.path).activity


def place(db):
    found = activity(db)
    return found.workspace, found.chat_session


# Which session


def test_the_selected_session_is_the_active_one(db):
    db.select("w1", "s1")
    db.setting("model_provider:s1", "codex")
    db.setting("model:s1", "gpt-5.3-codex")
    found = activity(db)
    assert (found.workspace, found.chat_session) == ("w1", "s1")
    assert (found.backend.kind, found.backend.model) == (Kind.CODEX_NATIVE, "gpt-5.3-codex")
    assert found.default.kind is Kind.ANTHROPIC


def test_without_a_chosen_session_the_workspaces_first_active_one_counts(db):
    db.select("w1")
    assert place(db) == ("w1", "s2")  # the lower sort order
    with db.held() as connection:
        connection.execute("UPDATE chat_sessions SET status = 'archived' WHERE id = 's2'")
    assert place(db) == ("w1", "s1")


@pytest.mark.parametrize("chosen", ["gone", "s3"])
def test_a_chosen_session_that_is_gone_or_archived_is_none(db, chosen):
    db.session("s3", "w1", status="archived")
    db.select("w1", chosen)
    assert place(db) == ("w1", "s2")


def test_a_workspace_without_sessions_uses_the_default_backend(db):
    db.workspace("w2")
    db.select("w2")
    found = activity(db)
    assert (found.workspace, found.chat_session, found.backend.id) == ("w2", None, "anthropic")


@pytest.mark.parametrize("state", ["archived", "deleted"])
def test_a_selected_workspace_that_is_gone_does_not_count(db, state):
    db.workspace("w2", status="archived")
    db.message("s1", at=NOW)
    db.select("w2" if state == "archived" else "w9")
    assert place(db) == ("w1", "s1")


@pytest.mark.parametrize(
    "state",
    [
        None,
        "",
        "{",
        "[]",
        "null",
        '{"version": 2, "selectedWorkspaceId": "w1"}',
        '{"selectedWorkspaceId": "w1"}',
        '{"version": 1, "selectedWorkspaceId": null}',  # the dashboard
        '{"version": 1, "selectedWorkspaceId": 7}',
        '{"version": 1, "selectedWorkspaceId": ["w1"]}',
    ],
)
def test_without_a_valid_view_the_newest_answer_decides(db, state):
    db.setting("view:state", state)
    assert place(db) == (None, None)
    db.message("s2", at=NOW - 60)
    db.message("s1", at=NOW - 60)  # the same second: the later row
    db.message("s2", at=NOW, role="user")  # a question is no answer
    assert place(db) == ("w1", "s1")


def test_a_map_of_sessions_that_is_no_map_chooses_none(db):
    db.setting(
        "view:state", '{"version": 1, "selectedWorkspaceId": "w1", "selectedSessionIdByWorkspaceId": 3}'
    )
    assert place(db) == ("w1", "s2")


# When, and whose


def test_the_newest_message_or_turn_is_the_newest_activity(db):
    db.message("s1", at=NOW - 100)
    db.message("s1", at=NOW - 50, role="user")
    assert activity(db).at == NOW - 50
    db.agent_session("cli-9", at=NOW - 20)
    assert activity(db).at == NOW - 20


@pytest.mark.parametrize(
    "text",
    ["2026-09-21T14:13:20Z", "2026-09-21 14:13:20", "2026-09-21T14:13:20", "2026-09-21T16:13:20+02:00"],
)
def test_times_are_utc_with_or_without_t_and_zone(db, text):
    db.message("s1", at=text)
    assert activity(db).at == NOW


def test_a_time_that_is_none_is_unknown(db):
    db.message("s1", at="yesterday")
    assert activity(db).at is None


def test_every_session_that_claudette_ever_ran_is_known(db):
    db.session("s3", "w1")  # not started yet: no client session
    db.agent_session("cli-3", at=NOW)
    db.agent_session("cli-4", at=NOW, deleted=True)
    assert read(db.path).known_sessions == {"cli-1", "cli-2", "cli-3", "cli-4"}


def test_the_backends_are_told_in_claudettes_order(db):
    db.backends(OPENROUTER)
    assert [b.id for b in activity(db).backends] == ["anthropic", "ollama", "openai-api", "codex", "router"]
