"""`usage` and `scan`: the JSON and CSV contracts, errors in words, progress on a terminal alone, speed's ground."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import sys
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.fakes import fake_paths
from tests.usage_stage import NONE, Stage, call
from tray.cli import parser
from tray.commands import usage as command
from tray.metrics import index as index_module
from tray.metrics import open_index
from tray.metrics.tally import Row

TRANSCRIPTS = Path(__file__).parents[1] / "payloads" / "transcripts"
ROW = {
    *("period", "agent", "models", "sessions", "calls", "input_tokens", "output_tokens", "cache_read_tokens"),
    *("cache_write_tokens", "hidden_input_tokens", "hidden_output_tokens", "cost_usd", "unpriced_models"),
    "inexact_calls",
}


@pytest.fixture
def places(tmp_path):
    """A person who has used a real Claude Code."""
    home = tmp_path / ".claude"
    shutil.copytree(TRANSCRIPTS / "claude-2.1.330" / "projects", home / "projects")
    return fake_paths(tmp_path)


@pytest.fixture
def run(places, capsys):
    """Run a command line; its exit code, what it answered, what it complained of."""

    def run(*line):
        asked = parser().parse_args(line)
        code = (command.usage if asked.command == "usage" else command.scan)(places, asked)
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)

    return run


def test_the_json_is_schema_1(run):
    found = run("usage", "--json", "--timezone", "UTC")
    document = json.loads(found.out)
    assert (found.code, found.err) == (0, "")
    assert list(document) == ["schema", "by", "timezone", "complete", "rows", "totals"]
    assert (document["schema"], document["by"], document["timezone"]) == (1, "daily", "UTC")
    assert document["complete"] is True
    assert [set(row) for row in (*document["rows"], document["totals"])] == [ROW] * 2
    (row,) = document["rows"]
    assert row == {
        "period": "2026-11-21",
        "agent": "claude",
        "models": ["claude-opus-5-5"],
        "sessions": 3,
        "calls": 10,
        "input_tokens": 198,
        "output_tokens": 2478,
        "cache_read_tokens": 144_078,
        "cache_write_tokens": 36_078,
        "hidden_input_tokens": 43,
        "hidden_output_tokens": 423,
        "cost_usd": 0.331558,
        "unpriced_models": [],
        "inexact_calls": 0,
    }
    assert document["totals"] == row | {"period": "total", "agent": "all"}


def test_the_documentation_shows_what_is_printed(run):
    page = (TRANSCRIPTS.parents[2] / "docs" / "usage.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    printed = run("usage", "--json", "--timezone", "UTC").out
    assert example == printed
    assert [key for key in (*ROW, *json.loads(printed), "breakdown") if f"`{key}`" not in page] == []


def test_the_example_in_python_runs(places, monkeypatch, capsys):
    page = (TRANSCRIPTS.parents[2] / "docs" / "usage.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.setattr("tray.engine.paths.locate", lambda: places)
    exec(compile(code, "docs/usage.md", "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("2026-11-16 182832 0.33")
    assert len(said) == 11


def test_a_row_has_nothing_that_the_contract_lacks():
    assert {field.name for field in fields(Row)} == ROW | {"breakdown"}


@pytest.mark.parametrize("by", ["daily", "weekly", "monthly", "session", "project", "model"])
def test_every_grouping_comes_to_the_same_totals(run, by):
    document = json.loads(run("usage", by, "--json", "--timezone", "Asia/Kolkata").out)
    assert document["by"] == by
    assert (
        document["totals"]["output_tokens"] == sum(row["output_tokens"] for row in document["rows"]) == 2478
    )


def test_the_breakdown_is_a_key_of_its_own(run):
    (row,) = json.loads(run("usage", "--json", "--breakdown").out)["rows"]
    (model,) = row["breakdown"]
    assert (model["period"], model["output_tokens"], set(model)) == ("claude-opus-5-5", 2478, ROW)


def test_the_csv_has_the_keys_of_the_json(run):
    rows = list(csv.DictReader(io.StringIO(run("usage", "--csv", "--timezone", "UTC").out)))
    document = json.loads(run("usage", "--json", "--timezone", "UTC").out)
    assert set(rows[0]) == ROW
    for key, value in document["rows"][0].items():
        assert rows[0][key] == (";".join(value) if isinstance(value, list) else str(value))


def test_an_unknown_cost_is_an_empty_field(places):
    stage = Stage(places.data.parent)
    stage.file("claude", [call("a", session="x", model=NONE, output=1)])
    text = command.csv_text(stage.usage(agent="claude"))
    assert next(csv.DictReader(io.StringIO(text)))["cost_usd"] == ""
    assert command.document(stage.usage(), complete=True)["totals"]["cost_usd"] is None
    stage.close()


def test_without_waiting_nothing_is_read(run, places):
    empty = json.loads(run("usage", "--json", "--no-wait").out)
    assert (empty["complete"], empty["rows"], empty["totals"]["calls"]) == (False, [], 0)
    assert not places.index_file.exists(), "not even made"
    run("scan")
    (places.claude_dirs[0] / "projects" / "-home-dev-proj" / "new.jsonl").write_text("{}\n")
    known = json.loads(run("usage", "--json", "--no-wait").out)
    assert (known["complete"], known["totals"]["output_tokens"]) == (False, 2478)
    with open_index(places) as opened:
        assert opened.db.execute("SELECT count(*) FROM files WHERE path LIKE '%new.jsonl'").fetchone() == (0,)
    assert "--no-wait" in run("usage", "--no-wait").err


def test_a_scan_says_what_it_came_to(run):
    document = json.loads(run("scan", "--json").out)
    assert (document.pop("seconds") >= 0, document.pop("bytes_read") > 1000) == (True, True)
    assert document == {
        "schema": 1,
        "files": 4,
        "sessions": 3,
        "calls": 10,
        "files_read": 4,
        "complete": True,
    }
    found = run("scan")
    assert found.out.startswith("4 transcripts, 3 sessions, 10 calls; read 0 files, 0.0 MB in ")
    assert found.err == "", "no progress bar in a pipe"


def test_a_rebuild_reads_all_again_and_keeps_what_is_gone(run, places):
    before = json.loads(run("usage", "--json").out)["totals"]
    shutil.rmtree(
        places.claude_dirs[0] / "projects" / "-home-dev-proj" / "c79a7d1b-adaf-4f33-85ce-dcbce038bbf0"
    )
    found = json.loads(run("scan", "--rebuild", "--json").out)
    assert (found["files"], found["files_read"], found["calls"]) == (3, 3, 10)
    assert json.loads(run("usage", "--json").out)["totals"] == before


# -- what goes wrong


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (["--since", "yesterday"], "'yesterday' is no day"),
        (["--until", "2026-13-01"], "'2026-13-01' is no day"),
        (["--timezone", "Mars/Olympus"], "no time zone 'Mars/Olympus'"),
        (["--agent", "clod"], "no agent 'clod'; known are claude"),
    ],
)
@pytest.mark.parametrize("wait", [[], ["--no-wait"]])
def test_wrong_usage_is_said_in_words(run, line, word, wait):
    run("scan")
    found = run("usage", *line, *wait)
    assert (found.code, found.out) == (2, "")
    assert word in found.err


def test_a_wrong_zone_is_wrong_without_an_index_too(run):
    found = run("usage", "--no-wait", "--timezone", "Mars/Olympus")
    assert (found.code, found.out) == (2, "")


def test_an_unusable_index_is_said_in_words(run, places):
    run("scan")
    with sqlite3.connect(places.index_file) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    for line in (["usage"], ["usage", "--no-wait"], ["scan"]):
        found = run(*line)
        assert (found.code, found.out) == (1, "")
        assert "newer claudette-tray" in found.err


def test_a_locked_index_is_said_in_words(run, places, monkeypatch):
    run("scan")
    monkeypatch.setattr(index_module, "BUSY", 0.05)
    (places.claude_dirs[0] / "projects" / "new.jsonl").write_text("{}\n")
    holder = sqlite3.connect(places.index_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    found = run("usage")
    holder.close()
    assert (found.code, found.out) == (1, "")
    assert "another program keeps it locked" in found.err


def test_a_damaged_index_is_said_and_mended(run, places):
    run("scan")
    places.index_file.write_bytes(b"rubbish" * 1000)
    for side in ("-wal", "-shm"):
        places.index_file.with_name(f"index.db{side}").unlink(missing_ok=True)
    found = run("usage", "--no-wait")
    assert (found.code, "claudette-tray scan" in found.err) == (1, True)
    assert json.loads(run("usage", "--json").out)["totals"]["output_tokens"] == 2478


def test_claudettes_database_in_trouble_is_said_beside_the_report(run, places):
    places.claudette_db.parent.mkdir()
    places.claudette_db.write_bytes(b"no database" * 1000)
    found = run("usage", "--json")
    assert (found.code, json.loads(found.out)["totals"]["calls"]) == (0, 10)
    assert "Claudette's database can't be read" in found.err


# -- progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_how_far_it_is(run, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    run("usage", "--json")
    shown = terminal.getvalue()
    assert "Reading transcripts [########################] 100%  4/4 files" in shown
    assert shown.endswith("\r\x1b[K"), "the line is gone in the end"


# -- the table on standard output


def test_the_table_goes_as_wide_as_the_terminal(run, monkeypatch):
    for columns in (60, 80, 100, 160):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = run("usage", "--timezone", "UTC").out.splitlines()
        assert ("Cache read" in lines[0]) == (columns >= 100)
        assert all(len(line) <= columns for line in lines[:5])


def test_ledgers_are_told_below_the_table(run):
    assert "43 input and 423 output tokens that no line of a transcript tells" in " ".join(
        run("usage").out.split()
    )
