"""Nothing is read or sent while its switch is off: counted at the program's own system calls and at its network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.claudette_db import LM_STUDIO, OPENROUTER, PI
from tests.e2e.scene import ROUTER_KEY, Scene, ledger, snapshot, status
from tests.e2e.vendor import CREDITS, USAGE, Vendor, balance, usage
from tests.e2e.waiting import wait_for
from tray.core.model import Kind

# What each Python process of ours opens, starts and connects to: one JSON line each.
_HOOK = """
import json, os, sys
_log = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_seen = {"open", "os.open", "sqlite3.connect", "subprocess.Popen", "os.posix_spawn", "os.exec",
         "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
def _hook(event, arguments, _busy=[]):
    if event in _seen and not _busy:
        _busy.append(1)
        try:
            shown = [repr(a) if not isinstance(a, (str, int)) else a for a in arguments[:2]]
            os.write(_log, (json.dumps([event, *map(str, shown)]) + "\\n").encode())
        finally:
            _busy.pop()
sys.addaudithook(_hook)
"""
ROUTER_SECRET = "fake-router-key-in-claudettes-store"


class Audit:
    """The instrument; `env` puts it into the processes of a person."""

    def __init__(self, folder, person):
        self._log = folder / "audit.jsonl"
        (folder / "sitecustomize.py").write_text(_HOOK)
        person.env["AUDIT_LOG"] = str(self._log)
        person.env["PYTHONPATH"] = f"{folder}:{person.env['PYTHONPATH']}"

    def events(self, *names):
        """The arguments of all events of these names, as text."""
        lines = [json.loads(line) for line in self._log.read_text().splitlines()]
        return [" ".join(line[1:]) for line in lines if line[0] in names]

    def opened(self, name):
        """How often a file of that name was opened."""
        return sum(f"/{name}" in text for text in self.events("open", "os.open"))

    def started(self):
        return self.events("subprocess.Popen", "os.posix_spawn", "os.exec")

    def network(self):
        """What went towards a network: look-ups, and addresses other than a Unix socket's path."""
        looked_up = self.events("socket.getaddrinfo", "socket.gethostbyname")
        sent = self.events("socket.connect", "socket.sendto", "socket.sendmsg")
        return looked_up + [text for text in sent if ", (" in text or "> (" in text]


@pytest.fixture
def vendor():
    with Vendor() as running:
        running.answer(USAGE, usage(42, 10))
        running.answer(CREDITS, balance())
        yield running


@pytest.fixture
def router():
    with Vendor() as running:
        running.answer(CREDITS, balance())
        yield running


@pytest.fixture
def audit(tmp_path, person):
    return Audit(tmp_path, person)


@pytest.fixture
def scene(person, vendor, router):
    """Somebody signed in everywhere; Claudette keeps OpenRouter's key in Claude Code's credential document."""
    person.env |= {**vendor.env, "CLAUDETTE_TRAY_OPENROUTER_URL": router.env["CLAUDETTE_TRAY_OPENROUTER_URL"]}
    scene = Scene(person)
    scene.claude_login()
    file = scene.claude / ".credentials.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "agentBackendSecrets": {"router": ROUTER_SECRET}}))
    scene.codex_login()
    scene.codex_client({"rateLimits": {"limitId": "codex"}})
    scene.claude_works()
    db = scene.claudette("router", OPENROUTER, PI, LM_STUDIO)
    db.message("s1", at=time.time(), prompt=100, completion=50)
    return scene


def every_kind(person):
    """Each backend kind made the active one, and refreshed by a person."""
    for kind in Kind:
        pin = "router" if kind is Kind.CUSTOM_OPENAI else kind.value
        assert person.run("pin", pin).returncode == 0
        told = status(person, "--fresh")
        assert told["active"]["backend"] == kind
        yield kind, told


@pytest.mark.parametrize("tray", [False, True])
def test_while_claude_code_usage_is_off_its_credential_is_opened_for_no_backend(
    desktop, person, audit, scene, vendor, router, tray
):
    if tray:
        person.start()
        desktop.item()
    for kind, told in every_kind(person):
        assert audit.opened(".credentials.json") == 0, kind
        assert snapshot(told, "anthropic")["windows"] == []
        if kind is Kind.CUSTOM_OPENAI:
            assert "claudette-tray login openrouter" in snapshot(told, "openrouter")["problem"]["hint"]
    if tray:
        person.run("window")
        wait_for(lambda: desktop.screen.windows("claudette"), 15, "window")
    person.run("doctor")
    assert audit.opened(".credentials.json") == 0
    # Codex's client, the window (a Python), and what tells about system, screen and theme: no keychain tool.
    known = {str(scene.programs / "codex"), sys.executable, "uname", "xrandr", "xfconf-query"}
    assert {text.partition(" ")[0] for text in audit.started()} <= known
    assert [text for text in audit.network() if f"{vendor.port}" in text or "anthropic" in text] == []
    assert (vendor.asked(), router.asked()) == ([], [])
    assert not [line for line in ledger(person) if "Anthropic" in line["purpose"]]
    assert audit.opened("auth.json") > 0, "the instrument sees credentials that may be opened"


def test_the_same_instrument_sees_it_all_while_it_is_on(person, audit, scene, vendor, router):
    scene.set(claude_code_usage=True)
    status(person, "--fresh")
    assert audit.opened(".credentials.json") > 0
    assert [text for text in audit.network() if f"{vendor.port}" in text]
    assert len(vendor.asked(USAGE)) == 1
    assert {asked.bearer for asked in router.asked()} == {ROUTER_SECRET}


def test_all_switches_off_open_no_credential_and_start_nobody(person, audit, scene, vendor, router):
    scene.set(claude_code_usage=False, openrouter_balance=False, codex_live=False)
    for _ in every_kind(person):
        pass
    assert audit.opened(".credentials.json") == audit.opened("auth.json") == 0
    assert audit.network() == []
    assert not [text for text in audit.started() if "app-server" in text]
    assert scene.codex_client_pids() == []
    assert (vendor.asked(), router.asked(), ledger(person)) == ([], [], [])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1.nip.invalid:80",
        "http://10.255.255.1:80",
        "https://api.invalid",
        "http://127.0.0.1@evil.invalid:80",
        "http://127.0.0.1:80/path",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_anywhere_but_loopback_is_refused(person, audit, scene, vendor, router, url):
    scene.set(claude_code_usage=True, codex_live=False)
    variables = dict.fromkeys(vendor.env, url)
    done = person.run("status", "--json", "--fresh", OPENROUTER_API_KEY=ROUTER_KEY, **variables)
    told = json.loads(done.stdout)
    for source in ("anthropic", "openrouter"):
        problem = snapshot(told, source)["problem"]
        assert (problem["kind"], "this machine" in problem["title"]) == ("unreadable", True)
    assert audit.network() == []
    assert audit.opened(".credentials.json") == 0
    assert ledger(person) == []


# -- counted by the kernel, in a network namespace of its own

# Every address lies behind `lo`: whatever is sent, and be it to a name server, is counted there.
_INSIDE = """
set -e
ip link set lo up
ip route add default dev lo
ip -6 route add default dev lo 2>/dev/null || true
exec "$@"
"""


@pytest.fixture
def alone():
    """A command's beginning that runs it in a network of its own that leads nowhere and counts."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("a network namespace needs root, unshare and iproute2")
    command = ["unshare", "--net", "sh", "-c", _INSIDE, "sh"]
    tried = subprocess.run([*command, "true"], capture_output=True, text=True, timeout=20, check=False)
    if tried.returncode != 0:
        pytest.skip(f"no network namespace here: {tried.stderr.strip()}")
    return command


def sent(table):
    """Bytes sent on each interface, from the text of /proc/net/dev."""
    rows = (line.split(":") for line in table.splitlines() if ":" in line)
    return {name.strip(): int(numbers.split()[8]) for name, numbers in rows}


def without_tests_detours(person):
    """The environment of a real user: no proxy, no redirect."""
    for name in (
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "CLAUDETTE_TRAY_ANTHROPIC_URL",
        "CLAUDETTE_TRAY_OPENROUTER_URL",
    ):
        person.env.pop(name)


def test_no_byte_leaves_the_machine_while_all_is_off(desktop, person, scene, alone):
    without_tests_detours(person)
    scene.set(claude_code_usage=False, openrouter_balance=False, codex_live=False)
    tray = person.spawn([*alone, sys.executable, "-m", "tray"], OPENROUTER_API_KEY=ROUTER_KEY)
    desktop.item()
    for _ in every_kind(person):
        pass
    person.run("window")
    wait_for(lambda: desktop.screen.windows("claudette"), 15, "window")
    table = Path(f"/proc/{tray.pid}/net/dev").read_text()
    assert sent(table)["lo"] == 0


def test_the_same_counter_counts_what_would_leave(desktop, person, scene, alone):
    without_tests_detours(person)
    scene.set(claude_code_usage=True, openrouter_balance=False, codex_live=False)
    tray = person.spawn([*alone, sys.executable, "-m", "tray"])
    desktop.item()
    person.run("pin", "anthropic")
    counters = Path(f"/proc/{tray.pid}/net/dev")
    wait_for(lambda: sent(counters.read_text())["lo"], 15, "bytes sent")
