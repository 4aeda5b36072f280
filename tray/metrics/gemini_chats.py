"""Parses Gemini CLI's chats: one JSON document for each session, JSON lines since its newer versions.

Facts by client version are in docs/sources/gemini.md. What decides here:

- A message is written again under its id whenever it changes; its tokens come with the first or a later copy.
- `input` holds the cached part; `output` is without the thoughts; a tool's prompt is counted apart from both.
- What was rewound was paid for and counts.
- Both forms are read as a whole: a session continued in the other form copies its messages under their ids.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from tray.metrics.counts import MOST, count, millis
from tray.metrics.foreign import mapping, name, parse_json, text
from tray.metrics.records import CallRow, Quality, Records, Turn, outranks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tray.metrics.agents import State

_FOLDER = "chats"
_MOST_ROOT = 4096  # bytes of a folder's name
_CONTEXT = "<session_context>"  # what the client tells the model first, as if the person had

Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class _Tokens(msgspec.Struct):
    input: Count = 0
    output: Count = 0
    cached: Count = 0
    thoughts: Count = 0
    tool: Count = 0


class _Message(msgspec.Struct):
    id: str | None = None
    type: str | None = None
    timestamp: str | None = None
    model: str | None = None
    tokens: _Tokens | None = None
    content: msgspec.Raw = msgspec.Raw(b"null")


class _Head(msgspec.Struct, rename="camel"):
    """A session's own facts, and all its messages in the older form."""

    session_id: str | None = None
    kind: str | None = None
    directories: list[Any] | None = None
    messages: list[msgspec.Raw] | None = None


class _Line(_Head):
    id: str | None = None
    set: _Head | None = msgspec.field(default=None, name="$set")


_decode_line = msgspec.json.Decoder(_Line).decode
_decode_message = msgspec.json.Decoder(_Message).decode
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def parse(data: bytes | bytearray, end: int, state: State, path: str) -> Records:
    """The calls and turns of a whole chat, in either form; a torn or broken part of it is passed over."""
    del state
    place = Path(path)
    if _FOLDER not in place.parts:
        return Records()
    rows: dict[str, CallRow] = {}
    turns: dict[str, Turn] = {}
    session, project, side = place.stem, _project(place), False
    for head, raw in _told(bytes(data[:end]), lines=place.suffix == ".jsonl"):
        session = text(head.session_id) or session
        if head.kind == "subagent":
            side = True
            project = project or text(next(iter(head.directories or ()), None))
        if raw is None:
            continue
        owner = place.parent.name if side and place.parent.name != _FOLDER else session
        record = _record(raw, owner, project, side=side)
        if isinstance(record, Turn):
            turns.setdefault(record.key, record)
        elif record is not None:
            known = rows.get(record.key)
            if known is None or outranks(record, known):
                rows[record.key] = record
    return Records(rows=tuple(rows.values()), turns=tuple(turns.values()))


def _told(data: bytes, *, lines: bool) -> Iterator[tuple[_Head, bytes | None]]:
    """The session's facts as they come, each with a message or without one."""
    nothing = _Head()
    for text_ in data.splitlines() if lines else (data,):
        try:
            found = _decode_line(text_)
        except _UNREADABLE:
            found = _loose_line(text_)
        if found.id is not None:
            yield nothing, text_
            continue
        head = found.set or found
        yield head, None
        for message in head.messages or ():
            yield nothing, bytes(message)


def _record(raw: bytes, session: str, project: str | None, *, side: bool) -> CallRow | Turn | None:
    quality = Quality.EXACT
    try:
        found = _decode_message(raw)
    except _UNREADABLE:
        found, quality = _loose(raw), Quality.CONTAINED
    at = millis(found.timestamp)
    if at is None or not found.id:
        return None
    if found.type == "user" and not side and _is_prompt(found.content):
        return Turn(key=f"{found.id}:{session}", session=session, at=at, project=project)
    tokens = found.tokens
    if found.type != "gemini" or tokens is None:
        return None
    cached = min(tokens.cached, tokens.input)
    row = CallRow(
        key=found.id,
        agent="gemini",
        session=session,
        at=at,
        model=_model(found.model),
        project=project,
        branch=None,
        input=tokens.input - cached + tokens.tool,
        output=tokens.output + tokens.thoughts,
        cache_read=cached,
        cache_write_5m=0,
        cache_write_1h=0,
        reasoning=tokens.thoughts,
        web_searches=0,
        speed=0,
        quality=int(quality),
        side=side,
        cost=None,
    )
    return row if row.input or row.output or row.cache_read else None


def _is_prompt(content: msgspec.Raw) -> bool:
    """Whether a user's message is the person's: a text, and not the result of a tool or the client's own."""
    found = parse_json(bytes(content))
    parts = found if isinstance(found, list) else [found]
    texts = (part if isinstance(part, str) else text(mapping(part).get("text")) for part in parts)
    first = next((said for said in texts if said), None)
    return first is not None and not first.lstrip().startswith(_CONTEXT)


def _project(place: Path) -> str | None:
    """The folder the agent worked in: newer versions note it beside the chats."""
    folder = next((parent.parent for parent in place.parents if parent.name == _FOLDER), None)
    if folder is None:
        return None
    try:
        with (folder / ".project_root").open("rb") as file:
            return text(file.read(_MOST_ROOT).decode("utf-8", "replace"))
    except OSError:
        return None


@lru_cache(maxsize=256)
def _model(raw: str | None) -> str | None:
    return name(raw)


def _loose_line(line: bytes) -> _Line:
    """A line or document whose values are not of the kinds they should be: what is sound in it counts."""
    found = mapping(parse_json(line))
    changed = found.get("$set")
    own = _loose_head(found)
    return _Line(
        session_id=own.session_id,
        kind=own.kind,
        directories=own.directories,
        messages=own.messages,
        id=text(found.get("id")),
        set=_loose_head(changed) if isinstance(changed, dict) else None,
    )


def _loose_head(found: Mapping[str, Any]) -> _Head:
    folders, messages = found.get("directories"), found.get("messages")
    return _Head(
        session_id=text(found.get("sessionId")),
        kind=text(found.get("kind")),
        directories=folders if isinstance(folders, list) else None,
        messages=[_raw(one) for one in messages if isinstance(one, dict)]
        if isinstance(messages, list)
        else None,
    )


def _raw(value: Any) -> msgspec.Raw:
    try:
        return msgspec.Raw(msgspec.json.encode(value))
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return msgspec.Raw(b"null")  # numbers beyond reason, lone surrogates


def _loose(raw: bytes) -> _Message:
    found = mapping(parse_json(raw))
    tokens = found.get("tokens")
    counted = mapping(tokens)
    return _Message(
        id=text(found.get("id")),
        type=text(found.get("type")),
        timestamp=text(found.get("timestamp")),
        model=text(found.get("model")),
        tokens=_Tokens(**{key: count(counted.get(key)) for key in _Tokens.__struct_fields__}),
        content=_raw(found.get("content")),
    )
