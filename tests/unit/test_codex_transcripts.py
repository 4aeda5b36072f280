"""Promises of Codex's transcripts: every call once, under its own thread, however often its lines are copied."""

from __future__ import annotations

import pytest

from tests.rollout_lines import (
    CHILD,
    GRANDCHILD,
    PARENT,
    PATH,
    START,
    asked,
    context,
    copies,
    counted,
    event,
    fork_lines,
    genuine,
    merged,
    meta,
    parent_lines,
    parse,
    prompt,
    prompts,
    record,
    usage,
)
from tray.metrics import codex
from tray.metrics.records import Quality


@pytest.mark.parametrize(
    ("version", "given", "output", "turns"),
    [("codex-0.98.0", 62100, 1821, 4), ("codex-0.169.0", 72800, 2128, 4)],
)
def test_genuine_sessions_equal_what_went_over_the_wire(version, given, output, turns):
    files = [parse(path.read_bytes(), path=str(path)) for path in genuine(version)]
    for order in (files, files[::-1]):
        rows, said = merged(*order)
        assert sum(prompt(row) for row in rows.values()) == given
        assert sum(row.output for row in rows.values()) == output
        assert {row.quality for row in rows.values()} == {Quality.EXACT}
        assert {row.model for row in rows.values()} == {"gpt-5-codex"}
        assert {(row.project, row.branch) for row in rows.values()} == {("/home/dev/proj", "master")}
        assert len(said) == turns


@pytest.mark.parametrize("version", ["codex-0.98.0", "codex-0.169.0"])
def test_a_fork_alone_gives_its_own_calls_and_turns(version):
    path = genuine(version)[-1]
    found = parse(path.read_bytes(), path=str(path))
    assert prompts(found) == [10400, 10500]
    assert {row.session for row in found.rows} == {path.stem[-36:]}
    assert len(found.turns) == 1


def test_a_call_told_twice_counts_once():
    found = parse(parent_lines())
    assert prompts(found) == [100, 200]
    assert [(row.input, row.cache_read, row.output) for row in found.rows] == [(40, 60, 5), (200, 0, 7)]


def test_a_fork_adds_only_its_own_call_in_whatever_order_the_files_are_read():
    parent = parse(parent_lines())
    fork = parse(fork_lines(parent_lines()))
    grandchild = parse(fork_lines(fork_lines(parent_lines()), own=GRANDCHILD, parent=CHILD, ms=200_000))
    for order in ((parent, fork, grandchild), (grandchild, fork, parent)):
        rows, turns = merged(*order)
        assert [row.session for row in sorted(rows.values(), key=lambda row: row.at)] == [
            PARENT,
            PARENT,
            CHILD,
            GRANDCHILD,
        ]
        assert len(turns) == 4


def test_copies_that_were_written_slowly_are_known_by_their_key():
    lines = parent_lines(turns=False)
    slow = [one for n, row in enumerate(lines) for one in copies([row], 100_000 + 40 * n)]
    fork = parse([meta(CHILD, 100_000, forked_from_id=PARENT), *slow])
    rows, turns = merged(fork, parse(lines))
    assert {row.key for row in fork.rows} == set(rows)
    assert {row.session for row in rows.values()} == {PARENT}
    assert len(turns) == 2


def test_a_turn_older_than_its_thread_is_a_copy_however_slowly_it_was_written():
    lines = parent_lines()
    slow = [one for n, row in enumerate(lines) for one in copies([row], 100_000 + 40 * n)]
    fork = parse([meta(CHILD, 100_000, forked_from_id=PARENT), *slow, *fork_lines(lines)[-4:]])
    assert [row.at - START for row in fork.rows] == [100_900]
    assert [turn.session for turn in fork.turns] == [CHILD]


