"""A report for programs is given as it was while nothing has changed that it hangs on, and only then."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from tests.claudette_db import ClaudetteDb
from tests.fakes import fake_paths
from tray.cli import parser
from tray.commands import usage as command
from tray.metrics import kept, open_index
from tray.metrics.index import transaction

TRANSCRIPTS = Path(__file__).parents[1] / "payloads" / "transcripts"


@pytest.fixture
def places(tmp_path):
    """A person who has used a real Claude Code."""
    shutil.copytree(TRANSCRIPTS / "claude-2.1.330" / "projects", tmp_path / ".claude" / "projects")
    return fake_paths(tmp_path)


@pytest.fixture
def ask(places, capsys, monkeypatch):
    """Ask for a report: its text, and whether it was computed for this question."""
    computed = []
    report = command.document
    monkeypatch.setattr(command, "document", lambda *a, **k: computed.append(1) or report(*a, **k))

    def ask(*line):
        computed.clear()
        assert command.usage(places, parser().parse_args(["usage", "--json", *line])) == 0
        return capsys.readouterr().out, bool(computed)

    return ask


def test_the_same_question_gets_the_same_answer_without_computing(ask):
    first, computed = ask()
    assert computed
    assert ask() == (first, False)


def test_another_question_is_computed(ask):
    ask()
    for line in (["weekly"], ["--timezone", "Asia/Kolkata"], ["--since", "2026-11-22"], ["--breakdown"]):
        assert ask(*line)[1], line


def test_a_new_call_is_told_at_once(ask, places):
    before = json.loads(ask()[0])["totals"]["calls"]
    (transcript, *_) = sorted(places.claude_dirs[0].rglob("*.jsonl"))
    line = next(line for line in transcript.read_text().splitlines() if '"type":"assistant"' in line)
    found = json.loads(line)
    found["message"]["id"] = "msg_new"
    with transcript.open("a") as file:
        file.write(json.dumps(found) + "\n")
    answer, computed = ask()
    assert (json.loads(answer)["totals"]["calls"], computed) == (before + 1, True)


@pytest.mark.parametrize("what", ["prices", "zone", "claudette"])
def test_what_the_answer_hangs_on_makes_it_new(ask, places, monkeypatch, what):
    ask()
    match what:
        case "prices":
            places.prices_file.parent.mkdir(parents=True)
            places.prices_file.write_text("{}")
        case "zone":
            monkeypatch.setenv("TZ", "Asia/Kolkata")
        case "claudette":
            db = ClaudetteDb(places.claudette_db)
            db.workspace("w1")
            db.message(None, at=time.time(), completion=5)
    assert ask()[1]


def test_an_answer_that_was_overtaken_while_it_was_made_is_not_kept(places):
    with open_index(places) as index:
        at = kept.count(index.db)
        with transaction(index.db):
            index.db.execute("DELETE FROM turns")
        kept.keep(index.db, "how much?", at, "little")
        assert kept.find(index.db, "how much?") is None


def test_old_answers_go(places):
    with open_index(places) as index:
        for _ in range(3):
            with transaction(index.db):
                index.db.execute("DELETE FROM turns")
            kept.keep(index.db, os.urandom(4).hex(), kept.count(index.db), "so much")
        assert index.db.execute("SELECT count(*) FROM answers").fetchone() == (1,)


def test_damage_that_only_a_report_meets_is_mended_at_once(ask, places):
    before, _ = ask()
    with sqlite3.connect(places.index_file) as db:
        db.execute("UPDATE files SET calls = x'00'")
        db.execute("UPDATE sums SET costed = 1, calls = 2 WHERE calls > 2")  # single calls are asked for
        db.execute("UPDATE changes SET count = count + 1")
    assert ask() == (before, True)
