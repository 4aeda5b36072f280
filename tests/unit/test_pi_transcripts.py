"""Pi's session files, and OMP's: every answer once, with the client's own dollars."""

import json
from pathlib import Path

import pytest

from tests.fakes import fake_paths
from tray.metrics.index import connect
from tray.metrics.pi import OMP, PI
from tray.metrics.records import Quality, outranks
from tray.metrics.scan import scan

GENUINE = Path(__file__).parents[1] / "payloads" / "transcripts" / "pi-0.73.1" / "sessions"
SESSION = {
    "type": "session",
    "version": 3,
    "id": "s-1",
    "timestamp": "2026-11-21T10:00:00.000Z",
    "cwd": "/home/dev/a",
}
PATH = "/x/2026-11-21T10-00-00-000Z_s-name.jsonl"


def entry(number, role="assistant", *, parent=None, **message):
    """One entry of a session's tree."""
    usage = {
        "input": 10,
        "output": 20,
        "cacheRead": 30,
        "cacheWrite": 40,
        "totalTokens": 100,
        "cost": {"total": 0.5},
    }
    own = {
        "usage": usage,
        "provider": "anthropic",
        "model": "claude-sonnet-4-6",
        "responseId": f"msg_{number}",
    }
    return {
        "type": "message",
        "id": f"{number:08x}",
        "parentId": parent,
        "timestamp": f"2026-11-21T10:00:{number:02}.000Z",
        "message": {"role": role, "content": "prose", **(own if role == "assistant" else {}), **message},
    }


def lines(*entries):
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in entries)


def read(data, agent=PI, state=None, path=PATH):
    return agent.parse(data, len(data), {} if state is None else state, path)


def genuine():
    """All records of the genuine files, the best copy of each call."""
    best, turns = {}, set()
    for file in sorted(GENUINE.rglob("*.jsonl")):
        found = read(file.read_bytes(), path=str(file))
        for row in found.rows:
            if row.key not in best or outranks(row, best[row.key]):
                best[row.key] = row
        turns |= {turn.key for turn in found.turns}
    return best, turns


def test_genuine_files_give_what_went_over_the_wire():
    best, turns = genuine()
    rows = best.values()
    assert len(rows) == 5
    assert sum(row.input for row in rows) == 509 + 518 + 527 + 14 + 545
    assert sum(row.output for row in rows) == 101 + 102 + 103 + 204 + 105
    assert sum(row.cache_read for row in rows) == 1501 + 1502 + 1503 + 12004 + 1505
    assert sum(row.cache_write_5m for row in rows) == 3004
    assert sum(row.cost for row in rows) == pytest.approx(
        0.0010631 + 0.0010762 + 0.0010893 + 0.0179682 + 0.0011155
    )
    assert len(turns) == 4
    assert {row.project for row in rows} == {"/home/dev/proj"}
    assert {row.model for row in rows} == {"fake-model", "claude-fake"}


def test_a_fork_counts_once_and_for_its_parent():
    best, _ = genuine()
    parent, child = "01a1ff9c-c399-7445-948e-1b698a67ab17", "01a1ff9c-d122-7783-b31c-8447d2339bfa"
    assert [row.session for row in best.values()].count(parent) == 3
    assert [row.session for row in best.values()].count(child) == 1


def test_the_index_holds_each_call_once(tmp_path):
    places = fake_paths(tmp_path)
    (places.pi_home).mkdir(parents=True)
    (places.pi_home / "sessions").symlink_to(GENUINE, target_is_directory=True)
    db = connect(places.index_file, write=True)
    assert scan(db, places, agents=(PI, OMP))
    assert db.execute("SELECT sum(calls), sum(input), sum(output) FROM sums").fetchone() == (5, 2113, 615)
    db.close()


def test_abandoned_branches_count():
    found = read(lines(SESSION, entry(1, "user"), entry(2, parent="00000001"), entry(3, parent="00000001")))
    assert len(found.rows) == 2


def test_one_number_from_a_local_server_is_no_copy():
    """Ollama draws the ids of its answers from a thousand."""
    found = read(lines(SESSION, entry(1, responseId="chatcmpl-7"), entry(2, responseId="chatcmpl-7")))
    assert len(found.rows) == 2


def test_without_an_id_of_the_answer_the_entry_tells():
    first, second = entry(1), entry(2)
    del first["message"]["responseId"], second["message"]["responseId"]
    assert len(read(lines(SESSION, first, second, first)).rows) == 2


