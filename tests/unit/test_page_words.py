"""What stands around the figures: when the line about ordinary use is due."""

import pytest

from tests.boards import board, entry, snapshot
from tray.core.model import Entry
from tray.core.page_words import on_plan
from tray.sources import ALL


@pytest.mark.parametrize(
    ("plan", "told"),
    [("Max", True), ("max", True), ("Pro", True), ("Team", False), ("promo", False), (None, False)],
)
def test_plans_for_one_person_are_the_source_s_own_words(plan, told):
    seen = board(Entry(source="anthropic", snapshot=snapshot(source="anthropic", plan=plan)))
    assert on_plan(seen, ALL) is told


def test_another_vendor_s_plan_of_that_name_is_none():
    assert not on_plan(board(Entry(source="codex", snapshot=snapshot(source="codex", plan="pro"))), ALL)


def test_without_a_reading_there_is_no_plan():
    assert not on_plan(board(Entry(source="anthropic"), entry()), ALL)
