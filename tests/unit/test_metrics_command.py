"""`metrics` on the command line: what it asks, what it prints where, and what is wrong usage."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.boards import board, snapshot, window
from tests.fakes import fake_paths
from tests.report_stage import FOUND, HOSTILE, NOW, Teller, named
from tests.transcripts import answer, transcript
from tray.cli import main, parser
from tray.commands import metrics as command
from tray.core import page_words
from tray.core.codec import encode
from tray.core.insights import Rank, Scope
from tray.core.model import Entry


@pytest.fixture
def places(tmp_path):
    found = fake_paths(tmp_path)
    found.claudette_db.parent.mkdir(parents=True, exist_ok=True)
    found.claudette_db.touch()
    return found


@pytest.fixture
def run(places, capsys):
    """Run a command line with an analyst who knows FOUND; exit code, answer, complaint, and the analyst."""

    def run(*line, found=FOUND):
        teller = Teller(found)
        zones = []

        def analyst(given, timezone):
            assert given is places
            zones.append(timezone)
            return teller

        code = command.metrics(places, parser().parse_args(["metrics", *line]), analyst=analyst)
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err, teller=teller, zones=zones)

    return run


def test_the_defaults_are_all_there_is_30_days_by_sessions(run):
    found = run()
    assert (found.code, found.err) == (0, "")
    assert found.teller.asked == [(None, 30, Rank.SESSIONS)]
    assert (found.zones, found.teller.closed) == ([None], True)
    assert found.out.startswith("This machine · Sat 21 Nov 2026 14:30 · UTC\n")
    assert "\x1b" not in found.out, "no colours in a pipe"


@pytest.mark.parametrize(("plan", "active", "told"), [("Max 20x", 4, 1), ("Max 20x", 3, 0), ("Team", 4, 0)])
def test_many_sessions_are_spoken_of_where_the_stored_plan_pays_for_them(run, places, plan, active, told):
    known = snapshot(window(10), source="anthropic", plan=plan)
    stored = board(Entry(source="anthropic", snapshot=known))
    places.state.mkdir(parents=True, exist_ok=True)
    places.store_file.write_text(json.dumps({"schema": 1, "board": encode(stored)}))
    found = replace(FOUND, dashboard=replace(FOUND.dashboard, active_claude_sessions=active))
    assert run(found=found).out.count("individual use") == told


def test_what_is_asked_for_reaches_the_analyst(run):
    found = run(
        *("--scope", "claudette", "--days", "7", "--rank", "cost", "--timezone", "Asia/Kolkata", "--json")
    )
    assert (found.teller.asked, found.zones) == ([(Scope.CLAUDETTE, 7, Rank.COST)], ["Asia/Kolkata"])
    told = json.loads(found.out)
    assert (told["scope"], told["analytics"]["window_days"]) == ("claudette", 7)
    assert told["analytics"]["leaderboard"][0]["workspace"] == "search"


def test_the_whole_time_is_a_window_too(run):
    found = run("--days", "all", "--json")
    assert found.teller.asked == [(None, None, Rank.SESSIONS)]
    assert json.loads(found.out)["analytics"]["window_days"] is None


@pytest.mark.parametrize(
    ("line", "word"),
    [
        *(
            (["--days", text], "is no number of days")
            for text in ("0", "-1", "1.5", "x", "", "٣", "9" * 5000)
        ),
        (["--export", "report.pdf"], "known are .html, .csv, .png"),
        (["--export", "png"], "known are .html, .csv, .png"),
        (["--timezone", "Mars/Olympus"], "no time zone 'Mars/Olympus'"),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(run, line, word):
    found = run(*line)
    assert (found.code, found.out, found.teller.asked) == (2, "", [])
    assert word in found.err
    assert found.err.count("\n") == 1


@pytest.mark.parametrize("line", [["--scope", "all"], ["--rank", "fun"], ["--json", "--export", "a.csv"]])
def test_what_is_no_choice_is_wrong_usage(line, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["metrics", *line])
    assert ended.value.code == 2
    assert "usage: claudette-tray metrics" in capsys.readouterr().err


def test_the_program_itself_refuses_a_bad_window(capsys):
    assert main(["metrics", "--days", "never"]) == 2
    assert "--days 'never' is no number of days" in capsys.readouterr().err


# -- waiting


def test_the_index_is_brought_up_to_date_first(run, places):
    assert not places.index_file.exists()
    found = run("--json")
    assert places.index_file.exists()
    assert json.loads(found.out)["complete"] is True


def test_without_waiting_nothing_is_read_and_it_says_so(run, places):
    assert json.loads(run("--json", "--no-wait").out)["complete"] is True, "there is nothing to read"
    transcript(places.claude_dirs[0], "s", answer("m", at=1_790_000_000))
    found = run("--json", "--no-wait")
    assert not places.index_file.exists(), "not even made"
    assert json.loads(found.out)["complete"] is False
    assert page_words.LOWER_BOUND in found.err
    assert page_words.LOWER_BOUND in run("--no-wait").err


def test_what_the_analyst_misses_is_incomplete_though_all_was_read(run):
    assert json.loads(run("--json", found=replace(FOUND, complete=False)).out)["complete"] is False


def test_an_unusable_index_is_said_in_words(run, places):
    run()
    with sqlite3.connect(places.index_file) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    found = run("--json")
    assert (found.code, found.out, found.teller.asked) == (1, "", [])
    assert "newer claudette-tray" in found.err


# -- trouble


def test_trouble_stands_in_the_answer_and_beside_it(run):
    found = run("--json", found=replace(FOUND, trouble="Claudette's database is locked."))
    assert (found.code, json.loads(found.out)["trouble"]) == (0, "Claudette's database is locked.")
    assert found.err == "claudette-tray: Claudette's database is locked.\n"


@pytest.mark.parametrize("mask", [[], ["--mask"]])
def test_claudette_asked_for_where_there_is_none_is_said(run, places, mask):
    places.claudette_db.unlink()
    found = run("--scope", "claudette", "--json", "--no-wait", *mask)
    assert (found.code, json.loads(found.out)["trouble"]) == (0, command._NO_CLAUDETTE)
    assert json.loads(run("--json", "--no-wait", *mask).out)["trouble"] is None, "nobody asked for it"


# -- the terminal


class Terminal(io.TextIOWrapper):
    def __init__(self, encoding="utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)

    def isatty(self):
        return True

    def shown(self):
        return self.buffer.getvalue().decode(self.encoding)


@pytest.fixture
def on_terminal(run, monkeypatch):
    """Run it on a coloured terminal of 100 columns; what that shows."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def on_terminal(found=FOUND, encoding="utf-8"):
        shown = Terminal(encoding)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", shown)
            run(found=found)
        return shown.shown()

    return on_terminal


