"""Parses Claude Code's transcripts: several lines for each answer, told apart by `message.id` alone.

Facts by client version are in docs/sources/claude-code.md. What decides here:

- An answer is written as one line for each block, all with its `message.id`; old clients write a placeholder
  for the output and never mend it. The copy with most tokens counts, the main conversation's before a side
  question's.
- `requestId` and `uuid` tell nothing: resumed copies lose the one, forks keep both.
- A `cost-state` line is the client's own sum for the session and the only trace of a compaction.
- `toolUseResult.usage` repeats a sub-agent's last call, and progress lines carry whole messages: not counted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from tray.metrics.claude_extras import cost_state, prompt
from tray.metrics.claude_typed import decode, loose
from tray.metrics.counts import millis
from tray.metrics.foreign import mapping, name, parse_json
from tray.metrics.records import CallRow, Quality, Records, outranks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.metrics.agents import State
    from tray.metrics.claude_typed import Line
    from tray.metrics.records import Ledger, Turn

_HEAD = 400  # bytes in which a line names its type, where it does so before anything long
_TAIL = 700  # bytes in which it does so behind the message
_RESULT = 1100  # bytes in which a tool's result names its call
_ID = 160  # bytes in which a line names its message, where that comes first
_NAMED = 64  # bytes from there on that hold its id for sure
_COUNTED = 320  # bytes from the stop reason on that hold all counts
_SYNTHETIC = "<synthetic>"  # the client's own error text, not an answer
_RESULT_HEAD = b'"message":{"role":"user","content":[{"tool_use_id":"'
_ATTACHED = b'"attachment":{"type":"'
_EARLY = 300  # bytes in which both stand
_PASSED_OVER = (
    *(b'progress"', b'attachment"', b'queue-operation"', b'last-prompt"', b'file-history-snapshot"'),
    *(b'api-request"', b'api-request-shape"', b'api-request-blob"', b'atis-latch"', b'tools-used"'),
    *(b'permission-mode"', b'system"', b'summary"', b'mode"'),
)

_SIDE = b'"isSidechain":'
_STOP = b'"stop_reason":'
_UUID = b'","uuid":"'
_ANSWER, _PROGRESS = b'"type":"assistant' + _UUID, b'"type":"progress' + _UUID

_PLACEHOLDER = int(Quality.PLACEHOLDER)
_new_row = tuple.__new__

_decode_any = msgspec.json.Decoder().decode


def parse(data: bytes | bytearray, end: int, state: State, path: str) -> Records:
    """The calls, turns and ledgers of whole lines; `state` carries the last dated line's time and folder.

    A line's own type is found without parsing it: inside a text every quote is escaped, so that `"type":"…"`
    is always a key, and the last one in the line's tail is the line's own, but for nested ones behind it.
    """
    del path
    best: dict[str, CallRow] = {}
    turns: list[Turn] = []
    ledgers: dict[tuple[str, str], Ledger] = {}
    find, rfind, starts, ends, start = data.find, data.rfind, data.startswith, data.endswith, 0
    last = 0, 0  # the last answer's line, as a span
    # What the next block of that answer is told by: how its head goes on at `ahead` bytes behind the line's
    # start, and all counts at `back` bytes before its end. No line holds a line's end.
    head, ahead, counts, back = b"\n", 0, b"", 0
    result = attached = 0  # bytes before what tells a tool's result, an attachment: as in the last such line
    tail = 0  # bytes behind the type and the key after it: in most lines of a file the same
    with memoryview(data) as view:
        while start < end:
            stop = find(b"\n", start, end)
            if stop < 0:
                stop = end
            if starts(head, start + ahead):
                if not counts:
                    at = rfind(_STOP, *last)
                    counts, back = bytes(view[at : at + _COUNTED]) if at > 0 else b"\n", last[1] - at
                if starts(counts, stop - back) and stop - back > start:
                    last = start, stop
                    start = stop + 1
                    continue
            behind = stop - tail
            if behind > start and ends(_ANSWER, start, behind):
                is_answer, at = True, 0
            elif (
                (behind > start and ends(_PROGRESS, start, behind))
                or (starts(_RESULT_HEAD, start + result) and start + result < stop)
                or (starts(_ATTACHED, start + attached) and start + attached < stop)
            ):
                start = stop + 1
                continue
            else:
                at = rfind(b'"type":"', stop - _TAIL if stop - start > _TAIL else start, stop) + 8
                is_answer = starts(b'assistant"', at)
                if is_answer and starts(_UUID, at + 9):
                    tail = stop - at - 9 - len(_UUID)
            if is_answer:
                last, head = (start, stop), b"\n"
                if _assistant(view[start:stop], best, state):
                    at, named = find(_SIDE, start, start + _ID), find(b'"id":"', start, start + _ID)
                    if 0 < at < named:
                        head, ahead, counts = bytes(view[at : named + _NAMED]), at - start, b""
            elif at > 7 and starts(_PASSED_OVER, at):
                if starts(b'attachment"', at):
                    attached = _where(data, _ATTACHED, start, attached)
            elif starts(b'user"', at) and find(b'"tool_use_id":', start, min(start + _RESULT, stop)) >= 0:
                result = _where(data, _RESULT_HEAD, start, result)  # most user lines, and the longest ones
            elif kind := _kind(data, start, stop):
                head = b"\n"
                if kind == b"assistant":
                    _assistant(view[start:stop], best, state)
                    last = start, stop
                else:
                    _date(data, last, state)
                    last = 0, 0
                    _other(view[start:stop], turns, ledgers, state)
            else:
                result = _where(data, _RESULT_HEAD, start, result)
            start = stop + 1
    _date(data, last, state)
    return Records(rows=tuple(best.values()), turns=tuple(turns), ledgers=tuple(ledgers.values()))


def _date(data: bytes | bytearray, line: tuple[int, int], state: State) -> None:
    """Note the time of the last answer's last line, by which an undated ledger is dated."""
    at = data.rfind(b'"timestamp":', *line) + 12
    stamp = data[at : at + 40].split(b'"', 2)[1:2] if at > 11 else []
    moment = millis(stamp[0].decode("ascii", "replace")) if stamp else None
    if moment is not None:
        state["at"] = moment


