"""Parses the session files of Pi, and of OMP, which writes the same format.

Facts by client version are in docs/sources/pi.md. What decides here:

- An answer is one entry of type "message". A fork copies its parent's entries word for word: the vendor's id
  of the answer and the entry's time tell a call. The id alone does not: local servers draw theirs from a few.
- Entries form a tree. What was abandoned was paid for and counts.
- `cost.total` is the client's own estimate from its table of models and outranks ours.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from tray.metrics.counts import MOST, count, dollars, millis, unix_millis
from tray.metrics.foreign import mapping, name, parse_json, text
from tray.metrics.own_cost import own_cost
from tray.metrics.records import CallRow, Quality, Records, Turn, outranks

if TYPE_CHECKING:
    from tray.metrics.agents import State

_HEAD = 400  # bytes in which a line names the role of its message, as the client writes it
_ROLE = b'"message":{"role":"'
_PASSED_OVER = tuple(
    b'{"type":"' + kind
    for kind in (
        b"model_change",
        b"thinking_level_change",
        b"compaction",
        b"branch_summary",
        b"custom",
        b"label",
    )
)

Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class _Cost(msgspec.Struct):
    total: float | None = None


class _Usage(msgspec.Struct, rename="camel"):
    input: Count = 0
    output: Count = 0
    cache_read: Count = 0
    cache_write: Count = 0
    reasoning_tokens: Count = 0
    cost: _Cost | None = None


class _Message(msgspec.Struct, rename="camel"):
    role: str | None = None
    provider: str | None = None
    model: str | None = None
    response_id: str | None = None
    timestamp: float | None = None
    usage: _Usage | None = None


class _Line(msgspec.Struct):
    type: str | None = None
    id: str | None = None
    timestamp: str | None = None
    cwd: str | None = None
    message: _Message | None = None


_decode = msgspec.json.Decoder(_Line).decode


def _parse(agent: str, data: bytes | bytearray, end: int, state: State, path: str) -> Records:
    """The calls and turns of whole lines; `state` carries the session's id and folder, told by the first."""
    rows: dict[str, CallRow] = {}
    turns: list[Turn] = []
    state.setdefault("session", Path(path).stem.rpartition("_")[2] or "unknown")
    find, starts, start = data.find, data.startswith, 0
    with memoryview(data) as view:
        while start < end:
            stop = find(b"\n", start, end)
            if stop < 0:
                stop = end
            at = find(_ROLE, start, min(start + _HEAD, stop))
            if at >= 0:
                at += len(_ROLE)
                if starts((b'assistant"', b'user"'), at):
                    _entry(agent, view[start:stop], rows, turns, state)
            elif not starts(_PASSED_OVER, start) and _tells(data, start, stop):
                _entry(agent, view[start:stop], rows, turns, state)
            start = stop + 1
    return Records(rows=tuple(rows.values()), turns=tuple(turns))


def parse_pi(data: bytes | bytearray, end: int, state: State, path: str) -> Records:
    """The calls and turns of Pi's sessions."""
    return _parse("pi", data, end, state, path)


def parse_omp(data: bytes | bytearray, end: int, state: State, path: str) -> Records:
    """The calls and turns of OMP's sessions."""
    return _parse("omp", data, end, state, path)


def _tells(data: bytes | bytearray, start: int, stop: int) -> bool:
    """Whether a line that is written in another way may be of interest: the session's own is."""
    return any(data.find(word, start, stop) >= 0 for word in (b'"session"', b'"assistant"', b'"user"'))


def _entry(agent: str, line: memoryview, rows: dict[str, CallRow], turns: list[Turn], state: State) -> None:
    quality = 0
    try:
        found = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found, quality = _loose(line), int(Quality.CONTAINED)
    if found.type == "session":
        state["session"] = text(found.id) or state["session"]
        state["project"] = text(found.cwd) or state.get("project")
        return
    message = found.message
    if found.type != "message" or message is None:
        return
    at = millis(found.timestamp) or unix_millis(message.timestamp)
    if at is None:
        return
    if message.role == "user":
        key = f"{found.id}:{at}"
        turns.append(Turn(key=key, session=state["session"], at=at, project=state.get("project")))
    elif message.role == "assistant" and message.usage is not None:
        row = _row(agent, found, message, message.usage, at, quality, state)
        if row is not None:
            known = rows.get(row.key)
            if known is None or outranks(row, known):
                rows[row.key] = row


def _row(
    agent: str, found: _Line, message: _Message, usage: _Usage, at: int, quality: int, state: State
) -> CallRow | None:
    """None for an answer that was broken off before anything was counted."""
    if not (usage.input or usage.output or usage.cache_read or usage.cache_write):
        return None
    return CallRow(
        f"{message.response_id or found.id}:{at}",
        agent,
        state["session"],
        at,
        _model(message.model),
        state.get("project"),
        None,
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write,
        0,
        min(usage.reasoning_tokens, usage.output),
        0,
        0,
        quality,
        False,
        own_cost(usage.cost.total if usage.cost is not None else None, message.provider),
    )


@lru_cache(maxsize=256)
def _model(raw: str | None) -> str | None:
    return name(raw)


def _loose(line: memoryview) -> _Line:
    """A line whose values are not of the kinds they should be: what is sound in it counts."""
    found = mapping(parse_json(bytes(line)))
    message = mapping(found.get("message"))
    usage = mapping(message.get("usage"))
    tokens = _Usage(
        input=count(usage.get("input")),
        output=count(usage.get("output")),
        cache_read=count(usage.get("cacheRead")),
        cache_write=count(usage.get("cacheWrite")),
        reasoning_tokens=count(usage.get("reasoningTokens")),
        cost=_Cost(total=dollars(mapping(usage.get("cost")).get("total"))),
    )
    return _Line(
        type=text(found.get("type")),
        id=text(found.get("id")),
        timestamp=text(found.get("timestamp")),
        cwd=text(found.get("cwd")),
        message=_Message(
            role=text(message.get("role")),
            provider=text(message.get("provider")),
            model=text(message.get("model")),
            response_id=text(message.get("responseId")),
            timestamp=unix_millis(message.get("timestamp")),
            usage=tokens if usage else None,
        ),
    )
