"""Three corpora with forks, resumed copies, placeholders, sub-agents and repeats: every day's sums are the truth."""

import pytest

from tests import corpus_claude, corpus_codex
from tests.reader_stage import Stage, check_sums
from tray.metrics.packed import SLOT
from tray.metrics.registry import ALL

SIZE = 24_000_000
_BY_DAY = """
SELECT date(slot * :slot / 1000, 'unixepoch'), sum(input), sum(output), sum(cache_read),
  sum(cache_write_5m + cache_write_1h), sum(calls) FROM sums GROUP BY 1
"""


def days(stage):
    with stage.db() as db:
        return {day: counts for day, *counts in db.execute(_BY_DAY, {"slot": SLOT}) if any(counts)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_day_of_claude_is_the_truth(tmp_path, seed):
    stage = Stage(tmp_path)
    truth = corpus_claude.claude(stage.places.claude_dirs[0], seed, SIZE)
    stage.scan()
    assert days(stage) == truth.days
    check_sums(stage.told())
    assert len(truth.days) > 8


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_day_of_codex_is_the_truth(tmp_path, seed):
    stage = Stage(tmp_path)
    truth = corpus_codex.codex(stage.places.codex_home, seed, SIZE)
    stage.scan(agents=ALL)
    assert days(stage) == truth.days
    assert len(truth.days) > 10


def test_a_seed_always_gives_the_same(tmp_path):
    one, two = tmp_path / "1", tmp_path / "2"
    assert corpus_claude.claude(one, 5, 10**6) == corpus_claude.claude(two, 5, 10**6)
    told = [
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.jsonl")} for root in (one, two)
    ]
    assert told[0] == told[1]
