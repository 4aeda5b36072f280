"""What was picked on the pages the last time, or is asked for by a second opening."""

import pytest

from tests.window_stage import Stage
from tray.core.insights import Scope
from tray.views.window.insight_state import Asked


def test_what_was_picked_the_last_time_is_picked_again():
    picked = {"scope": "claudette", "days": "7", "rank": "cost"}
    stage = Stage(tab="insights", picked=picked)
    assert stage.asked() == [Asked(scope=Scope.CLAUDETTE, days=7)]
    stage.asker.answer()
    assert "last 7 days" in stage.words()
    assert "This machine" in stage.words(), "one comes back to it"
    assert stage.visit.picked == picked
    stage.press("days:all")
    assert stage.visit.picked == {**picked, "days": "all"}


def test_what_was_picked_is_kept_though_no_page_was_looked_at():
    assert Stage(picked={"days": "7"}).visit.picked == {"days": "7"}


@pytest.mark.parametrize("picked", [{}, {"scope": "moon", "days": "0", "rank": ""}, {"days": "1e9"}])
def test_picks_without_sense_are_the_usual_ones(picked):
    stage = Stage(tab="insights", picked=picked)
    assert stage.asked() == [Asked()]
    assert stage.visit.picked == {"days": "30", "rank": "sessions"}


def test_a_second_opening_for_a_page_turns_to_it():
    stage = Stage()
    stage.hear("message", message={"focus": "page:activity"})
    assert (stage.visit.kind, stage.desk.shown) == ("activity", 1)


def test_a_second_opening_for_some_days_shows_them_on_insights():
    stage = Stage(tab="activity")
    stage.hear("message", message={"focus": "days:45"})
    stage.asker.answer()
    assert (stage.visit.kind, stage.asked()[-1].days) == ("insights", 45)
    assert {"45 d", "90 d", "last 45 days"} <= set(stage.words())
    stage.hear("message", message={"focus": "days:none"})
    assert stage.asked()[-1].days == 45, "what is no window changes nothing"
