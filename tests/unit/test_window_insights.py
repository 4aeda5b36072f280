"""The Insights page, as a value: leaderboard, heatmap, histogram, commands, time line; and each of their states."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.window_stage import NOW, actions, check_texts, look, pictures, texts
from tray.core import page_words
from tray.core.insight_words import heat_text, leader_text, recent_text, turn_text
from tray.core.insights import Analytics, Leader, Metrics, Rank, Scope, SlashCount, reranked
from tray.demo.insights import DemoAnalyst
from tray.views.charts.specs import Columns, Heat, Level, Timeline
from tray.views.window.insight_state import Asked, Shown
from tray.views.window.insights_page import insights_page
from tray.views.window.sheet import Text
from tray.views.window.theme import LIGHT

FOUND = DemoAnalyst(lambda: NOW, UTC).metrics()
HOW = FOUND.analytics
SHOWN = Shown(found=FOUND, both=True, tz=UTC)


def insights(shown=SHOWN, **changes):
    return insights_page(shown, look(**changes))


def words(shown=SHOWN, **changes):
    return texts(insights(shown, **changes).body)


def with_analytics(**changes):
    return replace(SHOWN, found=replace(FOUND, analytics=replace(HOW, **changes)))


def leaders(count):
    return tuple(
        Leader(
            workspace=f"w{n:03}",
            repository=None,
            sessions=99 - n,
            commits=n,
            tokens=n,
            cache_tokens=0,
            cost_usd=None,
        )
        for n in range(count)
    )


def test_every_section_is_there_with_the_window_it_is_about():
    shown = words()
    for title in (
        page_words.LEADERBOARD,
        page_words.HEATMAP,
        page_words.TURNS,
        page_words.SLASH,
        page_words.RECENT,
    ):
        assert title in shown
    assert shown.count("last 30 days") == 4


@pytest.mark.parametrize(("days", "text"), [(1, "last 24 hours"), (7, "last 7 days"), (None, "all time")])
def test_the_window_is_told_in_words(days, text):
    found = replace(FOUND, analytics=replace(HOW, window_days=days))
    assert text in words(replace(SHOWN, found=found, asked=Asked(days=days)))


def test_all_windows_and_ranks_can_be_picked():
    pressed = set(actions(insights().body))
    assert {"days:1", "days:7", "days:30", "days:90", "days:all"} <= pressed
    assert {"rank:sessions", "rank:commits", "rank:tokens", "rank:cost"} <= pressed


@pytest.mark.parametrize("width", [300, 340, 380, 600])
def test_pickers_share_a_line_where_they_have_the_room(width):
    lefts = {hot.action: (hot.x, hot.y) for hot in insights(width=width).body.hots}
    assert (lefts["scope:machine"][1] == lefts["days:1"][1]) is (width >= 400)


def test_leaders_are_rows_with_a_bar_by_their_share():
    page = insights()
    assert [leader.workspace for leader in HOW.leaderboard if leader.workspace in texts(page.body)]
    bars = pictures(page.body, Level)[: len(HOW.leaderboard)]
    assert bars[0].part == 1
    assert [bar.part for bar in bars] == sorted((bar.part for bar in bars), reverse=True)


@pytest.mark.parametrize("rank", Rank)
def test_the_value_is_what_is_ranked(rank):
    shown = replace(SHOWN, found=reranked(FOUND, rank), rank=rank)
    text = " ".join(words(shown))
    assert {"sessions": " sessions", "commits": " commits", "tokens": " tok", "cost": "$"}[rank.value] in text


@pytest.mark.parametrize("key", ["leaders", "slash"])
def test_eight_rows_are_shown_until_all_are_asked_for(key):
    slash = tuple(SlashCount(name=f"w{n:03}", count=50 - n, dated=True) for n in range(11))
    shown = with_analytics(leaderboard=leaders(11), slash_commands=slash)
    page = insights(shown)
    starts = {"leaders": "w0", "slash": "/w0"}[key]
    assert sum(text.startswith(starts) for text in texts(page.body)) == 8
    assert f"whole:{key}" in actions(page.body)
    page = insights(replace(shown, whole=frozenset({key})))
    assert sum(text.startswith(starts) for text in texts(page.body)) == 11
    assert f"whole:{key}" not in actions(page.body)


def test_every_chart_and_list_is_a_stop_in_the_order_of_the_page():
    stops = [hot for hot in insights().body.hots if hot.walk is not None]
    names = ["list:leaders", "chart:heat", "chart:turns", "list:slash", "chart:recent"]
    assert [hot.action for hot in stops] == names
    assert [hot.y for hot in stops] == sorted(hot.y for hot in stops)


def test_the_heatmap_begins_at_its_busiest_hour():
    (hot,) = [hot for hot in insights().body.hots if hot.action == "chart:heat"]
    day, hour = page_words.busiest(HOW)
    assert hot.walk.start == day * 24 + hour
    assert max(map(max, HOW.heatmap)) == HOW.heatmap[day][hour]


@pytest.mark.parametrize(
    ("spot", "kind", "said"),
    [
        (("chart:heat", 37), Heat, heat_text(HOW, 1, 13)),
        (("chart:turns", 2), Columns, turn_text(HOW, 2)),
    ],
)
def test_what_is_looked_at_is_told(spot, kind, said):
    for attention in ({"pointed": spot}, {"held": spot}):
        page = insights(**attention)
        assert said in texts(page.body)
        assert pictures(page.body, kind)[0].focus == spot[1]
        assert page.body.height == insights().body.height, "nothing moves"
    assert said not in words()
    assert pictures(insights().body, kind)[0].focus is None


def test_a_row_that_is_looked_at_tells_all_of_it():
    said = leader_text(HOW.leaderboard[1])
    assert said in " ".join(words(width=600, held=("list:leaders", 1)))
    assert said in " ".join(words(held=("list:leaders", 1))), "in two lines where one is too short"


def test_a_place_that_is_gone_is_the_last_one():
    page = insights(with_analytics(leaderboard=leaders(2)), held=("list:leaders", 7))
    assert leader_text(leaders(2)[1]) in " ".join(texts(page.body))


def test_sessions_of_the_day_are_told_one_by_one_from_the_oldest():
    sessions = sorted(HOW.recent_sessions, key=lambda one: (one.started_at, one.id))
    assert recent_text(sessions[0], UTC) in words(held=("chart:recent", 0))
    (line,) = pictures(insights(held=("chart:recent", 0)).body, Timeline)
    assert (line.focus, len(line.dots)) == (0, len(sessions))
    assert {dot.outcome for dot in line.dots} == {"ok", "failed", "open"}


def test_the_outcomes_are_counted_with_their_marks():
    shown = words()
    counts = dict(page_words.outcomes(HOW.recent_sessions))
    assert set(counts.values()) <= set(shown)
    assert {"●", "×", "○"} <= set(shown)


@pytest.mark.parametrize("held", [None, ("list:leaders", 0), ("chart:recent", 0)])
def test_two_lines_below_a_list_or_the_time_line_are_filled_at_rest_too(held):
    one = replace(HOW.recent_sessions[0], workspace="a-long-name-" * 5)
    page = insights(with_analytics(recent_sessions=(one,)), held=held)
    keys = [op.key for op in page.body.ops if isinstance(op, Text)]
    assert {"leaders/told/0", "leaders/told/1"} <= set(keys)
    assert {"recent/hint", "recent/told/1"} & set(keys)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"leaderboard": ()}, page_words.NONE_IN_WINDOW),
        ({"turn_histogram": (0,) * 8}, page_words.NONE_IN_WINDOW),
        ({"heatmap": ((0,) * 24,) * 7}, page_words.NONE_IN_WINDOW),
        ({"slash_commands": ()}, page_words.NO_COMMANDS),
        ({"recent_sessions": ()}, page_words.NONE_RECENT),
    ],
)
def test_a_section_without_anything_says_so(changes, text):
    assert text in " ".join(words(with_analytics(**changes)))
    assert text not in words()


def test_commands_that_nobody_dated_say_that_they_are_of_all_time():
    slash = (SlashCount(name="plan", count=3, dated=False), SlashCount(name="go", count=2, dated=True))
    assert words(with_analytics(slash_commands=slash)).count("all time") == 1


def test_before_the_first_answer_and_without_any_data_the_page_says_so():
    assert page_words.READING in words(Shown())
    empty = Metrics(scope=Scope.MACHINE, generated_at=int(NOW * 1000), timezone="UTC", analytics=Analytics())
    assert page_words.NOTHING in words(Shown(found=empty))
    assert "days:7" in actions(insights(Shown()).body), "what to count can be picked before"


def test_figures_of_another_window_are_faded_but_the_last_day_is_not():
    shown = replace(SHOWN, asked=Asked(days=7))
    colour = {op.text: op.colour for op in insights(shown).body.ops if isinstance(op, Text)}
    assert colour[page_words.TURNS] != LIGHT.text
    assert colour[page_words.RECENT] == LIGHT.text


NAMES = st.text(max_size=320)


@settings(max_examples=60)
@given(name=NAMES, repository=NAMES, agent=NAMES, count=st.integers(0, 10**15), width=st.integers(300, 900))
def test_no_name_leaves_the_window_whatever_it_is(name, repository, agent, count, width):
    one = Leader(
        workspace=name, repository=repository, sessions=count, commits=count, tokens=count, cache_tokens=count,
        cost_usd=float(count),
    )  # fmt: skip
    slash = SlashCount(name=name, count=count, dated=False)
    last = replace(HOW.recent_sessions[0], workspace=name, agent=agent)
    shown = with_analytics(leaderboard=(one, one), slash_commands=(slash,), recent_sessions=(last,))
    for held in (None, ("list:leaders", 0), ("chart:recent", 0), ("list:slash", 0)):
        page = insights(shown, width=width, held=held)
        check_texts(page, width)
