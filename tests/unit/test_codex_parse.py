"""Promises of the Codex parser: windows by length, limits apart, nothing believed that makes no sense."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.model import Role, Words
from tray.sources.codex import parse

ANSWER = Path(__file__).parents[1] / "payloads" / "codex" / "answer-0.169.0.json"


def limits(**fields):
    return {"limitId": "codex", **fields}


def window(minutes=300, used=40, resets=1_790_003_600):
    return {"usedPercent": used, "windowDurationMins": minutes, "resetsAt": resets}


def read(raw, at=1_790_000_000.0):
    return parse.reading(raw, at=at, evidence="test")


def keys(raw):
    return [w.key for w in read(raw).windows]


def test_genuine_answer_gives_the_plan_and_the_other_limit_apart():
    plan, spark = parse.answer(parse.load(ANSWER.read_bytes()), at=1.0)
    assert [(w.key, w.label, w.used, w.resets_at) for w in plan.windows] == [
        ("codex_session", "Session (5h)", Decimal(37), 1795300370.0),
        ("codex_week", "Weekly", Decimal(61), 1795689570.0),
    ]
    assert (plan.plan, plan.credits.balance) == ("Plus", Decimal("12.50"))
    (only,) = spark.windows
    assert (only.key, only.role, only.model) == (
        "codex_session:codex_spark",
        Role.SCOPED,
        "GPT-5.3-Codex-Spark",
    )
    assert "GPT-5.3-Codex-Spark" in only.label


def test_genuine_answer_has_no_unknown_keys():
    assert parse.unknown_keys(parse.load(ANSWER.read_bytes())) == ()


def test_new_keys_are_told_to_doctor_but_not_keys_that_are_no_words():
    result = {"rateLimits": {"primary": {"burst": 1}, "credits": None, "x y": 1, "<b>": 2}}
    assert parse.unknown_keys(result) == ("codex.burst",)


def test_windows_are_named_by_length_not_by_slot():
    weekly_only = read(limits(primary=window(10080), secondary=None))
    assert [(w.key, w.label) for w in weekly_only.windows] == [("codex_week", "Weekly")]
    swapped = limits(primary=window(10080), secondary=window(300))
    assert keys(swapped) == ["codex_session", "codex_week"]


@pytest.mark.parametrize(
    ("minutes", "key", "label"),
    [
        (13, "codex_session", "Session (13m)"),
        (300, "codex_session", "Session (5h)"),
        (360, "codex_session", "Session (6h)"),
        (1440, "codex_session", "Session (24h)"),
        (2880, "codex_2880m", "Limit (2d)"),
        (1500, "codex_1500m", "Limit (25h)"),
        (10080, "codex_week", "Weekly"),
        (40320, "codex_month", "Monthly"),
        (43200, "codex_month", "Monthly"),
        (44640, "codex_month", "Monthly"),
        (44641, "codex_44641m", "Limit (44641m)"),
    ],
)
def test_each_length_has_its_key_and_label(minutes, key, label):
    (found,) = read(limits(primary=window(minutes))).windows
    assert (found.key, found.label, found.window_minutes) == (key, label, minutes)


def test_slot_names_a_window_of_unknown_length():
    raw = limits(primary=window(None), secondary=window(None))
    assert [(w.key, w.label) for w in read(raw).windows] == [
        ("codex_session", "Session"),
        ("codex_week", "Weekly"),
    ]


@pytest.mark.parametrize("pair", [(300, 300), (300, 1440), (10080, 10080), (10080, None), (43200, 40320)])
def test_two_windows_never_share_a_key(pair):
    found = keys(limits(primary=window(pair[0]), secondary=window(pair[1])))
    assert len(set(found)) == 2


def test_the_shorter_of_two_sessions_keeps_the_plain_key():
    assert keys(limits(primary=window(1440), secondary=window(300))) == ["codex_session", "codex_1440m"]


def test_rollout_spelling_reads_like_the_wire():
    raw = {"primary": {"used_percent": 13.5, "window_minutes": 300, "resets_at": 1_790_000_400}}
    told = read(parse.load(json.dumps(raw)))
    assert (told.limit, told.windows[0].used) == ("codex", Decimal("13.5"))


def test_reset_in_milliseconds_is_the_same_instant():
    for resets in (1_790_003_600, 1_790_003_600_000):
        assert read(limits(primary=window(resets=resets))).windows[0].resets_at == 1_790_003_600.0


def test_reset_of_zero_or_below_is_unknown():
    for resets in (0, -5):
        assert read(limits(primary=window(resets=resets))).windows[0].resets_at is None


def test_missing_percent_is_unknown_and_never_zero():
    (found,) = read(limits(primary=window(used=None))).windows
    assert (found.used, found.exhausted) == (None, False)


def test_percent_above_100_is_kept_and_exhausted():
    (found,) = read(limits(primary=window(used=104))).windows
    assert (found.used, found.exhausted, found.words) == (Decimal(104), True, Words.PERCENT_COUNTDOWN)


@pytest.mark.parametrize("bad", [True, "many", -1, [], {}, 10**30, float("nan"), float("inf"), "1e999999"])
def test_nonsense_percent_is_unknown(bad):
    raw = parse.load(json.dumps(limits(primary=window(used=bad))))
    assert read(raw).windows[0].used is None


def test_huge_exponent_is_refused_without_being_spelt_out():
    raw = parse.load(
        '{"primary": {"usedPercent": 1e99999999, "windowDurationMins": 1e99999999, "resetsAt": 1790003600}}'
    )
    (found,) = read(raw).windows
    assert (found.used, found.window_minutes) == (None, None)


@pytest.mark.parametrize(
    ("raw", "name"),
    [("plus", "Plus"), ("pro", "Pro"), ("", None), (None, None), ("unknown", None), (7, None),
     ("self_serve_business_usage_based", "Self serve business usage based")],
)  # fmt: skip
def test_plan_names(raw, name):
    assert parse.plan_name(raw) == name


@pytest.mark.parametrize(
    ("raw", "balance"), [("12.50", "12.50"), (2, "2"), ("", None), ("abc", None), ("NaN", None)]
)
def test_balance_is_kept_digit_by_digit(raw, balance):
    told = read(limits(credits={"hasCredits": True, "unlimited": False, "balance": raw}))
    assert told.credits.balance == (None if balance is None else Decimal(balance))
    assert balance is None or str(told.credits.balance) == balance


def test_limit_ids_and_names_are_made_harmless():
    told = read({"limitId": "Odd: id/../x", "limitName": "a\x1b[31m\nb" + "c" * 999, "primary": window()})
    (found,) = told.windows
    assert found.key == "codex_session:odd_id_x"
    assert found.model.isprintable()
    assert len(found.model) <= 60


def test_a_limit_named_only_by_its_place_in_the_map_keeps_that_name():
    told = parse.answer(
        {"rateLimitsByLimitId": {"spark": {"primary": window()}, "bad": 3}, "rateLimits": None}, at=1.0
    )
    assert [r.limit for r in told] == ["spark"]


def test_thousands_of_limits_are_bounded():
    many = {f"limit_{n}": {"primary": window()} for n in range(5000)}
    assert len(parse.answer({"rateLimitsByLimitId": many}, at=1.0)) <= 17


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", '{"a":', "[" * 100_000, '{"a":' * 100_000, "9" * 10_000, b"\xff\xfe"]
)
def test_broken_json_is_none(text):
    assert parse.load(text) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["limitId", "limit_id", "limitName", "planType", "primary", "secondary", "credits", "usedPercent",
     "windowDurationMins", "resetsAt", "hasCredits", "unlimited", "balance", "rateLimitReachedType",
     "rateLimits", "rateLimitsByLimitId"]
)  # fmt: skip
SHAPED = st.recursive(JSON, lambda inner: st.dictionaries(FIELDS, inner, max_size=6), max_leaves=12)


@given(raw=SHAPED)
def test_no_json_makes_the_parser_raise_or_share_keys(raw):
    told = parse.reading(raw, at=1.0, evidence="test")
    if told is not None:
        found = [w.key for w in told.windows]
        assert len(set(found)) == len(found)
    if isinstance(raw, dict):
        parse.answer(raw, at=1.0)
        parse.unknown_keys(raw)
