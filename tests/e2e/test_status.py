"""`status` on real input: schema 1 field by field, the store, `--watch`, and `--fresh` within the gates."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from datetime import datetime

import pytest

from tests.claudette_db import OPENROUTER
from tests.e2e.passing import forget_the_minute
from tests.e2e.scene import ROUTER_KEY, ledger, status, wait_for_face, windows
from tests.e2e.vendor import CREDITS, USAGE, balance, usage
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Shape


def instant(value):
    assert value.endswith("Z")
    return datetime.fromisoformat(value)


def maybe(check):
    return lambda value: value is None or check(value)


def text(value):
    return isinstance(value, str)


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def one_of(*values):
    return lambda value: value in values


def flag(value):
    return isinstance(value, bool)


def shape(**fields):
    """A check for an object with exactly these fields."""

    def check(value):
        assert isinstance(value, dict), value
        assert set(value) == set(fields)
        for name, fits in fields.items():
            assert fits(value[name]), f"{name}: {value[name]!r}"
        return True

    return check


def rows(check):
    return lambda value: isinstance(value, list) and all(map(check, value))


KINDS = (
    *("anthropic", "custom_anthropic", "codex_native", "codex_subscription", "openai_api", "custom_openai"),
    *("ollama", "lm_studio", "pi_sdk"),
)
SCHEMA = shape(
    schema=one_of(1),
    generated_at=instant,
    active=shape(
        backend=maybe(one_of(*KINDS)),
        backend_id=maybe(text),
        label=maybe(text),
        model=maybe(text),
        reason=one_of("pinned", "claudette", "recent", "default", "none"),
    ),
    meter=shape(
        mode=one_of("active", "disabled", "hidden"),
        driving=maybe(text),
        fraction=maybe(number),
        band=maybe(one_of("normal", "warning", "critical")),
        exhausted=flag,
        text=text,
        tooltip=lambda value: text(value) and len(value) <= 127,
    ),
    snapshots=rows(
        shape(
            source=text,
            label=text,
            plan=maybe(text),
            tier=maybe(text),
            note=maybe(text),
            experimental_disabled=flag,
            windows=rows(
                shape(
                    key=text,
                    label=text,
                    used=maybe(number),
                    limit=maybe(number),
                    unit=lambda value: value in ("percent", "tokens") or re.fullmatch("[a-z]{3}", value),
                    fraction=maybe(number),
                    bounded=flag,
                    exhausted=flag,
                    resets_at=maybe(instant),
                    window_minutes=maybe(lambda value: isinstance(value, int)),
                    primary_text=text,
                    secondary_text=maybe(text),
                    observed_at=maybe(instant),
                    evidence=text,
                    state=one_of("live", "stale", "awaiting_reading", "unknown"),
                )
            ),
            problem=maybe(shape(kind=text, title=text, hint=text)),
        )
    ),
)


def test_status_json_keeps_schema_1(person, claude, vendor):
    vendor.now(
        USAGE,
        {
            **usage(42, 104.5),
            "seven_day_opus": {"utilization": None, "resets_at": None},
            "iguana_necktie": {"utilization": 3, "resets_at": None},
            "extra_usage": {"is_enabled": True, "monthly_limit": 30000, "used_credits": 1234},
        },
    )
    vendor.answer(CREDITS, balance())
    claude.set(claude_code_usage=True, pin="router")
    claude.codex_works(session=20, week=30)
    db = claude.claudette("router", OPENROUTER)
    db.message("s1", at=time.time(), prompt=100, completion=50, cost=0.25)
    env = {"OPENROUTER_API_KEY": ROUTER_KEY}
    fresh = status(person, "--fresh", **env)
    assert SCHEMA(fresh)
    assert [set(windows(fresh, source)) for source in ("anthropic", "codex", "openrouter", "local")] == [
        {"session_5h", "week_all", "week_opus", "iguana_necktie", "extra_usage"},
        {"codex_session", "codex_week"},
        {"openrouter_credits"},
        {"local_session", "local_24h"},
    ]
    week = windows(fresh, "anthropic")["week_all"]
    assert (week["used"], week["fraction"], week["limit"], week["exhausted"]) == (104.5, 1.045, 100, True)
    assert windows(fresh, "anthropic")["week_opus"]["used"] is None
    assert windows(fresh, "anthropic")["extra_usage"]["unit"] == "usd"
    assert SCHEMA(status(person, **env))


def test_status_json_of_somebody_without_agents(person, scene):
    told = status(person)
    assert SCHEMA(told)
    assert told["active"] == {
        "backend": None,
        "backend_id": None,
        "label": None,
        "model": None,
        "reason": "none",
    }
    assert (told["meter"]["mode"], told["meter"]["driving"]) == ("hidden", None)


def test_status_prints_the_store_and_asks_nobody(person, claude, vendor):
    status(person, "--fresh")
    before, lines = len(vendor.asked()), ledger(person)
    vendor.now(USAGE, usage(99, 99))
    assert windows(status(person), "anthropic")["session_5h"]["used"] == 42
    assert "58% left (42% used)" in person.run("status").stdout
    assert len(vendor.asked()) == before
    assert ledger(person) == lines


def test_status_without_a_store_reads_what_needs_no_credential(person, claude, vendor):
    claude.codex_works(session=20, week=30)
    told = status(person)
    assert windows(told, "codex")["codex_week"]["used"] == 30
    assert windows(told, "anthropic") == {}
    assert vendor.asked() == []
    assert ledger(person) == []
    assert not (claude.state / "board.json").exists()


def test_status_reads_local_files_again_where_the_store_is_old(person, scene):
    scene.codex_works(week=30)
    status(person, "--fresh")
    scene.codex_works(week=40)
    assert windows(status(person), "codex")["codex_week"]["used"] == 30
    store = scene.state / "board.json"
    document = json.loads(store.read_text())
    document["board"]["saved_at"] -= 61
    store.write_text(json.dumps(document))
    assert windows(status(person), "codex")["codex_week"]["used"] == 40


@pytest.mark.parametrize("as_json", [False, True])
def test_watch_prints_one_line_for_each_change(person, scene, as_json):
    command = [sys.executable, "-m", "tray", "status", "--watch", *(["--json"] if as_json else [])]
    watching = subprocess.Popen(
        command, env=person.env, cwd=person.home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(iter(watching.stdout.readline, "")))
    reader.start()
    try:
        wait_for(lambda: len(lines) == 1, 15, "first line")
        for week in (30, 40):
            scene.codex_works(week=week)
            wait_for(lambda week=week: lines and f"{100 - week}% left" in lines[-1], 15, f"week {week}")
    finally:
        watching.terminate()
        watching.wait(10)
        reader.join(10)
        watching.stdout.close()
    assert len(set(lines)) == len(lines)
    assert "No coding agent in use yet" in lines[0]
    for line in lines if as_json else ():
        assert SCHEMA(json.loads(line))


# -- fresh


@pytest.mark.parametrize("tray", [False, True])
def test_one_request_per_credential_in_a_minute_however_many_ask(desktop, person, claude, vendor, tray):
    if tray:
        person.start()
        wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    runs = [
        threading.Thread(target=person.run, args=command) for command in (("refresh",), ("status", "--fresh"))
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    vendor.now(USAGE, usage(99, 99))
    assert windows(status(person, "--fresh"), "anthropic")["session_5h"]["used"] == 42
    assert len(vendor.asked(USAGE)) == 1
    requests = [line for line in ledger(person) if line["kind"] == "request"]
    assert [(line["place"], line["result"]) for line in requests] == [("127.0.0.1", "200")]


def test_fresh_brings_the_tray_up_to_date_too(desktop, person, claude, vendor):
    vendor.now(USAGE, {"error": {}}, 500)
    person.start()
    wait_for_face(desktop, shape=Shape.ERROR)
    vendor.now(USAGE, usage(20, 10))
    forget_the_minute(claude)
    assert "80% left" in person.run("status", "--fresh").stdout
    wait_for_face(desktop, shape=Shape.LEVEL, level=80, band=Band.NORMAL)
