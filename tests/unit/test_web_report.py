"""The report as a file: it needs nothing, runs nothing, and has every number as text too."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta, timezone

from tests.web_stage import NOW_MS, Parsed, metrics
from tray.core import insight_words as words
from tray.core import page_words
from tray.core.insights import Metrics, Rank, Scope
from tray.views.web.report import report

KOLKATA = timezone(timedelta(hours=5, minutes=30))


def made(found=None, *, tz=KOLKATA, **more):
    return report(found or metrics(), now=NOW_MS, title="Activity", tz=tz, **more)


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
    assert page_words.NOTHING in said
    assert "There is no database." in said


def test_the_hours_below_the_time_line_are_not_cut_at_its_ends():
    for minutes in (0, 330, 345, -570, 765):
        drawn = made(tz=timezone(timedelta(minutes=minutes)))
        places = [float(at) for at in re.findall(r'<text x="([\d.]+)%"[^>]*>\d\d:00</text>', drawn)]
        assert 3 <= len(places) <= 4
        assert all(3 < at < 97 for at in places)


def test_one_workspace_more_changes_nothing_else():
    more = replace(metrics(), workspaces=metrics().workspaces * 2)
    assert len(made(more)) > len(made())
