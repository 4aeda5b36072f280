"""The lines of a Codex rollout that tell something, as typed values; tolerant of what is wrong in them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from tray.metrics.counts import MOST, count
from tray.metrics.foreign import mapping, parse_json, text
from tray.metrics.records import Quality

Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class Usage(msgspec.Struct, gc=False):
    """Tokens as OpenAI counts them: `input` includes what was cached, `output` what was thought."""

    input_tokens: Count = 0
    cached_input_tokens: Count = 0
    cache_write_input_tokens: Count = 0
    output_tokens: Count = 0
    reasoning_output_tokens: Count = 0


class Info(msgspec.Struct):
    """The thread's sum so far, and what the last answer added."""

    total_token_usage: Usage | None = None
    last_token_usage: Usage | None = None


class Counted(msgspec.Struct):
    """The payload of a `token_count`."""

    info: Info | None = None


class CountLine(msgspec.Struct):
    """A `token_count` line."""

    timestamp: str = ""
    payload: Counted = msgspec.field(default_factory=Counted)


class _Git(msgspec.Struct):
    branch: str | None = None


class _Settings(msgspec.Struct):
    model: str | None = None


class Payload(msgspec.Struct):
    """What all other lines of interest hold between them."""

    type: str | None = None
    # session_meta
    id: str | None = None
    forked_from_id: str | None = None
    history_mode: str | None = None
    git: _Git | None = None
    source: Any = None
    # turn_context, thread_settings_applied, user_message
    cwd: str | None = None
    model: str | None = None
    turn_id: str | None = None
    thread_settings: _Settings | None = None
    kind: str | None = None


class Line(msgspec.Struct):
    """Any other line."""

    timestamp: str = ""
    payload: Payload = msgspec.field(default_factory=Payload)


class Recorded(msgspec.Struct):
    """The payload of a `token_usage_record`."""

    response_id: str | None = None
    usage: Usage | None = None


class RecordLine(msgspec.Struct):
    """A `token_usage_record` line."""

    timestamp: str = ""
    payload: Recorded = msgspec.field(default_factory=Recorded)


class _Inner(msgspec.Struct):
    type: str = ""


class _Kind(msgspec.Struct):
    type: str = ""
    timestamp: str = ""
    payload: _Inner | None = None


_EXACT, _CONTAINED = int(Quality.EXACT), int(Quality.CONTAINED)
_decode_count = msgspec.json.Decoder(CountLine).decode
_decode_record = msgspec.json.Decoder(RecordLine).decode
_decode_line = msgspec.json.Decoder(Line).decode
_decode_kind = msgspec.json.Decoder(_Kind).decode


def count_line(line: memoryview) -> tuple[CountLine, int]:
    """A `token_count` line, and how far its numbers can be trusted."""
    try:
        return _decode_count(line), _EXACT
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = _loose(line)
    info = mapping(mapping(found.get("payload")).get("info"))
    told = Info(
        total_token_usage=_usage(info.get("total_token_usage")),
        last_token_usage=_usage(info.get("last_token_usage")),
    )
    return CountLine(text(found.get("timestamp")) or "", Counted(told)), _CONTAINED


def record_line(line: memoryview) -> tuple[RecordLine, int]:
    """A `token_usage_record` line, and how far its numbers can be trusted."""
    try:
        return _decode_record(line), _EXACT
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = _loose(line)
    payload = mapping(found.get("payload"))
    told = Recorded(text(payload.get("response_id")), _usage(payload.get("usage")))
    return RecordLine(text(found.get("timestamp")) or "", told), _CONTAINED


def any_line(line: memoryview) -> Line:
    """A line of another kind."""
    try:
        return _decode_line(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = _loose(line)
    payload = mapping(found.get("payload"))
    words = ("type", "id", "forked_from_id", "history_mode", "cwd", "model", "turn_id", "kind")
    told = Payload(
        **{word: text(payload.get(word)) for word in words},
        git=_Git(text(mapping(payload.get("git")).get("branch"))),
        source=payload.get("source"),
        thread_settings=_Settings(text(mapping(payload.get("thread_settings")).get("model"))),
    )
    return Line(text(found.get("timestamp")) or "", told)


def kind_and_time(line: memoryview) -> tuple[str, str]:
    """What a line is, the payload's type for an `event_msg`, and its timestamp: in any order of the keys."""
    try:
        found = _decode_kind(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        loose = _loose(line)
        inner = text(mapping(loose.get("payload")).get("type")) or ""
        found = _Kind(text(loose.get("type")) or "", text(loose.get("timestamp")) or "", _Inner(inner))
    if found.type == "event_msg" and found.payload is not None:
        return found.payload.type, found.timestamp
    return found.type, found.timestamp


def _loose(line: memoryview) -> dict[str, Any]:
    """A line as a JSON object; bytes that are no UTF-8 may stand in it."""
    return dict(mapping(parse_json(bytes(line).decode("utf-8", "replace").lstrip("\ufeff"))))


def _usage(value: object) -> Usage | None:
    found = mapping(value)
    if not found:
        return None
    return Usage(*(count(found.get(field)) for field in Usage.__struct_fields__))
