"""Reading from a Claudette database with a million messages and a hundred thousand sessions."""

from __future__ import annotations

import time

import pytest

from tests.bench.big_database import BUSY, big_database, watch_connections
from tests.bench.watching import timed
from tray.metrics import claudette
from tray.metrics.claudette_tokens import read_use


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return big_database(tmp_path_factory.mktemp("claudette") / "claudette.db")


def test_a_large_database(db, figures):
    activity, use, whole = [], [], []
    for _ in range(9):
        figures.beat()
        found = []
        activity.append(timed(lambda: found.append(claudette.read(db.path))))  # noqa: B023 - called at once
        (who,) = (read.activity for read in found)
        assert (who.workspace, who.chat_session) == ("w0", "c0")
        sums = []
        use.append(timed(lambda: sums.append(_use(db, who))))  # noqa: B023 - called at once
        assert sums[0].session.rows >= BUSY
        whole.append(activity[-1] + use[-1])
    figures.hold("database, 1 M messages: all reads", whole, 300)


def test_no_lock_is_held_for_long(db, figures, monkeypatch):
    """From the opening of each transaction to its end."""
    held = {"activity": [], "tokens": []}
    for _ in range(9):
        figures.beat()
        for name, read in (("activity", lambda: claudette.read(db.path)), ("tokens", lambda: _use(db))):
            with monkeypatch.context() as patch:
                ends = watch_connections(patch, held[name])
                read()
                assert ends, "the read was not seen"
    figures.hold("database: activity, lock held", held["activity"], 50)
    figures.hold("database: tokens, lock held", held["tokens"], 50)


def _use(db, who=None):
    session, workspace = (who.chat_session, who.workspace) if who else ("c0", "w0")
    return read_use(db.path, chat_session=session, workspace=workspace, since=time.time() - 86_400)
