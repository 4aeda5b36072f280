"""Files cut, replaced, moved, deleted, linked, hostile: no call is lost or doubled, and none stops the scan."""

import os
import shutil

import pytest

from tests.claude_transcripts import START, answer, cost_state, dumped, prompt
from tests.reader_stage import Stage, counted, gone, ids, numbered
from tray.metrics.claude_code import AGENT
from tray.metrics.discover import Found, Listing
from tray.metrics.lines import STRETCH
from tray.metrics.scan import Task, plan, read_task

MINUTE = 60_000


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


# --- growing


def test_torn_last_line_waits_for_its_end(stage):
    whole = dumped(numbered(2))
    stage.put("p/a.jsonl", numbered(1), whole[:-1])
    assert counted(stage) == ids(1)
    stage.append("p/a.jsonl", b"\n")
    assert counted(stage) == ids(1, 2)


def test_empty_file_is_none_of_a_scan_s_troubles(stage):
    stage.put("p/a.jsonl")
    assert counted(stage) == set()
    stage.append("p/a.jsonl", numbered(1))
    assert counted(stage) == ids(1)


# --- cut and replaced


def test_cut_file_keeps_the_calls_it_told_of(stage):
    stage.put("p/a.jsonl", numbered(1), numbered(2), numbered(3))
    counted(stage)
    stage.put("p/a.jsonl", numbered(1))
    assert counted(stage) == ids(1, 2, 3)
    stage.append("p/a.jsonl", numbered(4))
    assert counted(stage) == ids(1, 2, 3, 4)  # appended lines alone are no new text


def test_emptied_file_keeps_the_calls_it_told_of(stage):
    stage.put("p/a.jsonl", numbered(1), numbered(2))
    counted(stage)
    stage.put("p/a.jsonl")
    assert counted(stage) == ids(1, 2)


# What a key that lasts has named stays known; where keys hang on what stands before them, a new text decides.
LASTING, PASSING = (AGENT,), (AGENT._replace(lasting_keys=False),)


@pytest.mark.parametrize(
    ("agents", "left"), [(LASTING, ids(1, 2, 3, 5, 6, 9)), (PASSING, ids(1, 2, 5, 6, 9))]
)
def test_replaced_text_decides_inside_its_span_only(stage, agents, left):
    stage.put("p/a.jsonl", numbered(1), numbered(3), numbered(5), numbered(9))
    counted(stage, agents=agents)
    stage.put("p/a.jsonl", numbered(2), numbered(5, output=99), numbered(6))
    assert counted(stage, agents=agents) == left
    assert {row["output"] for row in stage.calls().values()} == {10, 99}


@pytest.mark.parametrize("how", ["in place", "another file"])
@pytest.mark.parametrize(("agents", "left"), [(LASTING, ids(1, 2, 5, 3)), (PASSING, ids(1, 5, 3))])
def test_replaced_by_a_text_of_the_same_size(stage, how, agents, left):
    old, new = lines_of(1, 2, 3), lines_of(1, 5, 3)
    assert len(old) == len(new)
    path = stage.put("p/a.jsonl", old)
    counted(stage, agents=agents)
    if how == "in place":
        path.write_bytes(new)
        later = path.stat().st_mtime_ns + 1_000_000_000
        os.utime(path, ns=(later, later))
    else:
        stage.put("p/new", new).replace(path)
    assert counted(stage, agents=agents) == left


def lines_of(*numbers):
    """Calls at the same minutes whatever their numbers: same first and last bytes, same size."""
    return b"".join(
        dumped(answer(f"m-{n}", START + i * MINUTE, input=n, output=10)) for i, n in enumerate(numbers)
    )


@pytest.mark.parametrize(("agents", "left"), [(LASTING, ids(1, 2, 3, 4, 5)), (PASSING, ids(1, 3, 4, 5))])
def test_replaced_by_a_longer_text(stage, agents, left):
    stage.put("p/a.jsonl", numbered(1), numbered(2))
    counted(stage, agents=agents)
    stage.put("p/a.jsonl", numbered(1, output=20), numbered(3), numbered(4), numbered(5))
    assert counted(stage, agents=agents) == left


# --- moved, deleted, back