def test_what_a_call_tells():
    (row,) = read(lines(SESSION, entry(1))).calls
    assert (row.agent, row.session, row.project, row.model) == (
        "pi",
        "s-1",
        "/home/dev/a",
        "claude-sonnet-4-6",
    )
    assert (row.input, row.output, row.cache_read, row.cache_write_5m, row.cache_write_1h) == (
        10,
        20,
        30,
        40,
        0,
    )
    assert (row.cost, row.quality, row.at) == (0.5, Quality.EXACT, 1795255201000)


@pytest.mark.parametrize(
    ("provider", "total", "expected"),
    [
        ("openai", 0.25, 0.25),
        ("openai", 0, None),
        ("ollama", 0, 0.0),
        ("openai", -1, None),
        ("openai", True, None),
    ],
)
def test_dollars_are_the_clients_where_it_knows_any(provider, total, expected):
    one = entry(1, provider=provider)
    one["message"]["usage"]["cost"]["total"] = total
    assert read(lines(SESSION, one)).rows[0].cost == expected


def test_an_answer_broken_off_before_its_first_token_is_no_call():
    one = entry(1, stopReason="aborted", usage={"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0})
    assert read(lines(SESSION, one)).rows == ()


def test_results_and_other_entries_are_nothing():
    told = [
        {"type": "compaction", "id": "1", "summary": '{"message":{"role":"assistant"'},
        {"type": "custom", "id": "2", "data": {"message": {"role": "assistant", "usage": {"input": 5}}}},
        {"type": "branch_summary", "id": "3", "usage": {"input": 5}},
        {"type": "something_new", "message": {"role": "assistant", "usage": {"input": 5}}},
        entry(4, "toolResult", usage={"input": 5}),
        entry(5, "bashExecution"),
    ]
    found = read(lines(SESSION, *told))
    assert (found.rows, found.turns) == ((), ())


@pytest.mark.parametrize("wrong", ["ten", None, -1, 1e300, [], {}, True, 10**30])
def test_a_value_of_a_wrong_type_costs_only_itself(wrong):
    one = entry(1)
    one["message"]["usage"]["input"] = wrong
    (row,) = read(lines(SESSION, one)).rows
    assert (row.input, row.output, row.quality) == (0, 20, Quality.CONTAINED)


@pytest.mark.parametrize("key", ["message", "timestamp", "id", "type"])
@pytest.mark.parametrize("wrong", [None, 5, [], {}, "\ud800", "x" * 5000])
def test_no_wrong_key_raises(key, wrong):
    read(lines(SESSION, {**entry(1), key: wrong}, {**entry(2, "user"), key: wrong}, {**SESSION, key: wrong}))


def test_a_line_in_another_order_and_spacing_counts():
    one = entry(1)
    turned = {"message": dict(reversed(one["message"].items())), **one}
    data = lines(SESSION) + json.dumps(turned).encode() + b"\n" + json.dumps(entry(2, "user")).encode()
    found = read(data)
    assert (len(found.rows), len(found.turns)) == (1, 1)


def test_without_a_session_line_the_files_name_tells():
    assert read(lines(entry(1))).rows[0].session == "s-name"


def test_a_broken_session_line_does_not_take_the_folder_away():
    broken = {"type": "session", "id": 5, "cwd": ["/"]}
    found = read(lines(SESSION, broken, entry(1)))
    assert (found.rows[0].project, found.rows[0].session) == ("/home/dev/a", "s-1")


def test_omp_has_the_same_format_under_its_own_name():
    assert {row.agent for row in read(lines(SESSION, entry(1)), OMP).rows} == {"omp"}


def test_every_split_of_a_file_gives_the_same():
    """However a file grows, whole lines are read with what the earlier ones told."""
    file = max(GENUINE.rglob("*.jsonl"))
    data = file.read_bytes()
    whole = read(data, path=str(file))
    ends = [at + 1 for at, byte in enumerate(data) if byte == 10]
    for cut in ends:
        state = {}
        first = read(data[:cut], state=state, path=str(file))
        second = read(data[cut:], state=json.loads(json.dumps(state)), path=str(file))
        assert first.rows + second.rows == whole.rows
        assert first.turns + second.turns == whole.turns


def test_no_truncated_file_raises():
    data = lines(SESSION, entry(1, "user"), entry(2))
    for cut in range(len(data)):
        assert len(read(data[:cut]).rows) <= 1


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"null\n", b'"assistant"\n', b"[" * 5000 + b'"user"\n', b"\xff\xfe\x00"]
)
def test_rubbish_is_nothing(data):
    found = read(data)
    assert (found.rows, found.turns) == ((), ())


def test_a_huge_line_counts():
    big = entry(1, content=[{"type": "text", "text": "x" * 3_000_000}])
    assert len(read(lines(SESSION, big, entry(2))).rows) == 2
