"""What the quick ways through the program leave alone: a foreign library costs more than the whole answer."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.boards import board, entry, window
from tests.claudette_db import ClaudetteDb
from tray.core.codec import encode

ROOT = Path(__file__).parents[2]
HEAVY = {"httpx", "keyring", "PIL", "plyer", "pystray", "truststore", "ssl"}
LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
STATUS = f"import sys; from tray.cli import main; code = main(sys.argv[1:]); {LOADED}; sys.exit(code)"


@pytest.fixture
def home(tmp_path):
    """A person with a Claudette database, a Codex rollout and both toggles on."""
    db = ClaudetteDb(tmp_path / "claudette" / "claudette.db")
    db.workspace("w1")
    db.session("s1", "w1")
    db.message("s1", at=time.time(), prompt=100, completion=50, cost=0.01)
    db.select("w1", "s1")
    rollout = tmp_path / "codex" / "sessions" / "2026" / "01" / "02" / "rollout-x.jsonl"
    rollout.parent.mkdir(parents=True)
    rollout.write_text(json.dumps({"type": "turn_context", "payload": {"model": "gpt-5.4"}}) + "\n")
    os.utime(rollout, (time.time() - 3600,) * 2)
    settings = tmp_path / "config" / "claudette-tray" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"claude_code_usage": True, "openrouter_balance": True}))
    return tmp_path


def python(home, code, *arguments):
    """Run code as this person; what it wrote, and the top names of all modules it had loaded in the end."""
    env = {
        **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ},
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home),
        "CODEX_HOME": str(home / "codex"),
        "CLAUDETTE_DATA_DIR": str(home / "claudette"),
    }
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout, set(done.stderr.split())


@pytest.mark.skipif(sys.platform != "linux", reason="the environment names the folders on Linux only")
@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_status_from_the_store_loads_no_foreign_library(home, arguments):
    state = home / "state" / "claudette-tray"
    state.mkdir(parents=True)
    stored = encode(board(entry(window(42, now=time.time()), source="anthropic"), saved_at=time.time()))
    (state / "board.json").write_text(json.dumps({"schema": 1, "board": stored, "alerts": {}}))
    said, loaded = python(home, STATUS, "status", *arguments)
    assert "42" in said
    assert not loaded & HEAVY, loaded & HEAVY


@pytest.mark.skipif(sys.platform != "linux", reason="the environment names the folders on Linux only")
@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_status_that_reads_the_local_files_again_loads_no_foreign_library(home, arguments):
    said, loaded = python(home, STATUS, "status", *arguments)
    assert "150" in said
    assert "sqlite3" in loaded, "the database was read"
    assert not loaded & HEAVY, loaded & HEAVY


@pytest.mark.skipif(sys.platform != "linux", reason="the environment names the folders on Linux only")
@pytest.mark.parametrize("again", [False, True], ids=["no-index-yet", "unchanged-index"])
def test_usage_loads_little(home, again):
    folder = home / ".claude" / "projects" / "-home-dev-proj"
    folder.parent.mkdir(parents=True)
    shutil.copytree(
        ROOT / "tests" / "payloads" / "transcripts" / "claude-2.1.330" / "projects" / "-home-dev-proj", folder
    )
    (home / "claudette" / "claudette.db").unlink()
    if again:
        python(home, STATUS, "scan")
    said, loaded = python(home, STATUS, "usage", "--json")
    assert json.loads(said)["totals"]["output_tokens"] == 2478
    slow = HEAVY | {"asyncio", "jeepney", "logging", "socket"}
    if again:
        slow |= {"msgspec", "decimal", "zoneinfo", "multiprocessing"}
    assert not loaded & slow, loaded & slow


METRICS = """
import argparse, sys
from tests.report_stage import Teller
from tray.cli import parser
from tray.commands import metrics
from tray.engine.paths import locate

asked = parser().parse_args(["metrics", *sys.argv[1:]])
metrics.metrics(locate(), asked, analyst=lambda places, timezone: Teller())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the environment names the folders on Linux only")
@pytest.mark.parametrize(
    ("arguments", "slow"),
    [
        (("--json",), {"PIL", "csv", "html", "textwrap", "zoneinfo"}),
        (("--mask",), {"PIL", "csv", "html"}),
    ],
)
def test_metrics_load_what_their_form_needs(home, arguments, slow):
    python(home, STATUS, "scan")
    said, loaded = python(home, f"{METRICS}{LOADED}", "--no-wait", *arguments)
    assert "Workspace 1" in said or "fix-login" in said
    slow = slow | HEAVY | {"asyncio", "jeepney", "logging", "socket", "msgspec"}
    assert not loaded & slow, loaded & slow


def test_a_starting_tray_waits_for_nothing_that_only_a_request_needs(home):
    _, loaded = python(home, f"import tray.app, tray.views.notify, tray.views.tray; {LOADED}")
    unwanted = {"httpx", "keyring", "plyer", "truststore", "ssl", "asyncio", "tkinter"}
    assert not loaded & unwanted, loaded & unwanted


@pytest.mark.skipif(sys.platform != "linux", reason="the Icon class of Linux")
def test_the_icon_of_linux_brings_no_network_along(home):
    _, loaded = python(home, f"import tray.desktop.linux; {LOADED}")
    assert "jeepney" in loaded
    assert not loaded & {"httpx", "keyring", "ssl", "Xlib", "asyncio"}, loaded


def test_the_window_shows_the_sources_without_loading_what_reads_and_asks(home):
    """A click waits for every module; a page that is not shown yet is loaded when it is turned to."""
    start = "import tray.views.window.visit; import tray.views.window.__main__; from tray.views.window.content import content; content(None)"
    said, _ = python(home, f"import sys; {start}; print(*sys.modules)")
    loaded = set(said.split())
    assert {"tray.sources.codex", "tray.views.window.content"} <= loaded
    reading = {name for name in loaded if name.startswith(("tray.metrics.", "tray.sources.codex."))}
    assert not reading
    other = ("tray.sources.anthropic.ask", "tray.sources.openrouter.ask", "tray.views.window.signin")
    assert not loaded & {*other, "sqlite3", "hashlib", "hmac", "httpx", "keyring", "tray.engine.windows"}


def test_a_chart_is_drawn_without_a_toolkit_or_what_reads(home):
    """Window, browser page and report draw the same pictures; the person waits for what they load."""
    said, _ = python(
        home, "import sys, tray.views.charts.draw, tray.views.charts.places; print(*sys.modules)"
    )
    loaded = set(said.split())
    own = {name for name in loaded if name.startswith("tray.")}
    assert "tray.views.charts.heat" in own
    assert not {name for name in own if name.startswith(("tray.metrics", "tray.engine", "tray.sources"))}
    assert not loaded & {"tkinter", "tray.views.window.paint", "tray.views.icon", "sqlite3", "asyncio"}
