"""Gemini CLI's chats in both forms: every answer once, however often a client copied or rewrote it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.fakes import fake_paths
from tray.metrics.gemini import AGENT
from tray.metrics.index import connect
from tray.metrics.records import Quality, outranks
from tray.metrics.scan import scan

GENUINE = Path(__file__).parents[1] / "payloads" / "transcripts"
LINES = "/home/dev/.gemini/tmp/proj/chats/session-2026-11-25T21-27-ed7cd83c.jsonl"
DOCUMENT = LINES.removesuffix("l")
HEAD = {"sessionId": "s-1", "projectHash": "f00", "startTime": "2026-11-25T21:00:00.000Z", "kind": "main"}


def answer(number=1, **changed):
    return {
        "id": f"id-{number}",
        "timestamp": f"2026-11-25T21:00:{number:02}.000Z",
        "type": "gemini",
        "content": "prose",
        "tokens": {"input": 100, "output": 20, "cached": 60, "thoughts": 7, "tool": 3, "total": 130},
        "model": "gemini-2.5-pro",
        **changed,
    }


def prompt(number=50, content="prose"):
    return answer(number, type="user", content=content, tokens=None)


def lines(*records):
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in records)


def document(*messages, **changed):
    return json.dumps({**HEAD, "messages": messages, **changed}, indent=2).encode()


def read(data, path=LINES):
    return AGENT.parse(data, len(data), {}, str(path))


def genuine(version):
    """All records of a genuine folder, the best copy of each call, and how many copies there were."""
    best, turns, copies = {}, set(), 0
    for file in sorted((GENUINE / version).rglob("*.json*")):
        found = read(file.read_bytes(), file)
        for row in found.rows:
            copies += 1
            if row.key not in best or outranks(row, best[row.key]):
                best[row.key] = row
        turns |= {turn.key for turn in found.turns}
    return list(best.values()), turns, copies


def wire(*numbers):
    """What these requests had in them: calls, uncached input, output with thoughts, cached input, thoughts."""
    prompts, cached = sum(5000 + 10 * n for n in numbers), sum(3000 + n for n in numbers)
    return (len(numbers), prompts - cached, sum(60 + n for n in numbers), cached, 20 * len(numbers))


def sums(rows):
    names = ("input", "output", "cache_read", "reasoning")
    return (len(rows), *(sum(getattr(row, name) for row in rows) for name in names))


def test_genuine_0_61_0_gives_what_went_over_the_wire():
    rows, turns, _ = genuine("gemini-0.61.0")
    assert sums(rows) == wire(3, 10, 11, 12, 13, 14, 15)
    assert len(turns) == 4
    assert {row.project for row in rows} == {"/home/dev/proj"}
    assert {row.model for row in rows} == {"gemini-2.5-flash", "gemini-2.5-pro"}


def test_genuine_sub_agent_belongs_to_its_parents_session():
    rows, _, _ = genuine("gemini-0.61.0")
    (own,) = [row for row in rows if row.side]
    assert (own.model, own.session) == ("gemini-2.5-pro", "89544bc8-8fb4-4423-a7e1-ade9ff7dd094")


def test_genuine_upgrade_copies_files_twice_and_counts_once():
    """0.61.0 moved the documents of 0.20.2 to a folder with a name, and continued one as lines, leaving all there.

    Request 33, a sub-agent's, is in no file of 0.20.2.
    """
    rows, _, copies = genuine("gemini-0.61.0-upgraded")
    assert sums(rows) == wire(30, 31, 32, 34, 35, 11)
    assert copies > len(rows)


def test_the_index_holds_each_call_once(tmp_path):
    places = fake_paths(tmp_path)
    for version in ("gemini-0.61.0", "gemini-0.61.0-upgraded"):
        shutil.copytree(GENUINE / version, places.gemini_home, dirs_exist_ok=True)
    db = connect(places.index_file, write=True)
    assert scan(db, places, agents=(AGENT,))
    # Request 11 was asked once of each server.
    assert db.execute("SELECT sum(calls), sum(reasoning) FROM sums").fetchone() == (13, 13 * 20)
    db.close()


@pytest.mark.parametrize(("data", "path"), [(lines(HEAD, answer()), LINES), (document(answer()), DOCUMENT)])
def test_what_a_call_tells(data, path):
    (row,) = read(data, path).calls
    assert (row.agent, row.session, row.model, row.at) == ("gemini", "s-1", "gemini-2.5-pro", 1795640401000)
    assert (row.input, row.cache_read, row.output, row.reasoning) == (43, 60, 27, 7)
    assert (row.quality, row.cost, row.side) == (Quality.EXACT, None, False)


def test_a_message_written_again_counts_once_with_the_tokens_it_got_last():
    data = lines(HEAD, answer(tokens=None), answer(), answer(toolCalls=[{"id": "x"}]))
    assert sums(read(data).rows) == (1, 43, 27, 60, 7)


def test_what_was_rewound_counts():
    assert len(read(lines(HEAD, answer(1), {"$rewindTo": "id-1"}, answer(2))).rows) == 2


def test_messages_that_are_set_as_a_whole_count_once():
    data = lines(HEAD, answer(1), {"$set": {"messages": [answer(1), answer(2)], "lastUpdated": "x"}})
    assert len(read(data).rows) == 2


@pytest.mark.parametrize(
    ("content", "counts"),
    [
        ("hello", True),
        ([{"text": "hello"}], True),
        ([{"inlineData": {}}, {"text": "hello"}], True),
        ([{"functionResponse": {"output": "x"}}], False),
        ([{"text": "<session_context>\nToday"}], False),
        ("", False),
        (None, False),
    ],
)
def test_only_what_the_person_wrote_is_a_turn(content, counts):
    assert len(read(lines(HEAD, prompt(content=content))).turns) == counts


def test_a_sub_agents_task_is_no_turn():
    found = read(lines({**HEAD, "kind": "subagent", "directories": ["/home/dev/b"]}, prompt(), answer()))
    assert found.turns == ()
    assert (found.rows[0].side, found.rows[0].project) == (True, "/home/dev/b")


def test_more_cached_than_sent_is_not_below_nothing():
    (row,) = read(lines(HEAD, answer(tokens={"input": 10, "cached": 60, "output": 1}))).rows
    assert (row.input, row.cache_read) == (0, 10)


def test_an_answer_without_tokens_is_no_call():
    zero = {"input": 0, "output": 0, "cached": 0, "thoughts": 0, "tool": 0, "total": 0}
    assert (
        read(lines(HEAD, answer(1, tokens=None), answer(2, tokens=zero), answer(3, type="info"))).rows == ()
    )


@pytest.mark.parametrize("wrong", ["ten", None, -1, [], {}, True, 10**30, 1e300])
@pytest.mark.parametrize("form", [lines, document])
def test_a_value_of_a_wrong_type_costs_only_itself(form, wrong):
    one = answer()
    one["tokens"]["output"] = wrong
    data = lines(HEAD, one, answer(2)) if form is lines else document(one, answer(2))
    found = read(data, LINES if form is lines else DOCUMENT)
    assert [(row.output, row.quality) for row in found.rows] == [(7, Quality.CONTAINED), (27, Quality.EXACT)]


@pytest.mark.parametrize("key", [*answer(), *HEAD, "messages", "directories", "$set", "$rewindTo"])
@pytest.mark.parametrize(
    "wrong", [None, 5, [], {}, "\ud800", [[1]], {"messages": 7}, {"messages": [None, 3, {}]}]
)
def test_no_wrong_value_raises(key, wrong):
    read(lines({**HEAD, key: wrong}, {**answer(), key: wrong}, {**prompt(), key: wrong}))
    read(document({**answer(), key: wrong}, answer(2), **{key: wrong}), DOCUMENT)
    found = read(lines(HEAD, {**answer(), key: wrong}, answer(2)))
    assert len(found.rows) >= 1


@pytest.mark.parametrize("path", [LINES, DOCUMENT])
@pytest.mark.parametrize(
    "data", [b"", b"\n", b"null", b"7", b"[]", b'"x"', b"[" * 9000, b"\xff\xfe\x00", b"{}"]
)
def test_rubbish_is_nothing(data, path):
    found = read(data, path)
    assert (found.rows, found.turns) == ((), ())


def test_no_truncated_file_raises():
    data = lines(HEAD, prompt(), answer())
    assert all(len(read(data[:cut]).rows) == (cut >= len(data) - 1) for cut in range(len(data) + 1))
    whole = document(answer())
    assert all(read(whole[:cut], DOCUMENT).rows == () for cut in range(len(whole)))


def test_a_file_that_grows_gives_the_same_in_the_index(tmp_path):
    places = fake_paths(tmp_path)
    file = places.gemini_home / "tmp" / "proj" / "chats" / "session-1.jsonl"
    file.parent.mkdir(parents=True)
    data = lines(HEAD, prompt(), answer(1, tokens=None), answer(1), {"$rewindTo": "id-1"}, answer(2))
    db = connect(places.index_file, write=True)
    for cut in (10, 200, 400, 600, 700, len(data)):
        file.write_bytes(data[:cut])
        scan(db, places, agents=(AGENT,))
    assert db.execute("SELECT sum(calls), sum(input) FROM sums").fetchone() == (2, 86)
    assert db.execute("SELECT count(*) FROM turns").fetchone() == (1,)
    db.close()


def test_a_huge_chat_is_read():
    data = lines(
        HEAD, *(answer(number % 60, id=f"id-{number}", content="x" * 2000) for number in range(3000))
    )
    assert len(read(data).rows) == 3000


@pytest.mark.parametrize(
    "path", ["/home/dev/.gemini/tmp/proj/logs.jsonl", "/home/dev/.gemini/tmp/p/logs/a.jsonl"]
)
def test_only_chats_are_looked_at(path):
    assert read(lines(HEAD, answer()), path).rows == ()


@pytest.mark.parametrize(
    ("file", "wanted"),
    [("session-1.json", True), ("session-1.jsonl", True), ("245262e1.jsonl", True), ("logs.json", False)],
)
def test_only_sessions_are_read(file, wanted):
    assert AGENT.wanted(file) is wanted
