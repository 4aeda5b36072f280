"""Promises of the Codex source as the engine meets it: the cheapest place first, the newest reading wins."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.codex_stage import Client, Desk, used
from tests.fakes import NOW
from tray.core.model import Backend, Kind
from tray.core.source import Depth
from tray.sources import codex
from tray.sources.codex import trouble
from tray.sources.codex.appserver import ClientError
from tray.sources.codex.merge import LIVE_NOTE


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_nothing_anywhere_is_no_snapshot_and_no_problem(desk):
    outcome = desk.fetch(Depth.FILES)
    assert (outcome.snapshot, outcome.problem, outcome.asked) == (None, None, False)


def test_files_depth_opens_no_credential_and_starts_nothing(desk):
    desk.rollout(60, 33)
    assert used(desk.fetch(Depth.FILES)) == Decimal(33)
    assert (desk.vault.opened, desk.client.starts, desk.ledger.lines) == ([], [], [])


def test_switch_off_opens_no_credential_and_starts_nothing_but_still_reads_files(desk):
    desk.rollout(9000, 33)
    outcome = desk.fetch(manual=True, live=False)
    assert (used(outcome), outcome.problem, outcome.asked) == (Decimal(33), None, False)
    assert (desk.vault.opened, desk.client.starts, desk.ledger.lines, desk.gates.kept) == ([], [], [], {})


def test_young_rollout_spares_the_client(desk):
    desk.rollout(60, 33)
    outcome = desk.fetch()
    assert (used(outcome), outcome.asked, outcome.snapshot.note) == (Decimal(33), False, None)
    assert desk.client.starts == []


def test_old_rollout_makes_the_client_asked_and_its_answer_wins(desk):
    desk.rollout(600, 33)
    outcome = desk.fetch()
    assert (used(outcome), outcome.asked, outcome.problem) == (Decimal(37), True, None)
    assert outcome.snapshot.note == LIVE_NOTE
    assert (outcome.snapshot.label, outcome.snapshot.plan) == ("Codex Plus", "Plus")
    assert [w.key for w in outcome.snapshot.windows] == [
        "codex_session",
        "codex_week",
        "codex_session:codex_spark",
        "codex_credits",
    ]
    assert {w.evidence for w in outcome.snapshot.windows} == {"codex app-server"}


def test_window_that_has_reset_makes_the_reading_old(desk):
    desk.rollout(60, 33)
    desk.clock.at = NOW + 90_001
    desk.rollout(30, 33)
    assert desk.fetch().asked


def test_person_asks_past_a_young_reading_but_once_a_minute(desk):
    desk.rollout(60, 33)
    assert desk.fetch(manual=True).asked
    desk.clock.at += 30
    again = desk.fetch(manual=True)
    assert (again.asked, again.problem, again.next_at) == (False, None, NOW + 60)
    desk.clock.at += 31
    assert desk.fetch(manual=True).asked


def test_newer_rollout_wins_over_the_clients_answer(desk):
    desk.fetch()
    desk.clock.at += 120
    desk.rollout(10, 44)
    outcome = desk.fetch(Depth.FILES)
    assert (used(outcome), outcome.snapshot.note, outcome.snapshot.plan) == (Decimal(44), None, "Plus")
    assert used(outcome, "codex_week") == Decimal(61)


def test_older_rollouts_do_not_bring_back_what_the_client_no_longer_names(tmp_path):
    weekly = {"rateLimits": {"primary": {"usedPercent": 5, "windowDurationMins": 10080}}}
    desk = Desk(tmp_path, client=Client(weekly))
    desk.rollout(600, 33)
    assert [w.key for w in desk.fetch().snapshot.windows] == ["codex_week"]
    assert desk.fetch(Depth.FILES).snapshot is None  # nothing new


def test_answer_without_windows_is_a_snapshot_without_windows(tmp_path):
    outcome = Desk(tmp_path, client=Client({"rateLimits": {"planType": "business"}})).fetch()
    assert (outcome.snapshot.label, outcome.snapshot.windows) == ("Codex Business", ())


def test_every_start_is_one_ledger_line(tmp_path):
    desk = Desk(tmp_path, client=Client(ClientError(trouble.TIMEOUT)))
    desk.fetch()
    desk.clock.at += 3600
    desk.fetch()
    assert [(line["kind"], line["place"], line["size"], line["result"]) for line in desk.ledger.lines] == [
        ("client", "codex app-server", None, "timeout"),
        ("client", "codex app-server", None, "ok"),
    ]
    assert all("by codex itself, bytes unknown" in line["purpose"] for line in desk.ledger.lines)


def test_client_is_told_which_home_to_use(desk):
    desk.fetch()
    (env,) = desk.client.starts
    assert (env["CODEX_HOME"], env["PATH"]) == (str(desk.home / ".codex"), "/bin:/opt")


def test_claudettes_copy_serves_until_something_dated_comes(desk):
    desk.copy = json.dumps(
        {"limitId": "codex", "planType": "pro", "primary": {"usedPercent": 9, "windowDurationMins": 300}}
    )
    first = desk.fetch(Depth.FILES)
    assert (used(first), first.snapshot.label, first.snapshot.fetched_at) == (Decimal(9), "Codex Pro", None)
    assert first.snapshot.windows[0].evidence == "Claudette's copy"
    desk.rollout(9000, 33)
    assert used(desk.fetch(Depth.FILES)) == Decimal(33)
    desk.copy = desk.copy.replace("9", "40", 1)
    desk.clock.at += 5
    changed = desk.fetch(Depth.FILES)
    assert (used(changed), changed.snapshot.windows[0].observed_at) == (Decimal(40), NOW + 5)


def test_nothing_new_is_no_new_snapshot(desk):
    desk.rollout(60, 33)
    assert desk.fetch(Depth.FILES).snapshot is not None
    assert desk.fetch(Depth.FILES).snapshot is None


def test_unknown_keys_are_told(tmp_path):
    answer = {"rateLimits": {"primary": {"usedPercent": 5, "burst": 1}}}
    assert Desk(tmp_path, client=Client(answer)).fetch().unknown_keys == ("codex.burst",)


def test_source_drives_codex_backends_alone():
    driven = {kind for kind in Kind if codex.SOURCE.drives(Backend(kind=kind, id="x", label="x"))}
    assert driven == {Kind.CODEX_NATIVE, Kind.CODEX_SUBSCRIPTION}


def test_session_folders_and_claudettes_copy_are_watched(desk):
    watched = codex.SOURCE.watched(desk.world.paths)
    folders = [root.path for root in watched if root.recursive]
    assert folders == [desk.home / ".codex" / name for name in ("sessions", "archived_sessions")]
    assert [root.names for root in watched if not root.recursive] == [{"claudette.db", "claudette.db-wal"}]