def test_rotated_file_is_read_once(stage):
    path = stage.put("p/a.jsonl", numbered(1), numbered(2))
    counted(stage)
    path.rename(path.with_name("a-old.jsonl"))
    stage.put("p/a.jsonl", numbered(3))
    assert counted(stage) == ids(1, 2, 3)
    stage.append("p/a.jsonl", numbered(4))
    stage.append("p/a-old.jsonl", numbered(5))
    assert counted(stage) == ids(1, 2, 3, 4, 5)
    assert gone(stage) == {"a.jsonl": False, "a-old.jsonl": False}


def test_moved_file_goes_on_under_its_new_name(stage):
    path = stage.put("p/a.jsonl", numbered(1))
    counted(stage)
    (stage.projects / "q").mkdir()
    path.rename(stage.projects / "q" / "b.jsonl")
    stage.append("q/b.jsonl", numbered(2))
    assert counted(stage) == ids(1, 2)
    assert gone(stage) == {"b.jsonl": False}


def test_folder_moved_as_a_whole(stage):
    stage.put("p/a.jsonl", numbered(1))
    stage.put("p/s/subagents/agent-1.jsonl", numbered(2, side=True))
    counted(stage)
    (stage.projects / "p").rename(stage.projects / "q")
    assert counted(stage) == ids(1, 2)
    assert not any(gone(stage).values())


def test_deleted_file_keeps_its_calls_and_is_marked(stage):
    path = stage.put("p/a.jsonl", numbered(1))
    stage.put("p/b.jsonl", numbered(2))
    counted(stage)
    path.unlink()
    assert counted(stage) == ids(1, 2)
    assert gone(stage) == {"a.jsonl": True, "b.jsonl": False}


def test_deleted_file_that_comes_back_is_no_longer_marked(stage):
    path = stage.put("p/a.jsonl", numbered(1))
    text = path.read_bytes()
    counted(stage)
    path.unlink()
    counted(stage)
    stage.put("p/a.jsonl", text, numbered(2))
    assert counted(stage) == ids(1, 2)
    assert gone(stage) == {"a.jsonl": False}


def test_all_transcripts_deleted_at_once(stage):
    stage.put("p/a.jsonl", numbered(1), prompt("t-1"))
    before = stage.scanned()
    shutil.rmtree(stage.projects)
    assert stage.scanned() == before
    assert gone(stage) == {"a.jsonl": True}


@pytest.mark.parametrize("was_gone", [False, True])
def test_number_of_a_deleted_file_is_given_to_a_new_one(stage, was_gone):
    """A file system gives a freed inode to the next file; that one is not the deleted file under another name."""
    old = stage.put("p/old.jsonl", numbered(1), numbered(3))
    stage.scan()
    stat = old.stat()
    old.unlink()
    if was_gone:
        stage.scan()
    new = stage.put("p/new.jsonl", numbered(0), numbered(2, session="s-2"), numbered(5, session="s-2"))
    found = new.stat()
    listing = Listing(
        (Found("claude", os.fspath(new), found.st_size, found.st_mtime_ns, stat.st_ino, stat.st_dev),), ()
    )
    with stage.db() as db:
        plan(db, listing, (AGENT,))
    stage.scan()
    assert set(stage.calls()) == ids(0, 1, 2, 3, 5)
    assert gone(stage) == {"old.jsonl": True, "new.jsonl": False}


def test_file_that_vanishes_between_the_listing_and_the_reading(stage):
    stage.put("p/a.jsonl", numbered(1))
    path = stage.put("p/b.jsonl", numbered(2))
    stat = path.stat()
    stale = Found("claude", os.fspath(path), stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_dev)
    path.unlink()
    assert (
        read_task(Task(stale, None, AGENT.version, reparse=False, rest=stale.size), AGENT, bytearray(STRETCH))
        is None
    )
    assert counted(stage) == ids(1)


def test_ledger_of_a_session_is_the_last_one(stage):
    big = {"claude_opus_5_5": {"input": 100, "output": 500}}
    stage.put(
        "p/a.jsonl", numbered(1), cost_state(**big), numbered(2), cost_state(claude_sonnet_5={"input": 7})
    )
    found = stage.scanned()
    assert [row[2] for row in found["ledgers"]] == ["claude-sonnet-5"]
    stage.append("p/a.jsonl", cost_state(**big))
    assert [row[2:6] for row in stage.scanned()["ledgers"]] == [
        ("claude-opus-5-5", START + 2 * MINUTE, "/home/dev/proj", 100)
    ]
