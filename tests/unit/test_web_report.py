"""The report as a file: it needs nothing, runs nothing, and has every number as text too."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from tests.web_stage import HOUR, NOW_MS, Parsed, metrics
from tray.core import insight_words as words
from tray.core.insights import Metrics, Rank, RecentSession, Scope
from tray.views.web.insights_html import dots, ticks
from tray.views.web.report import report

KOLKATA = timezone(timedelta(hours=5, minutes=30))


def made(found=None, **more):
    return report(found or metrics(), now=NOW_MS, title="Activity", tz=KOLKATA, **more)


def test_it_is_one_file_that_runs_and_asks_nothing():
    parsed = Parsed(made())
    for tag in ("script", "link", "img", "iframe", "form", "a", "object", "base"):
        assert not parsed.every(tag), tag
    assert "://" not in made()
    assert not [told for _, told in parsed.tags if "src" in told or "href" in told or "tabindex" in told]
    assert len(parsed.ids) == len(set(parsed.ids))


def test_its_policy_allows_its_own_style_sheet_alone():
    (sheet,) = re.findall(r"<style>(.*?)</style>", made(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    (policy,) = Parsed(made()).every("meta", http_equiv="Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == f"'sha256-{digest}'"
    assert "script-src" not in rules


def test_every_number_is_there_as_text():
    said, found = Parsed(made()).words, metrics()
    assert words.heat_text(found.analytics, 2, 10) in said
    for place in range(8):
        assert words.turn_text(found.analytics, place) in said
    for one in found.analytics.recent_sessions:
        assert words.recent_text(one, KOLKATA) in said


def test_it_says_of_what_and_when_it_is():
    said = Parsed(made()).words
    assert "This machine · Monday 21 September 2026, 19:43" in said


def test_the_order_of_the_leaderboard_is_told_by_its_numbers():
    assert "$1.50" not in Parsed(made()).words
    assert "$1.50" in Parsed(made(rank=Rank.COST)).words


def test_nothing_at_all_is_a_report_too():
    empty = Metrics(scope=Scope.CLAUDETTE, generated_at=0, timezone="UTC", trouble="There is no database.")
    said = Parsed(made(empty)).words
    assert words.NOTHING in said
    assert "There is no database." in said


# -- the time line


def session(start, last, ok=None):
    return RecentSession(
        id="s",
        workspace=None,
        agent="a",
        started_at=NOW_MS + round(start * HOUR),
        last_active=NOW_MS + round(last * HOUR),
        ended_at=None,
        ok=ok,
    )


def test_a_dot_lies_where_its_session_was():
    (one,) = dots([session(-12, -6, ok=True)], NOW_MS)
    assert (one.start, one.end, one.outcome, one.lane) == (0.5, 0.75, "ok", 0)


def test_what_lies_beyond_the_day_is_cut():
    early, late = dots([session(-30, -12), session(-1, 5)], NOW_MS)
    assert (early.start, late.end) == (0.0, 1.0)


def test_sessions_that_overlap_have_lanes_of_their_own():
    found = dots([session(-10, -6), session(-8, -4), session(-5, -3), session(-2, -1)], NOW_MS)
    assert [one.lane for one in found] == [0, 1, 0, 0]


def test_the_lanes_are_bounded():
    crowd = [session(-10 + number / 100, -1) for number in range(200)]
    assert max(one.lane for one in dots(crowd, NOW_MS)) == 11


@pytest.mark.parametrize("minutes", [0, 330, 345, -570, 765])
def test_the_ticks_are_full_hours_of_the_zone(minutes):
    named = ticks(NOW_MS, timezone(timedelta(minutes=minutes)))
    assert 3 <= len(named) <= 4
    assert {name for _, name in named} <= {"00:00", "06:00", "12:00", "18:00"}
    assert [at for at, _ in named] == sorted(at for at, _ in named)


def test_one_workspace_more_changes_nothing_else():
    more = replace(metrics(), workspaces=metrics().workspaces * 2)
    assert len(made(more)) > len(made())
