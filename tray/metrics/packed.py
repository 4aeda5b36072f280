"""A file's calls made small: a blob for the index, the sums they add, the keys that tell copies apart."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from tray.metrics.bands import BANDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tray.metrics.records import CallRow, Ledger, Turn

SLOT = 900_000  # milliseconds: a quarter of an hour, the finest step between time zones

_SPEED, _QUALITY, _BAND, _SIDE = 0x3, 0xC, 0xF0, 0x100
SUMMED = _SPEED | _QUALITY | _BAND  # what sums keep apart


# key, at, session, model, project, branch, input, output, cache read, cache write 5 m and 1 h, reasoning, web
# searches, flags, cost. The four texts are numbers into a list of strings, whose first one is "" for none.
PackedCall = tuple[int, int, int, int, int, int, int, int, int, int, int, int, int, int, float | None]


class Packed(NamedTuple):
    """What one file came to; everything but `blob` and `keys` is plain lists and numbers.

    `sums`: slot, session, model, project, flags, calls, input, output, cache read, cache write 5 m and 1 h,
    reasoning, web searches, cost, calls with a cost. `turns`: key, at, session, project, command. `ledgers`:
    session, model, at, project, then counts and cost as in `Ledger`. `first` and `last`: the span of all
    instants, (1, 0) where there are none.
    """

    strings: list[str]
    blob: bytes
    keys: bytes
    sums: list[tuple[Any, ...]]
    turns: list[tuple[int, int, int, int, int]]
    ledgers: list[tuple[Any, ...]]
    first: int
    last: int


def flags_of(speed: int, quality: int, prompt: int, *, side: bool) -> int:
    """The small facts of a call in one number; `prompt` is its prompt's size in tokens."""
    return speed | quality << 2 | bisect_left(BANDS, prompt) << 4 | (_SIDE if side else 0)


def speed(flags: int) -> int:
    """The tier, as `records.Speed`."""
    return flags & _SPEED


def quality(flags: int) -> int:
    """As `records.Quality`."""
    return (flags & _QUALITY) >> 2


def band(flags: int) -> int:
    """How many of `bands.BANDS` the prompt passed."""
    return (flags & _BAND) >> 4


def side(flags: int) -> bool:
    """Whether it was a sub-agent's call."""
    return bool(flags & _SIDE)


def hashed(agent: str, key: str) -> int:
    """A key as a signed 64-bit number: among ten million calls two share one once in 370,000 indexes."""
    return _hashed(_seed(agent), key)


def _seed(agent: str) -> Any:
    from hashlib import blake2b  # with OpenSSL, which a mere look at the sums does not need

    return blake2b(f"{agent}:".encode(), digest_size=8)


def _hashed(seed: Any, key: str) -> int:
    hashing = seed.copy()
    hashing.update(key.encode("utf-8", "replace"))
    return int.from_bytes(hashing.digest(), "little", signed=True)


def pack(agent: str, rows: Iterable[CallRow], turns: Iterable[Turn], ledgers: Iterable[Ledger]) -> Packed:
    """Records made small; rows of one key must have been joined before."""
    known: dict[str | None, int] = {None: 0, "": 0}
    number = known.setdefault
    seed = _seed(agent)
    copied, number_of = seed.copy, int.from_bytes
    calls: list[PackedCall] = []
    add = calls.append
    texts: tuple[str | None, ...] = ()
    s = m = p = b = 0
    for row in rows:
        (key, _, session, at, model, project, branch, fresh, output, cached, written, hour, thought,
         web, tier, quality_, side_, cost) = row  # fmt: skip
        if (session, model, project, branch) != texts:  # for most rows they are those of the row before
            texts = (session, model, project, branch)
            s = number(session, len(known) - 1)
            m = number(model, len(known) - 1)
            p = number(project, len(known) - 1)
            b = number(branch, len(known) - 1)
        # `flags_of` and `_hashed`, written out: calls of functions would cost as much as their work.
        flags = tier | quality_ << 2 | bisect_left(BANDS, fresh + cached + written + hour) << 4
        if side_:
            flags |= _SIDE
        hashing = copied()
        hashing.update(key.encode("utf-8", "replace"))
        key_ = number_of(hashing.digest(), "little", signed=True)
        add((key_, at, s, m, p, b, fresh, output, cached, written, hour, thought, web, flags, cost))
    said = [
        (
            _hashed(seed, turn.key),
            turn.at,
            number(turn.session, len(known) - 1),
            number(turn.project, len(known) - 1),
            number(turn.command, len(known) - 1),
        )
        for turn in turns
    ]
    summed = [
        (
            number(ledger.session, len(known) - 1),
            number(ledger.model, len(known) - 1),
            ledger.at,
            number(ledger.project, len(known) - 1),
            ledger.input,
            ledger.output,
            ledger.cache_read,
            ledger.cache_write_5m,
            ledger.cache_write_1h,
            ledger.web_searches,
            ledger.cost,
        )
        for ledger in ledgers
    ]
    del known[None]
    return packed([text or "" for text in known], calls, said, summed)


def packed(
    strings: list[str],
    calls: Sequence[PackedCall],
    turns: list[tuple[int, int, int, int, int]],
    ledgers: list[tuple[Any, ...]],
) -> Packed:
    """The same from calls that are small already."""
    times = [call[1] for call in calls] + [turn[1] for turn in turns]
    return Packed(
        strings=strings,
        blob=encode(strings, calls),
        keys=array("q", [call[0] for call in calls]).tobytes(),
        sums=add_up(calls),
        turns=turns,
        ledgers=ledgers,
        first=min(times, default=1),
        last=max(times, default=0),
    )


def add_up(calls: Iterable[PackedCall]) -> list[tuple[Any, ...]]:
    """The sums of calls by quarter of an hour and all that has a price of its own."""
    sums: dict[tuple[int, int, int, int, int], list[Any]] = {}
    find = sums.get
    for _, at, s, m, p, _, fresh, output, cached, written, hour, thought, web, flags, cost in calls:
        key = (at // SLOT, s, m, p, flags & SUMMED)
        known = find(key)
        if known is None:
            costs = (0.0, 0) if cost is None else (cost, 1)
            sums[key] = [1, fresh, output, cached, written, hour, thought, web, *costs]
            continue
        known[0] += 1
        known[1] += fresh
        known[2] += output
        known[3] += cached
        known[4] += written
        if hour:
            known[5] += hour
        if thought:
            known[6] += thought
        if web:
            known[7] += web
        if cost is not None:
            known[8] += cost
            known[9] += 1
    return [(*key, *values) for key, values in sums.items()]


def encode(strings: Sequence[str], calls: Sequence[PackedCall]) -> bytes:
    """Calls as the index keeps them: MessagePack, about 45 bytes a call; the strings stand in it once."""
    import msgspec

    return msgspec.msgpack.encode((strings, calls))


def decode(blob: bytes) -> tuple[list[str], list[PackedCall]]:
    """The calls of `encode`. Raises `sqlite3.DatabaseError` where the blob is damaged, as SQLite does."""
    import sqlite3

    import msgspec

    try:
        strings, calls = msgspec.msgpack.decode(blob, type=tuple[list[str], list[PackedCall]])
    except msgspec.MsgspecError as error:
        raise sqlite3.DatabaseError("damaged calls") from error
    return strings, calls
