"""From a write of somebody else's program to another picture in the panel."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.bench.watching import panel, panel_changes, timed, until, wait_for_idle
from tests.claudette_db import ClaudetteDb
from tests.e2e.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = (10, 90, 20, 95, 30, 99, 40)  # percent used: each another picture than the one before


def reading(used):
    """A line of a Codex rollout, of now."""
    now = time.time()
    window = {"used_percent": used, "window_minutes": 300, "resets_at": int(now + 3600)}
    payload = {"type": "token_count", "info": None, "rate_limits": {"primary": window}}
    stamp = datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"timestamp": stamp, "type": "event_msg", "payload": payload}) + "\n"


def append(file: Path, text: str):
    with file.open("a") as opened:
        opened.write(text)


def measure(desktop, figures, pid, write):
    """Milliseconds from the beginning of a write to the changed panel.

    The program has slept before, else what it does about the last write could take this one along.
    """
    wait_for_idle(pid, 1.0)
    figures.beat()
    before = panel(desktop)
    written = timed(write)
    return written + until(panel_changes(desktop, before), "icon changed")


def test_file_append_to_icon_changed(desktop, person, figures):
    folder = person.home / ".codex" / "sessions" / "2026" / "01" / "02"
    folder.mkdir(parents=True)
    rollout = folder / "rollout-2026-01-02T03-04-05-11111111-1111-4111-8111-111111111111.jsonl"
    rollout.write_text(reading(50))
    pid = person.start().pid
    wait_for(lambda: "50%" in desktop.item().tooltip(), 15, "first reading shown")
    desktop.find_icon()
    taken = [
        measure(desktop, figures, pid, lambda used=used: append(rollout, reading(used))) for used in LEVELS
    ]
    figures.hold("file append to icon changed", taken[1:], 500)


def test_database_write_to_icon_changed(desktop, person, figures):
    db = ClaudetteDb(person.home / ".local" / "share" / "claudette" / "claudette.db")
    now = time.time()
    db.workspace("w1")
    for session, provider in (("cloud", "anthropic"), ("local", "ollama")):
        db.session(session, "w1")
        db.setting(f"model_provider:{session}", provider)
    db.message("cloud", at=now, prompt=10, completion=10)
    db.message("local", at=now, prompt=10, completion=10)
    db.select("w1", "local")
    pid = person.start().pid
    wait_for(lambda: "Ollama" in desktop.item().tooltip(), 15, "first session shown")
    desktop.find_icon()
    chosen = ("cloud", "local") * 3 + ("cloud",)
    taken = [measure(desktop, figures, pid, lambda name=name: db.select("w1", name)) for name in chosen]
    figures.hold("database write to icon changed", taken[1:], 500)
