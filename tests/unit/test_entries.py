"""What an answer does to a source's entry: data, problem, and whose they are."""

from __future__ import annotations

from tests.boards import NOW, problem, snapshot, window
from tray.core.entries import merge
from tray.core.events import Fetched
from tray.core.model import Entry
from tray.core.source import Depth, Outcome


def live(source, outcome):
    return Fetched(source=source, depth=Depth.LIVE, outcome=outcome)


def test_an_answer_replaces_the_snapshot_and_clears_the_problem():
    before = Entry(source="cloud", snapshot=snapshot(window(10)), problem=problem(), problem_at=NOW - 9)
    new = snapshot(window(50))
    after = merge(before, live("cloud", Outcome(snapshot=new, asked=True)), NOW, live=True)
    assert (after.snapshot, after.problem, after.asked_at, after.tried_at) == (new, None, NOW, NOW)


def test_failure_keeps_the_last_snapshot():
    before = Entry(source="cloud", snapshot=snapshot(window(10)), asked_at=NOW - 99)
    failed = Outcome(problem=problem(), next_at=NOW + 120)
    after = merge(before, live("cloud", failed), NOW, live=True)
    assert after.snapshot == before.snapshot
    assert (after.problem, after.problem_at) == (problem(), NOW)
    assert (after.asked_at, after.next_at) == (NOW - 99, NOW + 120)


def test_reading_files_does_not_hide_the_network_problem():
    before = Entry(source="both", problem=problem(), problem_at=NOW - 9)
    files = Fetched(source="both", depth=Depth.FILES, outcome=Outcome(snapshot=snapshot(window())))
    assert merge(before, files, NOW, live=True).problem == problem()
    assert merge(before, files, NOW, live=False).problem is None


def test_another_account_puts_the_reading_away_and_brings_its_own_back():
    first = snapshot(window(10), account="a")
    one = Entry(source="cloud", snapshot=first, account="a")
    other = merge(one, live("cloud", Outcome(account="b", problem=problem())), NOW, live=True)
    assert (other.snapshot, other.account, other.account_since) == (None, "b", NOW)
    back = merge(other, live("cloud", Outcome(account="a", problem=problem())), NOW + 9, live=True)
    assert (back.snapshot, back.shelf) == (first, ())


def test_the_first_account_keeps_what_was_read_before_it_was_known():
    one = Entry(source="cloud", snapshot=snapshot(window(10)))
    after = merge(one, live("cloud", Outcome(account="a")), NOW, live=True)
    assert after.snapshot is not None
    assert after.account_since is None
