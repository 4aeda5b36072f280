"""When the person is told, and when not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.boards import NOW, snapshot, window
from tray.core.alerts import judge


def told(uses, *, resets=None):
    """The levels told after each of a row of readings, one a minute apart."""
    marks, levels = {}, []
    for minute, used in enumerate(uses):
        now = NOW + minute * 60
        resets_in = 7200 if resets is None else resets[minute]
        row = window(used, now=now, read_ago=0, resets_in=resets_in)
        marks, alerts = judge(snapshot(row), marks, now)
        levels.append([alert.level for alert in alerts])
    return levels


def test_the_first_reading_is_silent_however_high():
    assert told([99]) == [[]]


def test_each_threshold_once():
    assert told([70, 81, 82, 96, 97, 100, 101]) == [[], [80], [], [95], [], [100], []]


def test_several_thresholds_at_once_are_the_highest_only():
    assert told([10, 97]) == [[], [95]]


def test_jitter_around_a_threshold_tells_once():
    assert told([70, 80, 79, 80, 78, 81]) == [[], [80], [], [], [], []]


def test_back_again_is_told_only_after_used_up():
    assert told([100, 3]) == [[], [0]]
    assert told([90, 3]) == [[], []]


def test_a_new_window_rearms_the_thresholds():
    assert told([70, 85, 2, 85], resets=[600, 540, 18_000, 17_940]) == [[], [80], [], [80]]


def test_a_new_window_that_is_already_high_tells_nothing_twice():
    # 85 % of one window, then 81 % of the next one: the level did not rise, the drop was small
    assert told([70, 85, 81], resets=[600, 540, 18_000]) == [[], [80], []]


def test_undated_repeated_and_reset_readings_tell_nothing():
    marks, _ = judge(snapshot(window(10)), {}, NOW)
    assert judge(snapshot(window(99, read_ago=None)), marks, NOW)[1] == ()
    assert judge(snapshot(window(99, read_ago=60)), marks, NOW)[1] == ()
    assert judge(snapshot(window(99, read_ago=5, resets_in=-1)), marks, NOW)[1] == ()


def test_another_account_starts_silently():
    marks, _ = judge(snapshot(window(10), account="a"), {}, NOW)
    assert judge(snapshot(window(99, read_ago=5), account="b"), marks, NOW)[1] == ()


@given(st.lists(st.floats(0, 120), min_size=2, max_size=30))
def test_no_level_is_told_twice_without_a_drop_between(uses):
    levels = [level for step in told(uses) for level in step if level]
    highest = 0
    for used, step in zip(uses, told(uses), strict=True):
        for level in step:
            if level:
                assert level > highest
                highest = level
        if used < highest - 5:
            highest = max((t for t in (80, 95, 100) if used >= t), default=0)
    assert all(level in (80, 95, 100) for level in levels)
