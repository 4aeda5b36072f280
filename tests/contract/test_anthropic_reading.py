"""Anthropic's usage API: the windows and the money that are read out of its answers."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOW
from tray.core.model import Role, Words
from tray.sources.anthropic.reading import parse

PAYLOADS = Path(__file__).parent.parent / "payloads" / "anthropic"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["five_hour", "seven_day", "seven_day_opus", "limits", "spend", "extra_usage", "new"])
FIELDS = st.sampled_from(
    ["utilization", "resets_at", "kind", "percent", "scope", "group", "used", "enabled", "is_enabled"]
)


def windows_of(file):
    windows, unknown = parse((PAYLOADS / file).read_bytes(), NOW)
    return {window.key: window for window in windows}, unknown


def parsed(**root):
    reading = parse(json.dumps(root).encode(), NOW)
    return None if reading is None else {window.key: window for window in reading[0]}


def test_the_legacy_windows_come_in_order_with_their_words():
    windows, _ = windows_of("usage_legacy.json")
    assert [(w.key, w.label) for w in windows.values()] == [
        ("session_5h", "Session (5h)"),
        ("week_all", "Week (all)"),
        ("week_opus", "Week (Opus)"),
        ("week_sonnet", "Week (Sonnet)"),
        ("seven_day_cowork", "Week (Cowork)"),
        ("iguana_necktie", "Iguana necktie"),
        ("extra_usage", "Extra usage"),
    ]
    session = windows["session_5h"]
    assert (session.used, session.limit, session.unit, session.words) == (42, 100, "percent", Words.PERCENT)
    assert (session.window_minutes, windows["week_all"].window_minutes) == (300, 10080)
    assert (session.observed_at, session.evidence) == (NOW, "usage API")


def test_percents_are_kept_as_sent_over_100_and_below_1():
    windows, _ = windows_of("usage_legacy.json")
    assert (windows["week_all"].used, windows["week_all"].exhausted) == (Decimal("104.7"), True)
    assert windows["week_opus"].used == Decimal("0.8")


def test_a_missing_or_null_utilization_is_unknown_and_not_0():
    windows, _ = windows_of("usage_legacy.json")
    assert windows["week_sonnet"].used is None
    assert windows["iguana_necktie"].used is None


def test_resets_are_read_as_iso_seconds_milliseconds_or_null():
    windows, _ = windows_of("usage_legacy.json")
    assert windows["session_5h"].resets_at == pytest.approx(1_790_013_599.656569)
    assert windows["week_all"].resets_at == windows["week_opus"].resets_at == 1_790_400_000
    assert windows["week_sonnet"].resets_at is None


def test_limits_go_before_the_legacy_keys():
    windows, _ = windows_of("usage_limits.json")
    assert (windows["session_5h"].used, windows["week_all"].used) == (26, 61)
    assert windows["session_5h"].resets_at == pytest.approx(1_790_013_599.656569)


def test_each_scoped_week_is_one_row_of_its_model():
    windows, _ = windows_of("usage_limits.json")
    fable, sonnet = windows["week_fable-5"], windows["week_sonnet"]
    assert (fable.label, fable.model, fable.role, fable.used) == (
        "Week (Fable 5)",
        "Fable 5",
        Role.SCOPED,
        100,
    )
    assert (sonnet.label, sonnet.used, sonnet.window_minutes) == ("Week (Sonnet)", 71, 10080)
    assert list(windows) == [
        "session_5h",
        "week_all",
        "week_fable-5",
        "week_sonnet",
        "monthly_all",
        "extra_usage",
    ]


def test_a_legacy_week_told_by_a_scoped_limit_is_not_shown_twice():
    limit = {"kind": "weekly_scoped", "percent": 5, "scope": {"model": {"display_name": "Sonnet 5"}}}
    windows = parsed(limits=[limit], seven_day_sonnet={"utilization": 9}, seven_day_opus={"utilization": 1})
    assert set(windows) == {"week_sonnet-5", "week_opus"}


def test_a_scoped_limit_without_a_name_is_called_by_its_id_or_surface():
    windows = parsed(
        limits=[
            {
                "kind": "weekly_scoped",
                "percent": 1,
                "scope": {"model": {"id": "claude-x", "display_name": None}},
            },
            {"kind": "weekly_scoped", "percent": 2, "scope": {"model": None, "surface": "cowork"}},
            {"kind": "weekly_scoped", "percent": 3},
        ]
    )
    assert set(windows) == {"week_claude-x", "week_cowork", "weekly_scoped"}


def test_unknown_windows_and_keys_are_kept_and_told():
    windows, unknown = windows_of("usage_limits.json")
    assert (windows["monthly_all"].label, windows["monthly_all"].used) == ("Monthly all", None)
    assert unknown == ("brand_new", "limits.kind=monthly_all")
    windows, unknown = windows_of("usage_legacy.json")
    assert unknown == ("iguana_necktie", "seven_day_cowork", "seven_day_oauth_apps")
    assert windows["seven_day_cowork"].role is Role.SCOPED  # it does not bind the models of a coding agent


def test_extra_usage_is_money_in_major_units():
    windows, _ = windows_of("usage_legacy.json")
    extra = windows["extra_usage"]
    assert (extra.used, extra.limit, extra.unit) == (Decimal("12.34"), 300, "usd")
    assert (extra.role, extra.words, extra.bounded) == (Role.EXTRA, Words.SPENT, True)


def test_the_newer_spend_goes_first_with_its_currency_and_exponent():
    windows, _ = windows_of("usage_limits.json")
    extra = windows["extra_usage"]
    assert (extra.used, extra.unit, extra.limit, extra.bounded) == (500, "jpy", None, False)


@pytest.mark.parametrize(
    ("extra", "row"),
    [
        ({"is_enabled": True, "monthly_limit": None, "used_credits": 500}, (5, None, "usd")),
        ({"is_enabled": True, "monthly_limit": 30000, "used_credits": None}, (None, 300, "usd")),
        (
            {"is_enabled": True, "used_credits": 7, "currency": "EUR", "decimal_places": 3},
            ("0.007", None, "eur"),
        ),
        ({"is_enabled": True, "used_credits": 7, "monthly_limit": "many"}, None),
        ({"is_enabled": True, "used_credits": 7, "currency": "credits"}, None),
        ({"is_enabled": False, "used_credits": 500}, None),
        ({"used_credits": 500}, None),
        (None, None),
        ("yes", None),
    ],
)
def test_extra_usage_in_every_shape(extra, row):
    found = parsed(extra_usage=extra).get("extra_usage")
    wanted = row and (row[0] and Decimal(row[0]), row[1], row[2])
    assert (found and (found.used, found.limit, found.unit)) == wanted


@pytest.mark.parametrize(
    ("spend", "limit"),
    [
        ({"used": {"amount_minor": 100, "currency": "usd", "exponent": 2}, "limit": 5000}, 50),
        (
            {
                "used": {"amount_minor": 100},
                "limit": {"amount_minor": 5000, "currency": "usd", "exponent": 2},
            },
            50,
        ),
        ({"used": {"amount_minor": 100}, "limit": None, "cap": {"amount_minor": 700}}, 7),
    ],
)
def test_the_limit_of_spend_is_money_or_minor_units(spend, limit):
    extra = parsed(spend={"enabled": True, **spend})["extra_usage"]
    assert (extra.used, extra.limit) == (1, limit)


def test_an_account_that_has_not_started_has_no_windows_and_is_no_failure():
    assert windows_of("usage_nothing_yet.json")[0] == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b'{"five_hour": {"util',
        b"[]",
        b"1",
        b"{}",
        b'{"error": "x"}',
        b"[" * 10**6,
        b'{"five_hour": ' + b"9" * 5000 + b"}",
        b"\xff",
    ],
)
def test_what_is_not_an_answer_of_the_api_is_no_reading(body):
    assert parse(body, NOW) is None


ROW = st.dictionaries(FIELDS, JSON, max_size=5)


@given(st.dictionaries(KEYS, JSON | ROW | st.lists(ROW, max_size=4), max_size=4))
def test_any_json_is_read_without_a_crash(root):
    reading = parse(json.dumps(root).encode(), NOW)
    if reading is not None:
        keys = [window.key for window in reading[0]]
        assert len(keys) == len(set(keys))
        assert all(window.used is None or window.used >= 0 for window in reading[0])


def test_hostile_names_are_shortened_and_printable():
    windows = parsed(**{"seven_day_" + "x\n\u202e" * 5000: {"utilization": 1}})
    (window,) = windows.values()
    assert len(window.key) <= 60
    assert window.label.isprintable()
