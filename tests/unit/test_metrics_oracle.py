"""Whatever was done, the activity is what a slow and plain program makes of the same facts."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.activity_draws import histories
from tests.activity_oracle import Oracle
from tests.activity_stage import Activity
from tests.activity_written import add_to, write
from tray.core.insights import DAYS, Scope
from tray.metrics.analytics import Analyst

if TYPE_CHECKING:
    from tray.core.insights import Metrics

pytestmark = pytest.mark.timeout(600)  # to make a difference small takes minutes
calm = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def board(found: Metrics) -> dict:
    told = found.dashboard
    return {
        "active": told.active_sessions,
        "idle": told.idle_sessions,
        "today": told.sessions_today,
        "commits": [*told.commits_daily_14d],
        "churn": [told.additions_7d, told.deletions_7d],
        "tokens": [*told.tokens_daily_30d],
        "cost": [_cents(cost) for cost in told.cost_daily_30d],
        "cost_30d": _cents(told.cost_30d_usd),
        "io": [told.input_tokens_30d, told.output_tokens_30d],
        "cache": told.cache_tokens_30d,
        "hits": told.cache_hit_rate_30d,
        "success": told.success_rate_30d,
        "unpriced": sorted(told.unpriced_models),
    }


def _cents(cost: float | None) -> float | None:
    return None if cost is None else round(cost, 9)


def called(place: str, facts) -> str:
    """A place as people read it."""
    if not place:
        return "no folder"
    if place in {left.space for left in facts.summaries}:
        return f"was {place}"
    return "deleted workspace" if place in ("gone", "old") else place.rpartition("/")[2]


def check(facts, found: Metrics, days: int | None) -> None:
    oracle = Oracle(facts, found.scope, days)
    assert board(found) == oracle.dashboard()
    told = found.analytics
    rows = sorted(
        (one.workspace, one.sessions, one.commits, one.tokens, one.cache_tokens, str(_cents(one.cost_usd)))
        for one in told.leaderboard
    )
    wanted = ((called(place, facts), *row[:4], str(row[4])) for place, row in oracle.leaders().items())
    assert rows == sorted(wanted)
    assert [[*row] for row in told.heatmap] == oracle.heatmap()
    assert [*told.turn_histogram] == oracle.histogram()
    assert [(one.name, one.count, one.dated) for one in told.slash_commands] == oracle.commands()
    assert (
        sorted(
            (one.id, one.started_at // 1000, one.last_active // 1000, _seconds(one.ended_at), one.ok)
            for one in told.recent_sessions
        )
        == oracle.recent()
    )
    cards = {
        one.id: (
            *(one.status, one.commits, one.additions, one.deletions, _seconds(one.last_active)),
            one.latest_session and one.latest_session.started_at // 1000,
        )
        for one in found.workspaces
    }
    assert cards == oracle.cards()


def _seconds(at: int | None) -> int | None:
    return None if at is None else at // 1000


class Told(Activity):
    """Git tells what the facts say."""

    def __init__(self, root: Path, facts) -> None:
        super().__init__(root)
        self.facts = facts
        write(facts, self)

    def _commits(self, folders, since):
        return self.facts.git(folders, since)


@calm
@given(facts=histories(), days=st.sampled_from(DAYS))
def test_every_figure_is_what_the_definitions_say(facts, days):
    with tempfile.TemporaryDirectory() as root, closing(Told(Path(root), facts)) as act:
        for scope in Scope:
            check(facts, act.metrics(scope, days), days)


@calm
@given(
    facts=histories(),
    more=histories(),
    asked=st.lists(st.tuples(st.sampled_from(Scope), st.sampled_from(DAYS)), min_size=1, max_size=3),
)
def test_what_is_remembered_changes_no_answer(facts, more, asked):
    """The same one asked again after any change says what a new one says."""
    with tempfile.TemporaryDirectory() as root, closing(Told(Path(root), facts)) as act:
        for scope, days in asked:
            act.metrics(scope, days)
        add_to(more, act)
        for scope, days in asked:
            again = act.metrics(scope, days)
            with closing(
                Analyst(act.places, timezone=act.zone, clock=act.clock, commits=act._commits)
            ) as fresh:
                assert again == fresh.metrics(scope=scope, days=days)
