"""Local tokens from transcripts: sessions outside Claudette, and Claudette's own by its client's session id."""

import json
from decimal import Decimal

import pytest

from tests.claudette_db import ClaudetteDb
from tests.fakes import NOW, FakeTranscripts, FakeVault, fake_paths, fake_world
from tests.transcripts import FOLDER, answer, transcript
from tray.core.model import Active, Backend, Kind, ProblemKind, Reason
from tray.core.progress import Progress
from tray.core.source import Ask, Depth, Reading
from tray.metrics import open_index
from tray.metrics.keeper import Keeper
from tray.sources.local import SOURCE

HOUR, DAY = 3600, 86_400


@pytest.fixture
def claude(tmp_path):
    return fake_paths(tmp_path).claude_dirs[0]


@pytest.fixture
def db(tmp_path):
    made = ClaudetteDb(tmp_path / "claudette" / "claudette.db")
    made.workspace("w1")
    return made


def fetch(root, active, **world):
    keeper = Keeper(fake_paths(root), worker=False)
    return SOURCE.fetch(
        fake_world(root, **{"transcripts": keeper, **world}), Ask(depth=Depth.FILES, active=active)
    )


def outside(session="s-1", folder=FOLDER, kind=Kind.ANTHROPIC):
    backend = Backend(kind=kind, id=kind.value, label="whatever")
    return Active(backend=backend, reason=Reason.RECENT, session=session, folder=folder)


def inside(chat="c1", model=None):
    backend = Backend(kind=Kind.ANTHROPIC, id="anthropic", label="Claude", model=model)
    return Active(backend=backend, reason=Reason.CLAUDETTE, chat_session=chat, workspace="w1")


def rows(outcome):
    return {window.key: window for window in outcome.snapshot.windows}


def used(outcome):
    return {key: int(window.used) for key, window in rows(outcome).items()}


# -- outside Claudette


def test_a_session_and_its_folders_last_day(claude, tmp_path):
    transcript(
        claude,
        "s-1",
        answer("m1", at=NOW - 2 * DAY, prompt=1000, output=100),
        answer("m2", at=NOW - 60, prompt=10, output=1),
    )
    transcript(claude, "s-2", answer("m3", at=NOW - HOUR, session="s-2", prompt=200, output=20))
    transcript(claude, "s-3", answer("m4", at=NOW - HOUR, session="s-3", folder="/home/dev/other"))
    found = fetch(tmp_path, outside())
    assert used(found) == {"local_session": 1111, "local_24h": 231}
    for row in rows(found).values():
        assert (row.observed_at, row.evidence, row.unit) == (NOW - 60, "Claude Code transcript", "tokens")
    assert "database" not in found.snapshot.note
    assert found.problem is None


def test_the_last_day_is_exact_to_the_millisecond(claude, tmp_path):
    edge = NOW - DAY
    for number, at in enumerate((edge - 0.001, edge, edge + 0.001, edge + 600, edge - 600)):
        transcript(claude, "s-1", answer(f"m{number}", at=at, prompt=10**number, output=0))
    assert used(fetch(tmp_path, outside()))["local_24h"] == 1110


def test_a_fork_counts_once_at_the_edge_too(claude, tmp_path):
    at = NOW - DAY + 30
    transcript(claude, "s-1", answer("m1", at=at, prompt=100, output=0))
    transcript(claude, "s-2", answer("m1", at=at, session="s-2", prompt=100, output=0))
    assert used(fetch(tmp_path, outside()))["local_24h"] == 100


def test_the_folder_is_where_the_session_began_with_all_below(claude, tmp_path):
    transcript(
        claude,
        "s-1",
        answer("m1", at=NOW - 9, prompt=100, output=0),
        answer("m2", at=NOW - 8, folder=f"{FOLDER}/deep/down", prompt=10, output=0),
        answer("m3", at=NOW - 7, session="s-1", folder=f"{FOLDER}-2", prompt=1, output=0),
    )
    assert used(fetch(tmp_path, outside(folder=f"{FOLDER}/deep/down"))) == {
        "local_session": 111,
        "local_24h": 110,
    }


