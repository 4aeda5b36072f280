"""Each backend on the real tray: the icon's face, the tooltip, and what `status --json` says beside it."""

from __future__ import annotations

import json
import os
import time

import pytest

from tests.claudette_db import LM_STUDIO, OPENROUTER, PI
from tests.e2e.scene import (
    PI_KEY,
    ROUTER_KEY,
    ledger,
    snapshot,
    status,
    wait_for_face,
    wait_for_tooltip,
    windows,
)
from tests.e2e.vendor import CREDITS, KEY, balance
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Shape

OFF = "Claude Code Usage is off (click to turn it on)"
EXPIRED = "Claude Code renews its sign-in the next time it runs"


# -- Codex


@pytest.mark.parametrize("moved", [False, True])
def test_codex_is_read_from_its_session_files(desktop, person, scene, tmp_path, moved):
    home = tmp_path / "codex-home" if moved else scene.codex
    env = {"CODEX_HOME": str(home)} if moved else {}
    scene.codex_works(session=25, week=70, home=home)
    person.start(**env)
    wait_for_face(desktop, shape=Shape.LEVEL, level=30, band=Band.WARNING)
    wait_for_tooltip(desktop, "Codex Plus: 30% left (70% used) of week")
    told = status(person, **env)
    assert (told["active"]["backend"], told["meter"]["driving"]) == ("codex_native", "codex_week")
    week = windows(told, "codex")["codex_week"]
    assert (week["used"], week["window_minutes"], week["state"]) == (70, 10080, "live")
    scene.codex_works(session=90, week=71, home=home)
    wait_for_face(desktop, shape=Shape.LEVEL, level=10, band=Band.CRITICAL)


def test_codex_shows_local_tokens_until_the_first_reading(desktop, person, scene):
    scene.codex_login()
    scene.codex_client(None)
    db = scene.claudette("codex")
    db.message("s1", at=time.time(), prompt=10_000, completion=2_400)
    person.start()
    wait_for_face(desktop, shape=Shape.THROUGHPUT)
    wait_for_tooltip(desktop, "Codex: 12.4k tok", "this session")
    assert status(person)["meter"]["driving"] == "local_session"
    window = {"usedPercent": 35, "windowDurationMins": 300, "resetsAt": int(time.time() + 3600)}
    scene.codex_answers({"rateLimits": {"limitId": "codex", "planType": "pro", "primary": window}})
    wait_for_face(desktop, shape=Shape.LEVEL, level=64, band=Band.NORMAL)
    wait_for_tooltip(desktop, "Codex Pro: 65% left (35% used) of session (5h)")
    line = next(line for line in ledger(person) if line["kind"] == "client")
    assert (line["place"], line["purpose"], line["bytes"]) == (
        "codex app-server",
        "rate limits, by codex itself, bytes unknown",
        None,
    )
    wait_for(lambda: not any(alive(pid) for pid in scene.codex_client_pids()), 5, "codex ended")


def test_the_other_kinds_of_a_family_read_the_same_source(desktop, person, scene):
    scene.codex_works(week=30)
    scene.set(pin="custom_anthropic")
    person.start()
    wait_for_face(desktop, shape=Shape.OFF)
    assert person.run("pin", "codex_subscription").returncode == 0
    wait_for_face(desktop, shape=Shape.LEVEL, level=70, band=Band.NORMAL)
    assert status(person)["active"]["backend"] == "codex_subscription"


# -- OpenRouter


def test_openrouters_balance_with_the_key_of_the_environment(desktop, person, scene, vendor):
    vendor.answer(CREDITS, balance(5, 2.41))
    scene.claudette("router", OPENROUTER).message("s1", at=time.time(), prompt=100, completion=50)
    person.start(OPENROUTER_API_KEY=ROUTER_KEY)
    wait_for_tooltip(desktop, "OpenRouter: $2.59 left ($2.41 used)")
    wait_for_face(desktop, shape=Shape.LEVEL, level=52, band=Band.NORMAL)
    told = status(person)
    assert (told["active"]["backend"], told["active"]["backend_id"]) == ("custom_openai", "router")
    money = windows(told, "openrouter")["openrouter_credits"]
    assert (money["used"], money["limit"], money["unit"]) == (2.41, 5, "usd")
    assert (money["primary_text"], money["secondary_text"]) == ("$2.59 remaining", "$2.41 used")
    assert windows(told, "local")["local_session"]["used"] == 150
    assert {asked.bearer for asked in vendor.asked()} == {ROUTER_KEY}


