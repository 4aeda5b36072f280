"""Dates that no clock has written: what bears one has none, and all the rest stands."""

from __future__ import annotations

import pytest

from tests.activity_stage import Activity, at
from tray.core.insights import Scope

DAY = "2026-11-21T10:00Z"


@pytest.fixture
def act(tmp_path):
    made = Activity(tmp_path)
    made.db.workspace("w1")
    yield made
    made.close()


@pytest.mark.parametrize("moment", ["9999-12-31 23:59:59", "0001-01-01 00:00:00", "1969-12-31 10:00:00"])
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Los_Angeles"])
def test_what_no_clock_has_written_leaves_the_rest(act, moment, zone):
    act.zone = zone
    act.session("s1", start=DAY, ended=DAY, ok=1)
    act.db.add(
        "agent_sessions",
        id="s2",
        workspace_id="w1",
        repository_id="r",
        started_at=moment,
        last_message_at=moment,
    )
    act.db.add(
        *("agent_sessions",), id="s3", workspace_id="w1", repository_id="r", started_at=DAY, ended_at=moment
    )
    act.commit("a", moment.replace(" ", "T") + "+00:00")
    act.db.session("c1", "w1")
    act.db.message("c1", at=moment, prompt=5, completion=5, cost=1.0)
    act.db.message("c1", at=at(DAY), prompt=5, completion=5, cost=1.0)
    act.db.add(
        "deleted_workspace_summaries",
        id="1",
        workspace_id="w9",
        workspace_name="gone",
        repository_id="r1",
        workspace_created_at=moment,
        last_message_at=moment,
        sessions_started=1,
        total_input_tokens=9,
    )
    for days in (1, 30, None):
        found = act.metrics(Scope.CLAUDETTE, days)
        assert found.trouble is None
        assert found.dashboard.sessions_today == 2
        assert found.dashboard.commits_today == 0
        assert [one.ended_at is not None for one in found.analytics.recent_sessions if one.id == "s3"] == [
            False
        ]
    assert found.dashboard.output_tokens_30d == 5
