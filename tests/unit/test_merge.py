"""Which copy of a call counts, who it is counted for, and what happens when that copy goes."""

import itertools
import json
import os
from dataclasses import replace

import pytest

from tests.claude_transcripts import START, answer, cost_state, dumped, prompt
from tests.reader_stage import Stage, check_links, keys
from tray.metrics.agents import Agent
from tray.metrics.claude_code import AGENT
from tray.metrics.claude_lines import parse
from tray.metrics.packed import quality, side
from tray.metrics.records import CallRow, Quality, outranks


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def row(**changes):
    values = ("k", "claude", "s-1", START, "m", None, None, 1, 2, 3, 4, 5, 0, 0, 0, 0, False, None)
    return CallRow(*values)._replace(**changes)


def test_rank_is_side_then_tokens_then_time_then_name():
    ordered = [
        row(),
        row(session="s-2"),
        row(at=START + 1),
        row(output=1),
        row(side=True, input=10**6),
        row(side=True),
    ]
    for better, worse in itertools.combinations(ordered, 2):
        assert outranks(better, worse)
        assert not outranks(worse, better)
    assert not outranks(ordered[0], ordered[0])


COPIES = {
    "session": answer("m", START, input=5, output=200),
    "fork": answer("m", START, input=5, output=200, session="s-2"),
    "resumed": answer("m", START, input=5, output=200, session="s-3", request=None),
    "placeholder": answer("m", START, input=5, output=3, stop=None, session="s-0"),
    "side question": answer("m", START, input=5, output=200, read=90_000, side=True, session="s-1"),
}


@pytest.mark.parametrize("first", COPIES)
@pytest.mark.parametrize("at_once", [True, False])
def test_copies_in_several_files_are_one_call(stage, first, at_once):
    for name in sorted(COPIES, key=lambda name: name != first):
        stage.put(f"p/{name}.jsonl", COPIES[name])
        if not at_once:
            stage.scanned()
    stage.scanned()
    assert stage.total() == (1, 5, 200)
    (call,) = stage.calls().values()
    assert (call["session"], call["read"], quality(call["flags"])) == ("s-1", 0, Quality.EXACT)


def test_sessions_that_share_calls_are_linked_whichever_came_first(tmp_path):
    for number, order in enumerate(itertools.permutations(("s-1", "s-2", "s-3"))):
        stage = Stage(tmp_path / str(number))
        for session in order:
            stage.put(f"p/{session}.jsonl", answer("m", START, input=5, session=session))
            stage.scanned()
        check_links(stage.told())


@pytest.mark.parametrize(("lasting", "total"), [(True, (2, 6, 201)), (False, (2, 6, 101))])
def test_next_best_copy_counts_when_the_best_is_rewritten_away(stage, lasting, total):
    agents = (AGENT._replace(lasting_keys=lasting),)
    best = stage.put("p/best.jsonl", answer("m", START, input=5, output=200))
    stage.put("p/fork.jsonl", answer("m", START, input=5, output=100, session="s-2"))
    stage.scanned(agents=agents)
    assert stage.total() == (1, 5, 200)
    best.write_bytes(dumped(answer("n", START, input=1, output=1)))
    stage.scanned(agents=agents)
    assert stage.total() == total


@pytest.mark.parametrize("many", [False, True])
def test_final_line_takes_the_place_of_its_placeholder(stage, many):
    names = [f"p/{number}.jsonl" for number in range(80 if many else 1)]
    for number, name in enumerate(names):
        stage.put(name, answer(f"m-{number}", START, stop=None, input=1, output=3))
    stage.scanned()
    assert stage.total() == (len(names), len(names), 3 * len(names))
    for number, name in enumerate(names):
        stage.append(name, answer(f"m-{number}", START + 9, input=1, output=300))
    found = stage.scanned()
    assert stage.total() == (len(names), len(names), 300 * len(names))
    assert {quality(call["flags"]) for call in stage.calls().values()} == {Quality.EXACT}
    assert len(found["calls"]) == len(names)


def test_block_with_more_written_to_the_cache_is_the_larger_copy(stage):
    """In one reading and in two."""
    small, large = answer("m", START, input=1, output=9), answer("m", START + 1, input=1, output=9, w5=500)
    stage.put("p/a.jsonl", small, large)
    stage.put("p/b.jsonl", answer("n", START, input=1, output=9, session="s-2"))
    stage.scanned()
    stage.append("p/b.jsonl", answer("n", START + 1, input=1, output=9, w5=500, session="s-2"))
    stage.scanned()
    assert [call["w5"] for call in stage.calls().values()] == [500, 500]


