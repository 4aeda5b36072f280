"""Who worked last: newest transcripts, Claudette's own told from others, and the ends of hostile files."""

import json
import os
import sys

import pytest

from tests.claudette_db import ClaudetteDb
from tests.fakes import NOW, fake_paths
from tray.core.model import DbState, Kind
from tray.metrics.activity import activity_reader, read_activity, watched
from tray.metrics.recent import scan
from tray.metrics.registry import ALL

ONE, TWO, THREE = (f"{n}{n}{n}{n}{n}{n}{n}{n}-1111-7222-8333-444444444444" for n in "abc")
NOBODY = frozenset()


@pytest.fixture
def places(tmp_path):
    return fake_paths(tmp_path)


def write(path, *lines, ago=0.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    )
    os.utime(path, (NOW - ago, NOW - ago))
    return path


def answer(session=ONE, model="claude-opus-5", **more):
    return {
        "type": "assistant",
        "sessionId": session,
        "cwd": "/home/dev/p",
        "message": {"model": model},
        **more,
    }


def claude(places, session=ONE, *lines, ago=0.0, name=None, root=0):
    path = places.claude_dirs[root] / "projects" / "-home-dev-p" / (name or f"{session}.jsonl")
    return write(path, *(lines or [answer(session)]), ago=ago)


def codex(places, session=ONE, *lines, ago=0.0, folder="sessions/2026/09/21"):
    path = places.codex_home / folder / f"rollout-2026-09-21T10-00-00-{session}.jsonl"
    turn = {"type": "turn_context", "payload": {"model": "gpt-5.4", "cwd": "/home/dev/c"}}
    return write(path, *(lines or [turn]), ago=ago)


def pi(places, session=ONE, *lines, ago=0.0):
    path = places.pi_home / "sessions" / "--home-dev-p--" / f"2026-09-21T10-00-00-000Z_{session}.jsonl"
    message = {"type": "message", "message": {"provider": "OpenRouter", "model": "anthropic/claude-sonnet-4"}}
    return write(
        path, *(lines or [{"type": "session", "id": session, "cwd": "/home/dev/q"}, message]), ago=ago
    )


def test_an_empty_home_has_no_activity(places):
    assert scan(places, NOBODY) == (None, ())


def test_the_newest_transcript_of_each_agent_is_found_newest_first(places):
    claude(places, ONE, ago=300)
    claude(places, TWO, ago=200)
    codex(places, ago=100)
    pi(places, ago=400)
    own, outside = scan(places, NOBODY)
    assert own is None
    assert [(seen.backend.kind, seen.backend.id, seen.backend.label, seen.at) for seen in outside] == [
        (Kind.CODEX_NATIVE, "codex", "Codex", NOW - 100),
        (Kind.ANTHROPIC, "anthropic", "Claude Code", NOW - 200),
        (Kind.PI_SDK, "pi", "Pi", NOW - 400),
    ]
    assert [seen.session for seen in outside] == [ONE, TWO, ONE]
    assert [seen.backend.model for seen in outside] == [
        "gpt-5.4",
        "claude-opus-5",
        "anthropic/claude-sonnet-4",
    ]
    assert [seen.folder for seen in outside] == ["/home/dev/c", "/home/dev/p", "/home/dev/q"]
    assert outside[2].backend.provider == "openrouter"


def test_agents_that_are_only_counted_decide_nothing(places):
    for one in (one for one in ALL if one.id not in ("claude", "codex", "pi")):
        write(one.roots(places)[0] / "folder" / f"{ONE}.jsonl", answer(ONE))
    assert scan(places, NOBODY) == (None, ())


def test_a_session_that_claudette_ran_is_its_own(places):
    claude(places, ONE, ago=10)
    claude(places, TWO, ago=500)
    codex(places, THREE, ago=20)
    own, outside = scan(places, frozenset({ONE, THREE}))
    assert own == NOW - 10
    assert [(seen.session, seen.at) for seen in outside] == [(TWO, NOW - 500)]


def test_an_older_own_session_behind_a_newer_other_one_is_seen(places):
    claude(places, ONE, ago=10)
    claude(places, TWO, ago=20)
    own, outside = scan(places, frozenset({TWO}))
    assert (own, outside[0].session) == (NOW - 20, ONE)


