"""What a transcript tells: calls, turns and ledgers. Numbers, names, instants; never a word of a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Quality(IntEnum):
    """How far the numbers of a call can be trusted."""

    EXACT = 0
    PLACEHOLDER = 1  # the client wrote the line before the answer was complete: output is too low
    CONTAINED = 2  # derived: a counter went back, or a value was no number
    LEDGER = 3  # not in any line: the client's own sum for the session says so


class Speed(IntEnum):
    """The tier a call was served in, where the client says so."""

    STANDARD = 0
    FAST = 1


class CallRow(NamedTuple):
    """A `Call` on its way from a parser into the index: a tuple, since a first scan makes millions."""

    key: str
    agent: str
    session: str
    at: int
    model: str | None
    project: str | None
    branch: str | None
    input: int
    output: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    reasoning: int
    web_searches: int
    speed: int
    quality: int
    side: bool
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One answer of a model. Token counts are whole numbers >= 0; `at` is Unix milliseconds (UTC).

    `input` is the uncached part of the prompt; `output` includes `reasoning`. `key` names the call across all
    files: two calls of one agent with the same key are copies of one answer. `side` is a sub-agent's call.
    `cost` is the client's own figure in US dollars, where that outranks a price table.
    """

    key: str
    agent: str
    session: str
    at: int
    model: str | None = None
    project: str | None = None  # the folder the agent worked in
    branch: str | None = None
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0
    web_searches: int = 0
    speed: Speed = Speed.STANDARD
    quality: Quality = Quality.EXACT
    side: bool = False
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One prompt of the person; `command` is the slash command it was, without the slash."""

    key: str
    session: str
    at: int  # Unix milliseconds
    project: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A client's own sum for a whole session and one model; the last one written counts.

    It holds what no line tells (compaction, background calls), and for a fork also what its parent used.
    """

    session: str
    model: str
    at: int  # Unix milliseconds: the last dated line before it
    project: str | None = None
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    web_searches: int = 0
    cost: float | None = None  # US dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One conversation with an agent, as its transcripts tell it."""

    id: str
    agent: str
    project: str | None
    started: int  # Unix milliseconds
    ended: int  # of the last call or turn
    model: str | None  # of the last call
    calls: int
    turns: int
    gone: bool  # the client has deleted its files meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command and how often it was typed."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What one stretch of a file came to."""

    rows: tuple[CallRow, ...] = ()
    turns: tuple[Turn, ...] = ()
    ledgers: tuple[Ledger, ...] = ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """The rows as calls."""
        return tuple(as_call(row) for row in self.rows)


def as_call(row: CallRow) -> Call:
    """The call that a row tells of."""
    named = row._asdict()
    return Call(**{**named, "speed": Speed(row.speed), "quality": Quality(row.quality)})


def tokens(row: CallRow) -> int:
    """All tokens of a call."""
    return row.input + row.output + row.cache_read + row.cache_write_5m + row.cache_write_1h


def outranks(row: CallRow, other: CallRow) -> bool:
    """Whether this copy of a call counts instead of the other one.

    The main conversation's before a side question's, then the one with most tokens, then one that was whole,
    then the earliest (a fork of Codex gives its copies new times); of equal ones any fixed choice would do:
    the smaller session id.
    """
    return (*_rank(row), other.session) > (*_rank(other), row.session)


def _rank(row: CallRow) -> tuple[bool, int, bool, int]:
    return (not row.side, tokens(row), row.quality == 0, -row.at)
