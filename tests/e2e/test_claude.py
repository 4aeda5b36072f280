"""Claude on the real tray: the plan's windows, and what an account, a token or a server can do to them."""

from __future__ import annotations

import pytest

from tests.e2e.passing import forget_the_minute, grow_old
from tests.e2e.scene import (
    CLAUDE_TOKEN,
    snapshot,
    status,
    wait_for_face,
    wait_for_tooltip,
    windows,
)
from tests.e2e.vendor import USAGE, usage
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Shape

OFF = "Claude Code Usage is off (click to turn it on)"
EXPIRED = "Claude Code renews its sign-in the next time it runs"


def settled(person, source, check=bool):
    """`status --json` once the windows of a source are as wanted."""
    return wait_for(
        lambda: (document := status(person)) and check(windows(document, source)) and document,
        15,
        f"{source} in status",
    )


def test_claude_is_greyed_while_its_toggle_is_off(desktop, person, scene, vendor):
    scene.claude_login()
    scene.claude_works()
    person.start()
    wait_for_face(desktop, shape=Shape.OFF)
    wait_for_tooltip(desktop, OFF)
    told = wait_for(lambda: (s := status(person)) and s["active"]["backend"] and s, 10, "active known")
    assert (told["active"]["backend"], told["active"]["reason"]) == ("anthropic", "recent")
    assert (told["meter"]["mode"], told["meter"]["text"]) == ("disabled", "off")
    assert snapshot(told, "anthropic")["experimental_disabled"] is True
    assert vendor.asked() == []


def test_claude_shows_the_plan_while_its_toggle_is_on(desktop, person, claude, vendor):
    person.start()
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    text = wait_for_tooltip(desktop, "Claude Max: 58% left (42% used) of session (5h), resets ")
    assert len(text) <= 127
    told = settled(person, "anthropic")
    assert (told["meter"]["driving"], told["meter"]["fraction"]) == ("session_5h", 0.42)
    plan = snapshot(told, "anthropic")
    assert (plan["label"], plan["plan"], plan["tier"]) == ("Claude Max", "Max", "MAX 20X")
    assert windows(told, "anthropic")["week_all"]["used"] == 10
    assert [asked.bearer for asked in vendor.asked()] == [CLAUDE_TOKEN]


@pytest.mark.parametrize(
    ("used", "face"),
    [
        (60, {"shape": Shape.LEVEL, "level": 40, "band": Band.WARNING}),
        (92, {"shape": Shape.LEVEL, "level": 8, "band": Band.CRITICAL}),
        (104, {"shape": Shape.EXHAUSTED, "band": Band.CRITICAL}),
        (None, {"shape": Shape.UNKNOWN}),
    ],
)
def test_the_battery_tells_how_much_is_left(desktop, person, claude, vendor, used, face):
    vendor.now(USAGE, usage(used, None))
    person.start()
    wait_for_face(desktop, **face)


def test_a_window_whose_reset_passed_awaits_a_reading(desktop, person, claude, vendor):
    vendor.now(USAGE, usage(42, None, resets_in=6))
    person.start()
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    wait_for_face(desktop, shape=Shape.AWAITING)
    wait_for_tooltip(desktop, "session (5h) reset ", "awaiting a reading")
    session = windows(status(person), "anthropic")["session_5h"]
    assert (session["state"], session["used"], session["fraction"]) == ("awaiting_reading", None, None)


def test_a_429_keeps_the_reading_and_its_wait_holds_for_a_person_too(desktop, person, claude, vendor):
    vendor.answer(USAGE, {"error": {"type": "rate_limit_error"}}, 429, Retry_After="900")
    person.start()
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    forget_the_minute(claude)
    assert status(person, "--fresh")
    wait_for_face(desktop, shape=Shape.STALE, level=58, band=Band.NORMAL)
    plan = snapshot(status(person), "anthropic")
    assert plan["problem"]["kind"] == "rate_limited"
    assert plan["windows"][0]["used"] == 42
    forget_the_minute(claude)
    status(person, "--fresh")
    assert len(vendor.asked(USAGE)) == 2


