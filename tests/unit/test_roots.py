"""What is watched for transcripts: each agent's folders, known by the reader's own list."""

from types import SimpleNamespace

import pytest

from tests.fakes import fake_paths
from tests.watch_stage import Reports, append
from tray.engine.watchplan import make_plan
from tray.metrics.activity import watched
from tray.metrics.agents import Form
from tray.metrics.opencode import AGENT as OPENCODE
from tray.metrics.registry import ALL
from tray.metrics.roots import transcript_roots
from tray.sources.local import SOURCE


def agent(folder, form=Form.LINES, below=()):
    return SimpleNamespace(roots=lambda paths: (folder,), form=form, below=below)


@pytest.fixture
def reports():
    made = Reports()
    yield made
    made.watcher.stop()


def test_every_agent_is_watched_by_one_list_for_rows_and_activity(tmp_path):
    paths = fake_paths(tmp_path)
    roots = transcript_roots(paths)
    folders = [root.path for root in roots]
    assert len(folders) == len(set(folders))
    assert set(folders) >= {folder for one in ALL for folder in one.roots(paths)}
    assert watched(paths)[1:] == SOURCE.watched(paths)[1:] == roots


def test_of_a_database_its_log_is_heard_and_folders_below_are_not(reports, tmp_path):
    folder = tmp_path / "opencode"
    (folder / "snapshot").mkdir(parents=True)
    roots = transcript_roots(fake_paths(tmp_path), (agent(folder, Form.DATABASE),))
    reports.watcher.watch({"local": roots})
    append(folder / "snapshot" / "blob")
    append(folder / "opencode.db-wal")
    assert reports.next() == {"local"}
    assert next(root.recursive for root in roots if root.path == folder) is False


def test_opencodes_older_chats_are_heard_in_folders_that_come_later(reports, tmp_path):
    paths = fake_paths(tmp_path)
    folder = paths.opencode_data
    folder.mkdir(parents=True)
    reports.watcher.watch({"local": transcript_roots(paths, (OPENCODE,))})
    chat = folder / "storage" / "message" / "ses_1"
    chat.mkdir(parents=True)
    append(chat / "msg_1.json")
    reports.until("local")
    reports.drain()
    append(chat / "msg_1.json")
    assert reports.next() == {"local"}
    (chat.parent / "ses_2").mkdir()
    reports.until("local")
    reports.drain()
    append(chat.parent / "ses_2" / "msg_2.json")
    assert reports.next() == {"local"}


def test_opencodes_snapshots_logs_and_parts_are_never_watched(tmp_path):
    paths = fake_paths(tmp_path)
    folder = paths.opencode_data
    for name in ("snapshot/a/b", "log", "storage/part/msg_1", "storage/session", "storage/message/ses_1"):
        (folder / name).mkdir(parents=True)
    plan = make_plan({"local": transcript_roots(paths, (OPENCODE,))}, home=str(tmp_path))
    assert plan.contents == {str(folder): False, str(folder / "storage" / "message"): True}
    assert plan.anchors <= {str(tmp_path), str(folder.parent), str(folder / "storage")}


def test_what_is_watched_below_a_root_is_what_is_read_there():
    for one in ALL:
        assert not one.below or one.form is Form.DATABASE, "others are watched as a whole"
        assert all(one.entered(name) for below in one.below for name in below.split("/"))


def test_a_root_that_appears_with_its_first_session_is_heard(reports, tmp_path):
    folder = tmp_path / "home" / ".agent" / "sessions"
    (tmp_path / "home").mkdir()
    reports.watcher.watch({"local": transcript_roots(fake_paths(tmp_path), (agent(folder),))})
    (folder / "deep").mkdir(parents=True)
    append(folder / "deep" / "one.jsonl")
    reports.until("local")
    reports.drain()
    append(folder / "deep" / "one.jsonl")
    assert reports.next() == {"local"}