def test_openrouters_key_is_kept_by_the_systems_secret_store(desktop, person, scene, vendor):
    vendor.answer(CREDITS, balance(0, 0))
    vendor.answer(KEY, {"data": {"limit": 20, "limit_remaining": 15, "usage": 31.25}})
    scene.claudette("router", OPENROUTER).message("s1", at=time.time(), prompt=100, completion=50)
    person.start()
    wait_for_face(desktop, shape=Shape.THROUGHPUT)
    problem = wait_for(lambda: snapshot(status(person), "openrouter")["problem"], 10, "no key")
    assert problem["kind"] == "no_key"
    assert "claudette-tray login openrouter" in problem["hint"]
    assert vendor.asked() == []
    try:
        done = person.run("login", "openrouter", text=f"{ROUTER_KEY}\n")
        assert (done.returncode, ROUTER_KEY in done.stdout + done.stderr) == (0, False)
        wait_for_tooltip(desktop, "OpenRouter: $15.00 left ($5.00 used)")
        assert [(asked.path, asked.bearer) for asked in vendor.asked()] == [
            (CREDITS, ROUTER_KEY),
            (KEY, ROUTER_KEY),
        ]
        places = {line["place"] for line in ledger(person) if line["kind"] == "credential"}
        assert "system secret store: openrouter" in places
    finally:
        assert person.run("login", "openrouter", "--remove").returncode == 0


def test_openrouter_off_asks_nobody_and_shows_local_tokens(desktop, person, scene, vendor):
    scene.set(openrouter_balance=False)
    scene.claudette("router", OPENROUTER).message("s1", at=time.time(), prompt=100, completion=50)
    person.start(OPENROUTER_API_KEY=ROUTER_KEY)
    wait_for_face(desktop, shape=Shape.THROUGHPUT)
    assert status(person, "--fresh")["meter"]["driving"] == "local_session"
    assert vendor.asked() == []
    assert ROUTER_KEY not in json.dumps(ledger(person))
    assert not [line for line in ledger(person) if "OpenRouter" in line["purpose"]]


def test_a_refused_key_falls_back_to_local_tokens_and_doctor_says_why(desktop, person, scene, vendor):
    vendor.answer(CREDITS, {"error": {}}, 401)
    scene.claudette("router", OPENROUTER).message("s1", at=time.time(), prompt=100, completion=50)
    person.start(OPENROUTER_API_KEY=ROUTER_KEY)
    wait_for_face(desktop, shape=Shape.THROUGHPUT)
    wait_for(lambda: snapshot(status(person), "openrouter")["problem"], 10, "problem")
    assert "OpenRouter refused the key" in person.run("doctor").stdout
    assert status(person)["meter"]["driving"] == "local_session"


def test_pi_with_a_model_of_openrouter_shows_the_balance_with_pis_key(desktop, person, scene, vendor):
    vendor.answer(CREDITS, balance(10, 9))
    scene.pi_login()
    scene.pi_works()
    person.start()
    wait_for_tooltip(desktop, "OpenRouter: $1.00 left ($9.00 used)")
    wait_for_face(desktop, shape=Shape.LEVEL, level=10, band=Band.CRITICAL)
    assert status(person)["active"]["backend"] == "pi_sdk"
    assert {asked.bearer for asked in vendor.asked()} == {PI_KEY}


# -- backends with nothing but local tokens


