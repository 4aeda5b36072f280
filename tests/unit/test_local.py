"""Local tokens: rows, costs, labels and notes of the source that asks nobody."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.claudette_db import PI, ClaudetteDb
from tests.fakes import NOW, FakeLedger, FakeVault, fake_world
from tray.core.model import Active, Backend, Kind, ProblemKind, Reason, Role, Words
from tray.core.source import Ask, Depth
from tray.metrics.activity import watched as activity_roots
from tray.metrics.agents import Form
from tray.metrics.local_use import Tokens
from tray.metrics.registry import ALL
from tray.sources.local import SOURCE, parse

DAY = 86_400


@pytest.fixture
def db(tmp_path):
    made = ClaudetteDb(tmp_path / "claudette" / "claudette.db")
    made.workspace("w1")
    made.session("s1", "w1")
    return made


def backend(kind=Kind.CODEX_NATIVE, **more):
    return Backend(kind=kind, id=kind.value, label="whatever", **more)


def ask(kind=Kind.CODEX_NATIVE, *, depth=Depth.FILES, session="s1", workspace="w1", **more):
    active = Active(
        backend=backend(kind, **more), reason=Reason.CLAUDETTE, chat_session=session, workspace=workspace
    )
    return Ask(depth=depth, active=active)


def fetch(root, asked):
    return SOURCE.fetch(fake_world(root), asked)


def by_key(outcome):
    return {window.key: window for window in outcome.snapshot.windows}


def test_a_session_and_its_day_are_two_unbounded_rows(db, tmp_path):
    db.message("s1", at=NOW - 2 * DAY, prompt=9000, completion=1000)
    db.message("s1", at=NOW - 60, prompt=400, completion=50)
    rows = by_key(fetch(tmp_path, ask()))
    assert list(rows) == ["local_session", "local_24h"]
    session, day = rows.values()
    assert (session.used, day.used) == (Decimal(10_450), Decimal(450))
    assert (session.label, day.label) == ("This session", "Last 24h")
    for row in rows.values():
        assert (row.role, row.words, row.unit) == (Role.THROUGHPUT, Words.TOKENS, "tokens")
        assert (row.bounded, row.limit, row.exhausted, row.fraction) == (False, None, False, None)
        assert (row.observed_at, row.evidence) == (NOW - 60, "Claudette's database")


def test_a_row_without_turns_is_left_out(db, tmp_path):
    db.message("s1", at=NOW - 2 * DAY, prompt=9, completion=1)
    assert list(by_key(fetch(tmp_path, ask()))) == ["local_session"]
    db.session("s2", "w1")
    db.message("s1", at=NOW, prompt=9, completion=1)
    assert list(by_key(fetch(tmp_path, ask(session="s2")))) == ["local_24h"]


def test_a_turn_of_no_tokens_is_still_a_row(db, tmp_path):
    db.message("s1", at=NOW)
    rows = by_key(fetch(tmp_path, ask()))
    assert [row.used for row in rows.values()] == [0, 0]


def test_the_note_goes_by_counts_and_names_estimates(db, tmp_path):
    assert "No turns" in fetch(tmp_path, ask()).snapshot.note
    db.message("s1", at=NOW)
    assert "estimate" not in fetch(tmp_path, ask()).snapshot.note
    db.message("s1", at=NOW, prompt=1_000_000, completion=1)
    assert "estimate" in fetch(tmp_path, ask(model="gpt-5.4")).snapshot.note


def test_tokens_without_a_recorded_cost_are_priced_by_the_model(db, tmp_path):
    db.message("s1", at=NOW, prompt=1_000_000, completion=500_000)
    assert by_key(fetch(tmp_path, ask(model="gpt-5.4")))["local_24h"].cost == Decimal(10)
    assert by_key(fetch(tmp_path, ask(model="unheard-of")))["local_24h"].cost is None
    assert by_key(fetch(tmp_path, ask()))["local_24h"].cost is None


def test_the_users_own_price_wins_over_the_table(db, tmp_path):
    db.message("s1", at=NOW, prompt=1_000_000, completion=500_000)
    own = fake_world(tmp_path).paths.config / "prices.json"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('{"gpt-5.4": {"input": 1, "output": 2}, "unheard-of": {"input": 0.5, "output": 0}}')
    assert by_key(fetch(tmp_path, ask(model="gpt-5.4")))["local_24h"].cost == Decimal(2)
    assert by_key(fetch(tmp_path, ask(model="unheard-of")))["local_24h"].cost == Decimal("0.5")


def test_tokens_are_priced_as_of_the_day_of_the_newest_turn(db, tmp_path):
    db.message(
        "s1", at=1_745_000_000, prompt=1_000_000, completion=0
    )  # 2025-04-18; o3 became cheaper in June
    assert by_key(fetch(tmp_path, ask(model="o3")))["local_session"].cost == Decimal(10)


def test_a_recorded_cost_wins_over_the_table(db, tmp_path):
    db.message("s1", at=NOW, prompt=1_000_000, completion=500_000, cost=99.99)
    assert by_key(fetch(tmp_path, ask(model="gpt-5.4")))["local_session"].cost == Decimal("99.99")


def test_a_counter_that_stood_still_is_not_priced_again_from_tokens(db, tmp_path):
    db.message("s1", at=NOW - 2 * DAY, prompt=10, completion=1, cost=2.0)
    db.message("s1", at=NOW, prompt=1_000_000, completion=1, cost=2.0)
    assert by_key(fetch(tmp_path, ask(Kind.ANTHROPIC, model="claude-opus-5")))["local_24h"].cost == 0


@pytest.mark.parametrize("kind", [Kind.OLLAMA, Kind.LM_STUDIO])
def test_a_model_on_this_machine_has_no_dollars(db, tmp_path, kind):
    db.message("s1", at=NOW, prompt=1_000_000, completion=1, cost=0.42)
    rows = by_key(fetch(tmp_path, ask(kind, model="gpt-5.4")))
    assert [row.cost for row in rows.values()] == [None, None]


def test_pi_costs_are_summed_per_turn(db, tmp_path):
    db.backends(PI)
    db.setting("model_provider:s1", "pi")
    db.message("s1", at=NOW, prompt=1, completion=1, cost=0.20)
    db.message("s1", at=NOW, prompt=1, completion=1, cost=0.23)
    assert by_key(fetch(tmp_path, ask(Kind.PI_SDK)))["local_session"].cost == Decimal("0.43")


@pytest.mark.parametrize(
    ("kind", "host", "label"),
    [
        (Kind.ANTHROPIC, None, "Claude Code"),
        (Kind.CUSTOM_ANTHROPIC, "proxy.example", "Claude Code"),
        (Kind.CODEX_NATIVE, None, "Codex"),
        (Kind.CODEX_SUBSCRIPTION, None, "Codex"),
        (Kind.OPENAI_API, "api.openai.com", "OpenAI"),
        (Kind.CUSTOM_OPENAI, "openrouter.ai", "OpenRouter"),
        (Kind.CUSTOM_OPENAI, "us.openrouter.ai", "OpenRouter"),
        (Kind.CUSTOM_OPENAI, "notopenrouter.ai", "OpenAI"),
        (Kind.CUSTOM_OPENAI, None, "OpenAI"),
        (Kind.OLLAMA, "openrouter.ai", "Ollama"),
        (Kind.LM_STUDIO, None, "LM Studio"),
        (Kind.PI_SDK, None, "Pi"),
    ],
)
def test_the_header_is_the_providers_plain_name(kind, host, label):
    assert parse(Tokens(), Tokens(), backend(kind, host=host)).label == label


def test_every_kind_but_the_claude_family_is_driven():
    driven = {kind for kind in Kind if SOURCE.drives(backend(kind))}
    assert driven == set(Kind) - {Kind.ANTHROPIC, Kind.CUSTOM_ANTHROPIC}


def test_a_session_outside_claudette_is_not_told_by_its_database(db, tmp_path):
    db.message("s1", at=NOW, prompt=1, completion=1)
    outside = Active(backend=backend(), reason=Reason.RECENT, session="x", folder="/home/dev/proj")
    found = fetch(tmp_path, Ask(depth=Depth.FILES, active=outside))
    assert (found.snapshot.windows, found.problem) == ((), None)
    assert found.snapshot.note == "No turns recorded yet; the rows fill as you chat."
    assert found.snapshot.label == "Codex"


def test_no_backend_at_all_is_an_empty_card(tmp_path):
    found = fetch(tmp_path, Ask(depth=Depth.FILES))
    assert (found.snapshot.windows, found.snapshot.label, found.problem) == ((), "Local", None)


def test_a_database_that_is_gone_leaves_no_rows_and_no_problem(tmp_path):
    found = fetch(tmp_path, ask())
    assert (found.snapshot.windows, found.problem) == ((), None)


def test_a_damaged_database_keeps_the_last_snapshot_and_says_so_quietly(db, tmp_path):
    db.path.write_bytes(b"no database" * 500)
    found = fetch(tmp_path, ask())
    assert found.snapshot is None
    assert (found.problem.kind, found.problem.quiet) == (ProblemKind.UNREADABLE, True)


def test_equal_data_gives_an_equal_snapshot_whenever_it_is_read(db, tmp_path):
    db.message("s1", at=NOW - 60, prompt=1, completion=1)
    early = SOURCE.fetch(fake_world(tmp_path), ask())
    late = SOURCE.fetch(fake_world(tmp_path, now=lambda: NOW + 60), ask())
    assert early == late
    assert early.snapshot.fetched_at == NOW - 60


def test_it_asks_nobody_and_opens_no_credential(db, tmp_path):
    db.message("s1", at=NOW)
    vault, ledger = FakeVault(), FakeLedger()
    for depth in Depth:
        found = SOURCE.fetch(fake_world(tmp_path, vault=vault, ledger=ledger), ask(depth=depth))
        assert (found.asked, found.account, found.next_at) == (False, None, None)
    assert (vault.opened, ledger.lines) == ([], [])
    assert (SOURCE.toggle, SOURCE.files, SOURCE.live) == (None, True, False)


def test_the_databases_folder_and_all_transcripts_are_watched(tmp_path):
    paths = fake_world(tmp_path).paths
    first, *others = SOURCE.watched(paths)
    assert first.path == Path(paths.claudette_db).parent
    watched = {root.path: root.recursive for root in others}
    for agent in ALL:
        for folder in agent.roots(paths):
            assert watched[folder] is (agent.form is not Form.DATABASE), agent.label
    assert tuple(others) == activity_roots(paths)[1:]  # one list for both
