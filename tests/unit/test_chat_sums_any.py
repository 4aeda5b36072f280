"""Whatever happens to Claudette's database, every answer that was ever seen counts once."""

from __future__ import annotations

import random
import sqlite3

import pytest

from tests.claudette_db import PI, ClaudetteDb, stamp
from tests.usage_stage import Stage
from tray.metrics import claudette_calls, claudette_rows

BEGUN = 1_790_000_000
QUARTER = 900


class Life:
    """A database with what is known of it, in steps drawn by chance; every answer has a quarter hour to itself."""

    def __init__(self, stage, seed):
        self.stage, self.draw = stage, random.Random(seed)
        self.db = ClaudetteDb(stage.places.claudette_db)
        self.db.workspace("w1")
        self.db.backends(PI)
        for chat in ("s1", "s2", "s3"):
            self.db.session(chat, "w1")
            self.db.setting(f"model_provider:{chat}", "pi")
        self.count = 0
        self.copy = self.read_file()
        self.seen: dict[str, int] = {}

    def sql(self, statement, values=()):
        with self.db.held() as connection:
            return connection.execute(statement, values).fetchall()

    def read_file(self):
        return self.db.path.read_bytes()

    def add(self):
        self.finish()
        for _ in range(self.draw.randint(1, 6)):
            self.count += 1
            values = (
                f"m{self.count}",
                stamp(BEGUN + self.count * QUARTER),
                self.draw.choice(("s1", "s2", "s3")),
            )
            tokens = self.draw.choice((None, self.draw.randint(1, 99)))
            self.sql(
                "INSERT INTO chat_messages (id, workspace_id, role, content, created_at, chat_session_id,"
                " output_tokens) VALUES (?, 'w1', 'assistant', 'x', ?, ?, ?)",
                (*values, tokens),
            )

    def finish(self):
        self.sql("UPDATE chat_messages SET output_tokens = 7 WHERE output_tokens IS NULL")

    def delete_newest(self):
        self.sql(
            "DELETE FROM chat_messages WHERE rowid > (SELECT max(rowid) - ? FROM chat_messages)",
            (self.draw.randint(1, 8),),
        )

    def delete_some(self):
        for (message,) in self.sql("SELECT id FROM chat_messages"):
            if self.draw.random() < 0.2:
                self.sql("DELETE FROM chat_messages WHERE id = ?", (message,))

    def vacuum(self):
        connection = sqlite3.connect(self.db.path)
        connection.execute("VACUUM")
        connection.close()

    def save(self):
        self.finish()
        self.copy = self.read_file()

    def restore(self):
        self.db.path.write_bytes(self.copy)

    def take_in(self):
        later = self.draw.choice((1, 40_000, 200_000))
        if later > 1:
            self.finish()  # a turn ends within a day
        now = BEGUN + self.count * QUARTER + later
        asked = []
        most = self.draw.choice((2, 99))
        stopped = lambda: asked.append(1) or len(asked) > most  # noqa: E731
        whole = claudette_calls.take_in(self.stage.db, self.db.path, now=now, stopped=stopped)
        if not whole:
            assert claudette_calls.take_in(self.stage.db, self.db.path, now=now)
        self.seen.update(
            self.sql("SELECT id, output_tokens FROM chat_messages WHERE output_tokens IS NOT NULL")
        )
        totals = self.stage.index.usage("daily", timezone="UTC").totals
        assert (totals.calls, totals.output_tokens) == (len(self.seen), sum(self.seen.values()))


@pytest.mark.parametrize("seed", range(20))
def test_every_answer_counts_once(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(claudette_calls, "_LEAST", 3)
    monkeypatch.setattr(claudette_calls, "_MOST", 9)
    monkeypatch.setattr(claudette_rows, "FRESH_MOST", 30)
    stage = Stage(tmp_path)
    life = Life(stage, seed)
    steps = (
        [life.add] * 6 + [life.finish] * 3 + [life.delete_newest, life.delete_some, life.vacuum, life.save]
    )
    steps += [life.restore, *[life.take_in] * 4]
    for _ in range(50):
        life.draw.choice(steps)()
    life.take_in()
    assert life.count > 20
    stage.close()
