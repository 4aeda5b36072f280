"""What every agent of the reader's list keeps to, on genuine files of its client: docs/reader.md, "Adding an agent"."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.agent_stage import FILES, HOSTILE, broken, content, databases, files, named, parsed, whole
from tests.fakes import fake_paths
from tray.metrics.agents import Form
from tray.metrics.registry import ALL, agent

DOCS = Path(__file__).parents[2] / "docs" / "sources"
LINES = [(one.id, path) for one in ALL if one.form is Form.LINES for path in files(one)]
DOCUMENTS = [(one.id, path) for one in ALL if one.form is Form.WHOLE for path in files(one)]
MESSAGES = [(one.id, path) for one in ALL if one.form is Form.DATABASE for path in files(one)]


def label(case):
    return case if isinstance(case, str) else "/".join(case.parts[-2:])


every_agent = pytest.mark.parametrize("one", ALL, ids=[one.id for one in ALL])
every_file = pytest.mark.parametrize(("name", "path"), LINES + DOCUMENTS + MESSAGES, ids=label)
every_file_of_lines = pytest.mark.parametrize(("name", "path"), LINES, ids=label)


def values(found):
    return [*found["rows"].values(), *found["turns"].values(), *found["ledgers"].values()]


# -- the list


def test_ids_and_labels_are_each_agents_own():
    for told in ([one.id for one in ALL], [one.label for one in ALL]):
        assert len(set(told)) == len(told) == len(ALL)
    assert all(agent(one.id) is one for one in ALL)
    assert {one.id for one in ALL} == set(FILES)


@every_agent
def test_roots_lie_below_the_places_given_and_are_nobody_elses(one, tmp_path):
    mine, other = (one.roots(fake_paths(tmp_path / who)) for who in ("mine", "other"))
    assert mine
    assert all(root.is_relative_to(tmp_path / "mine") for root in mine)
    assert [root.relative_to(tmp_path / "mine") for root in mine] == [
        root.relative_to(tmp_path / "other") for root in other
    ]
    others = [root for two in ALL if two is not one for root in two.roots(fake_paths(tmp_path / "mine"))]
    assert not set(mine) & set(others)


@every_agent
def test_a_page_tells_of_it_and_names_its_parsers_module(one):
    module = one.parser.partition(":")[0].rpartition(".")[2]
    pages = [text for page in DOCS.glob("*.md") if module in named(text := page.read_text("utf-8"))]
    assert any(one.label in page.splitlines()[0] for page in pages)


@every_agent
def test_there_are_genuine_files_that_tell_something(one, tmp_path):
    found = [*files(one), *databases(one, tmp_path)]
    assert sum(len(whole(one, path)["rows"]) for path in found) >= 2


# -- stretches and states


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@every_file_of_lines
def test_any_split_at_line_ends_gives_the_same_records(name, path, data):
    lines = path.read_bytes().splitlines(keepends=True)
    cuts = sorted(data.draw(st.sets(st.integers(1, max(len(lines) - 1, 1)), max_size=12)))
    parts = [b"".join(lines[a:b]) for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    assert parsed(agent(name), parts, path) == whole(agent(name), path)


@every_file_of_lines
def test_line_by_line_gives_the_same_records(name, path):
    lines = path.read_bytes().splitlines(keepends=True)
    assert parsed(agent(name), lines, path) == whole(agent(name), path)


@every_file
def test_what_is_parsed_again_with_the_state_it_left_adds_nothing(name, path):
    one = agent(name)
    text, state = content(one, path), {}
    first = parsed(one, (text,), path, state)
    if not one.lasting_keys:
        state = {}  # such a file is read again from its start only, and what it told is cleared before
    again = parsed(one, (text,), path, state)
    assert {**first["rows"], **again["rows"]}.keys() == first["rows"].keys()
    assert {**first["turns"], **again["turns"]} == first["turns"]


@every_agent
def test_a_database_read_again_with_its_state_adds_nothing(one, tmp_path):
    for path in databases(one, tmp_path):
        state = {}
        first, again = whole(one, path, state), whole(one, path, state)
        assert {**first["rows"], **again["rows"]} == first["rows"]
        assert {**first["turns"], **again["turns"]} == first["turns"]
        assert whole(one, path) == first


# -- what is told


@every_file
def test_counts_are_sound_and_belong_to_the_agent(name, path):
    sound(agent(name), whole(agent(name), path))


@every_agent
def test_counts_of_a_database_are_sound(one, tmp_path):
    for path in databases(one, tmp_path):
        sound(one, whole(one, path))


def sound(one, found):
    for row in found["rows"].values():
        assert row.agent == one.id
        assert row.key
        assert row.session
        assert row.at > 1_600_000_000_000, "milliseconds"
        kinds = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "web_searches")
        assert all(isinstance(getattr(row, kind), int) and getattr(row, kind) >= 0 for kind in kinds)
        assert 0 <= row.reasoning <= row.output
        assert row.cost is None or row.cost >= 0
    for turn in found["turns"].values():
        assert turn.key
        assert turn.session
        assert turn.at > 1_600_000_000_000


@every_file
def test_keys_are_unique_and_those_of_a_copy_by_another_name_the_same(name, path, tmp_path):
    one = agent(name)
    rows = one.parse(content(one, path), len(content(one, path)), {}, str(path)).rows
    assert len({row.key for row in rows}) == len(rows)
    copy = path.with_name(renamed(path.name))
    if one.form is Form.DATABASE:
        copy = tmp_path / path.parent.name / copy.name
        copy.parent.mkdir()
        shutil.copy(path, copy)
    again = one.parse(content(one, path), len(content(one, path)), {}, str(copy)).rows
    assert [row.key for row in again] == [row.key for row in rows]


@every_agent
def test_keys_of_a_copied_database_are_the_same(one, tmp_path):
    for path in databases(one, tmp_path):
        copy = shutil.copy(path, path.with_name("opencode-copy.db"))
        assert whole(one, Path(copy))["rows"].keys() == whole(one, path)["rows"].keys()


def renamed(name):
    """The same kind of name with another id in it: what comes first and the ending may tell what a file is."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:-4]}0000{dot}{ending}"


