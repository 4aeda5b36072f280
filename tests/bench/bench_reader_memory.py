"""What the tray weighs while many transcripts are read, and how soon a finished turn is told."""

from __future__ import annotations

import json
import time
import uuid

import pytest

from tests.bench.watching import memory, memory_alone, until, wait_for_idle
from tests.e2e.waiting import wait_for
from tests.transcripts import answer, transcript

FILES, LINES, FILLER = 120, 1500, 2000  # some 400 MB, of 180,000 calls
TURNS = 7


def board(person):
    file = person.state / "claudette-tray" / "board.json"
    try:
        entries = json.loads(file.read_text())["board"]["entries"]
    except (OSError, ValueError, KeyError):
        return {}
    return next((entry["snapshot"] or {} for entry in entries if entry["source"] == "local"), {})


def tokens(person):
    return {w["key"]: int(w["used"]) for w in board(person).get("windows", ())}.get("local_session")


def corpus(folder):
    """Many sessions beside each other, generated in some seconds."""
    filler = "x" * FILLER
    now = time.time() - 100_000
    for number in range(FILES):
        name = str(uuid.UUID(int=number, version=4))
        lines = (
            answer(f"{name}-{n}", at=now - n * 60, session=name, folder=f"/p/{number % 9}", filler=filler)
            for n in range(LINES)
        )
        transcript(folder, name, "".join(lines))


@pytest.mark.timeout(300)
def test_growth_while_a_first_scan_runs(desktop, person, figures, tmp_path):
    ready = person.home / "ready"
    corpus(ready)
    home = person.home / ".claude"
    home.mkdir()
    pid = person.start().pid
    desktop.find_icon()
    wait_for_idle(pid)
    before, alone = memory(pid), memory_alone(pid)
    peak, peak_alone, seen = before, alone, False
    (ready / "projects").replace(home / "projects")
    begun = time.monotonic()
    while time.monotonic() - begun < 120:
        time.sleep(0.05)
        peak, peak_alone = max(peak, memory(pid)), max(peak_alone, memory_alone(pid))
        reads = any("tray.metrics.worker" in command for command in person.processes().values())
        if seen and not reads:
            break
        seen = seen or reads
    assert seen, "no worker was started"
    figures.tell("first scan beside the tray", [(time.monotonic() - begun) * 1000])
    figures.hold("growth while 400 MB are indexed", [peak_alone - alone], 10, "MiB")
    figures.tell("the same, PSS", [peak - before], "MiB")
    wait_for_idle(pid, 2.0)
    figures.hold("growth that stays", [memory_alone(pid) - alone], 10, "MiB")


def test_turn_to_tokens(desktop, person, figures):
    session = str(uuid.uuid4())
    claude = person.home / ".claude"
    transcript(claude, session, answer("m0", at=time.time(), session=session))
    pid = person.start().pid
    wait_for(lambda: tokens(person) == 120, 15, "first tokens")
    taken = []
    for turn in range(1, TURNS + 1):
        wait_for_idle(pid, 1.0)
        figures.beat()
        transcript(claude, session, answer(f"m{turn}", at=time.time(), session=session))
        taken.append(until(lambda turn=turn: tokens(person) == 120 * (turn + 1), "turn told"))
    figures.hold("finished turn to new tokens", taken, 1000)
