"""A visit to the three pages: where it begins, what is asked for them and when, what is kept between them."""

from dataclasses import replace
from datetime import UTC

import pytest

from tests.window_stage import GREYED, NOW, SCREEN, Asker, Stage, look
from tray.core.insights import Metrics, Rank, Scope
from tray.core.page_words import NONE_IN_WINDOW, READING
from tray.core.screen import Card, Gauge
from tray.demo.insights import DemoAnalyst
from tray.views.window.content import Content
from tray.views.window.insight_state import Asked
from tray.views.window.pages import Pages

GAUGE = Gauge(text="Reading transcripts: 43 of 120 files.", fill=0.3)


def found(**asked):
    return DemoAnalyst(lambda: NOW, UTC).metrics(**asked)


@pytest.mark.parametrize("page", ["usage", "activity", "insights"])
def test_it_begins_at_the_page_it_was_left_at(page):
    assert Stage(tab=page).visit.kind == page


@pytest.mark.parametrize("page", ["", "settings", "4"])
def test_a_page_that_there_is_not_is_the_usage(page):
    assert Stage(tab=page).visit.kind == "usage"


def test_whoever_wants_a_switch_sees_the_usage():
    stage = Stage(GREYED, tab="insights", focus="claude_code_usage")
    assert stage.visit.kind == "usage"
    assert stage.visit.marked == "toggle:claude_code_usage"


@pytest.mark.parametrize(
    "question", [{"consent_for": "claude_code_usage"}, {"sign_in": "anthropic"}, {"about": True}]
)
def test_a_question_comes_before_the_page(question):
    stage = Stage(tab="insights", **question)
    assert stage.visit.kind in ("consent", "signin", "about")
    assert stage.visit.alone


def test_a_second_opening_for_a_switch_turns_to_the_usage():
    stage = Stage(GREYED, tab="activity")
    stage.hear("message", message={"focus": "claude_code_usage"})
    assert (stage.visit.kind, stage.visit.marked) == ("usage", "toggle:claude_code_usage")


def test_a_second_opening_without_a_wish_stays_at_the_page():
    stage = Stage(tab="activity")
    stage.hear("message", message={"focus": None})
    assert (stage.visit.kind, stage.desk.shown) == ("activity", 1)


def test_a_question_leads_back_to_the_page_it_came_over():
    stage = Stage(tab="activity")
    stage.hear("message", message={"focus": "about"})
    assert stage.visit.kind == "about"
    assert stage.visit.tab == "activity", "that one is remembered"
    stage.press("tab:usage")
    assert stage.visit.kind == "about", "a question stays until it is answered"
    stage.press("about:close")
    assert stage.visit.kind == "activity"


def test_nothing_is_asked_while_the_usage_is_shown():
    stage = Stage()
    for _ in range(10):
        stage.visit.tick()
    stage.board(SCREEN)
    stage.press("refresh")
    assert stage.asker is None


def test_turning_to_a_page_asks_at_once_and_looks_again_every_other_second():
    stage = Stage()
    stage.press("tab:activity")
    assert stage.asked() == [Asked()]
    for _ in range(4):
        stage.visit.tick()
    assert len(stage.asked()) == 3
    stage.press("tab:usage")
    for _ in range(4):
        stage.visit.tick()
    assert len(stage.asked()) == 3


def test_the_first_question_waits_until_the_page_is_painted():
    content = Content(read=lambda data: data, screen=lambda *_: SCREEN, analyst=DemoAnalyst)
    made = []
    pages = Pages(content, asker=lambda _, told: made.append(Asker(told)) or made[-1])
    pages.begin("insights", {})
    assert made == []
    pages.tick()
    assert [asked for asked, _ in made[0].looks] == [Asked()]


def test_nothing_is_asked_behind_a_question():
    stage = Stage(tab="activity")
    stage.hear("message", message={"focus": "about"})
    before = len(stage.asked())
    for _ in range(4):
        stage.visit.tick()
    stage.board(SCREEN)
    assert len(stage.asked()) == before


def test_a_new_board_has_the_page_looked_at():
    stage = Stage(tab="activity")
    before = len(stage.asked())
    stage.board(SCREEN)
    assert len(stage.asked()) == before, "not where nobody sees it"
    stage.visit.tick()
    assert len(stage.asked()) == before + 1


@pytest.mark.parametrize("action", ["refresh", "retry:activity"])
def test_a_refresh_asks_in_any_case(action):
    stage = Stage(tab="activity")
    stage.press(action)
    assert stage.asker.looks[-1] == (Asked(), True)


def test_the_answer_fills_the_page_in():
    stage = Stage(tab="activity")
    assert READING in stage.words()
    painted = stage.desk.painted
    stage.asker.answer()
    assert stage.desk.painted == painted + 1
    assert "Active sessions" in stage.words()


def test_the_other_page_has_the_same_answer():
    stage = Stage(tab="activity")
    stage.asker.answer()
    assert "Leaderboard" in {op.text for op in stage.press("tab:insights").body.ops if hasattr(op, "text")}


