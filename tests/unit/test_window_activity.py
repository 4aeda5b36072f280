"""The Activity page, as a value: tiles, what is said beside them, workspaces; and each state it can be in."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.window_stage import NOW, actions, check_texts, look, pictures, signs, texts
from tray.core import page_words
from tray.core.insight_words import tiles
from tray.core.insights import LatestSession, Metrics, Scope, Workspace
from tray.core.screen import Gauge
from tray.demo.insights import DemoAnalyst
from tray.views.charts.specs import Ring, Spark
from tray.views.window.activity_page import activity_page
from tray.views.window.insight_state import Asked, Shown
from tray.views.window.paint import Bar
from tray.views.window.sheet import Text
from tray.views.window.theme import LIGHT

FOUND = DemoAnalyst(lambda: NOW, UTC).metrics()
EMPTY = Metrics(scope=Scope.MACHINE, generated_at=int(NOW * 1000), timezone="UTC")
GAUGE = Gauge(text="Reading transcripts: 43 of 120 files.", pace="2 of 9 MB", fill=0.3)
SHOWN = Shown(found=FOUND, both=True, tz=UTC)


def activity(shown=SHOWN, **changes):
    return activity_page(shown, look(**changes))


def words(shown=SHOWN, **changes):
    return texts(activity(shown, **changes).body)


def many(count):
    return tuple(replace(FOUND.workspaces[0], id=f"w{n}", name=f"work{n:03}") for n in range(count))


def test_every_tile_has_its_label_and_its_value():
    shown = words()
    for tile in tiles(FOUND, page_day()):
        assert tile.label in shown
        assert tile.value in shown


def page_day():
    from datetime import datetime

    return datetime.fromtimestamp(NOW, UTC).date()


def test_tiles_stand_in_two_columns_of_one_width():
    tops = {op.text: (op.x, op.y) for op in activity().body.ops if isinstance(op, Text)}
    assert tops["Active sessions"][1] == tops["Sessions today"][1]
    assert tops["Active sessions"][0] == tops["Commits today"][0] < tops["Sessions today"][0]
    ends = {
        op.key: op.x + op.spec.width
        for op in activity().body.ops
        if op.key in ("tile/active", "tile/sessions")
    }
    assert ends == {"tile/active": 12 + 174, "tile/sessions": 380 - 12}


def test_series_are_bars_and_rates_are_rings():
    page = activity()
    assert [len(spark.values) for spark in pictures(page.body, Spark)] == [14, 30, 30]
    board = FOUND.dashboard
    assert [ring.part for ring in pictures(page.body, Ring)] == [
        board.success_rate_30d,
        board.cache_hit_rate_30d,
    ]


def test_a_rate_without_data_is_a_hollow_ring_and_a_dash():
    shown = replace(SHOWN, found=replace(FOUND, dashboard=replace(FOUND.dashboard, success_rate_30d=None)))
    page = activity(shown)
    assert pictures(page.body, Ring)[0].part is None
    assert "—" in texts(page.body)


def test_a_day_that_is_looked_at_is_told_in_place_of_the_rest():
    (hot,) = [hot for hot in activity().body.hots if hot.action == "chart:commits"]
    day = tiles(FOUND, page_day())[2].spoken[3]
    for attention in ({"pointed": (hot.action, 3)}, {"held": (hot.action, 3)}):
        page = activity(**attention)
        assert day in texts(page.body)
        assert pictures(page.body, Spark)[0].focus == 3
        assert page.body.height == activity().body.height, "nothing moves"
    assert day not in words()


def test_the_pointer_says_what_is_told_before_the_keyboard_does():
    said = tiles(FOUND, page_day())[2].spoken
    shown = words(pointed=("chart:commits", 1), held=("chart:commits", 5))
    assert said[1] in shown
    assert said[5] not in shown


def test_charts_are_stops_that_begin_at_today():
    hots = [hot for hot in activity().body.hots if hot.walk is not None]
    assert [hot.action for hot in hots] == ["chart:commits", "chart:tokens", "chart:cost"]
    assert [hot.walk.start for hot in hots] == [13, 29, 29]


def test_what_is_missing_in_the_figures_is_said():
    shown = " ".join(words())
    assert "under-recorded" in shown
    assert "qwen3-coder" in shown


@pytest.mark.parametrize(("plan", "live", "told"), [(True, 4, True), (True, 3, False), (False, 9, False)])
def test_many_claude_sessions_at_once_are_a_quiet_line_on_a_plan(plan, live, told):
    found = replace(FOUND, dashboard=replace(FOUND.dashboard, active_claude_sessions=live))
    assert any("ordinary" in word for word in words(replace(SHOWN, found=found, plan=plan))) is told


def test_the_scope_can_be_switched_where_there_are_two():
    assert {"scope:machine", "scope:claudette"} <= set(actions(activity().body))
    assert not any("scope" in action for action in actions(activity(replace(SHOWN, both=False)).body))


def test_a_workspace_tells_where_what_and_when():
    one = FOUND.workspaces[0]
    shown = words()
    assert one.name in shown
    assert any(one.latest_session.agent in word and "turns" in word for word in shown)
    assert any("commit" in word and "+" in word for word in shown)
    assert any(" in · " in word for word in shown)
    assert "archived" in shown


def test_twelve_workspaces_are_shown_until_all_are_asked_for():
    shown = replace(SHOWN, found=replace(FOUND, workspaces=many(15)))
    page = activity(shown)
    assert sum(text.startswith("work0") for text in texts(page.body)) == 12
    assert "Show all 15" in texts(page.body)
    assert "whole:workspaces" in actions(page.body)
    page = activity(replace(shown, whole=frozenset({"workspaces"})))
    assert sum(text.startswith("work0") for text in texts(page.body)) == 15
    assert "whole:workspaces" not in actions(page.body)


def test_before_the_first_answer_there_are_empty_tiles_and_how_far_the_reading_is():
    page = activity(Shown(gauge=GAUGE))
    assert {page_words.READING, GAUGE.text, GAUGE.pace} <= set(texts(page.body))
    assert len(pictures(page.body, Bar)) == 1
    assert len([op for op in page.body.ops if op.key.startswith("empty") and "bar" not in op.key]) == 8
    assert page_words.NOTHING not in texts(page.body)


def test_no_data_at_all_says_what_would_be_here():
    shown = words(Shown(found=EMPTY))
    assert page_words.NOTHING in shown
    assert " ".join(shown).count("as soon as an agent") == 1
    assert "Active sessions" not in shown


def test_half_read_figures_are_called_lower_bounds():
    page = activity(replace(SHOWN, found=replace(FOUND, complete=False), gauge=GAUGE))
    assert "lower bound" in " ".join(texts(page.body))
    assert {GAUGE.text, "Active sessions"} <= set(texts(page.body))


def test_a_problem_stands_above_the_figures_that_could_be_read():
    page = activity(replace(SHOWN, found=replace(FOUND, trouble="Claudette's database is locked.")))
    assert "critical" in signs(page.body)
    assert {"Claudette's database is locked.", "Active sessions"} <= set(texts(page.body))
    assert "retry:activity" in actions(page.body)


def test_a_problem_with_nothing_else_is_not_called_no_data():
    shown = words(Shown(found=replace(EMPTY, trouble="The index is damaged.")))
    assert "The index is damaged." in shown
    assert page_words.NOTHING not in shown


def test_figures_of_another_scope_are_faded_until_the_answer_is_there():
    def colour(shown):
        ops = activity(shown).body.ops
        return next(op.colour for op in ops if isinstance(op, Text) and op.text == "Workspaces")

    assert colour(SHOWN) == LIGHT.text
    assert colour(replace(SHOWN, asked=Asked(scope=Scope.CLAUDETTE))) != LIGHT.text


def test_banner_and_notice_stand_on_top():
    tops = {
        op.text: op.y
        for op in activity(replace(SHOWN, banner="Demo", notice="Lost")).body.ops
        if isinstance(op, Text)
    }
    assert tops["Demo"] < tops["Lost"] < tops["Active sessions"]


NAMES = st.text(max_size=320)


@settings(max_examples=60)
@given(name=NAMES, repository=NAMES, branch=NAMES, agent=NAMES, model=NAMES, width=st.integers(300, 900))
def test_no_name_leaves_the_window_whatever_it_is(name, repository, branch, agent, model, width):
    last = LatestSession(
        id=name,
        agent=agent,
        model=model,
        started_at=0,
        turns=3,
        input_tokens=10**12,
        output_tokens=5,
        cache_tokens=9,
    )
    one = Workspace(
        id=name, name=name, repository=repository, path=None, status="archived", branch=branch, commits=10**9,
        additions=10**12, deletions=10**12, last_active=0, latest_session=last,
    )  # fmt: skip
    page = activity(replace(SHOWN, found=replace(FOUND, workspaces=(one, one))), width=width)
    check_texts(page, width)
