"""One message of OpenCode as a call or a turn, from a row's JSON or a file's."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import msgspec

from tray.metrics.counts import MOST, count, unix_millis
from tray.metrics.foreign import mapping, name, parse_json, text
from tray.metrics.own_cost import own_cost
from tray.metrics.records import CallRow, Quality, Turn

Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class _Cache(msgspec.Struct):
    read: Count = 0
    write: Count = 0


class _Tokens(msgspec.Struct):
    input: Count = 0
    output: Count = 0
    reasoning: Count = 0
    total: Count | None = None
    cache: _Cache | None = None


class _Time(msgspec.Struct):
    created: float | None = None


class _Path(msgspec.Struct):
    cwd: str | None = None


class _Message(msgspec.Struct):
    role: str | None = None
    session: str | None = msgspec.field(default=None, name="sessionID")
    model: str | None = msgspec.field(default=None, name="modelID")
    provider: str | None = msgspec.field(default=None, name="providerID")
    path: _Path | None = None
    time: _Time | None = None
    tokens: _Tokens | None = None
    cost: float | None = None


_decode = msgspec.json.Decoder(_Message).decode


def record(raw: object, *, session: str | None, side: bool, folder: str | None) -> CallRow | Turn | None:
    """What a message tells; None for one that is unfinished, was broken off, or is no message.

    `session`, `side` (it is a sub-agent's) and `folder` are what is known from beside the message.
    """
    if not isinstance(raw, bytes):
        return None
    quality = Quality.EXACT
    try:
        found = _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found, quality = _loose(raw), Quality.CONTAINED
    at = unix_millis(found.time.created) if found.time is not None else None
    session = text(session) or text(found.session)
    if at is None or session is None:
        return None
    project = (text(found.path.cwd) if found.path is not None else None) or text(folder)
    if found.role == "user" and not side:
        return Turn(key=f"turn:{at}", session=session, at=at, project=project)
    if found.role == "assistant" and found.tokens is not None:
        return _call(found, found.tokens, session, at, project, quality, side=side)
    return None


def _call(
    found: _Message,
    tokens: _Tokens,
    session: str,
    at: int,
    project: str | None,
    quality: Quality,
    *,
    side: bool,
) -> CallRow | None:
    cache = tokens.cache or _Cache()
    if not (tokens.input or tokens.output or tokens.reasoning or cache.read or cache.write):
        return None
    within = _within(tokens, cache)
    model = _model(found.model)
    told = (at, model, tokens.input, tokens.output, tokens.reasoning, cache.read, cache.write)
    return CallRow(
        key=":".join(map(str, told)),
        agent="opencode",
        session=session,
        at=at,
        model=model,
        project=project,
        branch=None,
        input=tokens.input,
        output=tokens.output if within else tokens.output + tokens.reasoning,
        cache_read=cache.read,
        cache_write_5m=cache.write,
        cache_write_1h=0,
        reasoning=tokens.reasoning,
        web_searches=0,
        speed=0,
        quality=int(quality),
        side=side,
        # Where `output` held the reasoning, it was charged twice.
        cost=None if within and tokens.reasoning else own_cost(found.cost, found.provider),
    )


def _within(tokens: _Tokens, cache: _Cache) -> bool:
    """Whether `output` holds the reasoning.

    It did up to 1.3.2 at least and does not in 1.18.33. Messages without `total` are older than 1.2.4; of an
    output smaller than its reasoning it is clear that it does not.
    """
    if tokens.total is None:
        return tokens.reasoning <= tokens.output
    return tokens.total < tokens.input + tokens.output + tokens.reasoning + cache.read + cache.write


@lru_cache(maxsize=256)
def _model(raw: str | None) -> str | None:
    return name(raw)


def _loose(raw: bytes) -> _Message:
    """A message whose values are not of the kinds they should be: what is sound in it counts."""
    found = mapping(parse_json(raw))
    tokens = mapping(found.get("tokens"))
    cache = mapping(tokens.get("cache"))
    total: Any = tokens.get("total")
    return _Message(
        role=text(found.get("role")),
        session=text(found.get("sessionID")),
        model=text(found.get("modelID")),
        provider=text(found.get("providerID")),
        path=_Path(cwd=text(mapping(found.get("path")).get("cwd"))),
        time=_Time(created=unix_millis(mapping(found.get("time")).get("created"))),
        tokens=_Tokens(
            input=count(tokens.get("input")),
            output=count(tokens.get("output")),
            reasoning=count(tokens.get("reasoning")),
            total=count(total) or None,
            cache=_Cache(read=count(cache.get("read")), write=count(cache.get("write"))),
        ),
        cost=found.get("cost") if isinstance(found.get("cost"), int | float) else None,
    )