def _where(data: bytes | bytearray, what: bytes, start: int, before: int) -> int:
    """How far behind a line's start this begins; in the next line of its kind it will be as far."""
    at = data.find(what, start, start + _EARLY)
    return at - start if at >= 0 else before


def _kind(data: bytes | bytearray, start: int, stop: int) -> bytes:
    """What a line is whose tail does not tell: "assistant", "other" (worth parsing), else nothing."""
    find = data.find
    at = find(b'"type":"', start, min(start + _HEAD, stop)) + 8
    if at >= 8 and data.startswith(_PASSED_OVER, at):
        return b""
    if data.startswith(b'assistant"', at):
        return b"assistant"
    if find(b'"tool_use_id":', start, min(start + _RESULT, stop)) >= 0:
        return b""
    if data.startswith((b'user"', b'cost-state"'), at) or find(b'"role":"user"', start, stop) >= 0:
        return b"other"
    # Another order of the keys, or spaces between them.
    if find(b'_tokens"', start, stop) >= 0:
        return b"assistant"
    return b"other" if find(b'"cost-state"', start, stop) >= 0 or find(b'"user"', start, stop) >= 0 else b""


def _assistant(line: memoryview, best: dict[str, CallRow], state: State) -> bool:
    """Take an answer's line; whether the answer is known now."""
    quality = 0
    try:
        found = decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found, quality = loose(line), int(Quality.CONTAINED)
    message = found.message
    if found.type != "assistant" or message is None or message.usage is None or message.model == _SYNTHETIC:
        return False
    usage, key = message.usage, message.id or found.uuid
    if not key or not found.session_id:
        return False
    written, stop = usage.cache_creation_input_tokens, message.stop_reason
    known = best.get(key)
    if (
        known is not None
        and known.output >= usage.output_tokens
        and known.side <= found.is_sidechain
        and known.input == usage.input_tokens
        and known.cache_read == usage.cache_read_input_tokens
        and known.cache_write_5m + known.cache_write_1h == written
        and (known.quality != _PLACEHOLDER or stop is None)
    ):
        return True  # the next block of the same answer
    at = millis(found.timestamp)
    if at is None:
        return known is not None
    state["project"] = folder = found.cwd
    creation, tools, details = usage.cache_creation, usage.server_tool_use, usage.output_tokens_details
    hour = min(creation.ephemeral_1h_input_tokens, written) if creation is not None else 0
    row = _new_row(
        CallRow,
        (
            key,
            "claude",
            found.session_id,
            at,
            _model(message.model),
            folder or None,
            found.git_branch or None,
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_input_tokens,
            written - hour,
            hour,
            details.thinking_tokens if details is not None else 0,
            tools.web_search_requests if tools is not None else 0,
            1 if usage.speed == "fast" else 0,
            quality if stop is not None or _was_final(found) else _PLACEHOLDER,
            found.is_sidechain,
            None,
        ),
    )
    if known is None or outranks(row, known):
        best[key] = row
    return True


def _was_final(found: Line) -> bool:
    """Version 1 never wrote a stop reason, but its sub-agents' lines were whole."""
    return found.is_sidechain and found.version is not None and found.version.startswith("1.")


@lru_cache(maxsize=256)
def _model(raw: str | None) -> str | None:
    return name(raw)


def _other(line: memoryview, turns: list[Turn], ledgers: dict[tuple[str, str], Ledger], state: State) -> None:
    """A prompt or a ledger."""
    found = _mapping(line)
    match found.get("type"):
        case "user":
            turn = prompt(found, state)
            if turn is not None:
                turns.append(turn)
        case "cost-state":
            cost_state(found, ledgers, state)


def _mapping(line: memoryview) -> Mapping[str, Any]:
    """A line as a JSON object; the stricter decoder is the faster one, the other reads what it refuses."""
    try:
        return mapping(_decode_any(line))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return mapping(parse_json(bytes(line)))