@pytest.mark.parametrize("name", [f"{ONE}/subagents/agent-a1.jsonl", "agent-a1b2c3d.jsonl"])
def test_a_sub_agent_belongs_to_its_session(places, name):
    claude(places, ONE, name=name, ago=10)
    own, outside = scan(places, frozenset({ONE}))
    assert (own, outside) == (NOW - 10, ())
    own, outside = scan(places, NOBODY)
    assert (own, outside[0].session) == (None, ONE)


def test_a_codex_sub_agent_that_names_claudettes_session_is_its_own(places):
    record = {"type": "token_usage_record", "payload": {"thread_id": TWO, "session_id": ONE}}
    codex(places, TWO, record, ago=10)
    assert scan(places, frozenset({ONE})) == (NOW - 10, ())


def test_archived_rollouts_and_every_claude_folder_count(places):
    places.claude_dirs = (*places.claude_dirs, places.claude_dirs[0].parent / ".config" / "claude")
    claude(places, ONE, ago=50)
    claude(places, TWO, ago=40, root=1)
    codex(places, ONE, ago=50, folder="archived_sessions")
    _, outside = scan(places, NOBODY)
    assert {seen.session for seen in outside} == {TWO, ONE}


def test_the_day_folder_of_a_rollout_does_not_matter_its_last_write_does(places):
    codex(places, ONE, folder="sessions/2026/01/01", ago=5)
    codex(places, TWO, folder="sessions/2026/09/21", ago=50)
    assert scan(places, NOBODY)[1][0].session == ONE


def test_empty_files_and_other_files_are_no_activity(places):
    claude(places, ONE, b"", ago=1)
    write(places.claude_dirs[0] / "projects" / "-home-dev-p" / "notes.json", {"a": 1}, ago=1)
    write(places.claude_dirs[0] / "history.jsonl", {"a": 1}, ago=1)
    assert scan(places, NOBODY) == (None, ())


@pytest.mark.parametrize(
    "lines",
    [
        [b"\xff\xfe\x00 not json\n"],
        [b'{"message": {"model": "claude'],  # torn
        [b"[1, 2]\n", b"7\n", b'"x"\n', b"null\n", b"\n"],
        [b"[" * 60_000],
        [b'{"message": 3, "cwd": ["x"], "sessionId": {}}\n'],
        [b"x" * 200_000],
    ],
)
def test_a_file_whose_end_says_nothing_is_still_activity(places, lines):
    claude(places, ONE, *lines, ago=10)
    codex(places, ONE, *lines, ago=20)
    pi(places, ONE, *lines, ago=30)
    _, outside = scan(places, NOBODY)
    assert [(seen.session, seen.backend.model, seen.folder) for seen in outside] == [(ONE, None, None)] * 3


def test_the_newest_mention_counts_and_a_torn_last_line_does_not_hide_it(places):
    claude(
        places,
        ONE,
        answer(model="claude-opus-5"),
        answer(model="claude-sonnet-5"),
        answer(model="<synthetic>"),
        b'{"message": {"model": "torn',
    )
    assert scan(places, NOBODY)[1][0].backend.model == "claude-sonnet-5"


def test_only_the_last_64_kib_are_read(places):
    filler = {"type": "system", "text": "x" * 70_000}
    claude(places, ONE, answer(model="claude-old"), filler)
    assert scan(places, NOBODY)[1][0].backend.model is None
    claude(places, ONE, answer(model="claude-old"), filler, answer(model="claude-new"))
    assert scan(places, NOBODY)[1][0].backend.model == "claude-new"


def test_a_rollouts_settings_name_model_and_provider(places):
    applied = {
        "type": "event_msg",
        "payload": {
            "type": "thread_settings_applied",
            "thread_settings": {"model": "gpt-5.4-mini", "model_provider_id": "OpenAI", "cwd": "/home/dev/t"},
        },
    }
    said = {"type": "response_item", "payload": {"model": "not-this", "cwd": "/not/this"}}
    codex(places, ONE, applied, said)
    seen = scan(places, NOBODY)[1][0]
    assert (seen.backend.model, seen.backend.provider, seen.folder) == (
        "gpt-5.4-mini",
        "openai",
        "/home/dev/t",
    )


