"""Claudette's chats beside an index, for tests of what is taken in of them."""

from __future__ import annotations

import time

from tests.claudette_db import PI, ClaudetteDb

DAY = 86_400.0
NOW = time.time()
OLD = NOW - 3 * DAY  # has settled


def two_chats(stage):
    """Claudette's database of a stage's person, with two chats in one workspace."""
    made = ClaudetteDb(stage.places.claudette_db)
    made.workspace("w1")
    made.backends(PI)
    for chat in ("s1", "s2"):
        made.session(chat, "w1")
    return made


def said(stage):
    """(calls, output tokens) of all chats."""
    totals = stage.usage().totals
    return totals.calls, totals.output_tokens


def change(db, sql, *values):
    with db.held() as connection:
        connection.execute(sql, values)


def fill(db, count, *, chat="s1", at=OLD, step=60.0, completion=1):
    db.messages(chat, [at + step * number for number in range(count)], completion=completion)
