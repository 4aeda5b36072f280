"""The store: a board comes back as it was, damage costs one file and never the start."""

import json
import logging
import os
import stat
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tray.core.choices import Settings
from tray.core.model import Board, Entry, Role, Snapshot, Window, Words
from tray.engine.store import SCHEMA, Found, Store, Stored, load

WINDOW = Window(
    key="session_5h",
    label="Session",
    role=Role.PLAN,
    words=Words.PERCENT,
    unit="percent",
    used=Decimal("42.5"),
)
BOARD = Board(
    entries=(Entry(source="anthropic", snapshot=Snapshot(source="anthropic", label="x", windows=(WINDOW,))),)
)


@dataclass
class Where:
    state: Path

    @property
    def store_file(self):
        return self.state / "board.json"


@pytest.fixture
def places(tmp_path):
    return Where(state=tmp_path / "state")


def put(places, content):
    places.state.mkdir()
    places.store_file.write_text(content)


def test_without_a_file_the_board_is_empty(places):
    assert load(places) == Stored(found=Found.ABSENT)
    assert Store(places).open().board == Board()
    assert not places.state.exists()


def test_board_and_alerts_come_back_with_the_moment_they_were_written(places):
    assert Store(places).save(BOARD, {"session_5h": {"level": 80}}, now=100.0)
    stored = load(places)
    assert stored.found is Found.OK
    assert stored.board.entries == BOARD.entries
    assert stored.board.saved_at == 100.0
    assert stored.alerts == {"session_5h": {"level": 80}}


def test_the_file_is_closed_to_others_and_alone(places):
    Store(places).save(BOARD, {}, now=1.0)
    assert [path.name for path in places.state.iterdir()] == ["board.json"]
    if os.name != "nt":
        assert stat.S_IMODE(places.store_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(places.state.stat().st_mode) == 0o700


def test_what_did_not_change_is_not_written_again(places):
    store = Store(places)
    store.save(BOARD, {"a": 1}, now=1.0)
    places.store_file.unlink()
    assert store.save(BOARD, {"a": 1}, now=2.0)
    assert not places.store_file.exists()
    assert store.save(BOARD, {"a": 2}, now=3.0)
    assert load(places).board.saved_at == 3.0


def test_what_an_earlier_run_wrote_is_not_written_again(places):
    Store(places).save(BOARD, {}, now=1.0)
    store = Store(places)
    store.save(store.open().board, {}, now=9.0)
    assert load(places).board.saved_at == 1.0


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '{"schema": 0}',
        '{"schema": "1"}',
        '{"schema": 1}',
        '{"schema": 1, "board": []}',
        "[" * 99999,
    ],
)
def test_a_corrupt_store_is_empty_and_moved_aside_by_its_writer_only(places, content):
    put(places, content)
    assert load(places) == Stored(found=Found.CORRUPT)
    assert places.store_file.read_text() == content
    assert Store(places).open() == Stored(found=Found.CORRUPT)
    assert (places.state / "board.json.bad").read_text() == content
    assert Store(places).open().found is Found.ABSENT


def test_a_store_of_a_later_version_is_kept_aside(places):
    content = json.dumps({"schema": SCHEMA + 1, "board": "unknown form"})
    put(places, content)
    store = Store(places)
    assert store.open() == Stored(found=Found.NEWER)
    store.save(BOARD, {}, now=1.0)
    assert (places.state / "board.json.newer").read_text() == content
    assert load(places).found is Found.OK


def test_a_damaged_part_costs_only_that_part(places):
    Store(places).save(BOARD, {"a": 1}, now=1.0)
    document = json.loads(places.store_file.read_text())
    document["board"]["settings"]["show"] = "sideways"
    document["alerts"] = "gone"
    places.store_file.write_text(json.dumps(document))
    stored = load(places)
    assert stored.board.entries == BOARD.entries
    assert stored.board.settings == Settings()
    assert stored.alerts == {}


def test_a_disk_that_refuses_is_told_once_and_tried_again(places, caplog):
    places.state.write_text("a file where the folder should be")
    store = Store(places)
    with caplog.at_level(logging.WARNING):
        assert not store.save(BOARD, {}, now=1.0)
        assert not store.save(BOARD, {}, now=2.0)
        places.state.unlink()
        assert store.save(BOARD, {}, now=3.0)
    assert len(caplog.records) == 2
    assert load(places).board.saved_at == 3.0


def test_a_write_that_fails_leaves_no_spare_file(places):
    places.store_file.mkdir(parents=True)
    (places.store_file / "in the way").touch()
    assert not Store(places).save(BOARD, {}, now=1.0)
    assert [path.name for path in places.state.iterdir()] == ["board.json"]
    assert load(places).found is Found.UNREADABLE
