"""An index filled by hand, for tests of what is asked of it.

stage = Stage(tmp_path)
stage.file("claude", [call("a", at="2026-11-21T10:00Z", output=5)], ledgers=[ledger(output=7)])
stage.usage("weekly", zone="Asia/Kolkata").rows
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime

from tests.fakes import fake_paths
from tray.metrics.covered import cover
from tray.metrics.index import connect, transaction
from tray.metrics.merge import Merger
from tray.metrics.opened import Index
from tray.metrics.packed import pack
from tray.metrics.records import CallRow, Ledger, Turn
from tray.metrics.stretch import Reading

MODEL = "claude-opus-4-8"  # $5 in, $25 out, $0.5 read, $6.25 and $10 written
NONE = "no-such-model"


def millis(moment):
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def call(key="k", at="2026-11-21T10:00Z", session="s1", **values):
    """A call; what is not given is 0, of MODEL, in /home/dev/proj."""
    row = dict.fromkeys(CallRow._fields, 0) | {
        "agent": "claude",
        "model": MODEL,
        "project": "/home/dev/proj",
        "branch": "main",
        "cost": None,
        "key": key,
        "at": millis(at),
        "session": session,
        "side": False,
    }
    return CallRow(**row | values)


def ledger(session="s1", at="2026-11-21T11:00Z", model=MODEL, **values):
    return Ledger(session=session, at=millis(at), model=model, **{"project": "/home/dev/proj"} | values)


def turn(key, at="2026-11-21T10:00Z", session="s1", command=None):
    return Turn(key=key, session=session, at=millis(at), project="/home/dev/proj", command=command)


class Stage:
    """A person's places with an index; `file` adds a transcript, `usage` asks."""

    def __init__(self, root) -> None:
        self.places = fake_paths(root)
        self.index = Index(connect(self.places.index_file, write=True), self.places)
        self.db = self.index.db

    def file(self, agent, rows=(), *, turns=(), ledgers=(), gone=False) -> None:
        (number,) = self.db.execute("SELECT count(*) + 1 FROM files").fetchone()
        reading = Reading(pack(agent, rows, turns, ledgers), 1, 1, 1, number, 1, b"", {}, fresh=False)
        with transaction(self.db):
            self.db.execute(
                "INSERT INTO files(id, agent, path, offset, gone) VALUES (?, ?, ?, 1, ?)",
                (number, agent, f"/nowhere/{number}.jsonl", round(time.time() * 1000) if gone else None),
            )
            merger = Merger(self.db)
            merger.put(number, agent, reading)
            merger.flush()
            cover(self.db, merger.changed)

    def usage(self, by="daily", zone="UTC", **asked):
        self.index.read_claudette()
        return self.index.usage(by, timezone=zone, **asked)

    def close(self) -> None:
        with suppress(Exception):
            self.index.close()


def figures(row):
    """(input, output, cache write, cache read) of a row."""
    return row.input_tokens, row.output_tokens, row.cache_write_tokens, row.cache_read_tokens
