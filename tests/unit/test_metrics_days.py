"""The activity's days and hours: local ones, in every zone, across midnight and a change of the clocks."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.activity_stage import ZONES, Activity, commit, tree
from tests.claudette_db import PI
from tests.usage_stage import call
from tray.core.insights import Scope
from tray.metrics.git_work import GitWork
from tray.metrics.zones import first_instant, zone


def local(where, text):
    """An instant of a local time, as git writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(where)).isoformat()


@pytest.fixture
def stage(tmp_path):
    made = []

    def make(**options):
        made.append(Activity(tmp_path, **options))
        made[-1].db.workspace("w1")
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("where", ZONES)
@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-05", "2026-04-10"])  # the latter two after a change
def test_a_commit_late_each_evening_is_one_each_day(stage, where, day):
    act = stage(zone=where, now=local(where, f"{day}T23:45"))
    for ago in range(14):
        evening = datetime.fromisoformat(f"{day}T23:30") - timedelta(days=ago)
        act.commit(str(ago), local(where, evening.isoformat()))
    board = act.metrics(Scope.CLAUDETTE).dashboard
    assert board.commits_daily_14d == (1,) * 14
    assert (board.commits_today, board.additions_7d) == (1, 7)


@pytest.mark.parametrize("where", ZONES)
def test_midnight_parts_the_days(stage, where):
    act = stage(zone=where, now=local(where, "2026-11-21T12:00"))
    act.db.backends(PI)
    act.db.session("c1", "w1")
    act.db.setting("model_provider:c1", "pi")
    for name, clock in (("late", "2026-11-20T23:59:59"), ("early", "2026-11-21T00:00:00")):
        moment = local(where, clock)
        act.commit(name, moment)
        act.db.message("c1", at=datetime.fromisoformat(moment).timestamp(), completion=10, cost=1.0)
        act.stage.file("codex", [call(name, at=moment, session=name, output=3)])
    board = act.metrics(Scope.CLAUDETTE).dashboard
    assert (board.commits_daily_14d[-2:], board.tokens_daily_30d[-2:]) == ((1, 1), (10, 10))
    assert board.cost_daily_30d[-2:] == (1.0, 1.0)
    assert act.metrics(Scope.MACHINE).dashboard.tokens_daily_30d[-2:] == (13, 13)


def test_a_commit_is_dated_where_it_was_made_and_shown_where_you_are(stage):
    act = stage(zone="Asia/Kolkata", now="2026-11-21T12:00Z")
    act.commit("a", "2026-11-20T11:00:00-08:00")  # 00:30 on the 21st in Kolkata
    act.commit("b", "2026-11-21 00:00:00")  # no RFC 3339: UTC
    assert act.metrics(Scope.CLAUDETTE).dashboard.commits_today == 2


def test_nothing_of_the_future_counts(stage):
    act = stage(now="2026-11-21T12:00Z")
    act.commit("tomorrow", "2026-11-22T01:00:00+00:00", more=9)
    act.stage.file("codex", [call("a", at="2026-11-22T01:00Z", output=4), call("b", at="2026-11-21T09:00Z")])
    act.git = GitWork(
        commits=(("/home/dev/proj", commit("t", "2026-11-23T01:00Z")),),
        trees={"/home/dev/proj": tree("/home/dev/proj")},
    )
    board = act.metrics(Scope.MACHINE).dashboard
    assert (board.commits_daily_14d, board.additions_7d) == ((0,) * 14, 0)
    assert (board.output_tokens_30d, board.tokens_daily_30d[-1]) == (0, 0)


def test_days_beyond_the_series_do_not_count(stage):
    act = stage(now="2026-11-21T12:00Z")
    for number, moment in enumerate(("11-21", "11-15", "11-14", "11-08", "11-07")):
        act.commit(str(number), f"2026-{moment}T00:00:00+00:00", more=10**number)
    board = act.metrics(Scope.CLAUDETTE).dashboard
    assert (sum(board.commits_daily_14d), board.commits_daily_14d[0]) == (4, 1)
    assert board.additions_7d == 11


