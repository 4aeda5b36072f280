"""`metrics` as a person runs it: real transcripts, the real analyst, every form."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KNOWN = ROOT / "tests" / "payloads" / "transcripts" / "claude-2.1.330" / "projects"


@pytest.fixture
def run(tmp_path):
    """Run `claudette-tray` as somebody who used a real Claude Code; what it answered, what it complained of."""
    shutil.copytree(KNOWN, tmp_path / ".claude" / "projects")
    env = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    env |= {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "APPDATA": str(tmp_path / "data")}
    env |= {"LOCALAPPDATA": str(tmp_path / "local"), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TZ": "UTC"}

    def run(*line):
        done = subprocess.run(
            [sys.executable, "-m", "tray", *line],
            env=env, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True,
        )  # fmt: skip
        return done.stdout, done.stderr

    return run


def test_it_tells_what_usage_tells(run):
    said, complained = run("metrics", "--days", "all", "--json")
    told = json.loads(said)
    totals = json.loads(run("usage", "--json")[0])["totals"]
    assert complained == ""
    assert (told["scope"], told["complete"], told["trouble"]) == ("machine", True, None)
    (leader,) = told["analytics"]["leaderboard"]
    assert leader["tokens"] == totals["input_tokens"] + totals["output_tokens"]
    assert leader["cache_tokens"] == totals["cache_read_tokens"] + totals["cache_write_tokens"]
    assert leader["cost_usd"] == totals["cost_usd"]
    assert sum(map(sum, told["analytics"]["heatmap"])) == leader["sessions"] == totals["sessions"]


def test_the_text_names_the_project(run):
    assert "  1  proj  ████████████████" in run("metrics", "--days", "all")[0]


def test_claudette_alone_is_not_there(run):
    said, complained = run("metrics", "--scope", "claudette", "--json", "--no-wait")
    assert json.loads(said)["analytics"]["leaderboard"] == []
    assert "Claudette's database is not there" in complained


@pytest.mark.parametrize("name", ["report.html", "report.csv", "report.png"])
def test_a_masked_report_holds_no_name(run, tmp_path, name):
    assert run("metrics", "--days", "all", "--mask", "--export", name)[0] == f"{tmp_path / name}\n"
    data = (tmp_path / name).read_bytes()
    assert [
        word for word in (b"/home/dev", b">proj<", b",proj,", b"mycmd", b"c79a7d1b") if word in data
    ] == []
    assert len(data) > 1000