@pytest.mark.parametrize(
    ("backend", "model", "label", "cost"),
    [
        ("openai-api", "gpt-4o", "OpenAI", "≈ $1.000"),
        ("ollama", "qwen3", "Ollama", None),
        ("lm-studio", "qwen3", "LM Studio", None),
        ("pi", "anthropic/claude-sonnet-4", "Pi", "≈ $1.000"),
    ],
)
def test_local_tokens_with_their_estimate(desktop, person, scene, vendor, backend, model, label, cost):
    db = scene.claudette(backend, PI, LM_STUDIO, model=model)
    db.message("s1", at=time.time(), prompt=1_000_000, completion=500_000, cost=1.0)
    person.start()
    wait_for_face(desktop, shape=Shape.THROUGHPUT)
    wait_for_tooltip(desktop, f"{label}: 1.5M tok", "this session")
    told = status(person)
    rows = windows(told, "local")
    assert (told["meter"]["driving"], told["meter"]["fraction"]) == ("local_session", None)
    assert (rows["local_24h"]["used"], rows["local_24h"]["bounded"]) == (1_500_000, False)
    second = rows["local_session"]["secondary_text"]
    assert (second is None) == (cost is None)
    assert cost is None or "≈" in second
    assert vendor.asked() == []


def test_pi_and_claudette_may_keep_their_files_elsewhere(person, scene, vendor, tmp_path):
    vendor.answer(CREDITS, balance(10, 9))
    scene.pi, scene.database = tmp_path / "pi", tmp_path / "data" / "claudette.db"
    scene.pi_login()
    scene.claudette("pi", PI, model="openrouter/openai/gpt-5.4-mini").message(
        "s1", at=time.time(), prompt=100, completion=50
    )
    env = {"PI_CODING_AGENT_DIR": str(scene.pi), "CLAUDETTE_DATA_DIR": str(scene.database.parent)}
    told = status(person, "--fresh", **env)
    assert (told["active"]["backend_id"], told["meter"]["driving"]) == ("pi", "openrouter_credits")
    assert windows(told, "local")["local_24h"]["used"] == 150
    assert {asked.bearer for asked in vendor.asked()} == {PI_KEY}


def test_a_turn_in_claudette_shows_within_five_seconds(desktop, person, scene):
    db = scene.claudette("ollama")
    db.message("s1", at=time.time(), prompt=1000, completion=0)
    person.start()
    wait_for_tooltip(desktop, "1.0k tok")
    db.message("s1", at=time.time(), prompt=2000, completion=500)
    wait_for_tooltip(desktop, "3.5k tok", timeout=5)


def test_claudettes_database_is_never_written(person, scene):
    scene.claudette("ollama").message("s1", at=time.time(), prompt=1000, completion=0)
    before = scene.database.read_bytes()
    for command in (("status",), ("status", "--fresh"), ("refresh",), ("doctor",)):
        assert person.run(*command).returncode == 0
    assert scene.database.read_bytes() == before


def test_a_damaged_database_leaves_the_last_numbers(desktop, person, scene):
    scene.claudette("ollama").message("s1", at=time.time(), prompt=1000, completion=0)
    person.start()
    wait_for_tooltip(desktop, "Ollama: 1.0k tok")
    good = scene.database.read_bytes()
    for leftover in scene.database.parent.glob("*-*"):  # -wal and -shm
        leftover.unlink()
    # In one step: an empty file in between would be a database without rows, not a damaged one.
    damaged = scene.database.with_name("damaged")
    damaged.write_bytes(b"no database " * 1000)
    damaged.replace(scene.database)
    wait_for(lambda: snapshot(status(person), "local")["problem"], 15, "problem")
    wait_for_tooltip(desktop, "Ollama: 1.0k tok")
    scene.database.write_bytes(good)
    wait_for(lambda: snapshot(status(person), "local")["problem"] is None, 15, "mended")
    wait_for_tooltip(desktop, "Ollama: 1.0k tok")


def test_the_backend_follows_the_agent_that_works(desktop, person, scene):
    earlier = time.time() - 10  # another agent takes over when it is newer by 5 s
    os.utime(scene.claude_works(), (earlier, earlier))
    person.start()
    wait_for_tooltip(desktop, OFF)
    scene.codex_works(week=30)
    wait_for_tooltip(desktop, "Codex Plus: 70% left")
    assert person.run("pin", "anthropic").returncode == 0
    wait_for_tooltip(desktop, OFF)
    assert status(person)["active"]["reason"] == "pinned"


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
