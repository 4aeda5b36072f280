"""Promises of Codex's transcripts: cut, torn or hostile, a file loses no sound call and never breaks the reader."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rollout_lines import (
    PARENT,
    asked,
    context,
    counted,
    event,
    fork_lines,
    genuine,
    joined,
    line,
    merged,
    meta,
    parent_lines,
    parse,
    prompt,
    prompts,
    record,
    stamp,
    usage,
)
from tray.metrics.counts import MOST
from tray.metrics.records import Quality


@pytest.mark.parametrize("version", ["codex-0.98.0", "codex-0.169.0"])
def test_a_file_cut_at_any_line_gives_the_same(version):
    for path in genuine(version):
        data = path.read_bytes()
        whole, state = parse(data, path=str(path)), {}
        for cut in [at + 1 for at, byte in enumerate(data) if byte == 10]:
            state = {}
            first = parse(data[:cut], state, str(path))
            state = json.loads(json.dumps(state))
            assert merged(first, parse(data[cut:], state, str(path))) == merged(whole)


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_file_read_in_any_pieces_gives_the_same(rng):
    for lines in (parent_lines(), fork_lines(parent_lines(turns=False)), hostile(rng)):
        state, pieces = {}, []
        rest = list(lines)
        while rest:
            piece = [rest.pop(0) for _ in range(min(len(rest), rng.randrange(1, 5)))]
            pieces.append(parse(piece, state))
            state = json.loads(json.dumps(state))
        assert merged(*pieces) == merged(parse(lines))


def hostile(rng):
    """Lines of many kinds with values of any kind, in any order."""
    odd = [None, -1, 5, 2.5, 1e300, 10**30, "7", [], {}, True, "\ud800", {"input_tokens": 3}]
    total, lines = (
        0,
        [meta(PARENT, 0, forked_from_id=rng.choice(odd), source=rng.choice([*odd, {"subagent": 1}]))],
    )
    for n in range(30):
        total += rng.choice([0, 10, 10, -7])
        lines.append(
            rng.choice(
                [
                    counted(n * 15, usage(total, n), usage(10)),
                    counted(n * 15, usage(total, rng.choice(odd)), usage(rng.choice(odd))),
                    counted(n * 15, usage(total, 1)),
                    event("token_count", n * 15, info=rng.choice(odd)),
                    record(n * 15, rng.choice(odd), usage(rng.choice(odd))),
                    context(n * 15, rng.choice([None, "a", PARENT]), rng.choice(["m", 5])),
                    asked(n * 15, kind=rng.choice(odd)),
                    line(rng.choice(["response_item", "event_msg", "x"]), rng.choice(odd), n),
                ]
            )
        )
    return lines


def test_without_a_meta_line_the_thread_is_named_by_the_file():
    found = parse([counted(1, usage(5), usage(5))])
    assert [row.session for row in found.rows] == [PARENT]
    assert parse([counted(1, usage(5), usage(5))], path="/x/odd.jsonl").rows[0].session == "odd"


@pytest.mark.parametrize("bad", [-5, "7", None, 10**30, [], {}, True, MOST + 1])
def test_a_value_that_is_no_count_leaves_the_others(bad):
    used = usage(100, 9, reasoning_output_tokens=bad)
    (row,) = parse([counted(1, usage(100, 9), used)]).rows
    assert (prompt(row), row.output, row.reasoning) == (100, 9, 0)
    assert row.quality == Quality.CONTAINED


def test_other_orders_spaces_and_broken_bytes_lose_no_call():
    lines = [meta(PARENT), counted(1, usage(1), usage(1)), record(2, "resp", usage(2))]
    turned = [json.dumps(dict(reversed(json.loads(one).items()))) for one in lines]
    within = [one.replace('{"type":"token_count",', "{").replace("}}\n", "") for one in lines]
    assert prompts(parse(turned)) == [1, 2]
    assert prompts(parse(within)) == [2]
    data = joined(lines).replace(b'"rate_limits":null', b'"rate_limits":"\xff\xfe"')
    assert prompts(parse(data)) == [1, 2]
    assert prompts(parse(b"\xef\xbb\xbf" + joined(lines).replace(b"\n", b"\r\n"))) == [1, 2]


def test_the_same_total_after_another_one_is_a_call_whatever_the_order_of_the_keys():
    one, other = counted(1, usage(5), usage(5)), counted(2, usage(9), usage(4))
    lines = [one, one, json.dumps(dict(reversed(json.loads(other).items()))), one]
    assert prompts(parse(lines)) == [5, 4, 5]


def test_a_torn_counter_does_not_hide_the_whole_one():
    whole = counted(1, usage(5), usage(5))
    assert prompts(parse([whole[: whole.index(',"model_context')], whole])) == [5]


def test_torn_and_foreign_lines_are_passed_over():
    whole = counted(1, usage(5), usage(5))
    torn = [whole[:cut] for cut in range(len(whole))]
    deep = '{"timestamp":"' + stamp(1) + '","type":"session_meta","payload":' + "[" * 100_000
    others = ["", "null", "[]", "7", "\x00" * 90, "x" * 500_000, deep, line("event_msg", None), line("?", {})]
    for one in [*torn, *others]:
        assert prompts(parse([one, whole])) == [5], one[:100]


def test_a_long_line_before_a_call_is_no_hindrance():
    long = line("response_item", {"type": "message", "content": '{"type":"token_count"}\\' * 50_000})
    assert prompts(parse([long, counted(1, usage(5), usage(5)), long])) == [5]


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_nothing_raises(data):
    parse(data)
    parse(joined([counted(1, usage(5), usage(5))])[:60] + data)


@given(st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_hostile_values_give_sound_rows(seed):
    found = parse(hostile(random.Random(seed)))
    for row in found.rows:
        assert min(row.input, row.output, row.cache_read, row.cache_write_5m, row.reasoning) >= 0
        assert prompt(row) + row.output > 0
    json.dumps([turn.session for turn in found.turns])
