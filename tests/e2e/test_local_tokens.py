"""Tokens of sessions outside Claudette on the running tray: soon after a turn, and while many are still unread."""

from __future__ import annotations

import json
import os
import time
import uuid
from datetime import UTC, datetime

import pytest

from tests.e2e.scene import snapshot, status, wait_for_face, wait_for_tooltip, windows
from tests.e2e.waiting import wait_for
from tests.transcripts import answer, transcript
from tray.core.model import Shape

SOON = 5.0  # seconds a busy machine gets; the bound is a median in tests/bench


def shown(person):
    """The local windows of the board as the tray keeps it, by key."""
    file = person.state / "claudette-tray" / "board.json"
    try:
        board = json.loads(file.read_text())["board"]
    except (OSError, ValueError, KeyError):
        return {}
    entries = [entry for entry in board["entries"] if entry["source"] == "local"]
    found = entries[0]["snapshot"] if entries else None
    return {w["key"]: int(w["used"]) for w in (found or {}).get("windows", ())}


def wait_for_tokens(person, what, **wanted):
    return wait_for(lambda: shown(person) == wanted, SOON, what)


def test_claude_tokens_are_listed_while_the_icon_is_greyed(desktop, person, scene, vendor):
    session = str(uuid.uuid4())
    transcript(scene.claude, session, answer("m1", at=time.time(), session=session))
    person.start()
    wait_for_face(desktop, shape=Shape.OFF)
    wait_for(lambda: shown(person) == {"local_session": 120, "local_24h": 120}, 15, "first tokens")
    for turn in range(2, 6):
        transcript(scene.claude, session, answer(f"m{turn}", at=time.time(), session=session))
        wait_for_tokens(
            person,
            "finished turn of Claude Code to new total",
            local_session=120 * turn,
            local_24h=120 * turn,
        )
    told = status(person)
    assert told["meter"]["mode"] == "disabled"
    assert snapshot(told, "anthropic")["experimental_disabled"] is True
    rows = windows(told, "local")
    assert rows["local_session"]["primary_text"] == "600 tok"
    assert rows["local_session"]["evidence"] == "Claude Code transcript"
    wait_for_face(desktop, shape=Shape.OFF)
    assert vendor.asked() == []


def _codex(scene, name, number, total):
    """A finished turn of Codex, as its session file tells it."""
    now = datetime.now(UTC)
    stamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    folder = scene.codex / "sessions" / f"{now:%Y}" / f"{now:%m}" / f"{now:%d}"
    folder.mkdir(parents=True, exist_ok=True)
    file = next(iter(folder.glob(f"*{name}.jsonl")), folder / f"rollout-{now:%Y-%m-%dT%H-%M-%S}-{name}.jsonl")
    last = {"input_tokens": 300, "cached_input_tokens": 200, "output_tokens": 20, "total_tokens": 320}
    sums = {key: value * total for key, value in last.items()}
    lines = []
    if number == 1:
        meta = {"id": name, "timestamp": stamp, "cwd": "/home/dev/proj", "cli_version": "0.125.0"}
        lines.append({"timestamp": stamp, "type": "session_meta", "payload": meta})
        lines.append(
            {
                "timestamp": stamp,
                "type": "turn_context",
                "payload": {"model": "gpt-5.4", "cwd": "/home/dev/proj"},
            }
        )
    info = {"total_token_usage": sums, "last_token_usage": last}
    count = {"type": "token_count", "info": info, "rate_limits": None}
    lines.append({"timestamp": stamp, "type": "event_msg", "payload": count})
    with file.open("a") as opened:
        opened.write("".join(json.dumps(line) + "\n" for line in lines))


def test_codex_tokens_follow_its_turns(desktop, person, scene):
    session = str(uuid.uuid4())
    _codex(scene, session, 1, 1)
    person.start()
    wait_for(lambda: shown(person) == {"local_session": 120, "local_24h": 120}, 15, "first tokens")
    for turn in range(2, 6):
        _codex(scene, session, turn, turn)
        wait_for_tokens(
            person, "finished turn of Codex to new total", local_session=120 * turn, local_24h=120 * turn
        )


def test_a_folder_that_appears_later_is_read(desktop, person, scene):
    person.start()
    wait_for_tooltip(desktop, "No coding agent in use yet")
    session = str(uuid.uuid4())
    transcript(scene.claude, session, answer("m1", at=time.time(), session=session))
    wait_for(lambda: shown(person).get("local_session") == 120, SOON, "first transcript ever to its tokens")


@pytest.fixture
def many(scene):
    """Old transcripts that take a while to read."""
    filler = "x" * 4000
    for number in range(60):
        name = f"00000000-0000-4000-8000-{number:012d}"
        lines = [
            answer(f"{name}-{n}", at=time.time() - 999_999, session=name, filler=filler) for n in range(300)
        ]
        file = transcript(scene.claude, name, *lines)
        os.utime(file, (1_780_000_000 + number, 1_780_000_000 + number))
    return 60


def worker_of(person):
    return [line for line in person.processes().values() if "tray.metrics.worker" in line]


def test_the_newest_is_told_at_once_and_the_rest_is_read_beside(desktop, person, scene, many):
    session = str(uuid.uuid4())
    transcript(scene.claude, session, answer("m1", at=time.time(), session=session))
    person.start()
    wait_for(lambda: shown(person).get("local_session") == 120, SOON, "tokens of the newest session")
    wait_for(
        lambda: "Reading transcripts" not in (snapshot(status(person), "local")["note"] or "x: "), 30, "all"
    )
    wait_for(lambda: not worker_of(person), 15, "worker ended")


def test_the_worker_does_not_outlive_a_tray_that_was_killed(desktop, person, scene, many):
    tray = person.start()
    wait_for(lambda: worker_of(person), 15, "worker")
    tray.kill()
    tray.wait()
    wait_for(lambda: not person.processes(), 2, "nobody left")
    person.start()  # it takes up what was left
    wait_for(lambda: shown(person).get("local_session"), 15, "tokens")


def test_the_end_of_the_tray_ends_the_worker(desktop, person, scene, many):
    tray = person.start()
    wait_for_face(desktop, shape=Shape.OFF)
    assert person.run("quit").returncode == 0
    tray.wait(5)
    wait_for(lambda: not worker_of(person), 2, "no worker left")
