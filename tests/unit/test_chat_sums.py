"""Claudette's answers in the index: taken in as they come, each once, whatever becomes of its database."""

from __future__ import annotations

import os

import pytest

from tests.chat_stage import DAY, NOW, OLD, change, fill, said, two_chats
from tests.claudette_db import ClaudetteDb
from tests.usage_stage import Stage, call
from tray.metrics import claudette_calls, claudette_db
from tray.metrics.claudette_behind import is_behind
from tray.metrics.claudette_db import ClaudetteDbError


@pytest.fixture
def stage(tmp_path):
    made = Stage(tmp_path)
    yield made
    made.close()


@pytest.fixture
def db(stage):
    return two_chats(stage)


@pytest.fixture
def opened(monkeypatch):
    """How often Claudette's database was opened."""
    times = []
    real = claudette_db._open
    monkeypatch.setattr(claudette_db, "_open", lambda *a, **k: times.append(1) or real(*a, **k))
    return times


def settle(db):
    """As if the last write was long ago."""
    for path in (db.path, db.path.with_name(f"{db.path.name}-wal")):
        if path.exists():
            os.utime(path, (OLD, OLD))


def test_where_nothing_changed_the_database_is_not_opened(stage, db, opened):
    fill(db, 3)
    settle(db)
    assert said(stage) == (3, 3)
    opened.clear()
    assert said(stage) == (3, 3)
    assert not opened
    db.message("s1", at=NOW, completion=5)
    assert said(stage) == (4, 8)


def test_a_write_within_a_files_time_step_is_seen(stage, db):
    """The fingerprint may be the same after it: until then the database is looked at each time."""
    fill(db, 1)
    assert said(stage) == (1, 1)
    assert is_behind(stage.db, db.path)


def test_a_new_transcript_alone_hides_its_chat(stage, db):
    change(db, "UPDATE chat_sessions SET session_id = 'cli-1' WHERE id = 's1'")
    fill(db, 2)
    fill(db, 1, chat="s2", completion=7)
    settle(db)
    assert said(stage) == (3, 9)
    stage.file("claude", [call("a", session="cli-1", output=100)])
    assert stage.index.usage("daily", timezone="UTC").totals.output_tokens == 107, "without any reading"
    assert said(stage) == (2, 107)


def test_a_new_transcript_of_a_former_session_hides_its_chat(stage, db):
    fill(db, 2)
    db.agent_session("cli-0", at=OLD)
    settle(db)
    assert said(stage) == (2, 2)
    stage.file("claude", [call("a", session="cli-0", output=100)])
    assert said(stage) == (1, 100)


def test_tokens_that_arrive_at_the_turns_end_count(stage, db):
    db.message("s1", at=NOW - 60)
    db.message("s1", at=NOW - 50, completion=3)
    assert said(stage) == (1, 3)
    change(db, "UPDATE chat_messages SET output_tokens = 40, cost_usd = 0.5 WHERE output_tokens IS NULL")
    change(db, "UPDATE chat_messages SET output_tokens = 4 WHERE output_tokens = 3")
    assert said(stage) == (2, 44)
    assert stage.usage().totals.cost_usd == pytest.approx(0.5)


def test_a_running_total_goes_on_over_what_has_settled(stage, db):
    for cost, at in ((0.10, OLD), (0.22, OLD + 60), (0.30, NOW - 60), (0.35, NOW)):
        db.message("s1", at=at, completion=1, cost=cost)
    assert stage.usage().totals.cost_usd == pytest.approx(0.35)
    db.message("s1", at=NOW, completion=1, cost=0.05)
    for _ in range(2):
        assert stage.usage().totals.cost_usd == pytest.approx(0.40)
    # A day later all has settled.
    claudette_calls.take_in(stage.db, db.path, now=NOW + 2 * DAY)
    assert stage.db.execute("SELECT count(*) FROM chat_fresh").fetchone() == (0,)
    assert stage.index.usage().totals.cost_usd == pytest.approx(0.40)


def test_the_present_setting_holds_for_all_of_a_chat(stage, db):
    for cost in (0.1, 0.2):
        db.message("s1", at=OLD, completion=1, cost=cost)
    assert stage.usage().totals.cost_usd == pytest.approx(0.2)
    db.setting("model_provider:s1", "pi")
    db.setting("model:s1", "pi/x")
    found = stage.usage().totals
    assert (found.models, found.cost_usd) == (("pi/x",), pytest.approx(0.3))
    change(db, "UPDATE repositories SET path = '/elsewhere'")
    assert [row.period for row in stage.usage("project").rows] == ["/elsewhere"]
    db.setting("model_provider:s1", None)
    db.setting("model:s1", None)
    assert stage.usage().totals.cost_usd == pytest.approx(0.2)


def test_the_settings_of_many_chats_are_read_in_portions(stage, db, monkeypatch):
    from tray.metrics import claudette_kinds

    monkeypatch.setattr(claudette_kinds, "_CHUNK", 2)
    monkeypatch.setattr(claudette_kinds, "_FEW", 0)
    for number in range(5):
        db.session(f"c{number}", "w1")
        db.setting(f"model:c{number}", f"m{number}")
        db.message(f"c{number}", at=OLD, completion=1)
    assert {row.period for row in stage.usage("model").rows} == {f"m{number}" for number in range(5)}