def test_block_that_can_be_taken_counts_where_the_one_before_could_not(stage):
    """A line without a time is no call; the next block of the same answer is."""
    stage.put("p/a.jsonl", answer("m", None, output=9), answer("m", START, output=9))
    stage.scanned()
    assert stage.total() == (1, 0, 9)


def test_main_line_right_behind_its_side_copy_counts(stage):
    stage.put("p/a.jsonl", answer("m", START, output=9, side=True), answer("m", START, output=9))
    stage.scanned()
    (call,) = stage.calls().values()
    assert not side(call["flags"])


def test_prompt_written_twice_is_the_first_in_one_reading_and_in_two(stage):
    stage.put("p/a.jsonl", prompt("t", START), prompt("t", START + 5))
    stage.put("p/b.jsonl", prompt("u", START, session="s-2"))
    stage.scanned()
    stage.append("p/b.jsonl", prompt("u", START + 5, session="s-2"))
    assert sorted(turn[2] for turn in stage.scanned()["turns"]) == [START, START]


def test_ledger_that_tells_nothing_takes_no_place_in_one_reading_and_in_two(stage):
    full, empty = cost_state(claude_opus_5_5={"input": 9}), cost_state()
    stage.put("p/a.jsonl", prompt("t"), full, empty)
    stage.put("p/b.jsonl", prompt("u", session="s-2"), cost_state("s-2", claude_opus_5_5={"input": 9}))
    stage.scanned()
    stage.append("p/b.jsonl", cost_state("s-2"))
    assert sorted(ledger[1] for ledger in stage.scanned()["ledgers"]) == ["s-1", "s-2"]


def test_ledger_in_a_file_written_with_spaces_is_dated():
    lines = [
        json.dumps(line) for line in (answer("m-1", START + 5), cost_state(claude_opus_5_5={"input": 1}))
    ]
    data = "\n".join(lines).encode() + b"\n"
    assert [ledger.at for ledger in parse(data, len(data), {}, "").ledgers] == [START + 5]


def test_what_lines_tell_is_summed_beside_a_ledger(stage):
    """A side question's copy of a call in the session's own other file is no second call."""
    model = {"claude_opus_5_5": {"input": 100, "output": 900}}
    stage.put(
        "p/s-1.jsonl", answer("m", input=5, output=200), answer("n", input=7, output=9), cost_state(**model)
    )
    stage.put("p/s-1/side.jsonl", answer("m", input=5, output=200, read=10**6, side=True))
    stage.put("p/s-1/subagents/agent-1.jsonl", answer("o", input=1, output=1, side=True))
    stage.put("p/s-2.jsonl", answer("m", input=5, output=200, session="s-2"))
    found = stage.scanned()
    assert sum(row[3] for row in found["covered"]) == 13
    assert {row[0] for row in found["covered"]} == {"s-1"}


def test_another_parser_reads_every_file_again(stage):
    class Fewer(Agent):
        def parse(self, data, end, state, path):
            found = super().parse(data, end, state, path)
            return replace(found, rows=found.rows[:1])

    stage.put("p/a.jsonl", prompt("t"), answer("m", input=5), answer("n", input=6))
    before = stage.scanned()
    stage.scanned(agents=(Fewer(*AGENT._replace(version=AGENT.version + 1)),))
    assert set(stage.calls()) == keys("m")
    assert stage.select("SELECT parser FROM files") == [(AGENT.version + 1,)]
    assert stage.scanned() == before


def test_many_files_at_once_and_one_by_one_come_to_the_same(tmp_path):
    many, single = Stage(tmp_path / "many"), Stage(tmp_path / "single")
    for number in range(70):
        copy = answer(f"m-{number // 2}", START + number, session=f"s-{number}", input=1, output=number)
        for stage in (many, single):
            os.utime(stage.put(f"p/{number}.jsonl", copy), (number, number))
        single.scan()
    assert many.scanned() == single.scanned()


def test_a_file_that_grew_by_a_prompt_spans_it(stage):
    """Nobody has answered yet, and the session is at work."""
    name = "-home-dev/s-1.jsonl"
    stage.put(name, prompt("t-1", START - 60_000), answer("m-1", START))
    stage.scan()
    for number, more in enumerate((prompt("t-2", START + 60_000), answer("m-2", START + 120_000)), 1):
        stage.append(name, more)
        stage.scan()
        assert stage.select("SELECT first, last FROM files") == [(START - 60_000, START + number * 60_000)]
