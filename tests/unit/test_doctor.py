"""What `doctor` tells is fit to be pasted in public."""

from dataclasses import replace

import pytest

from tests.boards import NOW, ON, SOURCES, board, entry, problem, window
from tray import doctor
from tray.core.choices import Settings
from tray.engine.paths import locate


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
