"""Claudette's database is opened again only where it may have changed."""

import time

import pytest

from tests.claudette_db import ClaudetteDb
from tray.core.model import DbState
from tray.metrics.claudette import reader


@pytest.fixture
def db(tmp_path):
    return ClaudetteDb(tmp_path / "claudette.db")


def test_an_unchanged_database_is_opened_once_and_a_written_one_again(db):
    after = time.time() + 60
    look = reader(now=lambda: after)  # the last write is long ago
    first = look(db.path)
    assert look(db.path) is first
    with db.held() as connection:
        connection.execute("INSERT INTO app_settings VALUES ('default_agent_backend', 'ollama')")
    assert look(db.path).activity.default.id == "ollama"


def test_a_database_that_was_just_written_is_read_again_each_time(db):
    """Within one step of the clock two writes may leave the same time and size."""
    look = reader()
    assert look(db.path) is not look(db.path)


def test_a_database_that_could_not_be_read_is_tried_again(db):
    look = reader(now=lambda: time.time() + 60)
    whole = db.path.read_bytes()
    db.path.write_bytes(b"no database" * 100)
    assert look(db.path).activity.state is DbState.CORRUPT
    db.path.write_bytes(whole)
    assert look(db.path).activity.state is DbState.OK