@pytest.mark.parametrize(
    ("where", "day", "hour"),
    [
        ("America/Los_Angeles", 4, 23),  # Friday evening
        ("UTC", 5, 7),
        ("Asia/Kolkata", 5, 13),
        ("Asia/Kathmandu", 5, 13),
        ("Australia/Lord_Howe", 5, 18),
    ],
)
def test_the_heatmap_is_by_local_day_and_hour(stage, where, day, hour):
    act = stage(zone=where, now="2026-11-21T12:00Z")
    act.session("s1", start="2026-11-21T07:45Z")
    act.session("s2", start="2026-11-14T07:50Z", deleted=True)
    heat = act.metrics(Scope.CLAUDETTE).analytics.heatmap
    assert heat[day][hour] == 2
    assert sum(map(sum, heat)) == 2
    assert sum(map(sum, act.metrics(Scope.CLAUDETTE, days=7).analytics.heatmap)) == 1


def test_the_hour_that_comes_twice_is_one_cell(stage):
    act = stage(zone="America/Los_Angeles", now="2026-11-02T00:00Z")
    act.session("s1", start="2026-11-01T08:30Z")  # 1:30 in summer time
    act.session("s2", start="2026-11-01T09:30Z")  # and an hour later 1:30 again
    assert act.metrics(Scope.CLAUDETTE).analytics.heatmap[6][1] == 2


def test_success_is_of_local_days(stage):
    act = stage(zone="America/Los_Angeles", now="2026-11-21T12:00Z")
    act.session("in", start="2026-10-23T07:00Z", ended="2026-10-23T08:00Z", ok=1)  # midnight of 23 October
    act.session("out", start="2026-10-23T06:59Z", ended="2026-10-23T08:00Z")
    assert act.metrics(Scope.CLAUDETTE).dashboard.success_rate_30d == 1.0


@pytest.fixture
def system_zone(monkeypatch):
    """Sets the zone of the system; the one there was comes back."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of the system can't be set for one process here")
    yield lambda name: monkeypatch.setenv("TZ", name)
    monkeypatch.undo()
    time.tzset()


def test_another_zone_is_seen_at_once(stage, system_zone):
    act = stage(zone=None, now="2026-11-21T03:00Z")
    act.commit("a", "2026-11-21T01:00:00+00:00")
    counts = []
    for name in ("UTC", "America/Los_Angeles", "Pacific/Auckland"):
        system_zone(name)
        found = act.metrics(Scope.CLAUDETTE)
        counts.append((found.timezone, found.dashboard.commits_today))
    assert counts == [("UTC", 1), ("America/Los_Angeles", 1), ("Pacific/Auckland", 1)]
    system_zone("America/Los_Angeles")
    act.now = "2026-11-21T09:00Z"
    assert act.metrics(Scope.CLAUDETTE).dashboard.commits_today == 0
    system_zone("UTC")
    assert act.metrics(Scope.CLAUDETTE).dashboard.commits_today == 1


@pytest.mark.parametrize("where", [*ZONES, "Pacific/Auckland", "America/Havana", "Pacific/Apia"])
def test_a_day_begins_at_its_first_instant(where):
    known = ZoneInfo(where)
    for day in range(20_400, 20_800):
        begins = datetime.fromtimestamp(first_instant(zone(where), day) / 1000, known)
        before = datetime.fromtimestamp(first_instant(zone(where), day) / 1000 - 1, known)
        assert (begins.toordinal() - 719163, before.toordinal() - 719163) == (day, day - 1)


def test_a_day_that_a_zone_left_out_begins_with_the_next():
    left_out = datetime(2011, 12, 30).toordinal() - 719163
    apia = zone("Pacific/Apia")
    assert first_instant(apia, left_out) == first_instant(apia, left_out + 1)
