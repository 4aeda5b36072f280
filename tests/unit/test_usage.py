"""The usage report: days of every zone, weeks, months, filters, prices, and what is not exact."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.usage_stage import MODEL, NONE, Stage, call, figures, millis
from tray.metrics.hidden import INEXACT
from tray.metrics.opened import UnknownAgentError
from tray.metrics.packed import SLOT
from tray.metrics.priced import SPEEDS
from tray.metrics.records import Quality, Speed
from tray.metrics.zones import Calendar, UnknownZoneError, zone


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


def periods(usage):
    return {row.period: row.calls for row in usage.rows}


def test_an_empty_index_has_no_rows_and_no_cost(stage):
    found = stage.usage()
    assert found.rows == ()
    assert (found.totals.calls, found.totals.cost_usd, found.totals.models) == (0, 0.0, ())


@pytest.mark.parametrize(
    ("name", "at", "day"),
    [
        ("UTC", "2026-11-21T23:59:59.999Z", "2026-11-21"),
        ("UTC", "2026-11-22T00:00Z", "2026-11-22"),
        ("Asia/Kolkata", "2026-11-21T18:29:59Z", "2026-11-21"),
        ("Asia/Kolkata", "2026-11-21T18:30Z", "2026-11-22"),
        ("Asia/Kathmandu", "2026-11-21T18:14:59Z", "2026-11-21"),
        ("Asia/Kathmandu", "2026-11-21T18:15Z", "2026-11-22"),
        ("Pacific/Chatham", "2026-11-21T10:14:59Z", "2026-11-21"),
        ("Pacific/Chatham", "2026-11-21T10:15Z", "2026-11-22"),
        ("Pacific/Chatham", "2026-06-21T11:14:59Z", "2026-06-21"),
        ("Pacific/Chatham", "2026-06-21T11:15Z", "2026-06-22"),
        ("America/Los_Angeles", "2026-11-22T07:59Z", "2026-11-21"),
        ("Europe/Berlin", "2026-10-24T21:59Z", "2026-10-24"),  # summer time
        ("Europe/Berlin", "2026-10-24T22:00Z", "2026-10-25"),  # the day of 25 hours
        ("Europe/Berlin", "2026-10-25T22:59Z", "2026-10-25"),
        ("Europe/Berlin", "2026-10-25T23:00Z", "2026-10-26"),
        ("Europe/Berlin", "2026-03-29T21:59Z", "2026-03-29"),  # the day of 23 hours
        ("Europe/Berlin", "2026-03-29T22:00Z", "2026-03-30"),
    ],
)
def test_a_call_counts_on_its_local_day(stage, name, at, day):
    stage.file("claude", [call("a", at), call("b", "2026-01-05T12:00Z"), call("c", "2026-12-05T12:00Z")])
    assert periods(stage.usage(zone=name))[day] == 1
    alone = stage.usage(zone=name, since=day, until=day)
    assert periods(alone) == {day: 1}


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(
        ["Europe/Berlin", "Asia/Kolkata", "Pacific/Chatham", "Africa/Casablanca", "America/St_Johns"]
    ),
    st.integers(millis("2017-08-01T00:00Z") // SLOT, millis("2031-01-01T00:00Z") // SLOT),
)
def test_the_calendar_agrees_with_the_clock(name, slot):
    days = Calendar(zone(name), millis("2017-08-01T00:00Z") // SLOT, millis("2031-01-01T00:00Z") // SLOT)
    local = datetime.fromtimestamp(slot * SLOT / 1000, ZoneInfo(name)).date()
    assert days.day(slot) == (local - date(1970, 1, 1)).days


def test_without_a_zone_the_systems_own_is_taken(stage, monkeypatch):
    stage.file("claude", [call("a", "2026-11-21T18:30Z")])
    if not hasattr(time, "tzset"):
        pytest.skip("this system's zone can't be set for one process")
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        found = stage.usage(zone=None)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (found.timezone, periods(found)) == ("Asia/Kolkata", {"2026-11-22": 1})


def test_weeks_begin_on_monday_and_months_on_the_first(stage):
    moments = ["2026-11-22T12:00Z", "2026-11-23T12:00Z", "2026-11-30T12:00Z", "2026-12-01T12:00Z"]
    stage.file("claude", [call(at, at) for at in moments])
    assert periods(stage.usage("weekly")) == {"2026-11-16": 1, "2026-11-23": 1, "2026-11-30": 2}
    assert periods(stage.usage("monthly")) == {"2026-11": 3, "2026-12": 1}
    assert [row.sessions for row in stage.usage("weekly").rows] == [1, 1, 1]


def test_one_row_for_each_period_and_agent(stage):
    stage.file("claude", [call("a"), call("b", session="s2", output=3)])
    stage.file("pi", [call("c", session="p1", model="other", project="/home/dev/two", cost=0.25, output=9)])
    daily = stage.usage()
    assert [(row.period, row.agent, row.calls, row.sessions) for row in daily.rows] == [
        ("2026-11-21", "claude", 2, 2),
        ("2026-11-21", "pi", 1, 1),
    ]
    assert (daily.totals.calls, daily.totals.sessions, daily.totals.models) == (3, 3, (MODEL, "other"))
    assert periods(stage.usage("session")) == {"s1": 1, "s2": 1, "p1": 1}
    assert periods(stage.usage("project")) == {"/home/dev/proj": 2, "/home/dev/two": 1}
    assert periods(stage.usage("model")) == {MODEL: 2, "other": 1}
    assert list(periods(stage.usage("session"))) == ["p1", "s2", "s1"], "the largest first"
    for by in ("weekly", "monthly", "session", "project", "model"):
        assert stage.usage(by).totals == daily.totals, by


def test_a_session_over_midnight_counts_once_in_the_totals(stage):
    stage.file("claude", [call("a", "2026-11-21T23:50Z"), call("b", "2026-11-22T00:10Z")])
    found = stage.usage()
    assert [row.sessions for row in found.rows] == [1, 1]
    assert found.totals.sessions == 1


def test_what_is_asked_for_is_all_that_counts(stage):
    stage.file("claude", [call("a"), call("b", "2026-11-23T10:00Z", project="/home/dev/proj/sub")])
    stage.file("codex", [call("c", session="c1", project="/srv/proj2")])
    assert stage.usage(agent="codex").totals.calls == 1
    assert stage.usage(agent="claudette").rows == (), "known, though never used"
    assert stage.usage(since=date(2026, 11, 22)).totals.calls == 1
    assert stage.usage(until="20261122").totals.calls == 2
    assert stage.usage(since="2030-01-01").rows == ()
    assert stage.usage(project="/home/dev/proj").totals.calls == 2
    assert stage.usage(project="proj").totals.calls == 1, "by its last name"
    assert stage.usage(project="/home/dev/pro").rows == ()


def test_what_is_not_known_is_said_in_words(stage):
    stage.file("claude", [call("a")])
    with pytest.raises(UnknownAgentError, match="'clod'; known are claude"):
        stage.usage(agent="clod")
    for name in ("Mars/Olympus", "../etc/passwd", "", "Europe"):
        with pytest.raises(UnknownZoneError, match="no time zone"):
            stage.usage(zone=name)
    with pytest.raises(ValueError, match="daily, weekly"):
        stage.usage("hourly")
    with pytest.raises(ValueError):
        stage.usage(since="yesterday")


# -- dollars


def test_a_call_costs_what_the_table_says(stage):
    values = {
        "input": 16,
        "output": 206,
        "cache_read": 12_006,
        "cache_write_5m": 1_006,
        "cache_write_1h": 2_000,
    }
    stage.file("claude", [call("a", **values)])
    assert stage.usage().totals.cost_usd == pytest.approx(0.0375205), "as the client itself reckoned"


def test_an_unknown_price_is_no_zero(stage):
    stage.file("claude", [call("a", model=NONE, output=1)])
    (row,) = stage.usage().rows
    assert (row.cost_usd, row.unpriced_models) == (None, (NONE,))
    stage.file("claude", [call("b", session="s2", output=1_000_000)])
    (row,) = stage.usage().rows
    assert (row.cost_usd, row.unpriced_models) == (pytest.approx(25), (NONE,))
    assert [(one.period, one.cost_usd) for one in row.breakdown] == [(MODEL, pytest.approx(25)), (NONE, None)]


def test_a_call_that_names_no_model_has_no_price(stage):
    stage.file("claude", [call("a", model=None, project=None, output=1)])
    (row,) = stage.usage("model").rows
    assert (row.period, row.models, row.cost_usd, row.unpriced_models) == ("unknown", (), None, ("unknown",))
    assert stage.usage("project").rows[0].period == "unknown"


def test_a_clients_own_cost_outranks_the_table(stage):
    stage.file("pi", [call("a", session="p", output=1_000_000, cost=0.5), call("b", session="p", cost=0.0)])
    assert stage.usage().totals.cost_usd == 0.5


def test_of_calls_in_one_quarter_those_without_a_cost_are_priced(stage):
    rows = [
        call("a", session="p", output=1_000_000, cost=0.5),
        call("b", session="p", output=1_000_000),
        call("c", session="p", output=1_000_000, quality=int(Quality.CONTAINED)),
        call("d", session="p", at="2026-11-21T12:00Z", output=1_000_000),
    ]
    stage.file("pi", rows)
    assert stage.usage().totals.cost_usd == pytest.approx(75.5)
    stage.file(
        "pi",
        [
            call("e", session="q", model=NONE, output=1, cost=1.0),
            call("f", session="q", model=NONE, output=1),
        ],
    )
    found = stage.usage().totals
    assert (found.cost_usd, found.unpriced_models) == (pytest.approx(76.5), (NONE,))


def test_a_fast_answer_costs_more(stage):
    stage.file("claude", [call("a", output=1_000_000, speed=int(Speed.FAST))])
    assert stage.usage().totals.cost_usd > 25


def test_a_copy_in_another_file_counts_once(stage):
    for session in ("s1", "s2"):
        stage.file("claude", [call("a", session=session, output=10)])
    assert (stage.usage().totals.calls, stage.usage().totals.output_tokens) == (1, 10)


# -- quality


def test_what_was_recorded_too_low_is_counted(stage):
    rows = [call(quality.name, quality=int(quality), output=1) for quality in Quality]
    stage.file("claude", rows)
    (row,) = stage.usage().rows
    assert (row.calls, row.inexact_calls) == (4, 2), "a ledger's figures and exact ones are exact"


def test_the_numbers_that_stand_for_words_are_right():
    assert INEXACT == (Quality.PLACEHOLDER, Quality.CONTAINED)
    assert SPEEDS[Speed.STANDARD] == "standard"
    assert SPEEDS[Speed.FAST] == "fast"


def test_all_counts_of_a_row_add_up(stage):
    start = datetime.fromisoformat("2026-11-01T00:07Z")
    rows = [
        call(
            f"k{n}",
            (start + timedelta(hours=7 * n)).isoformat(),
            input=n,
            output=2 * n,
            cache_read=3 * n,
            cache_write_5m=n,
        )
        for n in range(100)
    ]
    stage.file("claude", rows)
    total = sum(range(100))
    for name in ("UTC", "Asia/Kolkata", "America/New_York"):
        found = stage.usage(zone=name)
        assert figures(found.totals) == (total, 2 * total, total, 3 * total)
        assert sum(row.total_tokens for row in found.rows) == found.totals.total_tokens == 7 * total
