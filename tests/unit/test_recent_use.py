"""What the tray and the report say of the same calls is the same, whoever knows their price."""

import pytest

from tests.usage_stage import MODEL, NONE, Stage, call, millis
from tray.metrics.pricing import Prices
from tray.metrics.recent_use import of_folder, of_sessions


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


def both(stage, session="s1"):
    """(dollars in the tray, dollars in the report)."""
    shown = of_sessions(stage.db, [session], Prices())
    (row,) = stage.usage("session").rows
    return shown.cost, row.cost_usd


def test_calls_with_and_without_a_cost_of_their_own_in_one_quarter_hour_are_priced_one_by_one(stage):
    stage.file("claude", [call("a", input=1_000_000, cost=0.25), call("b", output=1_000_000)])
    assert both(stage) == pytest.approx((25.25, 25.25))


def test_what_a_client_says_it_cost_counts_beside_calls_whose_price_nobody_knows(stage):
    stage.file("claude", [call("a", model=NONE, input=5, cost=0.25), call("b", model=NONE, output=7)])
    assert both(stage) == pytest.approx((0.25, 0.25))
    assert of_sessions(stage.db, ["s1"], Prices()).unpriced == 1


def test_two_folders_in_one_quarter_hour_are_not_priced_for_each_other(stage):
    rows = [
        call("a", project="/home/dev/one", input=1_000_000, cost=1.0),
        call("b", project="/home/dev/one", output=1_000_000),
        call("c", project="/home/dev/two", input=1_000_000, cost=2.0),
        call("d", project="/home/dev/two", output=2_000_000),
    ]
    stage.file("claude", rows)
    assert both(stage) == pytest.approx((78.0, 78.0))
    since = millis("2026-11-21T00:00Z")
    assert of_folder(stage.db, "/home/dev/two", Prices(), since).cost == pytest.approx(52.0)


def test_without_any_price_the_cost_is_unknown_and_not_zero(stage):
    stage.file("claude", [call("a", model=NONE, input=5)])
    assert both(stage) == (None, None)


def test_an_old_model_is_priced_by_the_day_of_its_calls(stage):
    stage.file("claude", [call("a", at="2026-11-20T23:59Z", model=MODEL, input=1_000_000)])
    assert both(stage) == pytest.approx((5.0, 5.0))
