"""OpenCode's messages: every answer once, in a row of its database or in a file of its own."""

import json
import shutil

import pytest

from tests.fakes import fake_paths
from tests.opencode_stage import AT, Database, assistant, indexed, read, rebuilt, sums, user
from tray.metrics.opencode import AGENT
from tray.metrics.records import Quality


@pytest.fixture
def database(tmp_path):
    found = Database(fake_paths(tmp_path).opencode_data / "opencode.db")
    yield found
    found.db.close()


# Genuine ----------------------------------------------------------------------------------------------------


def test_genuine_1_18_33_gives_what_went_over_the_wire(tmp_path):
    """Ten requests; two of them, for titles on another model, are in no row."""
    numbers = (2, 3, 4, 6, 8, 9, 10)
    rows = read(rebuilt("opencode-1.18.33", tmp_path / "x")).rows
    assert sums(rows) == (
        8,
        sum(500 + 9 * n for n in numbers) + 15,
        sum(100 + n for n in numbers) + 205,
        sum(1500 + n for n in numbers) + 12005,
        3005,
    )
    assert sum(row.reasoning for row in rows) == 7 * 20
    assert {row.project for row in rows} == {"/home/dev/proj"}


def test_genuine_fork_counts_once_and_for_its_parent(tmp_path):
    found = read(rebuilt("opencode-1.18.33", tmp_path / "x"))
    sessions = [row.session for row in found.rows]
    assert sessions.count("ses_deb5e7869ffeSBB0EyKNbyqxR5") == 4
    assert sessions.count("ses_deb5e4617ffea7CCGdmiLU2VdD") == 1
    assert len(found.turns) == 5


def test_genuine_sub_agent_is_told_apart(tmp_path):
    found = read(rebuilt("opencode-1.18.33", tmp_path / "x"))
    assert [row.input for row in found.rows if row.side] == [581]
    assert "ses_deb5e35efffeJsMkUXq6VzKMdX" not in {turn.session for turn in found.turns}


def test_genuine_dollars_are_the_clients(tmp_path):
    found = {row.input: row for row in read(rebuilt("opencode-1.18.33", tmp_path / "x")).rows}
    assert found[518].cost == 0.0010762
    assert found[572].cost is None  # a model without a price in the client's table


def test_genuine_messages_that_moved_into_the_database_count_once(tmp_path):
    """1.2.4 copied the files of 1.0.142 into its database and left them where they were."""
    rebuilt("opencode-1.2.4", fake_paths(tmp_path).opencode_data)
    # Output held the reasoning in both.
    numbers = (37, 40, 43, 52)
    expected = (5, sum(500 + 9 * n for n in numbers) + 55, sum(100 + n for n in numbers) + 245)
    assert indexed(tmp_path) == (*expected, 8)


@pytest.mark.parametrize("gone", ["storage", "opencode.db"])
def test_genuine_either_form_alone_tells_the_same(tmp_path, gone):
    folder = fake_paths(tmp_path).opencode_data
    rebuilt("opencode-1.2.4", folder)
    shutil.rmtree(folder / gone) if gone == "storage" else (folder / gone).unlink()
    calls = indexed(tmp_path)
    assert calls[0] == (5 if gone == "storage" else 4)


# One message ------------------------------------------------------------------------------------------------


def one(database, **changed):
    database.session("ses_1")
    database.message("msg_1", "ses_1", assistant(**changed))
    (row,) = read(database.path).rows
    return row


def test_what_a_call_tells(database):
    row = one(database)
    assert (row.agent, row.session, row.project, row.model) == (
        "opencode",
        "ses_1",
        "/home/dev/a",
        "claude-sonnet-4-6",
    )
    assert (row.input, row.cache_read, row.cache_write_5m, row.at, row.side) == (10, 30, 40, AT, False)
    assert row.quality == Quality.EXACT


@pytest.mark.parametrize(
    ("tokens", "output"),
    [
        ({"total": 150, "output": 20, "reasoning": 50}, 70),  # since 1.18.33 at the latest: apart
        ({"total": 150, "output": 70, "reasoning": 50}, 70),  # 1.2.4 and 1.3.2: within
        ({"output": 70, "reasoning": 50}, 70),  # 1.0.142: within
        ({"output": 20, "reasoning": 50}, 70),  # it can't be within
        ({"total": 100, "output": 20, "reasoning": 0}, 20),
    ],
)
def test_reasoning_counts_once(database, tokens, output):
    row = one(database, tokens={"input": 10, "cache": {"read": 30, "write": 40}, **tokens})
    assert (row.output, row.reasoning) == (output, tokens["reasoning"])


