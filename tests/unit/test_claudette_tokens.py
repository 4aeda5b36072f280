"""Tokens and dollars from Claudette's database: sums, the day's window, and the cumulative cost corrected."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claudette_db import PI, ClaudetteDb
from tests.fakes import NOW
from tray.core.model import DbState
from tray.metrics.claudette_db import ClaudetteDbError
from tray.metrics.claudette_tokens import Use, growth, read_use

DAY = 86_400


@pytest.fixture
def db(tmp_path):
    made = ClaudetteDb(tmp_path / "claudette.db")
    made.workspace("w1")
    made.workspace("w2")
    for name, workspace in (("s1", "w1"), ("s2", "w1"), ("s9", "w2")):
        made.session(name, workspace)
    return made


def use(db, session="s1", workspace="w1"):
    return read_use(db.path, chat_session=session, workspace=workspace, since=NOW - DAY)


def costs(db, *rows, session="s1"):
    """Priced answers: (seconds ago, dollars)."""
    for ago, cost in rows:
        db.message(session, at=NOW - ago, prompt=10, completion=5, cost=cost)


def per_turn(db, session="s1"):
    db.backends(PI)
    db.setting(f"model_provider:{session}", "pi")


def test_a_session_sums_its_answers_only(db):
    db.message("s1", at=NOW - 60, prompt=100, completion=50, cost=0.001)
    db.message("s1", at=NOW - 50, prompt=200, completion=75, cache_read=9000)
    db.message("s1", at=NOW - 40, role="user", prompt=7, completion=7, cost=7)
    db.message("s1", at=NOW - 40, role="system", cache_read=80_000, prompt=7)
    db.message("s2", at=NOW - 30, prompt=1, completion=1, cost=1)
    expected = Use(rows=2, prompt=300, completion=125, cost=Decimal("0.001"), newest=NOW - 50)
    assert use(db).session == expected


def test_the_day_sums_the_workspace_from_its_first_second_on(db):
    db.message("s1", at=NOW - 48 * 3600, prompt=1000, completion=1000)
    db.message("s1", at=NOW - DAY - 1, prompt=1000, completion=1000)
    db.message("s1", at=NOW - DAY, prompt=1, completion=2)
    db.message("s2", at=NOW, prompt=10, completion=20)
    db.message("s9", at=NOW, workspace="w2", prompt=5000, completion=5000)
    day = use(db).workspace
    assert (day.rows, day.prompt, day.completion, day.newest) == (2, 11, 22, NOW)


def test_a_day_without_answers_is_empty(db):
    db.message("s1", at=NOW - 48 * 3600, prompt=1, completion=1, cost=1)
    assert use(db).workspace == Use()
    assert use(db).session.rows == 1


def test_nothing_asked_for_is_nothing(db):
    db.message("s1", at=NOW, prompt=1)
    both = use(db, session=None, workspace=None)
    assert (both.session, both.workspace) == (Use(), Use())


def test_answers_without_a_cost_have_none(db):
    db.message("s1", at=NOW, prompt=1, completion=1)
    db.message("s1", at=NOW, prompt=1, completion=1, cost=0.0)
    assert use(db).session.cost is None


def test_a_cumulative_cost_counts_its_growth_only(db):
    costs(db, (300, 0.10), (200, 0.15), (100, 0.22))
    assert use(db).session.cost == Decimal("0.22")


def test_a_dropped_cost_is_a_new_process_and_counts_itself(db):
    costs(db, (300, 0.10), (200, 0.22), (100, 0.05), (50, 0.06))
    assert use(db).session.cost == Decimal("0.28")


def test_the_day_starts_from_the_cost_that_stood_before_it(db):
    costs(db, (DAY + 900, 1.00), (DAY + 1, 2.00), (DAY, 2.10), (600, 2.50))
    assert use(db).workspace.cost == Decimal("0.50")  # 0.10 and 0.40
    assert use(db).session.cost == Decimal("2.50")


def test_an_unpriced_answer_between_does_not_interrupt_the_counter(db):
    costs(db, (DAY + 600, 2.00), (DAY + 300, None), (600, None), (300, 2.25))
    assert use(db).workspace.cost == Decimal("0.25")


def test_a_cost_that_has_not_grown_is_nothing_spent_today_not_unknown(db):
    costs(db, (DAY + 600, 2.00), (600, 2.00))
    assert use(db).workspace.cost == 0


def test_each_chat_session_has_its_own_counter(db):
    costs(db, (400, 1.00), (200, 1.10))
    costs(db, (300, 0.30), (100, 0.50), session="s2")
    assert use(db).workspace.cost == Decimal("1.60")


def test_answers_of_one_second_count_in_the_order_they_were_written(db):
    costs(db, (100, 0.10), (100, 0.20), (100, 0.30))
    assert use(db).session.cost == Decimal("0.30")


def test_costs_of_other_harnesses_are_per_turn_and_summed(db):
    per_turn(db)
    costs(db, (DAY + 600, 2.00), (300, 0.10), (200, 0.15), (100, 0.22))
    assert use(db).workspace.cost == Decimal("0.47")
    assert use(db).session.cost == Decimal("2.47")


def test_a_day_of_mixed_harnesses_keeps_each_ones_rule(db):
    per_turn(db, "s2")
    costs(db, (300, 1.00), (100, 1.50))
    costs(db, (300, 0.10), (100, 0.10), session="s2")
    assert use(db).workspace.cost == Decimal("1.70")


def test_a_model_on_this_machine_costs_nothing_whatever_was_recorded(db):
    db.setting("model_provider:s1", "ollama")
    costs(db, (100, 0.42))
    assert use(db).session.cost is None
    costs(db, (50, 0.30), session="s2")
    assert use(db).workspace.cost == Decimal("0.30")


def test_a_harness_of_its_own_decides_over_the_kind(db):
    db.backends({"id": "mine", "kind": "custom_openai", "runtime_harness": "pi_sdk"})
    db.setting("default_agent_backend", "mine")
    costs(db, (200, 0.10), (100, 0.10))
    assert use(db).session.cost == Decimal("0.20")


def test_rubbish_in_a_column_is_left_out_of_the_sums(db):
    db.message("s1", at=NOW, prompt="many", completion=5, cost="much")
    db.message("s1", at=NOW, prompt=-100, completion=-100, cost=-1.0)
    db.message("s1", at=NOW, prompt=10, completion=1, cost=float("inf"))
    db.message("s1", at=NOW, prompt=10, completion=1, cost=0.5)
    db.message("s1", at=NOW, cost=-1.0)
    found = use(db).session
    assert (found.rows, found.prompt, found.completion, found.cost) == (5, 0, 0, Decimal("0.5"))


def test_sums_beyond_64_bits_are_no_crash(db):
    for _ in range(3):
        db.message("s1", at=NOW, prompt=2**63 - 1, completion=1)
    assert use(db).session.prompt > 2**63


def test_an_older_schema_counts_turns_and_costs_without_tokens(tmp_path):
    db = ClaudetteDb(tmp_path / "claudette.db", "old")
    db.workspace("w1")
    db.message(None, at=NOW - DAY - 60, cost=1.00)
    db.message(None, at=NOW - 60, cost=1.25)
    both = use(db)
    assert both.session == Use()
    assert both.workspace == Use(rows=1, cost=Decimal("0.25"), newest=NOW - 60)


def test_no_database_is_an_error_with_its_state(tmp_path):
    with pytest.raises(ClaudetteDbError) as caught:
        read_use(tmp_path / "claudette.db", chat_session="s", workspace="w", since=0.0)
    assert caught.value.state is DbState.ABSENT


@given(st.lists(st.integers(0, 10_000), min_size=1), st.integers(0, 10_000))
def test_growth_is_the_last_value_of_every_process(cents, before):
    """Cut at the drops: each process's counter ends at what it cost; the first one had `before` already."""
    values = [Decimal(c) for c in cents]
    ends = [a for a, b in zip([before, *cents], cents, strict=False) if b < a]
    assert growth(values, Decimal(before)) == sum(ends) + cents[-1] - before
