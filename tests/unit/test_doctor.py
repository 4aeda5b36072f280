"""What `doctor` tells is fit to be pasted in public."""

import time
from dataclasses import replace

import pytest

from tests.boards import NOW, ON, SOURCES, board, entry, problem, window
from tests.fakes import fake_paths
from tests.transcripts import answer, transcript
from tray import doctor
from tray.core.choices import Settings
from tray.engine.paths import locate
from tray.metrics import index_report
from tray.metrics.keeper import Keeper


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("http://proxy.corp:3128", "http://proxy.corp:3128"),
        ("http://me:hunter2@proxy.corp:3128", "http://***@proxy.corp:3128"),
        ("http://me:hunt@er2@proxy.corp:3128", "http://***@proxy.corp:3128"),
        ("http://me:hunt/er2@proxy.corp:3128", "http://***@proxy.corp:3128"),
        ("me:hunter2@proxy.corp:3128", "***@proxy.corp:3128"),
    ],
)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxys_password_is_never_shown(monkeypatch, name, proxy, shown):
    for other in doctor._VARIABLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, proxy)
    assert doctor._environment() == [(name, shown)]


def test_a_secret_is_told_as_set_or_not(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-fake")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    told = dict(doctor._credentials(locate()))
    assert (told["OPENROUTER_API_KEY"], told["ANTHROPIC_API_KEY"]) == ("set", "not set")
    assert "sk-or-fake" not in str(told)


def test_each_source_tells_its_last_result_and_the_keys_it_does_not_know():
    seen = entry(window(42), problem=problem(), asked_at=NOW - 120)
    seen = replace(seen, unknown_keys=("iguana_necktie", "limits.kind=moon"))
    told = "\n".join(value for _, value in doctor._source(board(seen, settings=ON), SOURCES[0], NOW))
    for part in (
        "session_5h",
        "last asked 2 min ago",
        "server: It failed. Wait.",
        "iguana_necktie",
        "kind=moon",
    ):
        assert part in told
    assert doctor._source(board(seen, settings=Settings()), SOURCES[0], NOW) == [("cloud", "off")]


def test_the_index_of_transcripts_is_told(tmp_path):
    paths = fake_paths(tmp_path)
    assert index_report.report(paths, NOW)[0] == ("index", f"{paths.index_file}: none yet")
    file = transcript(paths.claude_dirs[0], "s-1", answer("m1", at=NOW))
    Keeper(paths, worker=False).catch_up()
    file.unlink()
    transcript(paths.claude_dirs[0], "s-2", answer("m2", at=NOW, session="s-2"))
    Keeper(paths, worker=False).catch_up()
    told = index_report.report(paths, time.time())
    assert told[0][1].startswith(f"{paths.index_file}: 0.")
    assert "2 files (1 deleted since), 2 calls, written just now" in told[0][1]
    assert ("Claude Code", "1 files") in told


def test_an_index_that_cannot_be_read_says_why(tmp_path):
    paths = fake_paths(tmp_path)
    paths.data.mkdir()
    paths.index_file.write_bytes(b"no database" * 500)
    assert "can't be read" in index_report.report(paths, NOW)[0][1]


def test_a_price_of_ones_own_that_cannot_be_used_is_named(tmp_path):
    places = locate()._replace(config=tmp_path)
    assert doctor._prices(places) == []
    (tmp_path / "prices.json").write_text('{"mine": {"input": "cheap", "output": 1}}')
    ((name, told),) = doctor._prices(places)
    assert (name, "mine" in told, "input" in told) == ("prices", True, True)
