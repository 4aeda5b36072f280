"""Promises of the Codex source where something is missing or fails: gates, logins, accounts."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.codex_stage import ANSWER, AUTH, Client, Desk, used
from tests.fakes import NOW
from tray.core.model import Action, Problem, ProblemKind
from tray.core.source import Depth, VaultError
from tray.sources.codex import parse, trouble
from tray.sources.codex.appserver import ClientError, StoppedError

OTHER = {"tokens": {**AUTH["tokens"], "account_id": "acc-other"}}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_failure_keeps_the_readings_and_waits_2_then_4_minutes(tmp_path):
    desk = Desk(tmp_path, client=Client(ClientError(trouble.OFFLINE), ClientError(trouble.OFFLINE)))
    desk.rollout(600, 33)
    first = desk.fetch()
    assert (used(first), first.problem.kind, first.next_at) == (Decimal(33), ProblemKind.OFFLINE, NOW + 120)
    desk.clock.at += 90
    held = desk.fetch()
    assert (held.asked, held.problem.kind, held.problem.retry_at) == (False, ProblemKind.OFFLINE, NOW + 120)
    desk.clock.at += 60
    assert desk.fetch().next_at == desk.clock.at + 240
    assert len(desk.client.starts) == 2


def test_person_passes_our_own_wait_after_a_failure(tmp_path):
    desk = Desk(tmp_path, client=Client(ClientError(trouble.TIMEOUT)))
    desk.fetch()
    desk.clock.at += 61
    assert desk.fetch(manual=True).problem is None


def test_clock_set_back_does_not_shut_the_gate_for_longer(tmp_path):
    desk = Desk(tmp_path, client=Client(ClientError(trouble.TIMEOUT)))
    desk.fetch()
    desk.clock.at -= 90_000
    assert not desk.fetch(manual=True).asked
    desk.clock.at += 61
    assert desk.fetch(manual=True).asked


def test_refusal_does_not_silence_the_source_for_ever(tmp_path):
    desk = Desk(tmp_path, client=Client(ClientError(trouble.REFUSED)))
    assert desk.fetch().problem.kind is ProblemKind.FORBIDDEN
    desk.clock.at += 3601
    assert desk.fetch().problem is None


def test_gate_is_kept_by_a_hash_and_not_by_the_account(desk):
    desk.fetch()
    assert len(desk.gates.kept) == 1
    assert "acc-fake" not in f"{desk.gates.kept}{desk.ask.snapshot}{desk.ledger.lines}"


@pytest.mark.parametrize(
    ("auth", "kind", "action"),
    [
        (None, ProblemKind.NO_KEY, Action.SIGN_IN),
        ({}, ProblemKind.NO_KEY, Action.SIGN_IN),
        ({"OPENAI_API_KEY": "sk-fake"}, ProblemKind.API_KEY, None),
    ],
)
def test_without_a_chatgpt_login_the_client_is_not_started(tmp_path, auth, kind, action):
    desk = Desk(tmp_path, auth=auth)
    problem = desk.fetch().problem
    assert (problem.kind, problem.action, problem.quiet) == (kind, action, True)
    assert (desk.client.starts, desk.ledger.lines) == ([], [])


def test_without_the_program_a_quiet_problem_stands_beside_the_readings(tmp_path):
    desk = Desk(tmp_path, program=None)
    desk.rollout(600, 33)
    outcome = desk.fetch()
    assert (used(outcome), outcome.problem.kind, outcome.problem.quiet) == (
        Decimal(33),
        ProblemKind.NO_CLIENT,
        True,
    )


def test_unreadable_login_file_keeps_its_own_words(tmp_path):
    words = Problem(kind=ProblemKind.UNREADABLE, title="auth.json can't be read", hint="Look at its rights.")
    desk = Desk(tmp_path, auth=VaultError(words))
    desk.rollout(600, 33)
    outcome = desk.fetch()
    assert (used(outcome), outcome.problem) == (Decimal(33), words)


def test_end_of_the_program_is_no_failure(tmp_path):
    desk = Desk(tmp_path, client=Client(StoppedError()))
    outcome = desk.fetch()
    assert (outcome.problem, outcome.asked) == (None, True)
    assert [line["result"] for line in desk.ledger.lines] == ["stopped"]


def test_another_account_gets_nothing_of_the_first_ones_readings(tmp_path):
    desk = Desk(tmp_path, client=Client(None, ClientError(trouble.TIMEOUT)))
    desk.client.answers[0] = parse.load(ANSWER.read_bytes())
    first = desk.fetch().account
    desk.vault.files[tmp_path / ".codex" / "auth.json"] = OTHER
    desk.rollout(30, 33)
    desk.clock.at += 600
    outcome = desk.fetch()
    assert outcome.account not in (None, first)
    assert (outcome.snapshot, outcome.problem.kind) == (None, ProblemKind.TIMEOUT)


def test_rollouts_from_before_the_account_are_dropped_and_later_ones_kept(desk):
    desk.rollout(600, 33, "before")
    desk.ask = replace(desk.ask, account="b", account_since=NOW - 300)
    desk.copy = json.dumps({"primary": {"usedPercent": 9, "windowDurationMins": 300}})
    assert desk.fetch(Depth.FILES).snapshot is None
    desk.rollout(60, 44, "after")
    outcome = desk.fetch(Depth.FILES)
    assert (used(outcome), outcome.snapshot.account) == (Decimal(44), "b")
