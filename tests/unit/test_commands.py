"""Commands without a desktop and without an engine: exit codes and what is said where."""

import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tray import __version__
from tray.cli import main, parser
from tray.commands import json_text, say

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the home folder is not found by HOME there")


@pytest.fixture
def home(monkeypatch):
    """A user who has nothing yet; the folder's name is short, since it may hold a socket."""
    home = Path(tempfile.mkdtemp(prefix="cmd-"))
    for name in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "CACHE_HOME"):
        monkeypatch.delenv(f"XDG_{name}", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    yield home
    shutil.rmtree(home)


@pytest.fixture
def settings(home):
    return home / ".config" / "claudette-tray" / "settings.json"


@pytest.fixture
def typed(monkeypatch):
    """What stands on standard input, which is no terminal."""

    def put(text):
        import io

        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    put("")
    return put


def test_looking_leaves_nothing_behind(home, capsys):
    assert main(["status"]) == 0
    assert main(["ledger"]) == 0
    assert list(home.iterdir()) == []
    assert capsys.readouterr().out.startswith("No coding agent in use yet")


def test_status_json_is_one_document(home, capsys):
    assert main(["status", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["active"]["reason"]) == (1, "none")
    assert {s["source"] for s in document["snapshots"]} == {"anthropic", "codex", "openrouter", "local"}


@pytest.mark.parametrize("wrong", [["toggle"], ["toggle", "x"], ["pin"], ["login"], ["dance"], ["--dance"]])
def test_wrong_usage_is_2(home, capsys, wrong):
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["status"], ["metrics", "--json"], ["usage"]])
def test_made_up_data_is_not_promised_where_there_is_none(home, capsys, command):
    assert main(["--demo", *command]) == 2
    said = capsys.readouterr()
    assert "no other command has made-up data" in said.err
    assert not said.out


def test_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"claudette-tray {__version__}\n"


def test_every_command_is_carried_out_by_somebody(home):
    names = next(iter(parser()._subparsers._group_actions)).choices  # argparse has no public way
    assert set(names) == {
        *("status", "window", "toggle", "pin", "login", "refresh", "ledger", "doctor", "open", "quit"),
        *("integrate", "usage", "scan", "metrics"),
    }


def test_consent_is_not_given_by_a_pipe(settings, typed, capsys):
    typed("yes\n")
    assert main(["toggle", "claude_code_usage", "on"]) == 2
    said = capsys.readouterr()
    assert "Consumer Terms" in said.out
    assert "--yes" in said.err
    assert not settings.exists()


def test_consent_by_option_prints_what_was_agreed_to(settings, typed, capsys):
    assert main(["toggle", "claude_code_usage", "on", "--yes"]) == 0
    assert "Consumer Terms" in capsys.readouterr().out
    assert json.loads(settings.read_text()) == {"claude_code_usage": True}
    assert main(["toggle", "claude_code_usage", "on"]) == 0, "it is on: nothing is to be agreed to"
    assert main(["toggle", "claude_code_usage"]) == 0
    assert json.loads(settings.read_text()) == {"claude_code_usage": False}


def test_a_broken_settings_file_is_1_and_kept(settings, typed, capsys):
    settings.parent.mkdir(parents=True)
    settings.write_text('{\n"a": 1,\n}')
    for command in (["toggle", "codex_live", "off"], ["pin", "ollama"]):
        assert main(command) == 1
        assert "settings.json, line 3" in capsys.readouterr().err
    assert settings.read_text() == '{\n"a": 1,\n}'


def test_pin_keeps_a_kind_and_auto_takes_it_out(settings, capsys):
    assert main(["pin", "ollama"]) == 0
    assert json.loads(settings.read_text()) == {"pin": "ollama"}
    assert main(["pin", "auto"]) == 0
    assert json.loads(settings.read_text()) == {}


def test_pin_knows_nobody_of_that_name(settings, capsys):
    assert main(["pin", "somebody"]) == 2
    assert "'somebody'" in capsys.readouterr().err
    assert not settings.exists()


def test_login_without_a_key_changes_nothing(home, typed, capsys):
    typed("\n")
    assert main(["login", "openrouter"]) == 2
    assert list(home.rglob("*")) == []


def test_quit_without_a_tray_is_1(home, capsys):
    assert main(["quit"]) == 1
    assert "no claudette-tray is running" in capsys.readouterr().err


def test_the_ledger_of_a_folder_that_is_none_is_1(home, monkeypatch, capsys):
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    assert main(["ledger"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


HOSTILE = "evil\u202e\x1b[2J ░ —"


class Terminal(io.TextIOWrapper):
    """Standard output with an encoding of its own."""

    def __init__(self, encoding):
        super().__init__(io.BytesIO(), encoding=encoding)

    def shown(self):
        return self.buffer.getvalue().decode(self.encoding)


@pytest.mark.parametrize(("encoding", "bar"), [("utf-8", "░ —"), ("ascii", ". -")])
def test_no_name_steers_the_terminal_and_bars_stay_readable(monkeypatch, encoding, bar):
    monkeypatch.setattr(sys, "stdout", Terminal(encoding))
    say(HOSTILE)
    shown = sys.stdout.shown()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.startswith("evil")
    assert shown.endswith(f"[2J {bar}\n")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_json_keeps_what_the_terminal_can_not_show(monkeypatch, encoding):
    monkeypatch.setattr(sys, "stdout", Terminal(encoding))
    say(json_text({"label": HOSTILE}))
    assert "\x1b" not in sys.stdout.shown()
    assert json.loads(sys.stdout.shown()) == {"label": HOSTILE}


@pytest.mark.parametrize("closed", [True, False])
def test_an_answer_that_can_not_be_written_is_said_in_one_line(home, closed):
    command = [sys.executable, "-m", "tray", "status"]
    full = "" if closed else "/dev/full"
    if not closed and not Path(full).exists():
        pytest.skip("no device that is always full")
    shell = ["/bin/sh", "-c", f'"$@" >{full or "&-"}', "sh", *command]
    done = subprocess.run(shell, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("claudette-tray: standard output: ")
    assert done.stderr.count("\n") == 1


def test_a_text_that_is_no_key_is_not_kept(home, typed, capsys):
    typed("this is not a key\n")
    assert main(["login", "openrouter"]) == 2
    assert "that is no key" in capsys.readouterr().err
