"""What the program costs while nobody asks anything of it: wake-ups and memory."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

from tests.bench.watching import memory, memory_alone, switches, wait_for_idle
from tests.e2e.waiting import wait_for
from tray.engine.ipc import connect

MINUTE = 60.0
PAYLOADS = Path(__file__).parents[1] / "payloads" / "anthropic"


@contextmanager
def logind(person):
    """A system bus of our own on which somebody is logind; gives its address."""
    address = f"unix:path={person.home.parent}/system"
    person.spawn(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"])
    wait_for((person.home.parent / "system").exists, 10, "system bus")
    with open_dbus_connection(bus=address) as connection:
        Proxy(message_bus, connection, timeout=5).RequestName("org.freedesktop.login1")
        yield address


@pytest.mark.timeout(300)
def test_idle_wake_ups(desktop, person, figures):
    """Both at once, since a minute is long; the panel asks neither of anything while nothing changes."""
    other = desktop.person()
    try:
        with logind(person) as address:
            told = person.start(DBUS_SYSTEM_BUS_ADDRESS=address).pid
            untold = other.start(DBUS_SYSTEM_BUS_ADDRESS="unix:path=/nonexistent").pid
            wait_for(lambda: len(desktop.bus.items()) == 2, 15, "both icons")
            for pid in (told, untold):
                wait_for_idle(pid)
            counts = []
            for _ in range(3):
                counts.append((switches(told), switches(untold)))
                if len(counts) < 3:
                    time.sleep(MINUTE)  # the measurement itself
    finally:
        assert other.stop() == {}
    # In the first minute one look at the clock may be due that was decided on before logind was heard of.
    _, last, end = counts
    figures.hold("wake-ups a minute, sleep announced", [end[0] - last[0]], 0, "")
    figures.hold("wake-ups a minute, not announced", [end[1] - last[1]], 1, "")


class Vendor(BaseHTTPRequestHandler):
    """Answers with a genuine reading."""

    def do_GET(self):
        self.server.asked += 1
        body = (PAYLOADS / "usage_limits.json").read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def vendor():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    server.asked = 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.timeout(300)
def test_memory(desktop, person, figures):
    """After the start; after a live question (httpx); after the window, which asks for OpenRouter's key too."""
    credentials = json.loads((PAYLOADS / "credentials.json").read_text())
    credentials["claudeAiOauth"]["expiresAt"] = int((time.time() + 86_400) * 1000)
    transcript = person.home / ".claude" / "projects" / "-w" / "11111111-1111-4111-8111-111111111111.jsonl"
    with vendor() as server:
        url = f"http://127.0.0.1:{server.server_port}"
        pid = person.start(CLAUDETTE_TRAY_ANTHROPIC_URL=url).pid
        desktop.find_icon()
        wait_for_idle(pid)
        _weigh(figures, "after the start", pid)
        transcript.parent.mkdir(parents=True)
        transcript.write_text(json.dumps({"type": "assistant", "message": {"model": "claude-opus-4"}}) + "\n")
        (person.home / ".claude" / ".credentials.json").write_text(json.dumps(credentials))
        assert person.run("toggle", "claude_code_usage", "on", "--yes").returncode == 0
        wait_for(lambda: server.asked, 15, "vendor asked")
        wait_for_idle(pid)
        _weigh(figures, "after a live reading", pid)
        desktop.item().activate()
        desktop.screen.window("Claudette usage")
        desktop.screen.key("Escape")
        wait_for(lambda: len(person.processes()) == 1, 10, "window's process ended")
        wait_for_idle(pid)
        _weigh(figures, "after the window, key asked for", pid)


def test_a_thousand_updates(desktop, person, figures):
    """Each flips what the icon shows; settings that don't touch the picture redraw nothing."""
    (person.home / ".codex" / "sessions").mkdir(parents=True)
    pid = person.start().pid
    desktop.find_icon()
    folder = Path(person.env["XDG_RUNTIME_DIR"]) / "claudette-tray"
    client = connect(SimpleNamespace(runtime=folder, socket=folder / "engine.sock"))
    assert client is not None
    rule = MatchRule(type="signal", interface="org.kde.StatusNotifierItem", member="NewIcon")
    with open_dbus_connection(bus=person.env["DBUS_SESSION_BUS_ADDRESS"]) as listener:
        Proxy(message_bus, listener, timeout=5).AddMatch(rule)

        def change(name, value):
            assert client.ask({"do": "set", "name": name, "value": value}, 10)["ok"]

        with listener.filter(rule, bufsize=None) as heard:
            for turn in range(50):
                change("notifications", bool(turn % 2))
            Proxy(message_bus, listener, timeout=5).GetId()  # whatever was sent before has come by now
            redrawn = len(heard)
    for turn in range(1000):  # what caches and heap come to
        change("show", ("used", "left")[turn % 2])
    wait_for_idle(pid)
    before, threads = memory(pid), _threads(pid)
    for turn in range(1000):
        change("show", ("used", "left")[turn % 2])
    wait_for_idle(pid)
    client.close()
    figures.hold("redraws where the picture is the same", [redrawn], 0, "")
    figures.hold("growth by 1,000 updates", [memory(pid) - before], 1, "MiB")
    figures.hold("threads left by 1,000 updates", [_threads(pid) - threads], 0, "")


def _weigh(figures, when, pid):
    figures.hold(f"PSS {when}", [memory(pid)], 45, "MiB")
    figures.tell(f"PSS {when}, were no other Python there", [memory_alone(pid)], "MiB")


def _threads(pid):
    return len(list(Path(f"/proc/{pid}/task").iterdir()))
