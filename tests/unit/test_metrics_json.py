"""The activity for programs: JSON by its contract, CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report_stage import EMPTY, FOUND, HOSTILE, TODAY, leader, named
from tray.core.insights_csv import HEADER, text
from tray.core.insights_json import document, instant

PAGE = (Path(__file__).parents[2] / "docs" / "metrics-json.md").read_text("utf-8")

# The keys of schema 1, in the order in which they were promised; those we add stand apart.
TOP = ["schema", "scope", "generated_at", "dashboard", "workspaces", "analytics"]
DASHBOARD = [
    *("active_sessions", "idle_sessions", "sessions_today", "commits_today", "additions_7d", "deletions_7d"),
    *("commits_daily_14d", "tokens_daily_30d", "cost_daily_30d", "cost_30d_usd", "input_tokens_30d"),
    *("output_tokens_30d", "cache_hit_rate_30d", "success_rate_30d"),
]
WORKSPACE = [
    *("id", "name", "repository", "path", "status", "branch", "commits", "additions", "deletions"),
    "latest_session",
]
LATEST = [
    *("id", "agent", "model", "started_at", "turns", "input_tokens", "output_tokens", "cache_tokens"),
]
ANALYTICS = [
    *("window_days", "leaderboard", "heatmap", "turn_histogram", "slash_commands", "recent_sessions"),
]
LEADER = ["workspace", "repository", "sessions", "commits", "tokens", "cost_usd"]
RECENT = ["id", "workspace", "agent", "started_at", "ended_at", "ok"]


def keys(value, added=()):
    return [key for key in value if key not in added]


def test_the_json_has_the_keys_of_schema_1():
    told = document(FOUND)
    assert told["schema"] == 1
    assert keys(told, {"timezone", "complete", "trouble"}) == TOP
    more = {"active_claude_sessions", "cache_tokens_30d", "unpriced_models", "calls_30d", "inexact_calls_30d"}
    assert keys(told["dashboard"], more) == DASHBOARD
    assert keys(told["workspaces"][0], {"last_active"}) == WORKSPACE
    assert keys(told["workspaces"][0]["latest_session"]) == LATEST
    analytics = told["analytics"]
    assert keys(analytics) == ANALYTICS
    assert keys(analytics["leaderboard"][0], {"cache_tokens"}) == LEADER
    assert keys(analytics["slash_commands"][0], {"all_time"}) == ["name", "count"]
    assert keys(analytics["recent_sessions"][0], {"last_active"}) == RECENT


@pytest.mark.parametrize("found", [FOUND, EMPTY])
def test_series_have_their_lengths(found):
    told = document(found)
    board = told["dashboard"]
    assert [len(board[f"{name}_daily_{days}d"]) for name, days in (("commits", 14), ("tokens", 30))] == [
        14,
        30,
    ]
    assert len(board["cost_daily_30d"]) == 30
    assert [len(day) for day in told["analytics"]["heatmap"]] == [24] * 7
    assert len(told["analytics"]["turn_histogram"]) == 8
    assert json.loads(json.dumps(told)) == told


def test_unknown_is_null_and_dollars_have_six_digits():
    told = document(FOUND)
    assert told["dashboard"]["cost_daily_30d"][0] is None
    assert told["dashboard"]["cost_30d_usd"] == 52.642857
    assert told["analytics"]["leaderboard"][2]["cost_usd"] is None
    empty = document(EMPTY)["dashboard"]
    assert [empty[key] for key in ("cost_30d_usd", "cache_hit_rate_30d", "success_rate_30d")] == [None] * 3
    assert told["workspaces"][1]["latest_session"] is None


def test_instants_are_in_utc():
    assert document(replace(FOUND, timezone="Asia/Kolkata"))["generated_at"] == "2026-11-21T14:30:00Z"
    assert (instant(None), instant(1_795_271_400_250)) == (None, "2026-11-21T14:30:00.250Z")
    assert instant(10**18) is None, "what no calendar holds"


def test_a_session_that_nobody_tells_of_is_null():
    told = document(FOUND)["analytics"]["recent_sessions"]
    assert [(one["ok"], one["ended_at"] is None) for one in told] == [
        *((None, True), (True, False), (False, False), (None, False), (True, False))
    ]


def test_the_whole_of_the_time_has_no_window():
    found = replace(FOUND, analytics=replace(FOUND.analytics, window_days=None))
    assert document(found)["analytics"]["window_days"] is None


def test_the_documentation_shows_what_is_printed():
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    told = document(FOUND)
    for key in ("workspaces", "leaderboard", "recent_sessions"):  # one of each is enough to see
        place = told if key in told else told["analytics"]
        place[key] = place[key][:1]
    assert json.loads(example) == told


def test_every_key_is_explained():
    def names(value):
        if isinstance(value, dict):
            return set(value).union(*(names(inner) for inner in value.values()))
        return set().union(*(names(inner) for inner in value)) if isinstance(value, list) else set()

    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    assert {name for name in names(document(FOUND)) if f"`{name}`" not in prose} == set()


# -- CSV


def read(found):
    """{(section, item, measure): value}; each is there once."""
    rows = list(csv.reader(io.StringIO(text(found, TODAY), newline="")))
    assert tuple(rows[0]) == HEADER
    assert {len(row) for row in rows} == {4}
    values = {tuple(row[:3]): row[3] for row in rows[1:]}
    assert len(values) == len(rows) - 1, "no row says the same as another"
    return values


def test_the_csv_has_every_number_of_the_json():
    values = read(FOUND)
    assert values["dashboard", "", "commits_today"] == "3"
    assert values["daily", "2026-11-21", "commits"] == "3"
    assert values["daily", "2026-10-23", "cost_usd"] == "", "unknown"
    assert values["daily", "2026-11-20", "cost_usd"] == "0"
    assert values["workspace", "fix-login", "latest_turns"] == "12"
    assert values["leaderboard", "search", "cost_usd"] == "31"
    assert values["heatmap", "Monday 11:00", "sessions"] == "9"
    assert values["turns", "129 or more", "sessions"] == "0"
    assert values["slash_command", "review", "all_time"] == "true"
    assert values["recent_session", "chat-search (2)", "ok"] == ""
    assert values["dashboard", "", "unpriced_models"] == "qwen3-coder"
    assert sum(key[0] == "heatmap" for key in values) == 168


def test_names_that_occur_twice_stay_apart():
    analytics = replace(FOUND.analytics, leaderboard=(leader("docs"), leader("docs", sessions=2)))
    values = read(replace(FOUND, analytics=analytics))
    assert values["leaderboard", "docs", "sessions"] == "23"
    assert values["leaderboard", "docs (2)", "sessions"] == "2"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", " =", "\uff1d"])
def test_no_spreadsheet_runs_a_name(sign):
    values = read(named(f"{sign}SUM(A1)"))
    assert values["leaderboard", f"'{sign}SUM(A1)", "repository"] == f"'{sign}SUM(A1)"


def test_a_negative_number_stays_a_number():
    board = replace(FOUND, workspaces=(replace(FOUND.workspaces[0], additions=-3),))
    assert read(board)["workspace", "fix-login", "additions"] == "-3"


def test_hostile_names_stay_in_their_cell():
    values = read(named(HOSTILE))
    told = "".join(part for row in values.items() for part in (*row[0], row[1]))
    assert told.isprintable()
    assert sum(key[0] == "heatmap" for key in values) == 168