def test_a_picked_window_is_asked_for_and_what_was_there_stays_until_then():
    stage = Stage(tab="insights")
    stage.asker.answer()
    stage.press("days:7")
    assert stage.asked()[-1] == Asked(days=7)
    assert "last 30 days" in stage.words()
    stage.asker.answer()
    assert "last 7 days" in stage.words()
    stage.press("days:30")
    assert "last 30 days" in stage.words(), "known already"
    assert stage.asked()[-1] == Asked(days=30), "and asked for anew all the same"
    stage.press("days:all")
    assert stage.asked()[-1] == Asked(days=None)


def test_the_late_answer_to_an_earlier_question_is_not_shown():
    stage = Stage(tab="insights")
    stage.asker.answer()
    stage.press("days:7")
    stage.asker.answer(asked=Asked())
    assert "last 30 days" in stage.words()
    stage.press("days:1")
    stage.asker.answer()
    stage.asker.answer(asked=Asked(days=7))
    assert "last 24 hours" in stage.words()


def test_another_rank_needs_no_question():
    stage = Stage(tab="insights")
    stage.asker.answer()
    before = len(stage.asked())
    stage.press("rank:cost")
    assert len(stage.asked()) == before
    by_cost = found(rank=Rank.COST).analytics.leaderboard
    words = stage.words()
    assert words.index(by_cost[0].workspace) < words.index(by_cost[1].workspace)
    stage.asker.answer()
    words = stage.words()
    assert words.index(by_cost[0].workspace) < words.index(by_cost[1].workspace), "also in the next answer"


def test_the_scope_is_offered_where_there_are_two_and_stays_offered():
    stage = Stage(tab="activity")
    assert "Claudette" not in stage.words()
    stage.asker.answer()
    assert "Claudette" in stage.words()
    stage.press("scope:claudette")
    assert stage.asked()[-1] == Asked(scope=Scope.CLAUDETTE)
    stage.asker.answer()
    assert "This machine" in stage.words()


def test_the_scope_is_not_offered_without_claudette_or_where_it_is_all():
    for scope in Scope:
        stage = Stage(tab="activity")
        stage.asker.answer(replace(found(scope=scope), scopes=(scope,)))
        assert "This machine" not in stage.words()


def test_from_a_scope_that_there_is_nothing_in_the_other_one_is_offered():
    stage = Stage(tab="activity")
    stage.asker.answer(replace(found(scope=Scope.CLAUDETTE), scopes=(Scope.MACHINE,)))
    assert "This machine" in stage.words()


@pytest.mark.parametrize(
    "action", ["scope:everything", "days:0", "rank:", "scope:machine", "days:30", "rank:sessions"]
)
def test_what_cannot_be_picked_or_is_picked_changes_nothing(action):
    stage = Stage(tab="insights")
    stage.asker.answer()
    before, painted = stage.page(), stage.desk.painted
    stage.press(action)
    assert (stage.page(), stage.desk.painted) == (before, painted)


def test_a_failure_keeps_the_last_figures():
    stage = Stage(tab="activity")
    stage.asker.answer()
    before = set(stage.words())
    broken = Metrics(scope=Scope.MACHINE, generated_at=0, timezone="UTC", trouble="The index is locked.")
    stage.asker.answer(broken)
    assert before < set(stage.words())
    assert "The index is locked." in stage.words()
    stage.asker.answer()
    assert set(stage.words()) == before


def test_what_was_asked_for_in_full_stays_so():
    stage = Stage(tab="insights")
    stage.asker.answer()
    stage.press("whole:slash")
    stage.asker.answer()
    assert "Show all 9" not in stage.words()


def test_how_far_the_reading_is_comes_from_the_board():
    stage = Stage(replace(SCREEN, cards=(Card(source="local", title="x", gauge=GAUGE),)), tab="activity")
    assert GAUGE.text in stage.words()
    stage.asker.answer(replace(found(), complete=False))
    assert GAUGE.text in stage.words()
    stage.asker.answer(found())
    assert GAUGE.text not in stage.words()


def test_a_plan_is_told_by_the_board():
    busy = replace(found(), dashboard=replace(found().dashboard, active_claude_sessions=5))
    for plan in (False, True):
        stage = Stage(plan=plan, tab="activity")
        stage.asker.answer(busy)
        assert any("ordinary" in word for word in stage.words()) is plan


def test_a_page_is_laid_out_once_for_the_same_data_and_look():
    stage, sight = Stage(tab="insights"), look()
    stage.asker.answer()
    page = stage.visit.page(sight, 1.0)
    assert stage.visit.page(sight, 2.0) is page
    assert stage.visit.page(replace(sight, held=("chart:heat", 3)), 2.0) is not page
    stage.asker.answer(replace(found(), generated_at=int(NOW * 1000) + 60_000))
    assert stage.visit.page(sight, 3.0) is not page


def test_a_lost_engine_is_told_on_every_page():
    stage = Stage(tab="activity")
    stage.asker.answer()
    stage.hear("lost")
    assert any("Waiting" in word for word in stage.words())
    assert "Active sessions" in stage.words()


def test_the_end_of_the_visit_ends_the_asking():
    stage = Stage(tab="activity")
    stage.visit.leave()
    assert stage.asker.closed


def test_an_empty_window_of_days_says_so():
    stage = Stage(tab="insights")
    stage.asker.answer(replace(found(), analytics=replace(found().analytics, turn_histogram=(0,) * 8)))
    assert NONE_IN_WINDOW in stage.words()
