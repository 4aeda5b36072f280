"""The calls in the index, one by one: those that count, as the transcripts told them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.packed import decode, quality, side, speed
from tray.metrics.records import Call, Quality, Speed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_FILES = """
SELECT id, agent, calls FROM files
WHERE calls IS NOT NULL AND last >= ? AND first < ? {where} ORDER BY first, id
"""
_OF_SESSION = """
AND id IN (SELECT file FROM holds WHERE session = (SELECT id FROM names WHERE name = ?))
"""


def calls(
    db: sqlite3.Connection,
    *,
    since: int = 0,
    until: int = 1 << 62,
    agent: str | None = None,
    session: str | None = None,
) -> Iterator[Call]:
    """The calls from `since` up to (not including) `until`, Unix milliseconds; each once, in no fixed order.

    `Call.key` is the index's own number of the call, as 16 hex digits. Only files whose span of time touches
    the one asked for are opened. Raises `sqlite3.DatabaseError` where the index is damaged.
    """
    where, values = "", [since, until]
    if session is not None:
        where += _OF_SESSION
    if agent is not None:
        where += " AND agent = ?"
    query = _FILES.format(where=where)
    given = [*values, *([session] if session is not None else []), *([agent] if agent is not None else [])]
    for file, owner, blob in db.execute(query, given).fetchall():
        lost = {row[0] for row in db.execute("SELECT key FROM copies WHERE file = ? AND NOT wins", (file,))}
        strings, packed = decode(blob)
        for row in packed:
            if since <= row[1] < until and row[0] not in lost and session in (None, strings[row[2]]):
                yield _call(owner, strings, row)


def _call(agent: str, strings: list[str], row: tuple) -> Call:  # type: ignore[type-arg]
    (
        key,
        at,
        session,
        model,
        project,
        branch,
        fresh,
        output,
        cached,
        written,
        hour,
        thought,
        web,
        flags,
        cost,
    ) = row
    return Call(
        key=f"{key & 0xFFFFFFFFFFFFFFFF:016x}",
        agent=agent,
        session=strings[session],
        at=at,
        model=strings[model] or None,
        project=strings[project] or None,
        branch=strings[branch] or None,
        input=fresh,
        output=output,
        cache_read=cached,
        cache_write_5m=written,
        cache_write_1h=hour,
        reasoning=thought,
        web_searches=web,
        speed=Speed(speed(flags)),
        quality=Quality(quality(flags)),
        side=side(flags),
        cost=cost,
    )
