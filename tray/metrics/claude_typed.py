"""An answer's line in Claude Code's transcripts as typed values; tolerant of what is wrong in them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tray.metrics.counts import MOST, count
from tray.metrics.foreign import mapping, parse_json, text

Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class Creation(msgspec.Struct, gc=False):
    """Tokens written to the cache, by how long they last."""

    ephemeral_1h_input_tokens: Count = 0


class Tools(msgspec.Struct, gc=False):
    """What the vendor's own tools did."""

    web_search_requests: Count = 0


class Details(msgspec.Struct, gc=False):
    """What the output was made of."""

    thinking_tokens: Count = 0


class Usage(msgspec.Struct, gc=False):
    """An answer's counts."""

    input_tokens: Count = 0
    output_tokens: Count = 0
    cache_creation_input_tokens: Count = 0
    cache_read_input_tokens: Count = 0
    cache_creation: Creation | None = None
    server_tool_use: Tools | None = None
    output_tokens_details: Details | None = None
    speed: str | None = None


class Message(msgspec.Struct, gc=False):
    """The answer itself."""

    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    usage: Usage | None = None


class Line(msgspec.Struct, rename="camel", gc=False):
    """The whole line."""

    type: str = ""
    message: Message | None = None
    uuid: str | None = None
    timestamp: str = ""
    session_id: str = ""
    cwd: str | None = None
    git_branch: str | None = None
    is_sidechain: bool = False
    version: str | None = None


decode = msgspec.json.Decoder(Line).decode  # raises `MsgspecError`, `UnicodeDecodeError`, `RecursionError`


def loose(line: memoryview) -> Line:
    """A line whose values are not of the kinds they should be: what is sound in it counts."""
    found = mapping(parse_json(bytes(line)))
    message = mapping(found.get("message"))
    usage = mapping(message.get("usage"))
    hour = count(mapping(usage.get("cache_creation")).get("ephemeral_1h_input_tokens"))
    searches = count(mapping(usage.get("server_tool_use")).get("web_search_requests"))
    thinking = count(mapping(usage.get("output_tokens_details")).get("thinking_tokens"))
    tokens = Usage(
        input_tokens=count(usage.get("input_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        cache_creation_input_tokens=count(usage.get("cache_creation_input_tokens")),
        cache_read_input_tokens=count(usage.get("cache_read_input_tokens")),
        cache_creation=Creation(ephemeral_1h_input_tokens=hour),
        server_tool_use=Tools(web_search_requests=searches),
        output_tokens_details=Details(thinking_tokens=thinking),
        speed=text(usage.get("speed")),
    )
    return Line(
        type=text(found.get("type")) or "",
        message=Message(
            id=text(message.get("id")),
            model=text(message.get("model")),
            stop_reason=text(message.get("stop_reason")),
            usage=tokens if usage else None,
        ),
        uuid=text(found.get("uuid")),
        timestamp=text(found.get("timestamp")) or "",
        session_id=text(found.get("sessionId")) or "",
        cwd=text(found.get("cwd")),
        git_branch=text(found.get("gitBranch")),
        is_sidechain=found.get("isSidechain") is True,
        version=text(found.get("version")),
    )
