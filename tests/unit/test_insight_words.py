"""The activity in words: amounts, plurals, windows of days, and what stands around the figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report_stage import FOUND, leader
from tray.core import page_words
from tray.core.days import days_of, days_word
from tray.core.insight_words import dollars, leader_text, leader_value, many, measure, short, windows
from tray.core.insights import Analytics, Rank


@pytest.mark.parametrize(
    ("amount", "text"),
    [(None, "—"), (0, "$0"), (0.43, "$0.430"), (12.4, "$12.40"), (999.99, "$999.99"), (4853.27, "$4,853.27")],
)
def test_dollars_have_commas_from_a_thousand_on(amount, text):
    assert dollars(amount) == text


@pytest.mark.parametrize(("count", "text"), [(450, "450"), (12_400, "12.4k"), (2_300_000_000, "2.3B")])
def test_short_counts_are_the_tokens_without_their_word(count, text):
    assert short(count) == text
    assert leader_value(replace(leader("a"), tokens=count), Rank.TOKENS) == f"{text} tok"


@pytest.mark.parametrize(("count", "text"), [(0, "0 sessions"), (1, "1 session"), (1200, "1,200 sessions")])
def test_plurals(count, text):
    assert many(count, "session") == text
    one = Analytics(turn_histogram=(count, *(0,) * 7))
    assert page_words.turns_sum(one) == text


def test_one_of_a_thing_is_no_plural_in_a_sentence():
    assert "1 session, 1 commit," in leader_text(replace(leader("a"), sessions=1, commits=1))


@pytest.mark.parametrize("rank", Rank)
def test_a_leader_is_measured_by_what_is_ranked(rank):
    assert measure(leader("a"), rank) >= 0
    assert page_words.ranked(FOUND.analytics, rank) == f"last 30 days · by {rank.value}"


@pytest.mark.parametrize(
    ("days", "text"), [(1, "last 24 hours"), (7, "last 7 days"), (45, "last 45 days"), (None, "all time")]
)
def test_a_window_is_told_in_words(days, text):
    assert page_words.window_text(days) == text


def test_a_window_of_ones_own_stands_among_the_others():
    assert list(windows(30)) == list(windows(None)) == [1, 7, 30, 90, None]
    assert list(windows(45)) == [1, 7, 30, 45, 90, None]
    assert windows(45)[45] == "45 d"


@pytest.mark.parametrize("days", [1, 30, 36_500, None])
def test_the_word_of_a_window_leads_back_to_it(days):
    assert days_of(days_word(days)) == days


@pytest.mark.parametrize("word", ["", "0", "-1", "1.5", "ALL", "36501", "9" * 400, "٣", " 7"])
def test_what_is_no_window_is_said(word):
    with pytest.raises(ValueError, match=r"--days .* is no number of days; write 1 to 36500, or all"):
        days_of(word)


def test_a_list_tells_how_many_there_are():
    assert page_words.in_all(6, 6) == "6 in all"
    assert page_words.in_all(8, 1200) == "8 of 1,200"
