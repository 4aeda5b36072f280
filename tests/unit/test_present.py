"""Wording: what people read, to the letter."""

from __future__ import annotations

from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from tests.boards import (
    CODEX,
    NOW,
    OLLAMA,
    SOURCES,
    active,
    board,
    entry,
    problem,
    snapshot,
    tokens,
    window,
)
from tray.core import present, texts
from tray.core.alerts import Alert
from tray.core.choices import Settings, Show
from tray.core.model import Active, Entry, Role, Words

NO_TURNS = snapshot(source="local", label="Ollama", note="No turns recorded yet.")
UTC = timezone.utc  # noqa: UP017
TWO = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (450, "450 tok"),
        (12_400, "12.4k tok"),
        (1_500_000, "1.5M tok"),
        (2_300_000_000, "2.3B tok"),
        (999_960_000, "1.0B tok"),
        (-3, "0 tok"),
    ],
)
def test_tokens(count, text):
    assert texts.tokens(count) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", None), ("0.003", "$0.003"), ("0.43", "$0.430"), ("12.4", "$12.40"), (None, None)],
)
def test_cost(amount, text):
    assert texts.cost(None if amount is None else Decimal(amount)) == text


@pytest.mark.parametrize(
    ("used", "text"), [(42, "42%"), (99.9, "99%"), (100, "100%"), (104.7, "104%"), (0.8, "0%"), (None, "—")]
)
def test_percent_is_floored_and_never_clamped(used, text):
    assert present.primary_text(window(used)) == text


def test_percent_with_countdown_is_clamped():
    capped = window(104, words=Words.PERCENT_COUNTDOWN)
    assert present.primary_text(capped) == "100%"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (90 * 60, "resets in 1h 30m"),
        (25 * 3600, "resets in 1d 1h"),
        (45, "resets in 45s"),
        (30 * 60, "resets in 30m"),
        (-1, None),
    ],
)
def test_codex_countdown(left, text):
    assert present.secondary_text(window(words=Words.PERCENT_COUNTDOWN, resets_in=left), NOW) == text


def test_balances_and_spending():
    left = window("2.41", words=Words.REMAINING, unit="usd", limit=5, balance=Decimal("2.59"))
    assert (present.primary_text(left), present.secondary_text(left, NOW)) == (
        "$2.59 remaining",
        "$2.41 used",
    )
    spent = window("12.34", words=Words.SPENT, unit="usd", limit=300)
    assert present.primary_text(spent) == "$12.34 / $300.00"
    assert present.primary_text(window(5, words=Words.SPENT, unit="usd", limit=None)) == "$5.00 (unlimited)"
    credit = window(None, words=Words.BALANCE, unit="usd", limit=None, balance=Decimal("2.410"))
    assert present.primary_text(credit) == "$2.410"
    assert present.primary_text(window("12.5", words=Words.SPENT, unit="eur", limit=20)) == "€12.50 / €20.00"


def test_local_tokens_carry_an_estimate():
    row = tokens(1_500_000, cost="6.25")
    assert (present.primary_text(row), present.secondary_text(row, NOW)) == ("1.5M tok", "≈ $6.25")


def test_the_tooltip_tells_both_sides_and_a_clock_time():
    seen = board(entry(window(42)))
    assert present.tooltip(seen, SOURCES, NOW, UTC) == (
        "Claude Max: 58% left (42% used) of session (5h), resets 14:30"
    )
    used = board(entry(window(42)), settings=Settings(claude_code_usage=True, show=Show.USED))
    assert present.tooltip(used, SOURCES, NOW, TWO) == (
        "Claude Max: 42% used (58% left) of session (5h), resets 16:30"
    )


def test_another_day_is_named():
    week = window(42, key="week_all", label="Week (all)", resets_in=2 * 86_400 - 3 * 3600 - 1800)
    assert "resets Tue 09:00" in present.tooltip(board(entry(week)), SOURCES, NOW, UTC)


def test_the_tooltip_fits_windows():
    long = window(42, label="Week (" + "x" * 200 + ")")
    assert len(present.tooltip(board(entry(long)), SOURCES, NOW, UTC)) == present.TOOLTIP_MAX


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (board(who=Active()), "No coding agent in use yet"),
        (board(settings=Settings()), "Cloud Usage is off (click to turn it on)"),
        (board(), "Claude Code: no reading yet"),
        (
            board(Entry(source="local", snapshot=NO_TURNS), who=active(OLLAMA)),
            "Ollama: no turns recorded yet",
        ),
        (
            board(Entry(source="cloud", problem=problem(), problem_at=NOW)),
            "Claude Code: It failed",
        ),
        (board(entry(window(100))), "Claude Max: session (5h) used up, resets 14:30"),
        (
            board(entry(window(95, resets_in=-1800, read_ago=3600))),
            "Claude Max: session (5h) reset 12:00, awaiting a reading",
        ),
        (
            board(entry(window(42, read_ago=600), problem=problem(), problem_at=NOW)),
            "Claude Max: 58% left (42% used) of session (5h), resets 14:30, as of 12:20",
        ),
        (board(entry(window(None))), "Claude Max: session (5h) unknown, resets 14:30"),
        (
            board(entry(tokens(12_400, cost="0.43"), source="local", label="Ollama"), who=active(OLLAMA)),
            "Ollama: 12.4k tok (≈ $0.430), this session",
        ),
    ],
)
def test_every_state_has_its_sentence(seen, text):
    assert present.tooltip(seen, SOURCES, NOW, UTC) == text


def test_a_balance_sentence():
    left = window(
        "2.41",
        key="credits",
        label="OpenRouter balance",
        role=Role.BALANCE,
        words=Words.REMAINING,
        unit="usd",
        limit=5,
        balance=Decimal("2.59"),
        resets_in=None,
    )
    seen = board(entry(left, source="both", label="OpenRouter"), who=active(CODEX))
    assert present.tooltip(seen, SOURCES, NOW, UTC) == "OpenRouter: $2.59 left ($2.41 used)"


def test_demo_is_marked():
    assert present.tooltip(board(entry(window()), demo=True), SOURCES, NOW, UTC).startswith("Demo · ")


def test_several_alerts_are_one_notification():
    first = Alert(window=window(81), level=80)
    second = Alert(window=window(100, label="Week (all)"), level=100)
    back = Alert(window=window(2), level=0)
    title, body = present.alert_text("Claude Max", (first, second, back), NOW, UTC)
    assert title == "Claude Max"
    assert body.splitlines() == [
        "Session (5h): 81% used, 19% left, resets 14:30",
        "Week (all) is used up, resets 14:30",
        "Session (5h) is back: 98% left, resets 14:30",
    ]


def test_clock_far_away_and_impossible():
    assert texts.clock(NOW + 20 * 86_400, NOW, UTC) == "12 Dec 12:30"
    assert texts.clock(NOW + 400 * 86_400, NOW, UTC) == "27 Dec 2027 12:30"
    assert texts.clock(1e300, NOW, UTC) == "at an unknown time"
    assert texts.clock(NOW + 29, NOW, UTC) == "12:30"  # rounded: vendors' resets jitter by seconds
    assert texts.iso(NOW) == "2026-11-22T12:30:00Z"
    assert texts.iso(float("inf")) is None


def test_snapshot_label_is_who_the_meter_speaks_of():
    seen = board(Entry(source="cloud", snapshot=snapshot(window(), label="Claude Pro")))
    assert present.status_line(seen, SOURCES, NOW, UTC).startswith("Claude Pro: ")
