"""Reports without names: nothing of a name, a path or an id is left in any of them; numbers are."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from tests.report_stage import EMPTY, FOUND, TODAY, leader, named, recent, workspace
from tray.core.insights import Scope, SlashCount
from tray.core.insights_csv import text
from tray.core.insights_json import document
from tray.core.insights_mask import COMMON, TROUBLE, masked
from tray.views.metrics_text import report
from tray.views.paper import Paper

# No neutral word, no agent and no model has such letters.
NAMES = st.text("ÄÖÜß日本Ω\x1b\n/=ЖЩ", min_size=1, max_size=12).map(lambda name: f"Ω{name}")


def strings(value):
    """Every text in a value, however deep."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in strings(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [text for one in value for text in strings(one)]
    return []


@given(NAMES)
def test_no_name_is_left(name):
    given_away = replace(named(name), trouble=f"{name} can't be read.")
    assert sum(name in told for told in strings(given_away)) > 20
    found = masked(given_away)
    shown = [report(found, Paper(width=120), every=True), str(document(found)), text(found, TODAY)]
    # Pictures and pages are made of the same value, so what is not in it is not in them.
    assert [told for told in (*strings(found), *shown) if "Ω" in told] == []


def test_the_same_name_gets_the_same_mask_everywhere():
    found = masked(FOUND)
    assert [one.name for one in found.workspaces] == [f"Workspace {number}" for number in (1, 2, 3, 4)]
    assert [one.workspace for one in found.analytics.leaderboard] == [
        *("Workspace 1", "Workspace 2", "Workspace 3")
    ]
    assert [one.workspace for one in found.analytics.recent_sessions] == [
        *("Workspace 1", "Workspace 1", "Workspace 2", "Workspace 2", None)
    ]
    assert [one.repository for one in found.workspaces] == [
        "Repository A",
        "Repository A",
        None,
        "Repository A",
    ]
    assert [one.branch for one in found.workspaces] == ["branch 1", "branch 2", None, "branch 3"]
    (last, *_) = found.workspaces
    assert last.latest_session.id == found.analytics.recent_sessions[0].id == "session 1"
    assert last.path == "folder 1"


def test_different_names_stay_different():
    many = tuple(workspace(f"w{number}", repository=f"r{number}") for number in range(60))
    found = masked(replace(FOUND, workspaces=many))
    assert len({one.name for one in found.workspaces}) == 60
    assert len({one.repository for one in found.workspaces}) == 60
    assert [found.workspaces[place].repository for place in (25, 26, 27)] == [
        *("Repository Z", "Repository AA", "Repository AB")
    ]


def test_a_name_outside_the_cards_is_masked_too():
    analytics = replace(
        FOUND.analytics, leaderboard=(leader("gone"),), recent_sessions=(recent("elsewhere", 2, 1),)
    )
    found = masked(replace(FOUND, workspaces=(), analytics=analytics)).analytics
    assert found.leaderboard[0].workspace == "Workspace 1"
    assert found.recent_sessions[0].workspace == "Workspace 2"


def test_commands_that_clients_bring_keep_their_names():
    analytics = replace(
        FOUND.analytics,
        slash_commands=tuple(SlashCount(name=name, count=3, dated=True) for name in ("clear", "fix-acme")),
    )
    found = masked(replace(FOUND, analytics=analytics)).analytics
    assert [one.name for one in found.slash_commands] == ["clear", "command-1"]
    assert "clear" in COMMON


def test_numbers_agents_and_models_stay():
    before, after = document(FOUND), document(masked(FOUND))
    assert after["dashboard"] == before["dashboard"]
    for key in ("heatmap", "turn_histogram", "window_days"):
        assert after["analytics"][key] == before["analytics"][key]
    kept = ("agent", "model", "turns", "input_tokens", "started_at")
    for one, other in zip(before["workspaces"], after["workspaces"], strict=True):
        session, shown = one["latest_session"] or {}, other["latest_session"] or {}
        assert [shown.get(key) for key in kept] == [session.get(key) for key in kept]
    assert [one["tokens"] for one in after["analytics"]["leaderboard"]] == [1_200_000, 750_400, 9_100_000]


def test_trouble_is_told_without_its_words():
    assert masked(replace(FOUND, trouble="/home/me is locked")).trouble == TROUBLE
    assert masked(EMPTY) == EMPTY


def test_masking_twice_is_masking_once():
    once = masked(replace(FOUND, scope=Scope.CLAUDETTE))
    assert masked(once) == once