def test_dollars_go_by_the_price_table_and_name_themselves_an_estimate(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW, prompt=1_000_000, output=100_000))
    found = fetch(tmp_path, outside())
    assert rows(found)["local_session"].cost == Decimal("7.5025")  # 5 + 2.5 + 5,000 cached at 0.5 a million
    assert "estimate" in found.snapshot.note


def test_calls_without_a_price_are_not_free(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW, model="unheard-of"))
    found = fetch(tmp_path, outside())
    assert rows(found)["local_session"].cost is None
    transcript(claude, "s-1", answer("m2", at=NOW))
    found = fetch(tmp_path, outside())
    assert rows(found)["local_session"].cost > 0
    assert "Last 24h: 1 of 2 calls without a known price, not in the dollars." in found.snapshot.note


def test_what_is_not_exact_is_said_in_words(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW), answer("m2", at=NOW, output=1, whole=False))
    note = fetch(tmp_path, outside()).snapshot.note
    assert "Last 24h: 1 of 2 calls with output under-recorded by this client version." in note


def test_nothing_of_it_touches_a_credential(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW))
    vault = FakeVault()
    assert fetch(tmp_path, outside(), vault=vault).snapshot.windows
    assert vault.opened == []


# -- sessions that Claudette ran


def test_a_transcript_outranks_claudettes_own_count(db, claude, tmp_path):
    db.session("c1", "w1", cli="s-1")
    db.message("c1", at=NOW, prompt=7, completion=7, cost=9.0)
    transcript(claude, "s-1", answer("m1", at=NOW - 5))
    found = fetch(tmp_path, inside())
    assert used(found) == {"local_session": 120, "local_24h": 120}
    assert rows(found)["local_session"].evidence == "Claude Code transcript"
    assert rows(found)["local_session"].cost < 1


def test_a_chat_without_a_transcript_counts_as_before(db, claude, tmp_path):
    db.session("c1", "w1", cli="s-1")
    db.session("c2", "w1", cli="gone")
    db.message("c1", at=NOW - 9, prompt=7, completion=7)
    db.message("c2", at=NOW, prompt=1000, completion=500)
    transcript(claude, "s-1", answer("m1", at=NOW - 5))
    found = fetch(tmp_path, inside("c2"))
    assert used(found) == {"local_session": 1500, "local_24h": 1620}
    assert rows(found)["local_session"].evidence == "Claudette's database"
    assert rows(found)["local_24h"].evidence == "Claude Code transcript and Claudette's database"


@pytest.mark.parametrize("deleted", [False, True])
def test_earlier_client_sessions_of_a_chat_belong_to_it(db, claude, tmp_path, deleted):
    db.session("c1", "w1", cli="s-2")
    db.session("c2", "w1", cli="s-9")
    db.agent_session("s-1", at=NOW - 500, deleted=deleted)
    db.message("c1", at=NOW - 500, role="user")
    db.message("c1", at=NOW - 490, prompt=1, completion=1)
    db.message("c2", at=NOW - 300, prompt=5, completion=5)
    transcript(claude, "s-1", answer("m1", at=NOW - 495))
    transcript(claude, "s-2", answer("m2", at=NOW - 5, session="s-2"))
    found = fetch(tmp_path, inside())
    assert used(found) == {"local_session": 240, "local_24h": 250}


def test_a_former_session_hides_the_same_chat_here_and_in_the_report(db, claude, tmp_path):
    """Two chats at work in the same minutes: the message before its turns tells whose it was."""
    paths = fake_paths(tmp_path)
    for chat in ("c1", "c2"):
        db.session(chat, "w1")
    for chat, at, tokens in (("c1", NOW - 500, 7), ("c2", NOW - 480, 1000), ("c1", NOW - 100, 7)):
        db.message(chat, at=at, role="user")
        db.message(chat, at=at + 5, prompt=tokens, completion=0)
    db.agent_session("s-1", at=NOW - 499)
    transcript(claude, "s-1", answer("m1", at=NOW - 495))
    assert used(fetch(tmp_path, inside("c1"))) == {"local_session": 120, "local_24h": 1120}
    assert used(fetch(tmp_path, inside("c2"))) == {"local_session": 1000, "local_24h": 1120}
    with open_index(paths) as index:
        index.scan()
        assert sum(row.input_tokens + row.output_tokens for row in index.usage().rows) == 1120


