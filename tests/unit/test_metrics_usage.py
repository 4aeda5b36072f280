"""The tokens and dollars of the activity are those of `usage`, and each of them lies in one place."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.activity_stage import ZONES, Activity, at
from tests.claudette_db import PI
from tests.usage_stage import MODEL, NONE, call, ledger
from tray.core.insights import Scope

NOW = "2026-11-21T12:00Z"
SESSIONS = ("s1", "s2", "s3", "s4")  # s1 and s2 are Claudette's
FOLDERS = ("/home/dev/proj", "/trees/w1/src", None)
minutes = st.integers(0, 60 * 24 * 34)
counts = st.integers(0, 10_000)
calls = st.lists(
    st.tuples(
        minutes,
        st.sampled_from(SESSIONS),
        st.sampled_from((MODEL, NONE)),
        st.sampled_from(FOLDERS),
        counts,
        counts,
        st.none() | st.floats(0.001, 5),
    ),
    max_size=8,
)
messages = st.lists(
    st.tuples(minutes, st.sampled_from(("c1", "c2")), counts, counts, st.none() | st.floats(0.001, 5)),
    max_size=6,
)


def before(minute):
    """Unix seconds, so many minutes before now."""
    return at(NOW) - 60 * minute - 1


@given(
    calls=calls,
    messages=messages,
    where=st.sampled_from(ZONES),
    ledgers=st.booleans(),
    days=st.sampled_from((1, 7, 30, 90, None)),
)
@settings(max_examples=40, deadline=None)
def test_totals_are_those_of_usage(calls, messages, where, ledgers, days):
    with tempfile.TemporaryDirectory() as folder:
        act = Activity(Path(folder), now=NOW, zone=where)
        try:
            _fill(act, calls, messages, ledgers=ledgers)
            _check(act, where, days)
        finally:
            act.close()


def _fill(act, calls, messages, *, ledgers):
    act.db.workspace("w1")
    act.worktree("w1", "/trees/w1")
    act.db.backends(PI)
    for name, chat in (("s1", "c1"), ("s2", "c2")):
        act.db.session(chat, "w1", cli=name)
        act.session(name, start="2026-11-20T10:00Z")
    act.db.setting("model_provider:c2", "pi")
    for minute, chat, fresh, output, cost in messages:
        act.db.message(chat, at=before(minute), prompt=fresh, completion=output, cost=cost)
    rows = [
        call(
            f"k{number}",
            at=_iso(before(minute)),
            session=session,
            model=model,
            project=project,
            input=fresh,
            output=output,
            cache_read=fresh // 2,
            cost=cost,
        )
        for number, (minute, session, model, project, fresh, output, cost) in enumerate(calls)
    ]
    told = [ledger(session="s3", input=20_000, cost=1.0)] if ledgers and rows else []
    act.stage.file("claude", rows, ledgers=told)


def _iso(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _check(act, where, days):
    found = act.metrics(Scope.MACHINE, days)
    board = found.dashboard
    since = _today(where) - timedelta(days=29)
    rows = act.stage.usage("daily", where, since=since)
    total = rows.totals
    assert (board.input_tokens_30d, board.output_tokens_30d) == (total.input_tokens, total.output_tokens)
    assert board.cache_tokens_30d == total.cache_read_tokens + total.cache_write_tokens
    assert board.cost_30d_usd == (total.cost_usd if total.cost_usd is None else pytest.approx(total.cost_usd))
    assert (board.calls_30d, board.inexact_calls_30d) == (total.calls, total.inexact_calls)
    assert board.unpriced_models == total.unpriced_models
    by_day = {}
    for row in rows.rows:
        by_day[row.period] = by_day.get(row.period, 0) + row.input_tokens + row.output_tokens
    names = [(since + timedelta(days=number)).isoformat() for number in range(30)]
    assert list(board.tokens_daily_30d) == [by_day.get(name, 0) for name in names]
    if days is None:
        whole = act.stage.usage("daily", where).totals
        leaders = found.analytics.leaderboard
        assert sum(one.tokens for one in leaders) == whole.input_tokens + whole.output_tokens
        costs = sum(one.cost_usd or 0.0 for one in leaders)
        assert costs == pytest.approx(whole.cost_usd or 0.0)


def _today(where):
    return datetime.fromtimestamp(at(NOW), ZoneInfo(where)).date()