def test_a_terminal_is_coloured_and_not_steered(on_terminal):
    shown = on_terminal(named(HOSTILE))
    assert "\x1b[1mThis machine\x1b[0m" in shown
    assert "\x1b]" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "")])
def test_who_wants_no_colours_gets_none(on_terminal, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    shown = on_terminal()
    assert "\x1b" not in shown
    assert "This machine" in shown


def test_a_terminal_without_blocks_gets_ascii(on_terminal):
    shown = on_terminal(named("naïve-日本"), "latin-1")
    assert shown.isascii()
    assert "################" in shown


# -- reports


def test_every_kind_of_report_is_written(run, tmp_path):
    for name in ("a.csv", "b.PNG"):
        found = run("--export", str(tmp_path / name))
        assert (found.code, found.out, found.err) == (0, f"{tmp_path / name}\n", "")
    rows = list(csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()))
    assert ["dashboard", "", "commits_today", "3"] in rows
    with Image.open(tmp_path / "b.PNG") as picture:
        assert (picture.format, picture.width, picture.info) == ("PNG", 1760, {})


def test_a_report_tells_its_trouble_aside(run, places, tmp_path):
    transcript(places.claude_dirs[0], "s", answer("m", at=1_790_000_000))
    found = run("--export", str(tmp_path / "a.csv"), "--no-wait")
    assert page_words.LOWER_BOUND in found.err
    assert "report,,complete,false" in (tmp_path / "a.csv").read_text("utf-8")


def test_masked_is_every_form(run, tmp_path):
    run("--mask", "--export", str(tmp_path / "a.csv"))
    texts = [run("--mask").out, run("--mask", "--json").out, (tmp_path / "a.csv").read_text("utf-8")]
    for text in texts:
        assert "Workspace 1" in text
        assert not [name for name in ("fix-login", "search", "notes", "shop", "topic/") if name in text]


@pytest.mark.parametrize(
    ("name", "word"), [("none/a.csv", "there is no folder"), ("folder.csv", "is a folder; name a file in it")]
)
def test_where_nothing_can_be_written_is_said_before_all_else(run, tmp_path, name, word):
    (tmp_path / "folder.csv").mkdir()
    found = run("--export", str(tmp_path / name))
    assert (found.code, found.out, found.teller.asked) == (1, "", [])
    assert word in found.err


def test_the_instant_of_the_report_is_the_analysts(run):
    assert json.loads(run("--json").out)["generated_at"] == "2026-11-21T14:30:00Z"
    assert FOUND.generated_at == NOW
