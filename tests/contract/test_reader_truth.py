"""Genuine transcripts of Claude Code against what really went over the wire: as much as the lines tell, no more.

`truth.json` beside each says what the client was sent. Older clients wrote placeholders for the output and left
calls out; then the reader tells what is written and marks it, and never invents.
"""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.reader_stage import Stage
from tray.metrics.packed import quality
from tray.metrics.records import Quality

GENUINE = Path(__file__).parent.parent / "payloads" / "transcripts"

# version: calls written, output written, how many of the calls are marked as too low
WRITTEN = {
    "1.0.128": (9, 445, 7),
    "2.0.77": (24, 72, 24),
    "2.1.74": (9, 27, 9),
    "2.1.197": (9, 1440, 2),
    "2.1.300": (7, 1458, 0),
    "2.1.330": (10, 2055, 0),
}
PROMPTS = 5  # a tool call, once more, a sub-agent, a slash command of the person's own, /compact


@pytest.fixture(params=WRITTEN)
def version(request):
    return request.param


@pytest.fixture
def stage(tmp_path, version):
    made = Stage(tmp_path)
    shutil.copytree(GENUINE / f"claude-{version}" / "projects", made.projects, dirs_exist_ok=True)
    return made


def truth(version):
    return json.loads((GENUINE / f"claude-{version}" / "truth.json").read_text())


def test_what_is_written_is_counted_once_and_what_is_too_low_is_marked(stage, version):
    stage.scanned()
    calls, output, low = WRITTEN[version]
    assert (stage.total()[0], stage.total()[2]) == (calls, output)
    marks = Counter(Quality(quality(call["flags"])) for call in stage.calls().values())
    assert marks[Quality.PLACEHOLDER] == low
    assert marks[Quality.EXACT] == calls - low


def test_nothing_is_more_than_what_went_over_the_wire(stage, version):
    stage.scanned()
    real = truth(version)
    calls = stage.calls().values()
    assert len(calls) <= real["api_calls"]
    for ours, theirs in (("input", "input"), ("output", "output"), ("read", "cache_read")):
        assert sum(call[ours] for call in calls) <= real[theirs]
    assert sum(call["w5"] + call["w1"] for call in calls) <= real["cache_creation"]
    assert {call["model"] for call in calls} <= set(real["calls_by_model"])


def test_ledger_of_2_1_330_makes_the_sums_those_of_the_wire(tmp_path):
    stage = Stage(tmp_path)
    shutil.copytree(GENUINE / "claude-2.1.330" / "projects", stage.projects, dirs_exist_ok=True)
    found = stage.scanned()
    lines, ledgers = Counter(), Counter()
    for session, model, _flags, *counts in found["covered"].elements():
        lines.update({(session, model, column): value for column, value in enumerate(counts[:5])})
    for _path, session, model, _at, _project, *counts in found["ledgers"].elements():
        ledgers.update({(session, model, column): value for column, value in enumerate(counts[:5])})
    hidden = Counter()
    for (session, model, column), value in ledgers.items():
        assert value >= lines[session, model, column]
        hidden[column] += value - lines[session, model, column]
    calls = stage.calls().values()
    said = [sum(call[name] for call in calls) for name in ("input", "output", "read", "w5", "w1")]
    together = [value + hidden[column] for column, value in enumerate(said)]
    real = truth("2.1.330")
    assert together[:3] == [real["input"], real["output"], real["cache_read"]] == [198, 2478, 144078]
    assert together[3] + together[4] == real["cache_creation"]
    assert hidden[1] == 423, "the compaction, which no line tells"


def test_prompts_are_told_from_what_the_client_says(stage, version):
    found = stage.scanned()
    assert len({row[0] for row in found["turns"]}) == PROMPTS


def test_slash_command_is_named(stage, version):
    found = stage.scanned()
    assert {"mycmd", "compact"} <= {row[5] for row in found["turns"]}


def test_folder_and_branch_are_the_lines_own(stage, version):
    stage.scanned()
    assert {call["project"] for call in stage.calls().values()} == {"/home/dev/proj"}
    assert {call["branch"] for call in stage.calls().values()} <= {"", "HEAD", "main", "feature/tray"}