def test_a_lone_surrogate_does_not_get_further_than_this(places):
    claude(places, ONE, b'{"cwd": "/home/\\ud800", "message": {"model": "m"}}\n')
    assert scan(places, NOBODY)[1][0].folder.encode() == b"/home/?"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX files")
def test_pipes_dead_links_and_loops_are_passed_by(places):
    folder = claude(places, ONE, ago=60).parent
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "dead.jsonl").symlink_to(folder / "nowhere")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "folder.jsonl").symlink_to(folder, target_is_directory=True)
    elsewhere = write(folder.parent.parent / "elsewhere" / f"{TWO}.jsonl", answer(TWO)).parent
    (folder / "link").symlink_to(elsewhere, target_is_directory=True)
    assert [seen.session for seen in scan(places, NOBODY)[1]] == [ONE]


OPENED = []  # the paths that were opened while a test counts; empty otherwise
sys.addaudithook(lambda event, details: event == "open" and OPENED and OPENED.append(details[0]))


def test_of_many_files_only_the_newest_is_opened(places):
    many = 300
    for n in range(many):
        claude(places, f"{n:08x}-1111-7222-8333-444444444444", ago=60 + n)
    OPENED.append("counting")
    try:
        own, outside = scan(places, frozenset({f"{many - 1:08x}-1111-7222-8333-444444444444"}))
        opened = [path for path in OPENED if str(path).endswith(".jsonl")]
    finally:
        OPENED.clear()
    assert len(opened) == 1
    assert (own, outside[0].at) == (NOW - 60 - (many - 1), NOW - 60)


def test_a_long_row_of_claudettes_own_sub_agents_ends_the_search(places):
    """Read one by one they would cost seconds; all are newer than whatever lies behind them."""
    for n in range(40):
        claude(places, ONE, name=f"agent-{n:07x}.jsonl", ago=10 + n)
    claude(places, TWO, ago=900)
    assert scan(places, frozenset({ONE})) == (NOW - 10, ())


# Put together with the database


@pytest.fixture
def db(places):
    made = ClaudetteDb(places.claudette_db)
    made.workspace("w1")
    made.session("s1", "w1", cli=ONE)
    made.select("w1", "s1")
    return made


def test_own_transcripts_raise_claudettes_activity_and_never_stand_outside(places, db):
    db.message("s1", at=NOW - 300)
    claude(places, ONE, ago=10)
    found = read_activity(places)
    assert (found.claudette.at, found.claudette.chat_session, found.outside) == (NOW - 10, "s1", ())


def test_the_database_counts_where_it_is_newer_than_the_transcripts(places, db):
    db.message("s1", at=NOW - 5)
    claude(places, ONE, ago=10)
    assert read_activity(places).claudette.at == NOW - 5


def test_without_claudette_everything_stands_outside(places):
    claude(places, ONE, ago=10)
    found = read_activity(places)
    assert (found.claudette.state, found.claudette.at) == (DbState.ABSENT, None)
    assert [seen.session for seen in found.outside] == [ONE]


def test_a_lock_does_not_turn_own_transcripts_into_others(places, db):
    claude(places, ONE, ago=10)
    read = activity_reader()
    assert read(places).outside == ()
    db.path.write_bytes(b"for a moment no database" * 100)
    found = read(places)
    assert (found.claudette.state, found.outside) == (DbState.CORRUPT, ())
    db.path.unlink()
    assert [seen.session for seen in read(places).outside] == [ONE]


def test_the_database_and_every_transcript_lie_in_a_watched_folder(places, db):
    written = [db.path, claude(places), codex(places), codex(places, folder="archived_sessions"), pi(places)]
    roots = watched(places)
    for path in written:
        assert any(
            path.name in root.names if root.names else root.recursive and path.is_relative_to(root.path)
            for root in roots
        )
    shared_memory = f"{db.path.name}-shm"  # our own reading makes one
    assert all(shared_memory not in root.names for root in roots)