def test_copies_may_be_some_milliseconds_apart():
    lines = parent_lines(turns=False)
    apart = [one for n, row in enumerate(lines) for one in copies([row], 100_000 + 15 * n)]
    found = parse([meta(CHILD, 100_000, forked_from_id=PARENT), *apart])
    assert (found.rows, found.turns) == ((), ())


@pytest.mark.parametrize("first", [context(100_012, CHILD), context(100_012, "7"), asked(100_012)])
def test_a_fork_may_be_asked_at_once(first):
    lines = [meta(CHILD, 100_000, forked_from_id=PARENT), *copies(parent_lines(turns=False), 100_000)]
    found = parse([*lines, first, counted(100_900, usage(400, 20), usage(100, 8))])
    assert prompts(found) == [100]
    assert [turn.at - START for turn in found.turns] == [100_012]


def test_a_turn_as_young_as_its_thread_ends_the_copies():
    lines = [meta(CHILD, 100_000, forked_from_id=PARENT), *copies(parent_lines(), 100_000)]
    found = parse([*lines, context(100_001, CHILD), counted(100_002, usage(400, 20), usage(100, 8))])
    assert prompts(found) == [100]


def test_copied_records_do_not_hide_a_forks_own_counters():
    lines = [
        meta(PARENT),
        context(1, "a"),
        record(2, "resp_1", usage(100)),
        counted(3, usage(100), usage(100)),
    ]
    fork = [meta(CHILD, 100_000, forked_from_id=PARENT), *copies(lines, 100_000)]
    found = parse([*fork, context(100_050, "b"), counted(100_900, usage(150, 2), usage(50))])
    assert [(row.session, prompt(row)) for row in found.rows] == [(CHILD, 50)]


def test_an_ancestors_meta_line_tells_a_fork_that_does_not_say_so():
    found = parse([meta(CHILD, 100_000), *copies(parent_lines(turns=False), 100_000)])
    assert (found.rows, found.turns) == ((), ())


def test_a_sub_agent_that_is_no_fork_may_answer_an_older_turn():
    lines = [meta(CHILD, 100_000, source={"subagent": "review"}), context(100_001, PARENT)]
    assert prompts(parse([*lines, counted(100_010, usage(9), usage(9))])) == [9]


def test_two_branches_of_one_thread_share_no_call():
    mine = [*parent_lines(), counted(70_000, usage(400, 13), usage(100))]
    fork = [
        *fork_lines(parent_lines())[:-1],
        counted(101_000, usage(401, 13), usage(101)),
        counted(102_000, usage(500, 14), usage(99)),
    ]
    after = [*mine, counted(103_000, usage(500, 14), usage(100))]
    rows, _ = merged(parse(after), parse(fork))
    assert sorted(prompt(row) for row in rows.values()) == [99, 100, 100, 100, 101, 200]


def test_a_fork_of_a_thread_whose_file_is_gone_counts_none_of_its_calls():
    found = parse(fork_lines(parent_lines(turns=False)))
    assert [(row.session, row.at - START) for row in found.rows] == [(CHILD, 100_900)]
    assert [turn.at - START for turn in found.turns] == [100_050]


def test_a_paginated_fork_copies_nothing():
    lines = [
        meta(CHILD, 0, forked_from_id=PARENT, history_mode="paginated"),
        record(5, "resp_1", usage(50)),
        record(9, "resp_2", usage(60)),
    ]
    assert prompts(parse(lines)) == [50, 60]


def test_a_file_in_both_folders_counts_once():
    found = parse(parent_lines(), path=f"/a/sessions/{PATH}"), parse(parent_lines(), path=f"/b/{PATH}")
    assert len(merged(*found)[0]) == 2


def test_records_are_counted_instead_of_counters():
    first, second = usage(100), usage(70)
    lines = [
        meta(PARENT),
        counted(1, usage(30), usage(30)),
        record(2, "resp_1", first),
        counted(3, usage(130), first),
        record(4, "resp_2", second),
        counted(5, usage(200), second),
    ]
    found = parse(lines)
    assert prompts(found) == [30, 100, 70]
    assert [row.key for row in found.rows][1:] == ["resp_1", "resp_2"]