def test_an_expired_token_is_normal_and_its_renewal_is_noticed(desktop, person, claude, vendor):
    status(person, "--fresh")
    grow_old(claude, 20 * 60)
    claude.claude_login(expires_in=-60)
    person.start()
    wait_for_face(desktop, shape=Shape.STALE, level=58, band=Band.NORMAL)
    plan = wait_for(lambda: (p := snapshot(status(person), "anthropic"))["problem"] and p, 10, "problem")
    assert (plan["problem"]["kind"], plan["problem"]["title"]) == ("expired", EXPIRED)
    assert (plan["windows"][0]["used"], plan["windows"][0]["state"]) == (42, "stale")
    assert len(vendor.asked()) == 1
    vendor.now(USAGE, usage(50, 10))
    claude.claude_login("fake-renewed")
    wait_for_face(desktop, shape=Shape.LEVEL, level=50, band=Band.NORMAL, timeout=5)
    assert vendor.asked()[-1].bearer == "fake-renewed"
    assert snapshot(status(person), "anthropic")["problem"] is None


def test_a_refused_token_asks_for_a_sign_in(desktop, person, claude, vendor):
    vendor.now(USAGE, {"error": {}}, 401)
    person.start()
    wait_for_face(desktop, shape=Shape.ERROR)
    wait_for_tooltip(desktop, "Anthropic refused Claude Code's sign-in")
    vendor.now(USAGE, usage(20, 5))
    claude.claude_login("fake-after-sign-in")
    wait_for_face(desktop, shape=Shape.LEVEL, level=80, band=Band.NORMAL)


def test_another_accounts_reading_is_put_away_and_comes_back(desktop, person, claude, vendor):
    person.start()
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    vendor.now(USAGE, {"error": {}}, 500)
    claude.claude_login("fake-other", account="a-2")
    status(person, "--fresh")
    wait_for_face(desktop, shape=Shape.ERROR)  # nothing is known of this account
    assert windows(status(person), "anthropic") == {}
    claude.claude_login(account="a-1")
    status(person, "--fresh")
    assert windows(status(person), "anthropic")["session_5h"]["used"] == 42


def test_turning_it_off_drops_what_was_shown(desktop, person, claude):
    person.start()
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    assert person.run("toggle", "claude_code_usage", "off").returncode == 0
    wait_for_face(desktop, shape=Shape.OFF, timeout=5)
    wait_for(lambda: "session_5h" not in (claude.state / "board.json").read_text(), 5, "cache dropped")


def test_turning_it_on_while_the_tray_runs_asks_at_once(desktop, person, claude, vendor):
    claude.set(claude_code_usage=False)
    person.start()
    wait_for_face(desktop, shape=Shape.OFF)
    assert person.run("toggle", "claude_code_usage", "on", "--yes").returncode == 0
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    assert len(vendor.asked(USAGE)) == 1


def test_settings_that_break_switch_everything_off_until_they_are_mended(desktop, person, claude):
    person.start()
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)
    good = claude.settings.read_text()
    claude.settings.write_text("{ oops")
    wait_for_face(desktop, shape=Shape.OFF)
    assert "settings.json, line 1" in person.run("status").stdout
    forget_the_minute(claude)
    claude.settings.write_text(good)
    wait_for_face(desktop, shape=Shape.LEVEL, level=58, band=Band.NORMAL)


def test_without_a_network_the_last_reading_stays(desktop, person, claude, vendor):
    status(person, "--fresh")
    grow_old(claude, 20 * 60)
    closed = {"CLAUDETTE_TRAY_ANTHROPIC_URL": "http://127.0.0.1:9"}
    person.start(**closed)
    wait_for_face(desktop, shape=Shape.STALE, level=58, band=Band.NORMAL)
    plan = wait_for(lambda: (p := snapshot(status(person), "anthropic"))["problem"] and p, 10, "problem")
    assert (plan["problem"]["kind"], plan["windows"][0]["used"]) == ("offline", 42)


def test_claude_codes_own_folder_may_lie_elsewhere(person, scene, vendor, tmp_path):
    vendor.answer(USAGE, usage(42, 10))
    scene.set(claude_code_usage=True)
    scene.claude_login("fake-not-this-one")
    scene.claude = tmp_path / "claude"
    scene.claude_works()
    scene.claude_login()
    told = status(person, "--fresh", CLAUDE_CONFIG_DIR=str(scene.claude))
    assert (told["active"]["backend"], told["meter"]["driving"]) == ("anthropic", "session_5h")
    assert [asked.bearer for asked in vendor.asked()] == [CLAUDE_TOKEN]
