"""Walks through Codex's transcripts ("rollouts"): a line for each event, of which few tell of tokens.

What a line is stands in its first bytes, so that hardly any line is parsed. What the lines mean is told in
`codex_thread`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.codex_lines import any_line, count_line, kind_and_time, record_line
from tray.metrics.codex_thread import Thread
from tray.metrics.records import CallRow, Records, Turn

if TYPE_CHECKING:
    from tray.metrics.agents import State

# {"timestamp":"2026-11-21T19:33:57.281Z","type":"event_msg","payload":{"type":"token_count","info":{…
# {"timestamp":"2026-11-21T19:33:57.281Z","ordinal":7,"type":"token_usage_record","payload":{…
_OPENING = b'{"timestamp":"'
_STAMP = 39  # bytes up to the end of the timestamp
_HEAD = 40  # bytes before the key behind the timestamp
_ORDINAL = 30  # bytes in which an ordinal stands, and the next key: too few for the payload's own type
_EVENT = b'"type":"event_msg","payload":{"type":"'
_PASSED_OVER = tuple(_EVENT + kind for kind in (b"exec_", b"agent_", b"task_", b"item_", b"patch_", b"mcp_"))
_COUNT = _EVENT + b'token_count"'
_BEHIND = len(_COUNT)
_MESSAGE = _EVENT + b'user_message"'
_TOTAL = b',"info":{"total_token_usage":{'
_LAST = b'},"last_token_usage"'
_NULL = (b',"info":null',)


def parse(data: bytes | bytearray, end: int, state: State, path: str) -> Records:
    """The calls and turns of whole lines; `state` carries the thread as it was left.

    Nothing else than a key can stand where a line's type is looked for: within a text every quote is escaped.
    """
    rows: dict[str, CallRow] = {}
    turns: dict[str, Turn] = {}
    thread = Thread.load(state, path)
    copying, stamp = thread.burst is not None, b"\n"
    idle: tuple[bytes, ...] = _NULL  # how a `token_count` goes on that tells nothing new
    head = _HEAD  # where in a line its type stands: of ordinals, so many have as many digits
    find, starts, start = data.find, data.startswith, 0
    with memoryview(data) as view:
        while start < end:
            stop = find(b"\n", start, end)
            if stop < 0:
                stop = end
            if copying and not starts(stamp, start):
                copying = thread.copied(_time(view[start:stop]), turns)
                stamp = bytes(view[start : start + _STAMP]) if starts(_OPENING, start) else b"\n"
            at = start + head
            if starts(b'"type":"response_item"', at):
                pass
            elif starts(_COUNT, at):
                at += _BEHIND
                if not thread.records and not starts(idle, at):
                    idle = _NULL
                    if thread.counted(*count_line(view[start:stop]), rows, turns) and starts(_TOTAL, at):
                        close = find(_LAST, at, stop)
                        if close > 0:  # the next one tells nothing new if it has the same total
                            idle = _NULL[0], bytes(view[at : close + 1])
            elif starts(_PASSED_OVER, at):
                pass
            elif starts(b'"type":"token_usage_record"', at):
                thread.record(*record_line(view[start:stop]), rows, turns)
            elif starts(b'"type":"turn_context"', at):
                thread.context(any_line(view[start:stop]), turns)
            elif starts(_MESSAGE, at):
                if not thread.turn:
                    thread.message(any_line(view[start:stop]))
            elif (here := _head(data, start)) != head:
                head = here
                continue
            else:
                if _other(view[start:stop], thread, rows, turns):
                    idle = _NULL
                copying = thread.burst is not None
            start = stop + 1
    thread.save(state)
    return Records(rows=tuple(rows.values()), turns=tuple(turns.values()))


def _head(data: bytes | bytearray, start: int) -> int:
    """Where the type stands in the line that starts here: behind the timestamp, or behind an ordinal."""
    at = start + _HEAD
    if not data.startswith(b'"ordinal":', at):
        return _HEAD
    return max(data.find(b'"type":"', at, at + _ORDINAL) - start, _HEAD)


def _other(line: memoryview, thread: Thread, rows: dict[str, CallRow], turns: dict[str, Turn]) -> bool:
    """A line whose head doesn't tell what it is, or a rare one. True for a `token_count`."""
    match kind_and_time(line)[0]:
        case "session_meta":
            thread.meta(any_line(line))
        case "thread_settings_applied":
            thread.settings(any_line(line))
        case "turn_context":
            thread.context(any_line(line), turns)
        case "user_message":
            if not thread.turn:
                thread.message(any_line(line))
        case "token_usage_record":
            thread.record(*record_line(line), rows, turns)
        case "token_count":
            if not thread.records:
                thread.counted(*count_line(line), rows, turns)
            return True
    return False


def _time(line: memoryview) -> str:
    """A line's timestamp, of a line of any kind."""
    head = bytes(line[:_STAMP])
    if head.startswith(_OPENING) and head.endswith(b'"'):
        return head[len(_OPENING) : -1].decode("ascii", "replace")
    return kind_and_time(line)[1]
