"""The command line on real input: exit codes, the answer of `status`, switches, ledger, doctor."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.e2e.scene import (
    CLAUDE_REFRESH,
    CLAUDE_TOKEN,
    CODEX_TOKEN,
    PI_KEY,
    ROUTER_KEY,
    ledger,
    wait_for_face,
)
from tests.e2e.vendor import CREDITS, USAGE
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Shape

# -- exit codes


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["status"], 0),
        (["status", "--json"], 0),
        (["ledger"], 0),
        (["ledger", "--json"], 0),
        (["open"], 0),
        (["pin", "ollama"], 0),
        (["toggle", "openrouter_balance"], 0),
        (["quit"], 1),
        (["pin", "nobody"], 2),
        (["login", "openrouter"], 2),
        (["login"], 2),
        (["toggle"], 2),
        (["toggle", "nothing"], 2),
        (["toggle", "codex_live", "maybe"], 2),
        (["status", "--wrong"], 2),
        (["nonsense"], 2),
    ],
)
def test_exit_code(person, scene, arguments, code):
    done = person.run(*arguments)
    assert done.returncode == code, done
    assert (done.stderr == "") == (code == 0)
    assert "Traceback" not in done.stderr


def test_version_names_the_program(person):
    assert re.fullmatch(r"claudette-tray \d+\.\d+\.\d+\n", person.run("--version").stdout)


def test_a_sources_problem_does_not_change_the_exit_code(person, claude, vendor):
    vendor.now(USAGE, {"error": {}}, 500)
    done = person.run("status", "--fresh")
    assert (done.returncode, done.stderr) == (0, "claudette-tray: anthropic: " + SERVER + "\n")
    assert f"! {SERVER}" in done.stdout


SERVER = "Anthropic's usage service is out of order"


def test_open_asks_the_systems_browser(person, scene):
    assert person.run("open").stdout == "https://claude.ai/settings/usage\n"
    wait_for(person.urls, 10, "browser asked")
    assert person.urls() == ["https://claude.ai/settings/usage"]


@pytest.mark.parametrize("command", [["ledger"], ["ledger", "--json"], ["status", "--json"], ["doctor"]])
def test_a_reader_that_leaves_early_is_no_trouble(person, scene, command):
    for _ in range(3):
        person.run("refresh")
    reading, writing = os.pipe()
    os.close(reading)  # `| head` that has read enough
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tray", *command],
            env=person.env,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_quit_ends_the_tray(desktop, person, scene):
    tray = person.start()
    desktop.item()
    assert person.run("quit").returncode == 0
    assert tray.wait(10) == 0


# -- what is told


def test_the_ledger_names_each_request_and_each_read_of_a_credential(person, claude):
    assert person.run("ledger").stdout.startswith("Nothing was asked")
    person.run("refresh")
    lines = {(line["kind"], line["purpose"]): line for line in ledger(person)}
    read = lines["credential", "ask Anthropic for the plan's usage"]
    assert (read["place"], read["result"]) == (str(claude.claude / ".credentials.json"), "found")
    asked = lines["request", "anthropic: usage of the plan"]
    assert (asked["place"], asked["result"], asked["bytes"] > 50) == ("127.0.0.1", "200", True)
    assert asked["at"].endswith("Z")
    shown = person.run("ledger").stdout
    assert "anthropic: usage of the plan" in shown
    assert shown.splitlines()[0].split() == ["time", "(UTC)", "kind", "place", "purpose", "result", "bytes"]


PROXY, DATABASE = "fake-proxy-SECRET0006", "fake-prompt-SECRET0007"
SECRETS = (CLAUDE_TOKEN, CLAUDE_REFRESH, ROUTER_KEY, CODEX_TOKEN, PI_KEY, PROXY, DATABASE)


def test_no_secret_is_in_any_output_or_file_of_ours(desktop, person, claude, vendor):
    vendor.answer(CREDITS, {"error": {"message": f"bad key {PI_KEY}"}}, 401)
    claude.codex_login()
    claude.codex_client(
        {"rateLimits": {"limitId": "codex", "primary": {"usedPercent": 1, "windowDurationMins": 300}}}
    )
    claude.pi_login()
    claude.pi_works()
    db = claude.claudette("anthropic")
    db.add("chat_messages", id="m", workspace_id="w1", role="user", content=DATABASE, chat_session_id="s1")
    env = {
        "HTTPS_PROXY": f"http://somebody:{PROXY}@127.0.0.1:9",
        "CLAUDE_CODE_OAUTH_TOKEN": "fake-env-SECRET0008",
        "ANTHROPIC_API_KEY": "fake-env-SECRET0009",
        "OPENROUTER_API_KEY": "fake-env-SECRET0010",
    }
    said = []
    try:
        said.append(person.run("login", "openrouter", text=f"{ROUTER_KEY}\n", **env))
        said += [person.run("pin", backend, **env) for backend in ("auto", "anthropic")]
        tray = person.start("--verbose", **env)
        wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
        assert person.run("pin", "pi_sdk", **env).returncode == 0
        commands = ("doctor", "ledger", "status", "refresh", "status --json --fresh", "ledger --json")
        said += [person.run(*command.split(), **env) for command in commands]
        vendor.now(USAGE, b"{" + CLAUDE_TOKEN.encode(), 200)
        said.append(person.run("quit", **env))
        assert tray.wait(10) == 0
        said += [person.run(*command.split(), **env) for command in commands]
    finally:
        person.run("login", "openrouter", "--remove")
    assert {done.returncode for done in said} == {0}
    assert {asked.bearer for asked in vendor.asked()} >= {CLAUDE_TOKEN, PI_KEY}, "the secrets were used"
    assert "***@127.0.0.1:9" in said[3].stdout
    ours = [file for folder in (claude.state, claude.settings.parent) for file in folder.rglob("*")]
    texts = {str(file): file.read_text(errors="replace") for file in ours if file.is_file()}
    assert {file.rpartition("/")[2] for file in texts} >= {
        "board.json",
        "gates.json",
        "ledger.jsonl",
        "settings.json",
    }
    texts |= {f"output {n}": done.stdout + done.stderr for n, done in enumerate(said)}
    texts["log"] = person.log.read_text()
    for where, found in texts.items():
        assert "SECRET" not in found, where