def test_messages_that_name_no_chat_are_hidden_together(db, claude, tmp_path):
    db.message(None, at=NOW - 500, prompt=7)
    db.agent_session("s-1", at=NOW - 499)
    transcript(claude, "s-1", answer("m1", at=NOW - 495))
    assert used(fetch(tmp_path, inside(None))) == {"local_24h": 120}


def test_a_transcript_of_another_workspace_does_not_count(db, claude, tmp_path):
    db.workspace("w2")
    db.session("c1", "w1", cli="s-1")
    db.session("c2", "w2", cli="s-2")
    transcript(claude, "s-1", answer("m1", at=NOW))
    transcript(claude, "s-2", answer("m2", at=NOW, session="s-2"))
    assert used(fetch(tmp_path, inside())) == {"local_session": 120, "local_24h": 120}


def test_an_older_schema_is_read_as_before(claude, tmp_path):
    db = ClaudetteDb(tmp_path / "claudette" / "claudette.db", schema="old")
    db.workspace("w1")
    db.message(None, at=NOW)
    transcript(claude, "s-1", answer("m1", at=NOW))
    assert used(fetch(tmp_path, inside(None))) == {"local_24h": 0}


# -- while it is being read, and where it can't be


def test_what_is_still_to_be_read_is_said(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW))
    fetch(tmp_path, outside())
    told = Progress(files=43, files_total=120, size=2, size_total=9)
    found = fetch(tmp_path, outside(), transcripts=FakeTranscripts(Reading(progress=told)))
    assert found.snapshot.progress == told
    assert used(found) == {"local_session": 120, "local_24h": 120}


def test_what_nobody_reads_now_is_said_too(claude, tmp_path):
    told = Progress(files_total=120, waits=True)
    found = fetch(tmp_path, outside(), transcripts=FakeTranscripts(Reading(progress=told)))
    assert found.snapshot.progress == told
    assert fetch(tmp_path, outside()).snapshot.progress is None


def test_an_index_that_cant_be_written_is_a_quiet_problem_beside_what_is_known(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW))
    fetch(tmp_path, outside())
    found = fetch(tmp_path, outside(), transcripts=FakeTranscripts(Reading(trouble="The disk is full.")))
    assert (found.problem.kind, found.problem.quiet) == (ProblemKind.UNREADABLE, True)
    assert found.problem.title == "The disk is full."
    assert used(found)["local_session"] == 120


def test_equal_transcripts_give_an_equal_snapshot_whenever_they_are_read(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW - 60))
    early = fetch(tmp_path, outside())
    assert early == fetch(tmp_path, outside(), now=lambda: NOW + 60)


# -- what the client's own sum knows


def ledger(session, *, prompt, output, cost=1.5, model="claude-opus-4-5"):
    """What Claude Code writes at its end: its own sum for the session."""
    used = {"inputTokens": prompt, "outputTokens": output, "cacheReadInputTokens": 5000, "costUSD": cost}
    line = {"type": "cost-state", "sessionId": session, "totalCostUSD": cost, "modelUsage": {model: used}}
    return json.dumps(line) + "\n"


def test_what_the_clients_own_sum_knows_beside_the_lines_counts(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW - 9), ledger("s-1", prompt=150, output=40))
    found = fetch(tmp_path, outside())
    assert used(found) == {"local_session": 190, "local_24h": 190}
    assert rows(found)["local_session"].cost == Decimal("1.5")


def test_a_clients_own_sum_makes_placeholders_good(claude, tmp_path):
    transcript(
        claude,
        "s-1",
        answer("m1", at=NOW - 9, output=1, whole=False),
        ledger("s-1", prompt=100, output=40),
    )
    found = fetch(tmp_path, outside())
    assert used(found)["local_session"] == 140
    assert "under-recorded" not in found.snapshot.note


def test_a_sum_from_before_the_last_day_is_not_of_it(claude, tmp_path):
    transcript(claude, "s-1", answer("m1", at=NOW - 2 * DAY), ledger("s-1", prompt=150, output=40))
    transcript(claude, "s-2", answer("m2", at=NOW - 9, session="s-2"))
    assert used(fetch(tmp_path, outside())) == {"local_session": 190, "local_24h": 120}
