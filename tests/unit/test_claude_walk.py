"""What tells a line of Claude Code's without parsing it holds for that line alone, wherever it stands."""

import random

import pytest

from tests.claude_transcripts import START, answer, cost_state, dumped, prompt, tool_result
from tray.metrics.claude_lines import parse

ATTACHMENT = {
    "parentUuid": "p",
    "isSidechain": False,
    "attachment": {"type": "todo_reminder", "content": "none"},
    "type": "attachment",
    "uuid": "a-1",
    "timestamp": "2026-11-21T19:28:16.953Z",
}
PASSED = (ATTACHMENT, {**tool_result("r-1"), "type": "user"}, {**ATTACHMENT, "parentUuid": None})
KINDS = {
    "answer": answer("m-x", START, input=1, output=2),
    "prompt": prompt("t-x"),
    "ledger": cost_state("s-1", claude_opus_4_8={"input": 5, "output": 6}),
}


def told(*lines):
    data = b"".join(line if isinstance(line, bytes) else dumped(line) for line in lines)
    found = parse(data, len(data), {}, "")
    return found.rows, found.turns, [(one.session, one.model) for one in found.ledgers]


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("passed", PASSED)
def test_a_line_after_lines_that_are_passed_over_counts(what, passed):
    assert told(passed, passed, KINDS[what], passed) == told(KINDS[what])


@pytest.mark.parametrize("passed", PASSED)
def test_a_short_line_is_not_taken_for_what_the_next_one_is(passed):
    """Where such a line was told by its head before, a short line's place may lie in the next line."""
    begun = {**passed, "parentUuid": "p" * 120}
    short = b'{"type":"cost-state","sessionId":"s","modelUsage":{"m":{"inputTokens":1}}'
    for gap in range(1, 140):
        ledger = short + b" " * gap + b"}\n"
        assert told(KINDS["answer"], begun, ledger, passed, begun)[2] == [("s", "m")], gap


def test_order_of_lines_does_not_decide_what_they_are():
    lines = [*KINDS.values(), *PASSED, answer("m-y", START, input=3, output=4)] * 2
    shuffled = random.Random(7)
    for _ in range(50):
        shuffled.shuffle(lines)
        rows, turns, ledgers = told(answer("m-0", START, input=1), *lines)  # which dates a ledger
        assert {row.key for row in rows} == {"m-0", "m-x", "m-y"}
        assert {turn.key for turn in turns} == {"t-x"}
        assert ledgers == [("s-1", "claude-opus-4-8")]
