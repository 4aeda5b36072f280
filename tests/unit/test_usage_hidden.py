"""Compaction and background calls: what a client's ledger holds beyond the lines, with forks and prices."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.fakes import fake_paths
from tests.usage_stage import MODEL, NONE, Stage, call, figures, ledger
from tray.metrics import open_index
from tray.metrics.records import Quality

TRANSCRIPTS = Path(__file__).parents[1] / "payloads" / "transcripts"
M = 1_000_000


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


def usage_of(version, root):
    """The report over what a real client of this version wrote, and what really went over the wire."""
    places = SimpleNamespace(**vars(fake_paths(root)) | {"claude_dirs": (TRANSCRIPTS / version,)})
    with open_index(places) as index:
        index.scan()
        return index.usage(timezone="UTC"), json.loads((TRANSCRIPTS / version / "truth.json").read_text())


def test_with_the_ledger_the_report_is_the_truth(tmp_path):
    found, truth = usage_of("claude-2.1.330", tmp_path)
    wire = tuple(truth[name] for name in ("input", "output", "cache_creation", "cache_read"))
    assert figures(found.totals) == wire == (198, 2478, 36_078, 144_078)
    assert (found.totals.hidden_input_tokens, found.totals.hidden_output_tokens) == (43, 423)
    assert found.totals.cost_usd == pytest.approx(0.138076 + 0.0554348 + 0.1380468), "the client's own sums"
    assert (found.totals.inexact_calls, found.totals.unpriced_models) == (0, ())


def test_in_another_order_of_files_it_is_the_same(tmp_path):
    shutil.copytree(TRANSCRIPTS / "claude-2.1.330", tmp_path / "other" / "claude-2.1.330")
    places = SimpleNamespace(
        **vars(fake_paths(tmp_path)) | {"claude_dirs": (tmp_path / "other" / "claude-2.1.330",)}
    )
    folder = places.claude_dirs[0] / "projects"
    with open_index(places) as index:
        files = sorted(folder.rglob("*.jsonl"), reverse=True)
        kept = {file: file.read_bytes() for file in files}
        for file in files:
            file.unlink()
        for file, data in kept.items():
            file.write_bytes(data)
            index.scan()
        assert index.usage(timezone="UTC").totals == usage_of("claude-2.1.330", tmp_path / "new")[0].totals


def test_where_no_ledger_makes_it_good_the_calls_are_marked(tmp_path):
    found, truth = usage_of("claude-2.1.197", tmp_path)
    assert found.totals.output_tokens == 1440 < truth["output"]
    assert found.totals.inexact_calls == 2, "the sub-agent's placeholders"


def test_the_hidden_part_stands_on_the_day_of_the_ledger(stage):
    late = "2026-11-22T00:30Z"
    stage.file(
        "claude",
        [call("a", input=10, output=100, cache_read=7)],
        ledgers=[
            ledger(at=late, input=15, output=130, cache_read=7, cache_write_5m=4, cache_write_1h=2, cost=1.0)
        ],
    )
    first, second = stage.usage().rows
    assert figures(first) == (10, 100, 0, 7)
    assert figures(second) == (5, 30, 6, 0)
    assert (second.calls, second.sessions, second.models) == (0, 0, (MODEL,))
    assert (second.hidden_input_tokens, second.hidden_output_tokens) == (5, 30)
    assert first.cost_usd + second.cost_usd == pytest.approx(1.0)
    for by, period in (("session", "s1"), ("project", "/home/dev/proj"), ("model", MODEL)):
        (row,) = stage.usage(by).rows
        assert (row.period, row.hidden_output_tokens, row.output_tokens) == (period, 30, 130)
    assert stage.usage(since="2026-11-22", zone="America/New_York").rows == ()
    assert stage.usage(project="elsewhere").rows == ()
    assert stage.usage(agent="claude").totals.output_tokens == 130


def test_the_newest_ledger_counts_as_a_whole(stage):
    stage.file("claude", [call("a", output=10)], ledgers=[ledger(output=60), ledger(model=NONE, output=9)])
    stage.file("claude", ledgers=[ledger(at="2026-11-21T12:00Z", output=40)])
    assert stage.usage().totals.hidden_output_tokens == 30


def test_lines_that_are_newer_than_the_ledger_stand_beside_it(stage):
    """The client runs on: what it wrote since is in no ledger yet."""
    stage.file(
        "claude",
        [call("a", output=10), call("b", "2026-11-21T15:00Z", output=2 * M)],
        ledgers=[ledger(output=15, cost=0.01)],
    )
    found = stage.usage().totals
    assert (found.output_tokens, found.hidden_output_tokens) == (2 * M + 15, 5)
    assert found.cost_usd == pytest.approx(50.01)


def test_a_ledger_makes_placeholders_good(stage):
    stage.file(
        "claude", [call("a", output=1, quality=int(Quality.PLACEHOLDER))], ledgers=[ledger(output=200)]
    )
    assert (stage.usage().totals.output_tokens, stage.usage().totals.inexact_calls) == (200, 0)
    stage.file("claude", [call("b", session="s2", output=1, quality=int(Quality.PLACEHOLDER))])
    assert stage.usage().totals.inexact_calls == 1


# -- dollars


def test_the_clients_own_cost_wins_over_the_table(stage):
    stage.file("claude", [call("a", output=M)], ledgers=[ledger(output=M, cost=20.0)])
    assert stage.usage().totals.cost_usd == pytest.approx(20), "the table says 25"


def test_a_ledger_pays_for_a_model_without_a_price(stage):
    stage.file(
        "claude", [call("a", model=NONE, output=M)], ledgers=[ledger(model=NONE, output=M + 5, cost=3.5)]
    )
    (row,) = stage.usage().rows
    assert (row.cost_usd, row.unpriced_models, row.output_tokens) == (pytest.approx(3.5), (), M + 5)
    stage.file("claude", [call("b", session="s2", model=NONE, output=1)])
    (row,) = stage.usage().rows
    assert (row.cost_usd, row.unpriced_models) == (pytest.approx(3.5), (NONE,))


def test_the_day_before_such_a_ledger_has_an_unknown_cost_rather_than_none(stage):
    stage.file(
        "claude",
        [call("a", model=NONE, output=1), call("b", "2026-11-22T10:00Z", model=NONE, output=1)],
        ledgers=[ledger(at="2026-11-22T11:00Z", model=NONE, output=2, cost=1.0)],
    )
    first, second = stage.usage().rows
    assert (first.cost_usd, second.cost_usd) == (None, pytest.approx(1))


def test_a_ledger_without_a_cost_is_priced_by_the_table(stage):
    stage.file("claude", [call("a", output=M)], ledgers=[ledger(output=2 * M), ledger(model=NONE, output=1)])
    found = stage.usage().totals
    assert (found.cost_usd, found.unpriced_models) == (pytest.approx(50), (NONE,))


def test_a_client_that_knew_no_price_does_not_make_it_free(stage):
    stage.file("claude", [call("a", model=NONE, output=5)], ledgers=[ledger(model=NONE, output=5, cost=0.0)])
    assert (stage.usage().totals.cost_usd, stage.usage().totals.unpriced_models) == (None, (NONE,))


# -- forks


def shared(session):
    return [call("p1", output=10, session=session), call("p2", output=10, session=session)]


@pytest.mark.parametrize("parent", ["a", "z"], ids=["parent-first", "parent-last"])
def test_a_forks_ledger_counts_beyond_its_parents(stage, parent):
    """The parent hid 5, the fork 3 more; which of them owns the shared calls is chance."""
    stage.file("claude", shared(parent), ledgers=[ledger(parent, output=25, cost=2.0)])
    stage.file(
        "claude",
        [*shared("m"), call("f1", output=7, session="m")],
        ledgers=[ledger("m", output=35, cost=3.0)],
    )
    found = stage.usage("session")
    assert {row.period: row.hidden_output_tokens for row in found.rows} == {parent: 5, "m": 3}
    assert (found.totals.output_tokens, found.totals.calls) == (35, 3)
    assert found.totals.cost_usd == pytest.approx(3.0)


@pytest.mark.parametrize("names", ["pab", "apb", "bap", "abp"])
def test_two_forks_of_one_session(stage, names):
    parent, one, two = names
    stage.file("claude", shared(parent), ledgers=[ledger(parent, output=120, cost=1.0)])  # hides 100
    stage.file(
        "claude",
        [*shared(one), call("x", output=1, session=one)],
        ledgers=[ledger(one, output=151, cost=1.5)],
    )
    stage.file(
        "claude",
        [*shared(two), call("y", output=2, session=two)],
        ledgers=[ledger(two, output=162, cost=1.75)],
    )
    found = stage.usage("session")
    assert {row.period: row.hidden_output_tokens for row in found.rows} == {parent: 100, one: 30, two: 40}
    assert found.totals.cost_usd == pytest.approx(1 + 0.5 + 0.75)


@pytest.mark.parametrize("names", ["pab", "apb", "bap", "bpa"])
def test_a_fork_of_a_fork(stage, names):
    parent, child, grandchild = names
    own = [call("x", output=1, session=child)]
    theirs = [call("x", output=1, session=grandchild), call("y", output=2, session=grandchild)]
    stage.file("claude", shared(parent), ledgers=[ledger(parent, output=120)])  # hides 100
    stage.file("claude", [*shared(child), *own], ledgers=[ledger(child, output=151)])  # and 30
    stage.file("claude", [*shared(grandchild), *theirs], ledgers=[ledger(grandchild, output=203)])  # and 50
    found = stage.usage("session")
    assert {row.period: row.hidden_output_tokens for row in found.rows} == {
        parent: 100,
        child: 30,
        grandchild: 50,
    }


def test_a_parent_that_went_on_takes_nothing_from_its_fork_but_what_it_shares(stage):
    stage.file("claude", shared("a"), ledgers=[ledger("a", output=20, input=500)])
    stage.file("claude", [*shared("b"), call("f", output=7, session="b")], ledgers=[ledger("b", output=1000)])
    assert stage.usage().totals.hidden_output_tokens == 973
    assert stage.usage().totals.hidden_input_tokens == 500
