"""Promises of the merge: the newest reading wins, sparse ones erase nothing, limits stay apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tray.core.model import Role, Words
from tray.sources.codex import merge, parse

NOW = 1_790_000_000.0
HOUR = 3600.0


def told(
    at, *, used=40, minutes=300, resets=NOW + 3 * HOUR, evidence=parse.ROLLOUT, slot="primary", **fields
):
    raw = {slot: {"usedPercent": used, "windowDurationMins": minutes, "resetsAt": resets}, **fields}
    return parse.reading(raw, at=at, evidence=evidence)


def money(at, **told):
    return parse.reading({"credits": told}, at=at, evidence=parse.ROLLOUT)


def merged(*readings, known=None, now=NOW):
    return merge.merge(known or merge.blank(), readings, now)


def row(snapshot, key):
    return next((w for w in snapshot.windows if w.key == key), None)


def used(snapshot, key="codex_session"):
    found = row(snapshot, key)
    return None if found is None else found.used


def test_newest_observation_wins_in_any_order():
    old, new = told(NOW - 900, used=10), told(NOW - 60, used=55)
    for order in ((old, new), (new, old)):
        snapshot = merged(*order)
        assert (used(snapshot), snapshot.fetched_at) == (Decimal(55), NOW - 60)


def test_older_reading_does_not_replace_what_is_known():
    known = merged(told(NOW - 60, used=55))
    assert used(merged(told(NOW - 900, used=10), known=known)) == Decimal(55)


def test_sparse_reading_keeps_the_other_window_plan_and_credits():
    full = parse.reading(
        {
            "primary": {"usedPercent": 10, "windowDurationMins": 300, "resetsAt": NOW + HOUR},
            "secondary": {"usedPercent": 61, "windowDurationMins": 10080, "resetsAt": NOW + 99 * HOUR},
            "credits": {"hasCredits": True, "unlimited": False, "balance": "12.50"},
            "planType": "plus",
        },
        at=NOW - 900,
        evidence=parse.LIVE,
    )
    sparse = told(NOW - 60, used=12, secondary=None, credits=None, planType=None)
    snapshot = merged(full, sparse)
    assert (used(snapshot), used(snapshot, "codex_week")) == (Decimal(12), Decimal(61))
    assert row(snapshot, "codex_credits").balance == Decimal("12.50")
    assert (snapshot.label, snapshot.plan) == ("Codex Plus", "Plus")


def test_missing_reset_keeps_the_one_known_for_the_same_run():
    snapshot = merged(told(NOW - 900, resets=NOW + HOUR), told(NOW - 60, used=41, resets=None))
    assert (used(snapshot), row(snapshot, "codex_session").resets_at) == (Decimal(41), NOW + HOUR)


def test_missing_reset_does_not_inherit_one_that_has_passed():
    snapshot = merged(told(NOW - 900, resets=NOW - 300), told(NOW - 60, used=2, resets=None))
    assert (used(snapshot), row(snapshot, "codex_session").resets_at) == (Decimal(2), None)


def test_missing_percent_keeps_number_and_date():
    snapshot = merged(told(NOW - 900, used=10), told(NOW - 60, used=None))
    found = row(snapshot, "codex_session")
    assert (found.used, found.observed_at) == (Decimal(10), NOW - 900)


def test_session_that_ended_goes_when_a_newer_reading_knows_only_the_week():
    before = told(NOW - 9 * HOUR, resets=NOW - 5 * HOUR)
    weekly = told(NOW - 60, used=70, minutes=10080, resets=NOW + 99 * HOUR)
    assert [w.key for w in merged(before, weekly).windows] == ["codex_week"]


def test_session_that_still_runs_stays_beside_a_reading_of_the_week_alone():
    weekly = told(NOW - 60, used=70, minutes=10080, resets=NOW + 99 * HOUR)
    assert [w.key for w in merged(told(NOW - 900), weekly).windows] == ["codex_session", "codex_week"]


def test_limits_stay_apart_and_the_plan_comes_first():
    spark = told(NOW - 10, used=99, limit_id="codex_spark", limit_name="Spark")
    snapshot = merged(told(NOW - 60, used=40), spark)
    assert [(w.key, w.role) for w in snapshot.windows] == [
        ("codex_session", Role.PLAN),
        ("codex_session:codex_spark", Role.SCOPED),
    ]
    assert used(snapshot) == Decimal(40)


def test_undated_copy_loses_against_any_dated_reading():
    copy = told(None, used=90, evidence=parse.COPY)
    assert used(merged(copy, told(NOW - 40 * HOUR, used=10))) == Decimal(10)
    assert used(merged(copy, known=merged(told(NOW - 40 * HOUR, used=10)))) == Decimal(10)


def test_undated_copy_alone_is_shown_without_a_date():
    snapshot = merged(told(None, used=90, evidence=parse.COPY, planType="plus"))
    assert (used(snapshot), snapshot.fetched_at, snapshot.label) == (Decimal(90), None, "Codex Plus")
    assert row(snapshot, "codex_session").observed_at is None


def test_dated_reading_takes_the_place_of_all_undated_windows_of_its_limit():
    copied = merged(told(None, minutes=10080, used=90, evidence=parse.COPY))
    assert [w.key for w in merged(told(NOW - 60), known=copied).windows] == ["codex_session"]


def test_undated_copy_still_names_the_plan_that_rollouts_leave_out():
    snapshot = merged(told(None, evidence=parse.COPY, planType="pro"), told(NOW - 60, planType=None))
    assert (snapshot.label, row(snapshot, "codex_session").evidence) == ("Codex Pro", parse.ROLLOUT)


def test_undated_copy_does_not_rename_a_known_plan():
    known = merged(told(NOW - 60, planType="pro"))
    assert merged(told(None, evidence=parse.COPY, planType="free"), known=known).plan == "Pro"


def test_reading_from_the_future_does_not_win_for_ever():
    known = merged(told(NOW + 9 * HOUR, used=5), now=NOW + 9 * HOUR)
    snapshot = merged(told(NOW - 60, used=80), known=known)
    assert (used(snapshot), snapshot.fetched_at) == (Decimal(80), NOW - 60)


def test_credits_row_needs_credits_a_limit_and_a_balance():
    shown = merged(money(NOW, hasCredits=True, unlimited=False, balance="12.50"))
    found = row(shown, "codex_credits")
    assert (found.balance, found.bounded, found.role, found.words) == (
        Decimal("12.50"),
        False,
        Role.BALANCE,
        Words.BALANCE,
    )
    for other in (
        {"hasCredits": False, "unlimited": False, "balance": "1"},
        {"hasCredits": True, "unlimited": True, "balance": "1"},
        {"hasCredits": True, "unlimited": False, "balance": "x"},
    ):
        assert row(merged(money(NOW, **other)), "codex_credits") is None


def test_credits_go_when_told_so_and_stay_when_nothing_is_told():
    known = merged(money(NOW - 900, hasCredits=True, unlimited=False, balance="12.50"))
    assert row(merged(told(NOW - 60), known=known), "codex_credits") is not None
    sparse = merged(money(NOW - 60, hasCredits=True, balance=None), known=known)
    assert row(sparse, "codex_credits").balance == Decimal("12.50")
    assert row(merged(money(NOW - 60, hasCredits=False), known=known), "codex_credits") is None


def test_reached_limit_makes_the_note_until_its_reset():
    hit = told(NOW - 60, used=100, resets=NOW + HOUR, rateLimitReachedType="rate_limit_reached")
    note = "rate limit reached: rate_limit_reached, try after the next reset"
    snapshot = merged(hit)
    assert snapshot.note == note
    assert merged(known=snapshot).note == note
    assert merged(known=snapshot, now=NOW + 2 * HOUR).note is None


@pytest.mark.parametrize(
    ("evidence", "note"), [(parse.LIVE, merge.LIVE_NOTE), (parse.ROLLOUT, None), (parse.COPY, None)]
)
def test_only_the_clients_own_answer_is_called_live(evidence, note):
    assert merged(told(NOW, evidence=evidence)).note == note


def test_newer_rollout_ends_the_word_live():
    known = merged(told(NOW - 900, evidence=parse.LIVE))
    assert merged(told(NOW - 60), known=known).note is None


def test_without_a_plan_the_label_is_plain():
    assert merged(told(NOW)).label == "Codex"
