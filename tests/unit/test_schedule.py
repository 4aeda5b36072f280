"""When a source is asked again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.boards import CLOUD, NOW, ON, active, board, entry, problem, window
from tray.core.choices import Settings
from tray.core.model import Active, Entry, ProblemKind
from tray.core.schedule import AFTER_RESET, BUSY, QUIET, jitter, live_due, next_event


def due(*entries, **more):
    return live_due(CLOUD, board(*entries, **more), NOW)


def test_a_source_never_asked_is_due_now():
    assert due() == NOW


def test_in_use_every_five_minutes_within_ten_percent():
    at = due(entry(window(read_ago=60), tried_at=NOW - 60))
    assert NOW - 60 + BUSY * 0.9 <= at <= NOW - 60 + BUSY * 1.1


def test_not_in_use_every_thirty_minutes():
    at = due(entry(window(resets_in=9e4), tried_at=NOW - 60), who=active(used_ago=3600))
    assert NOW - 60 + QUIET * 0.9 <= at <= NOW - 60 + QUIET * 1.1


def test_once_thirty_seconds_after_a_known_reset():
    idle = active(used_ago=3600)
    before = entry(window(resets_in=100), tried_at=NOW - 60)
    assert due(before, who=idle) == NOW + 100 + AFTER_RESET
    asked = entry(window(resets_in=-40, read_ago=60), tried_at=NOW - 5)
    assert due(asked, who=idle) > NOW + 60  # it was asked after the boundary: not again


def test_a_gate_postpones_and_never_hastens():
    held = entry(window(), tried_at=NOW - 4000, next_at=NOW + 500)
    assert due(held) == NOW + 500


def test_off_and_other_backends_are_never_asked():
    assert due(settings=Settings()) is None
    assert due(who=Active()) is None
    other = replace(CLOUD, drives=lambda backend: False)
    assert live_due(other, board(), NOW) is None


def test_what_only_the_client_can_mend_is_asked_slowly():
    spoiled = entry(window(resets_in=9e4), problem=problem(ProblemKind.EXPIRED), tried_at=NOW - 60)
    assert due(spoiled) >= NOW - 60 + QUIET * 0.9


def test_a_clock_set_back_does_not_postpone_the_question():
    ahead = entry(window(read_ago=-90_000, resets_in=None), tried_at=NOW + 90_000)
    assert due(ahead) <= NOW + BUSY * 1.1


@given(st.floats(0, 4e9), st.text(max_size=12))
def test_jitter_stays_within_ten_percent(base, name):
    assert 0.9 <= jitter(name, base) <= 1.1


def test_nothing_due_means_no_timer():
    assert next_event((CLOUD,), board(settings=Settings()), NOW) is None
    assert next_event((CLOUD,), board(who=Active(), settings=ON), NOW) is None


def test_a_reset_is_an_event_of_its_own():
    held = Entry(source="other", snapshot=entry(window(resets_in=77)).snapshot)
    assert next_event((CLOUD,), board(held, settings=Settings()), NOW) == NOW + 77