def test_a_record_without_a_name_counts_once():
    lines = [meta(PARENT), record(2, None, usage(100)), record(3, "", usage(100))]
    assert prompts(parse(lines)) == [100, 100]
    assert len(merged(parse(lines), parse(lines))[0]) == 2


def test_a_total_that_went_down_is_no_difference():
    lines = [
        counted(1, usage(1000, 10), usage(1000, 10)),
        counted(2, usage(50, 1), usage(50, 1)),
        counted(3, usage(1100, 12), usage(100, 2)),
        counted(4, usage(40, 1)),
        counted(5, usage(1200, 13)),
    ]
    assert [(prompt(row), Quality(row.quality)) for row in parse(lines).rows] == [
        (1000, Quality.EXACT),
        (50, Quality.CONTAINED),
        (100, Quality.EXACT),
        (100, Quality.CONTAINED),
    ]


def test_without_a_last_usage_the_growth_counts():
    lines = [counted(1, usage(10, 1)), counted(2, usage(30, 4))]
    assert [(prompt(row), row.output) for row in parse(lines).rows] == [(10, 1), (20, 3)]


def test_what_a_call_used_is_split_into_its_parts():
    used = usage(100, 20, cached=60, cache_write_input_tokens=10, reasoning_output_tokens=8)
    lines = [
        meta(PARENT, model_provider="x"),
        context(1, "t", "gpt-5.5", "/src/b"),
        event("thread_settings_applied", 2, thread_settings={"model": "gpt-5.6"}),
        counted(3, used, used),
    ]
    (call,) = parse(lines).calls
    assert (call.input, call.cache_read, call.cache_write_5m, call.output, call.reasoning) == (
        30,
        60,
        10,
        20,
        8,
    )
    assert (call.model, call.project, call.branch, call.side) == ("gpt-5.6", "/src/b", "main", False)
    assert (call.session, call.at) == (PARENT, START + 3)


@pytest.mark.parametrize("source", [{"subagent": {"thread_spawn": {"depth": 1}}}, {"subagent": "review"}])
def test_a_sub_agents_thread_is_aside_and_has_no_turns(source):
    lines = [meta(PARENT, source=source), context(50, "t"), counted(900, usage(9), usage(9))]
    found = parse(lines)
    assert [row.side for row in found.rows] == [True]
    assert not found.turns


def test_a_turn_with_an_id_counts_once_and_a_compaction_is_none():
    lines = [
        meta(PARENT),
        event("task_started", 1, turn_id="a"),
        context(2, "a"),
        asked(3),
        context(4, "a"),
        event("task_started", 5, turn_id="b"),
        context(6, "c"),
    ]
    assert [(turn.key[-2:], turn.at - START, turn.project) for turn in parse(lines).turns] == [
        (":a", 2, "/src"),
        (":c", 6, "/src"),
    ]


def test_ordinals_of_turns_are_told_apart_by_their_thread():
    mine, other = parse([meta(PARENT), context(1, "1")]), parse([meta(CHILD), context(2, "1")])
    assert len(merged(mine, other)[1]) == 2


def test_without_ids_a_prompt_is_a_turn_once_it_is_answered():
    lines = [meta(PARENT), asked(1), asked(2, kind="environment_context"), asked(3, kind="plain")]
    assert not parse(lines).turns
    assert [turn.at - START for turn in parse([*lines, counted(4, usage(1), usage(1))]).turns] == [1, 3]


def test_where_the_files_lie(tmp_path):
    class Places:
        codex_home = tmp_path

    assert codex.AGENT.roots(Places()) == (tmp_path / "sessions", tmp_path / "archived_sessions")
    assert codex.AGENT.wanted("rollout-1.jsonl")
    assert not codex.AGENT.wanted("rollout-1.jsonl.zst")