@pytest.mark.parametrize("at", [OLD, NOW - 600], ids=["settled", "fresh"])
def test_what_was_deleted_in_claudette_was_used_all_the_same(stage, db, at):
    fill(db, 3, at=at)
    fill(db, 2, chat="s2", at=at, completion=10)
    db.setting("model:s2", "m2")
    assert said(stage) == (5, 23)
    change(db, "DELETE FROM app_settings WHERE key = 'model:s2'")
    change(db, "DELETE FROM chat_sessions WHERE id = 's2'")
    assert said(stage) == (5, 23)
    assert stage.usage("session").rows[0].models == ("m2",)
    db.message("s1", at=NOW, completion=5)
    for _ in range(3):
        assert said(stage) == (6, 28)
    claudette_calls.take_in(stage.db, db.path, now=NOW + 2 * DAY)
    assert said(stage) == (6, 28)


@pytest.mark.parametrize("at", [OLD, NOW - 600], ids=["settled", "fresh"])
def test_rows_that_take_the_place_of_deleted_ones_count(stage, db, at):
    """SQLite gives the row ids of the newest deleted messages again."""
    fill(db, 4, at=at)
    assert said(stage) == (4, 4)
    change(db, "DELETE FROM chat_messages WHERE rowid > 1")
    fill(db, 2, at=at + 3600, completion=50)
    for _ in range(2):
        assert said(stage) == (6, 104)


def test_a_vacuum_that_numbers_the_rows_anew_counts_nothing_twice(stage, db):
    fill(db, 6)
    fill(db, 3, at=NOW - 900)
    assert said(stage) == (9, 9)
    change(db, "DELETE FROM chat_messages WHERE rowid IN (2, 3)")
    with db.held() as connection:
        connection.commit()
        connection.execute("VACUUM")
    for _ in range(2):
        assert said(stage) == (9, 9)
    db.message("s1", at=NOW, completion=5)
    assert said(stage) == (10, 14)


@pytest.mark.parametrize("at", [OLD, NOW - 900], ids=["settled", "fresh"])
def test_another_database_in_its_place_adds_its_chats(stage, db, at):
    fill(db, 5, at=at)
    assert said(stage) == (5, 5)
    db.path.rename(db.path.with_name("away.db"))
    other = ClaudetteDb(db.path)
    other.workspace("w2")
    other.session("t1", "w2")
    for number in range(2):
        other.message("t1", workspace="w2", at=at + number, completion=30)
    for _ in range(2):
        assert said(stage) == (7, 65)
    db.path.unlink()
    db.path.with_name("away.db").rename(db.path)
    assert said(stage) == (7, 65)
    stage.index.scan(rebuild=True)
    assert said(stage) == (7, 65)
    assert claudette_calls._place(stage.db).anew is False


def test_an_older_copy_of_the_database_takes_nothing_back(stage, db):
    fill(db, 3)
    copy = db.path.read_bytes()
    fill(db, 3, at=OLD + 7200)
    assert said(stage) == (6, 6)
    db.path.write_bytes(copy)
    for _ in range(2):
        assert said(stage) == (6, 6)
    fill(db, 1, at=OLD + 4 * 3600)
    assert said(stage) == (7, 7)


def test_a_database_that_is_gone_leaves_what_is_known(stage, db):
    fill(db, 3)
    assert said(stage) == (3, 3)
    db.path.unlink()
    assert said(stage) == (3, 3)
    assert stage.index.told is None


def test_a_locked_database_leaves_what_is_known_and_says_so(stage, db, monkeypatch):
    fill(db, 3)
    assert said(stage) == (3, 3)
    fill(db, 1)

    def locked(*_, **__):
        raise ClaudetteDbError(claudette_db.DbState.LOCKED)

    monkeypatch.setattr(claudette_calls, "open_view", locked)
    assert said(stage) == (3, 3)
    assert stage.index.told == "locked"
    monkeypatch.undo()
    assert said(stage) == (4, 4)
    assert stage.index.told is None


def test_the_newest_few_are_fresh_however_fast_they_come(stage, db, monkeypatch):
    from tray.metrics import claudette_rows

    monkeypatch.setattr(claudette_rows, "FRESH_MOST", 2)
    fill(db, 5, at=NOW - 900)
    assert said(stage) == (5, 5)
    assert stage.db.execute("SELECT count(*) FROM chat_fresh").fetchone() == (2,)
    fill(db, 3, at=NOW - 300)
    assert said(stage) == (8, 8)


def test_a_clock_that_is_set_back_counts_nothing_twice(stage, db):
    fill(db, 4)
    assert said(stage) == (4, 4)
    db.message("s1", at=NOW, completion=5)
    claudette_calls.take_in(stage.db, db.path, now=NOW - 30 * DAY)
    assert stage.index.usage().totals.calls == 5


def test_how_far_its_reading_is_is_told(stage, db):
    fill(db, 9000)
    told = []
    assert stage.index.catch_up(messages=lambda done, total: told.append((done, total)))
    assert len(told) > 1
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert all(0 <= done <= total < 9000 for done, total in told)
    assert told[-1][0] == told[-1][1]
    told.clear()
    assert stage.index.catch_up(messages=lambda done, total: told.append((done, total)))
    assert not told, "nothing new, nothing told"