def test_dollars_that_hold_the_reasoning_twice_are_not_taken_over(database):
    tokens = {"total": 150, "input": 10, "output": 70, "reasoning": 50, "cache": {"read": 30, "write": 40}}
    assert one(database, tokens=tokens).cost is None


@pytest.mark.parametrize(
    ("provider", "cost", "expected"), [("x", 0, None), ("ollama", 0, 0.0), ("x", 0.5, 0.5)]
)
def test_no_dollars_are_no_price_but_for_local_models(database, provider, cost, expected):
    assert one(database, providerID=provider, cost=cost).cost == expected


def test_a_prompt_is_a_turn_and_a_sub_agents_task_is_none(database):
    database.session("ses_1")
    database.session("ses_2", parent="ses_1")
    database.message("msg_1", "ses_1", user())
    database.message("msg_2", "ses_2", user(AT + 5))
    (turn,) = read(database.path).turns
    assert (turn.session, turn.at, turn.project) == ("ses_1", AT, "/home/dev/a")


def test_an_unfinished_answer_is_no_call_yet(database):
    zero = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    database.message("msg_1", "ses_1", assistant(tokens=zero))
    assert read(database.path).rows == ()


@pytest.mark.parametrize("wrong", ["ten", None, -1, [], {}, True, 10**30, 1e300])
def test_a_value_of_a_wrong_type_costs_only_itself(database, wrong):
    tokens = {"total": 150, "input": wrong, "output": 20, "reasoning": 50, "cache": {"read": 30, "write": 40}}
    row = one(database, tokens=tokens)
    assert (row.input, row.cache_read, row.quality) == (0, 30, Quality.CONTAINED)


@pytest.mark.parametrize("key", ["role", "time", "tokens", "modelID", "providerID", "path", "cost"])
@pytest.mark.parametrize(
    "wrong", [None, 5, [], {}, "\ud800", {"created": "x", "input": "x", "cache": 3, "cwd": 1}]
)
def test_no_wrong_value_raises(database, key, wrong):
    database.message("msg_1", "ses_1", {**assistant(), key: wrong})
    database.message("msg_2", "ses_2", assistant(AT + 5))
    assert len(read(database.path).rows) >= 1


@pytest.mark.parametrize("data", [None, "", "{", "null", "[]", b"\xff\xfe", "[" * 9000, '"assistant"', 7])
def test_a_row_that_is_no_message_is_passed_over(database, data):
    database.db.execute("INSERT INTO message VALUES ('msg_1', 'ses_1', 0, ?)", (data,))
    database.message("msg_2", "ses_2", assistant())
    assert len(read(database.path).rows) == 1


def test_a_message_without_its_session_counts(database):
    database.message("msg_1", "ses_gone", assistant())
    assert read(database.path).rows[0].session == "ses_gone"


# Message files ----------------------------------------------------------------------------------------------


def test_no_truncated_file_raises(tmp_path):
    file = tmp_path / "ses_1" / "msg_1.json"
    file.parent.mkdir()
    data = json.dumps({"id": "msg_1", **assistant()}, indent=2).encode()
    for cut in range(0, len(data), 7):
        file.write_bytes(data[:cut])
        assert read(file).rows == ()
    file.write_bytes(data)
    assert [row.session for row in read(file).rows] == ["ses_1"]


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        *(("opencode.db", True), ("opencode-dev.db", True), ("msg_1.json", True), ("opencode.db-wal", False)),
        *(("other.db", False), ("ses_1.json", False), ("prt_1.json", False), ("auth.json", False)),
    ],
)
def test_only_databases_and_messages_are_read(file, wanted):
    assert AGENT.wanted(file) is wanted


@pytest.mark.parametrize(
    "folder", ["snapshot", "log", "part", "bin", "session", "session_diff", "msg_1", "project"]
)
def test_folders_of_other_things_are_not_entered(folder):
    assert not AGENT.entered(folder)
    assert all(AGENT.entered(name) for name in ("storage", "message", "ses_1"))