# -- hostile lines


@every_file_of_lines
def test_hostile_lines_between_genuine_ones_change_no_record(name, path):
    one = agent(name)
    lines = path.read_bytes().splitlines()
    for number, bad in enumerate(HOSTILE):
        at = number % (len(lines) + 1)
        text = b"\n".join([*lines[:at], bad, *lines[at:], bad, b""])
        assert parsed(one, (text,), path) == whole(one, path), bad[:80]


@every_file_of_lines
def test_genuine_lines_that_are_broken_change_no_other_record(name, path):
    one = agent(name)
    lines = path.read_bytes().splitlines()
    for at, line in enumerate(lines):
        for bad in broken(line):
            text = b"\n".join([*lines[: at + 1], bad, *lines[at + 1 :], b""])
            assert undated(parsed(one, (text,), path)) == undated(whole(one, path)), (at, bad[:80])


def undated(found):
    """Without the dates of ledgers: the line before tells them, and a broken one may have none."""
    return {**found, "ledgers": {key: replace(told, at=0) for key, told in found["ledgers"].items()}}


@pytest.mark.parametrize(("name", "path"), DOCUMENTS, ids=label)
def test_hostile_parts_of_a_document_change_no_other_record(name, path):
    one = agent(name)
    if path.suffix == ".jsonl":
        lines = path.read_bytes().splitlines()
        for number, bad in enumerate(HOSTILE):
            at = number % (len(lines) + 1)
            text = b"\n".join([*lines[:at], bad, *lines[at:], b""])
            assert parsed(one, (text,), path) == whole(one, path), bad[:80]
        return
    told = json.loads(path.read_bytes())
    for bad in (None, 17, -1, "text", [], {}, {"id": 5}, {"id": "x", "type": "gemini", "tokens": -1}):
        for at in range(len(told["messages"]) + 1):
            changed = {**told, "messages": [*told["messages"][:at], bad, *told["messages"][at:]]}
            assert parsed(one, (json.dumps(changed).encode(),), path) == whole(one, path), bad


@every_agent
def test_hostile_rows_of_a_database_change_no_other_record(one, tmp_path):
    for path in databases(one, tmp_path):
        before = whole(one, path)
        with closing(sqlite3.connect(path)) as db, db:
            (session,) = db.execute("SELECT session_id FROM message LIMIT 1").fetchone()
            for number, bad in enumerate(HOSTILE):
                db.execute(
                    "INSERT INTO message(id, session_id, time_created, time_updated, data) VALUES (?, ?, 1, 1, ?)",
                    (f"msg_{number}", session, bad),
                )
        assert whole(one, path) == before


@every_agent
def test_a_file_of_nothing_but_hostile_lines_raises_nothing(one, tmp_path):
    name = next(path.name for path in files(one))
    for number, bad in enumerate([*HOSTILE, b"\n".join(HOSTILE)]):
        path = tmp_path / str(number) / "chats" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(bad)
        assert values(whole(one, path)) == [], bad[:80]
