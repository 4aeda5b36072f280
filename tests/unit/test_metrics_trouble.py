"""The activity where something is missing, damaged, locked or older: the rest stands, and it is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.activity_stage import Activity, at, leader
from tests.claudette_db import PI, ClaudetteDb
from tests.fakes import fake_paths
from tests.transcripts import answer, transcript
from tests.usage_stage import call, turn
from tray.core.insights import Scope
from tray.metrics import open_index
from tray.metrics.analytics import Analyst
from tray.metrics.index import VERSION
from tray.metrics.zones import UnknownZoneError

NOW = "2026-11-21T12:00Z"
DAY = "2026-11-21T10:00Z"


@pytest.fixture
def act(tmp_path):
    made = Activity(tmp_path, now=NOW)
    made.db.workspace("w1")
    yield made
    made.close()


@pytest.fixture
def bare(tmp_path):
    """A person whose transcripts nobody has indexed yet."""
    places = fake_paths(tmp_path)
    analyst = Analyst(places, timezone="UTC", clock=lambda: at(NOW))
    yield places, analyst
    analyst.close()


def full(act):
    """One of everything that any table tells."""
    act.db.backends(PI)
    act.db.session("c1", "w1", cli="s1")
    act.db.setting("model_provider:c1", "pi")
    act.db.message("c1", at=at(DAY), prompt=10, completion=5, cost=0.5)
    act.session("s1", start=DAY, ended=DAY, ok=1, turns=2)
    act.session("s9", start=DAY, workspace="w9", deleted=True)
    act.commit("1", "2026-11-21T09:00:00+00:00")
    act.commit("2", "2026-11-21T09:00:00+00:00", workspace="w9", deleted=True)
    act.summary("w9", first=DAY, last=DAY, sessions_started=1, commits_made=1)
    act.command("review", 1)


def without(act, *statements):
    with closing(sqlite3.connect(act.db.path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_all_of_it(act):
    full(act)
    board = act.metrics(Scope.CLAUDETTE).dashboard
    assert (board.sessions_today, board.commits_today, board.input_tokens_30d) == (2, 2, 10)


def test_without_the_tables_of_deleted_rows_the_summary_counts(act):
    full(act)
    tables = ("deleted_agent_sessions", "deleted_agent_commits", "deleted_slash_command_usage")
    without(act, *(f"DROP TABLE {table}" for table in tables))
    found = act.metrics(Scope.CLAUDETTE)
    assert (found.dashboard.sessions_today, found.dashboard.commits_today) == (2, 1)
    assert leader(found, "was w9")[:2] == (1, 1)


def test_without_any_table_of_sessions_the_rest_stands(act):
    full(act)
    tables = (
        *("agent_sessions", "deleted_agent_sessions", "deleted_workspace_summaries", "repositories"),
        *("agent_commits", "slash_command_usage"),
    )
    without(act, *(f"DROP TABLE {table}" for table in tables))
    found = act.metrics(Scope.CLAUDETTE)
    assert (found.trouble, found.dashboard.sessions_today) == (None, 0)
    assert (found.dashboard.input_tokens_30d, found.workspaces[0].repository) == (10, None)


def test_without_the_chat_of_a_message_its_tokens_count(act):
    full(act)
    without(
        act,
        "DROP INDEX chat_messages_session",
        "ALTER TABLE chat_messages RENAME COLUMN chat_session_id TO other",
    )
    assert act.metrics(Scope.CLAUDETTE).dashboard.input_tokens_30d == 10


@pytest.mark.parametrize(
    "column",
    [
        "agent_sessions.completed_ok",
        "agent_sessions.turn_count",
        "agent_sessions.last_message_at",
        "agent_commits.additions",
        "workspaces.worktree_path",
        "chat_messages.input_tokens",
        "chat_messages.cost_usd",
        "deleted_workspace_summaries.total_cost_usd",
        "deleted_workspace_summaries.workspace_name",
    ],
)
def test_a_column_that_is_not_there_is_not_missed(act, column):
    full(act)
    table, _, name = column.partition(".")
    without(act, f"ALTER TABLE {table} RENAME COLUMN {name} TO other")
    found = act.metrics(Scope.CLAUDETTE)
    assert (found.trouble, found.dashboard.commits_today) == (None, 2)
    assert found.dashboard.sessions_today >= 1


def test_a_database_from_before_sessions_has_its_workspaces(tmp_path):
    act = Activity(tmp_path, schema="old")
    act.db.workspace("w1")
    act.db.message(None, at=at(DAY), cost=0.5)
    act.command("review", 2)
    found = act.metrics(Scope.CLAUDETTE)
    assert (found.trouble, found.dashboard.sessions_today) == (None, 0)
    assert found.dashboard.cost_30d_usd == pytest.approx(0.5)
    assert [one.name for one in found.workspaces] == ["w1"]
    assert found.analytics.slash_commands[0].count == 2
    act.close()


def test_values_of_the_wrong_kind_are_passed_over(act):
    full(act)
    without(
        act,
        "INSERT INTO agent_sessions VALUES ('two\nlines', 'w1', 'r1', '2026-11-21T10:00:00Z', 'x', NULL, 'many', 'y')",
        "INSERT INTO agent_sessions VALUES (NULL, NULL, 'r1', 'never', x'00ff', '', -5, 1e99)",
        "INSERT INTO agent_commits VALUES ('3', 'w1', 'r1', NULL, 'lots', -1, 0, 'some day')",
        "INSERT INTO slash_command_usage VALUES ('w1', '/init', -3, '')",
    )
    found = act.metrics(Scope.CLAUDETTE)
    assert found.trouble is None
    assert (found.dashboard.sessions_today, found.dashboard.commits_today) == (3, 2)
    assert (found.workspaces[0].commits, found.workspaces[0].additions) == (2, 1)
    assert [one.name for one in found.analytics.slash_commands] == ["review"]


def test_a_locked_database_leaves_the_last_numbers(act):
    full(act)
    assert act.metrics(Scope.CLAUDETTE).dashboard.sessions_today == 2
    act.stage.file("codex", [call("a", at=DAY, session="x")])
    with closing(sqlite3.connect(act.db.path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO app_settings VALUES ('k', 'v')")
        other.commit()
        found = act.analyst.metrics(scope=Scope.MACHINE)
    assert found.trouble == "Claudette's database can't be read now: what it told last still counts."
    assert found.dashboard.sessions_today == 3


@pytest.mark.parametrize("left", [b"no database at all" * 100, b""])
def test_a_damaged_database_leaves_the_transcripts(act, left):
    act.stage.file("codex", [call("a", at=DAY)])
    act.db.path.write_bytes(left)
    for side in ("-wal", "-shm"):
        act.db.path.with_name(f"claudette.db{side}").unlink(missing_ok=True)
    found = act.metrics(Scope.MACHINE)
    assert found.dashboard.sessions_today == 1
    assert found.trouble == (
        "Claudette's database is damaged: what it told last still counts." if left else None
    )
    assert act.metrics(Scope.CLAUDETTE).trouble is not None


def test_without_an_index_claudette_is_read_itself(bare):
    places, analyst = bare
    db = ClaudetteDb(places.claudette_db)
    db.workspace("w1")
    db.session("c1", "w1")
    db.message("c1", at=at(DAY), prompt=10, completion=5, cost=0.5)
    db.agent_session("s1", at=at(DAY))
    found = analyst.metrics(scope=Scope.MACHINE)
    assert (found.dashboard.input_tokens_30d, found.dashboard.sessions_today) == (10, 1)
    assert found.complete, "there is no transcript"
    transcript(places.claude_dirs[0], "s-1", answer("m1", at=at(NOW)))
    assert not analyst.metrics(scope=Scope.MACHINE).complete
    assert analyst.metrics().complete, "Claudette's part is"
    assert not places.index_file.exists(), "nothing is written"
    db.message("c1", at=at(DAY), prompt=7, completion=5)
    assert analyst.metrics().dashboard.input_tokens_30d == 17


def test_an_index_that_is_just_being_made_holds_nothing_yet(bare):
    places, analyst = bare
    places.index_file.parent.mkdir(parents=True)
    places.index_file.touch()
    found = analyst.metrics()
    assert (found.complete, found.trouble) == (False, None)
    with open_index(places) as index:
        index.scan()
    assert analyst.metrics().complete


def test_nobody_at_work_yet(bare):
    places, analyst = bare
    found = analyst.metrics()
    assert (found.scope, found.complete, found.trouble, found.empty) == (Scope.MACHINE, True, None, True)
    transcript(places.claude_dirs[0], "s-1", answer("m1", at=at(NOW)))
    assert not analyst.metrics().complete, "there is something to read now"


def test_a_damaged_index_leaves_claudettes_numbers(act):
    full(act)
    act.metrics()
    act.stage.close()
    act.places.index_file.write_bytes(b"no index" * 1000)
    found = act.analyst.metrics()
    assert (found.dashboard.sessions_today, found.dashboard.input_tokens_30d) == (2, 10)
    assert found.trouble is not None
    assert found.trouble.startswith("The index of transcripts can't be read")


def test_a_newer_index_is_left_alone_and_said(act):
    full(act)
    act.stage.db.execute(f"PRAGMA user_version = {VERSION + 1}")
    found = act.analyst.metrics(scope=Scope.MACHINE)
    assert found.trouble is not None
    assert "newer" in found.trouble
    assert (found.complete, found.dashboard.sessions_today) == (False, 2)


def test_an_unknown_zone_is_told_at_once(tmp_path):
    with pytest.raises(UnknownZoneError):
        Analyst(fake_paths(tmp_path), timezone="Mars/Olympus")


def test_what_changes_is_seen(act):
    act.session("s1", start=DAY)
    assert act.metrics(Scope.MACHINE).dashboard.sessions_today == 1
    act.session("s2", start=DAY)
    act.stage.file("codex", [call("a", at=DAY, session="x", input=1)], turns=[turn("t", DAY, "x")])
    board = act.metrics(Scope.MACHINE).dashboard
    assert (board.sessions_today, board.input_tokens_30d) == (3, 1)
    act.now = "2026-11-22T10:30Z"
    assert act.metrics(Scope.MACHINE).dashboard.sessions_today == 0
    with act.db.held() as connection:
        connection.execute("DELETE FROM workspaces")
    assert act.metrics(Scope.CLAUDETTE).workspaces == ()


def test_while_transcripts_are_unread_all_is_a_lower_bound(act):
    act.stage.file("codex", [call("a", at=DAY)])
    assert act.metrics().complete
    act.stage.db.execute("UPDATE unread SET files = 3")
    assert not act.metrics(Scope.MACHINE).complete
    assert act.metrics(Scope.CLAUDETTE).complete
    act.stage.db.executescript("DROP TABLE unread; PRAGMA user_version = 1")
    assert act.metrics().complete, "an older program's index has no such mark"
