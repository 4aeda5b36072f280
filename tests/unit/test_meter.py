"""The driving window, freshness and the face of the icon."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.boards import (
    CLAUDE,
    CLOUD,
    CODEX,
    NOW,
    OLLAMA,
    SOURCES,
    active,
    board,
    entry,
    problem,
    source,
    tokens,
    window,
)
from tray.core.choices import Settings, Show
from tray.core.meter import Mode, WindowState, band_of, belongs, face_of, read_meter, state_of
from tray.core.model import Active, Band, Kind, ProblemKind, Role, Shape, Words


def meter(*entries, **more):
    return read_meter(board(*entries, **more), SOURCES, NOW)


def face(*entries, show=Show.LEFT, **more):
    return face_of(meter(*entries, **more), show)


@pytest.mark.parametrize(
    ("fraction", "band"),
    [(0.59, Band.NORMAL), (0.60, Band.WARNING), (0.849, Band.WARNING), (0.85, Band.CRITICAL), (None, None)],
)
def test_bands_by_use(fraction, band):
    assert band_of(fraction) is band


def test_no_backend_hides_the_meter():
    found = read_meter(board(who=Active()), SOURCES, NOW)
    assert (found.mode, face_of(found, Show.LEFT).shape) == (Mode.HIDDEN, Shape.UNKNOWN)


def test_the_toggle_off_greys_only_its_own_family():
    off = Settings()
    assert face(settings=off).shape is Shape.OFF
    assert meter(settings=off, who=active(CODEX)).mode is Mode.ACTIVE


def test_the_highest_use_drives_and_exhausted_comes_first():
    found = meter(entry(window(20), window(70, key="week_all")))
    assert found.window.key == "week_all"
    spent = window(100, key="week_sonnet", role=Role.SCOPED, model="opus")
    found = meter(entry(window(120), spent))
    assert found.exhausted
    assert found.window.key == "session_5h"  # the first of two that are used up


def test_ties_go_to_the_first_window():
    assert meter(entry(window(50), window(50, key="week_all"))).window.key == "session_5h"


def test_a_scoped_week_counts_for_its_own_model_only():
    scoped = window(90, key="week_sonnet", role=Role.SCOPED, model="Sonnet")
    assert meter(entry(window(20), scoped)).window.key == "session_5h"
    sonnet = active(replace(CLAUDE, model="claude-sonnet-5"))
    assert meter(entry(window(20), scoped), who=sonnet).window.key == "week_sonnet"
    unknown = active(replace(CLAUDE, model=None))
    assert meter(entry(window(20), scoped), who=unknown).window.key == "week_sonnet"


@pytest.mark.parametrize(
    ("scope", "model", "expected"),
    [
        ("Fable 5", "claude-fable-5[1m]", True),
        ("opus-5", "opus", True),
        ("Opus", "sonnet", False),
        ("GPT-5.3-Codex-Spark", "gpt-5.4", False),
        ("GPT-5.3-Codex-Spark", "gpt-5.3-codex-spark", True),
    ],
)
def test_whether_a_scope_is_about_a_model(scope, model, expected):
    assert belongs(window(role=Role.SCOPED, model=scope), model) is expected


def test_extra_usage_never_drives():
    extra = window(99, key="extra_usage", role=Role.EXTRA, words=Words.SPENT, unit="usd")
    assert meter(entry(window(3), extra)).window.key == "session_5h"
    assert meter(entry(extra)).window is None


def test_a_balance_drives_only_without_a_plan_window():
    balance = window(
        2, key="credits", role=Role.BALANCE, words=Words.REMAINING, unit="usd", limit=5, balance=Decimal(3)
    )
    assert meter(entry(window(1), balance)).window.key == "session_5h"
    assert meter(entry(balance)).window.key == "credits"


def test_throughput_drives_last_and_has_its_own_shape():
    who = active(OLLAMA)
    found = meter(entry(tokens(450), source="local", label="Ollama"), who=who)
    assert found.window.key == "local_session"
    assert face_of(found, Show.LEFT).shape is Shape.THROUGHPUT


def test_local_tokens_stand_behind_a_plan_of_the_same_backend():
    who = active(CODEX)
    plan = entry(window(10, key="codex_week"), source="both", label="Codex Plus")
    assert meter(plan, entry(tokens(9), source="local"), who=who).window.key == "codex_week"
    assert meter(entry(tokens(9), source="local"), who=who).window.key == "local_session"


def test_a_window_that_has_reset_never_shows_the_old_percent():
    gone = window(95, resets_in=-10, read_ago=600)
    found = meter(entry(gone))
    assert (found.state, found.fraction, found.exhausted) == (WindowState.AWAITING, None, False)
    assert face_of(found, Show.LEFT).shape is Shape.AWAITING
    assert meter(entry(gone, window(5, key="week_all"))).window.key == "week_all"


def test_a_used_up_window_that_has_reset_is_not_used_up():
    assert not meter(entry(window(100, resets_in=-1, read_ago=50))).exhausted


def test_a_reading_after_the_reset_is_live_again():
    assert meter(entry(window(3, resets_in=-100, read_ago=10))).state is WindowState.LIVE


def test_missing_use_is_unknown_never_zero():
    found = meter(entry(window(None)))
    assert (found.state, found.fraction) == (WindowState.UNKNOWN, None)
    assert face_of(found, Show.LEFT).shape is Shape.UNKNOWN


def test_a_failure_after_the_reading_makes_it_stale_and_a_newer_reading_live():
    failed = entry(window(read_ago=60), problem=problem(), problem_at=NOW - 10)
    assert face(failed).shape is Shape.STALE
    assert face(failed).level == 58
    newer = entry(window(read_ago=5), problem=problem(), problem_at=NOW - 10)
    assert face(newer).shape is Shape.LEVEL


def test_a_source_nobody_asked_says_nothing_of_its_reading():
    quiet = entry(window(), problem=problem(ProblemKind.NO_CLIENT, quiet=True), problem_at=NOW)
    assert face(quiet).shape is Shape.LEVEL


def test_use_long_after_the_reading_makes_it_stale_and_rest_does_not():
    old = window(read_ago=3600)
    assert state_of(old, entry(old), NOW - 3600 + 601, NOW) is WindowState.STALE
    assert state_of(old, entry(old), NOW - 3600 + 600, NOW) is WindowState.LIVE
    assert state_of(old, entry(old), None, NOW) is WindowState.LIVE


def test_an_undated_copy_is_never_live():
    undated = window(read_ago=None)
    assert state_of(undated, entry(undated), None, NOW) is WindowState.STALE


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (ProblemKind.EXPIRED, Shape.STALE),
        (ProblemKind.RATE_LIMITED, Shape.STALE),
        (ProblemKind.SIGNED_OUT, Shape.ERROR),
        (ProblemKind.FORBIDDEN, Shape.ERROR),
    ],
)
def test_problems_beside_data(kind, shape):
    assert face(entry(window(), problem=problem(kind), problem_at=NOW)).shape is shape


def test_a_problem_without_data_is_an_error_and_a_quiet_one_is_not():
    from tray.core.model import Entry

    assert face(Entry(source="cloud", problem=problem(), problem_at=NOW)).shape is Shape.ERROR
    assert face(Entry(source="cloud", problem=problem(quiet=True), problem_at=NOW)).shape is Shape.UNKNOWN
    assert face().shape is Shape.UNKNOWN


@pytest.mark.parametrize(
    ("used", "show", "level"),
    [
        (0, "left", 100),
        (0.4, "left", 98),
        (42, "left", 58),
        (99.9, "left", 2),
        (42, "used", 42),
        (0.1, "used", 2),
    ],
)
def test_the_level_is_empty_or_full_only_when_it_is(used, show, level):
    assert face(entry(window(used)), show=Show(show)).level == level


def test_a_source_of_another_backend_never_drives():
    other = source("else", kinds=(Kind.OLLAMA,))
    found = read_meter(board(entry(window(99), source="else")), (CLOUD, other), NOW)
    assert found.window is None
