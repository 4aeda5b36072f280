"""`status --json`, schema 1, and the window's screen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from decimal import Decimal

import pytest

from tests.boards import CLAUDE, CODEX, NOW, ON, SOURCES, active, board, entry, problem, tokens, window
from tray.core import present
from tray.core.choices import Settings, Show
from tray.core.layout import screen
from tray.core.model import (
    Active,
    Activity,
    ClaudetteActivity,
    DbState,
    Entry,
    ProblemKind,
    Role,
    Shape,
    Words,
)
from tray.core.status import document
from tray.core.toggles import ToggleId

KEYS = {"schema", "generated_at", "active", "meter", "snapshots"}
METER = {"mode", "driving", "fraction", "band", "exhausted", "text", "tooltip"}
SNAPSHOT = {"source", "label", "plan", "tier", "note", "experimental_disabled", "windows", "problem"}
WINDOW = {
    "key",
    "label",
    "used",
    "limit",
    "unit",
    "fraction",
    "bounded",
    "exhausted",
    "resets_at",
    "window_minutes",
    "primary_text",
    "secondary_text",
    "observed_at",
    "evidence",
    "state",
}


def test_the_shape_is_the_contract():
    doc = document(board(entry(window(42))), SOURCES, NOW)
    assert set(doc) == KEYS
    assert set(doc["meter"]) == METER
    assert all(set(snap) == SNAPSHOT for snap in doc["snapshots"])
    assert set(doc["snapshots"][0]["windows"][0]) == WINDOW
    assert (doc["schema"], doc["generated_at"]) == (1, "2026-11-22T12:30:00Z")
    json.dumps(doc)


def test_numbers_and_instants():
    row = document(board(entry(window("42.5"))), SOURCES, NOW)["snapshots"][0]["windows"][0]
    assert (row["used"], row["limit"], row["fraction"], row["unit"]) == (42.5, 100, 0.425, "percent")
    assert (row["resets_at"], row["observed_at"]) == ("2026-11-22T14:30:00Z", "2026-11-22T12:29:00Z")
    assert (row["primary_text"], row["secondary_text"], row["state"]) == ("42%", None, "live")


def test_the_meter_follows_the_driving_window():
    doc = document(board(entry(window(42), window(90, key="week_all"))), SOURCES, NOW)
    assert doc["meter"]["driving"] == "week_all"
    assert (doc["meter"]["fraction"], doc["meter"]["band"], doc["meter"]["text"]) == (
        0.9,
        "critical",
        "10% left",
    )
    assert doc["active"] == {
        "backend": "anthropic",
        "backend_id": "anthropic",
        "label": "Claude Code",
        "model": "opus",
        "reason": "recent",
    }


def test_off_is_a_stub_and_shows_nothing():
    doc = document(board(entry(window(42)), settings=Settings()), SOURCES, NOW)
    stub = doc["snapshots"][0]
    assert (stub["source"], stub["experimental_disabled"], stub["windows"]) == ("cloud", True, [])
    assert stub["note"] == "Turn it on."
    assert doc["meter"]["mode"] == "disabled"


def test_no_backend_is_hidden_and_still_an_answer():
    doc = document(board(who=Active()), SOURCES, NOW)
    assert doc["active"]["backend"] is None
    assert (doc["meter"]["mode"], doc["meter"]["driving"]) == ("hidden", None)


def test_a_problem_stands_beside_the_data():
    doc = document(board(entry(window(42), problem=problem(), problem_at=NOW)), SOURCES, NOW)
    snap = doc["snapshots"][0]
    assert snap["problem"] == {"kind": "server", "title": "It failed", "hint": "Wait."}
    assert snap["windows"][0]["state"] == "stale"


def test_a_reset_window_shows_no_number():
    row = document(board(entry(window(95, resets_in=-5, read_ago=600))), SOURCES, NOW)["snapshots"][0][
        "windows"
    ][0]
    assert (row["used"], row["fraction"], row["exhausted"], row["state"]) == (
        None,
        None,
        False,
        "awaiting_reading",
    )


def test_tokens_are_whole_numbers():
    seen = board(entry(tokens(12_400), source="local"), who=active(CODEX))
    snaps = {snap["source"]: snap for snap in document(seen, SOURCES, NOW)["snapshots"]}
    row = snaps["local"]["windows"][0]
    assert (row["used"], row["unit"], row["bounded"], row["limit"]) == (12_400, "tokens", False, None)
    assert isinstance(row["used"], int)


def test_the_active_backends_sources_come_first():
    names = [snap["source"] for snap in document(board(who=active(CODEX)), SOURCES, NOW)["snapshots"]]
    assert names == ["both", "local", "cloud"]


# ---- the window's screen


def test_the_driving_row_is_marked_and_tells_both_sides():
    card = screen(board(entry(window(42), window(90, key="week_all"))), SOURCES, NOW).cards[0]
    assert [row.driving for row in card.rows] == [False, True]
    assert (card.rows[0].primary, card.rows[0].secondary) == ("58% left", "42% used")
    assert card.rows[0].fill == 1 - 0.42
    assert card.rows[0].reset.startswith("resets in 2h 0m · ")
    assert card.rows[0].time_mark == 0.4


def test_used_flips_fill_and_time_mark():
    seen = board(entry(window(42)), settings=Settings(claude_code_usage=True, show=Show.USED))
    row = screen(seen, SOURCES, NOW).cards[0].rows[0]
    assert (row.primary, row.fill, row.time_mark) == ("42% used", 0.42, 0.6)


def test_off_greys_the_card_with_the_toggle_at_hand():
    seen = screen(board(settings=Settings()), SOURCES, NOW)
    assert seen.cards[0].greyed
    assert seen.toggles[0].id is ToggleId.CLAUDE_CODE_USAGE
    assert not seen.toggles[0].on


def test_local_tokens_are_listed_while_the_plan_is_greyed():
    local = entry(tokens(12_400), source="local", label="Claude Code")
    seen = screen(board(local, settings=Settings()), SOURCES, NOW)
    assert [(card.source, card.greyed) for card in seen.cards] == [("cloud", True), ("local", False)]
    assert seen.cards[1].rows[0].primary == "12.4k tok"
    assert seen.face.shape is Shape.OFF


def test_an_awaiting_row_has_an_empty_bar_and_no_number():
    row = screen(board(entry(window(95, resets_in=-60, read_ago=600))), SOURCES, NOW).cards[0].rows[0]
    assert (row.primary, row.fill, row.state, row.band) == ("—", 0.0, "awaiting_reading", None)


def test_trouble_stands_beside_rows_and_alone():
    both = screen(board(entry(window(), problem=problem(), problem_at=NOW)), SOURCES, NOW).cards[0]
    assert both.trouble.title == "It failed"
    assert both.rows
    wait = problem(ProblemKind.RATE_LIMITED, retry_at=NOW + 3600)
    alone = screen(board(Entry(source="cloud", problem=wait, problem_at=NOW)), SOURCES, NOW).cards[0]
    assert "Next try " in alone.trouble.hint


def test_unreadable_settings_are_said_on_top():
    broken = Settings(
        openrouter_balance=False, codex_live=False, readable=False, trouble="settings.json, line 3: no comma."
    )
    seen = screen(board(settings=broken), SOURCES, NOW)
    assert seen.banner == "settings.json, line 3: no comma. Every switch is off until it is mended."
    assert not any(toggle.enabled for toggle in seen.toggles)
    assert {toggle.explanation for toggle in seen.toggles} == {"Off until settings.json is mended."}
    assert present.tooltip(board(settings=broken), SOURCES, NOW).endswith("is off (click to see why)")


def test_one_bad_value_turns_off_nothing_else():
    odd = replace(ON, trouble='settings.json: "pin" must be a text; it is left out until then.')
    seen = screen(board(settings=odd), SOURCES, NOW)
    assert seen.banner == odd.trouble
    assert all(toggle.enabled for toggle in seen.toggles)
    assert odd.trouble not in {toggle.explanation for toggle in seen.toggles}


@pytest.mark.parametrize("state", [DbState.CORRUPT, DbState.LOCKED])
def test_a_database_that_can_not_be_read_is_not_taken_for_nobody_at_work(state):
    seen = board(who=Active(), activity=Activity(claudette=ClaudetteActivity(state=state)))
    assert present.tooltip(seen, SOURCES, NOW) == "No agent known: Claudette's database can't be read"
    assert screen(seen, SOURCES, NOW).title == present.tooltip(seen, SOURCES, NOW)


def test_a_row_much_older_than_its_card_says_how_old():
    old = {"key": "codex_credits", "label": "Credits", "resets_in": None, "minutes": None}
    rows = screen(board(entry(window(), window(read_ago=60_000, **old))), SOURCES, NOW, tz=UTC).cards[0].rows
    assert rows[0].as_of is None
    assert rows[1].as_of is not None
    assert rows[1].as_of.startswith("as of ")
    together = entry(window(read_ago=60_000), window(read_ago=59_900, **old))
    assert {row.as_of for row in screen(board(together), SOURCES, NOW).cards[0].rows} == {None}


def test_over_the_limit_fills_no_more_than_the_bar():
    row = screen(board(entry(window(140))), SOURCES, NOW).cards[0].rows[0]
    assert (row.fill, row.exhausted) == (0.0, True)


def test_tokens_have_no_bar():
    seen = board(entry(tokens(12_400, cost="0.43"), source="local", label="Codex"), who=active(CODEX))
    rows = [row for card in screen(seen, SOURCES, NOW).cards for row in card.rows]
    assert [(row.primary, row.secondary, row.fill) for row in rows] == [("12.4k tok", "≈ $0.430", None)]
    assert Decimal("0.43") == seen.entry("local").snapshot.windows[0].cost


def test_the_subtitle_names_model_and_reason():
    assert screen(board(who=active(CLAUDE)), SOURCES, NOW).subtitle == "opus · used last"


def test_money_spent_fills_as_it_reads():
    spent = window(
        12, key="extra_usage", role=Role.EXTRA, words=Words.SPENT, unit="usd", limit=50, resets_in=None
    )
    row = screen(board(entry(window(1), spent)), SOURCES, NOW).cards[0].rows[1]
    assert (row.primary, row.fill) == ("$12.00 / $50.00", 0.24)


def test_a_reading_after_its_own_reset_awaits_nothing():
    """The computer's clock runs ahead of the vendor's."""
    seen = board(entry(window(42, resets_in=-120, read_ago=60)))
    assert present.tooltip(seen, SOURCES, NOW) == "Claude Max: 58% left (42% used) of session (5h)"
    assert screen(seen, SOURCES, NOW).cards[0].rows[0].reset is None
