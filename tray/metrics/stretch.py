"""One file read from where it was left: its records packed small, for another process or the index."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.agents import Form
from tray.metrics.discover import written
from tray.metrics.lines import stretches
from tray.metrics.packed import pack
from tray.metrics.records import outranks

if TYPE_CHECKING:
    from tray.metrics.agents import Agent, State
    from tray.metrics.packed import Packed
    from tray.metrics.records import CallRow, Ledger, Turn

_ANCHOR = 1024  # bytes before the offset, and at the file's start: a line's last ones alone say little
WHOLE_MOST = 64 << 20  # bytes of a document that is read as a whole


class Reading(NamedTuple):
    """A file's new records and where its reading stands; `fresh`: what it told before is to be cleared."""

    packed: Packed
    offset: int
    size: int
    mtime: int  # nanoseconds
    inode: int
    device: int
    anchor: bytes
    state: State
    fresh: bool


def read(agent: Agent, path: str, offset: int, anchor: bytes, state: State, buffer: bytearray) -> Reading:
    """The records of a file from `offset` on, or all of them where it is not the file it was.

    Raises `OSError`. Only whole lines are read; a torn last one waits for its end.
    """
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a FileIO is wanted
        stat = os.fstat(file.fileno())
        size = stat.st_size
        match agent.form:
            case Form.LINES if 0 < offset <= size and anchor_of(file.fileno(), offset) == anchor:
                pass
            case Form.LINES | Form.WHOLE:
                offset, state = 0, {}
            case Form.DATABASE:  # its parser tells by the state whether it is the database it was
                offset = 0
        # Where keys last, what is read is joined by them, and what a file no longer tells stays known.
        fresh = offset == 0 and not agent.lasting_keys
        rows: dict[str, CallRow] = {}
        turns: dict[str, Turn] = {}
        ledgers: dict[tuple[str, str], Ledger] = {}
        match agent.form:
            case Form.LINES:
                for stretch, length, end in stretches(file, offset, size, buffer):
                    _take(agent, stretch, length, state, path, rows, turns, ledgers)
                    offset = end
            case Form.WHOLE:
                data = file.read(WHOLE_MOST + 1) if size <= WHOLE_MOST else b""
                _take(agent, data, len(data), state, path, rows, turns, ledgers)
                offset = size
            case Form.DATABASE:
                _take(agent, b"", 0, state, path, rows, turns, ledgers)
                offset = size
        return Reading(
            packed=pack(agent.id, rows.values(), turns.values(), ledgers.values()),
            offset=offset,
            size=size,
            mtime=written(path, stat, agent.form),
            inode=stat.st_ino,
            device=stat.st_dev,
            anchor=anchor_of(file.fileno(), offset),
            state=state,
            fresh=fresh,
        )


def _take(
    agent: Agent,
    data: bytes | bytearray,
    length: int,
    state: State,
    path: str,
    rows: dict[str, CallRow],
    turns: dict[str, Turn],
    ledgers: dict[tuple[str, str], Ledger],
) -> None:
    """Parse one stretch and join it to what the earlier ones came to."""
    found = agent.parse(data, length, state, path)
    new = {row[0]: row for row in found.rows}  # by their keys
    if not rows and len(new) == len(found.rows):  # as in most files: nothing to be joined
        rows.update(new)
    else:
        for row in found.rows:
            known = rows.get(row.key)
            if known is None or outranks(row, known):
                rows[row.key] = row
    for turn in found.turns:
        turns.setdefault(turn.key, turn)
    renewed = {ledger.session for ledger in found.ledgers}
    for key in [key for key in ledgers if key[0] in renewed]:
        del ledgers[key]  # a session's last ledger counts, as a whole
    for ledger in found.ledgers:
        ledgers[ledger.session, ledger.model] = ledger


def anchor_of(file: int, offset: int) -> bytes:
    """Tells a file that has grown from another one in its place: its start, and what is before the offset."""
    start = os.pread(file, min(_ANCHOR, offset), 0)
    before = os.pread(file, min(_ANCHOR, offset), max(offset - _ANCHOR, 0))
    return blake2b(start + b"|" + before, digest_size=8).digest()
