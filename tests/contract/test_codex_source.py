"""Promises of the Codex source as the engine meets it: cheapest place first, gates, accounts, the switch."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes import NOW, Clock, FakeGates, FakeLedger, FakeVault, fake_world
from tray.core.choices import Settings
from tray.core.model import Action, Backend, Kind, Problem, ProblemKind
from tray.core.source import Ask, Depth, VaultError
from tray.sources import codex
from tray.sources.codex import parse, trouble
from tray.sources.codex.appserver import ClientError, StoppedError
from tray.sources.codex.merge import LIVE_NOTE

ANSWER = Path(__file__).parents[1] / "payloads" / "codex" / "answer-0.169.0.json"
AUTH = {"tokens": {"access_token": "fake-access", "refresh_token": "fake-refresh", "account_id": "acc-fake"}}
OTHER = {"tokens": {**AUTH["tokens"], "account_id": "acc-other"}}


class Client:
    """Codex's client: answers or raises, and counts its starts."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.starts = []

    def __call__(self, program, *, env, folder, stopping):
        self.starts.append(env)
        answer = self.answers.pop(0) if self.answers else parse.load(ANSWER.read_bytes())
        if isinstance(answer, Exception):
            raise answer
        return answer


class Desk:
    """One user with a fake client, whose entry is kept between fetches as the engine keeps it."""

    def __init__(self, home, *, client=None, auth=AUTH, program=Path("/opt/codex"), copy=None):
        self.home = home
        self.client = client or Client()
        self.clock = Clock()
        self.gates = FakeGates()
        self.ledger = FakeLedger()
        self.vault = FakeVault(files={} if auth is None else {home / ".codex" / "auth.json": auth})
        self.copy = copy
        self.source = codex.make(
            read_setting=lambda _db, _key: self.copy,
            ask_client=self.client,
            find_program=lambda _env, _home: program,
        )
        self.world = fake_world(
            home, now=self.clock, vault=self.vault, ledger=self.ledger, gates=self.gates, env={"PATH": "/bin"}
        )
        self.ask = Ask(depth=Depth.LIVE)

    def fetch(self, depth=Depth.LIVE, *, manual=False, live=True):
        ask = replace(self.ask, depth=depth, manual=manual, settings=Settings(codex_live=live))
        outcome = self.source.fetch(self.world, ask)
        self.ask = replace(
            ask, snapshot=outcome.snapshot or ask.snapshot, account=outcome.account or ask.account
        )
        return outcome

    def rollout(self, ago, used, name="a"):
        at = self.clock() - ago
        window = {"used_percent": used, "window_minutes": 300, "resets_at": int(NOW + 90_000)}
        payload = {"type": "token_count", "rate_limits": {"primary": window}}
        stamp = datetime.fromtimestamp(at, UTC).isoformat()
        path = self.home / ".codex" / "sessions" / f"rollout-{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(json.dumps({"timestamp": stamp, "type": "event_msg", "payload": payload}) + "\n")


def used(outcome, key="codex_session"):
    return next(w.used for w in outcome.snapshot.windows if w.key == key)


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
