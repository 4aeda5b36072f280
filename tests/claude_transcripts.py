"""Claude Code's transcripts for tests, line by line: small, in the shapes that the real client writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

START = 1_790_000_000_000  # 2026-09-21T14:13:20Z, in milliseconds
SECRET = "quokka-marzipan"  # stands in every prose; nobody may keep it


def stamp(at):
    """Milliseconds as the client writes them."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def dumped(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def usage(**counts):
    """A usage object of 2.1.330; `w5` and `w1` are cache writes for 5 minutes and an hour."""
    names = {"input": "input_tokens", "output": "output_tokens", "read": "cache_read_input_tokens"}
    short, hour = counts.pop("w5", 0), counts.pop("w1", 0)
    web, thinking, speed = counts.pop("web", 0), counts.pop("thinking", 0), counts.pop("speed", "standard")
    return {
        "cache_creation_input_tokens": short + hour,
        **{names[name]: value for name, value in {"input": 0, "output": 0, "read": 0, **counts}.items()},
        "output_tokens_details": {"thinking_tokens": thinking},
        "server_tool_use": {"web_search_requests": web, "web_fetch_requests": 0},
        "cache_creation": {"ephemeral_1h_input_tokens": hour, "ephemeral_5m_input_tokens": short},
        "iterations": [{"input_tokens": 999_999, "output_tokens": 999_999}],
        "speed": speed,
    }


def answer(
    key,
    at=START,
    *,
    session="s-1",
    uuid="u",
    model="claude-opus-5-5",
    cwd="/home/dev/proj",
    branch="main",
    side=False,
    stop="end_turn",
    kind="text",
    request="req_1",
    **counts,
):
    """One block of an answer, as a value; `key` None leaves the id out."""
    block = {
        "text": {"type": "text", "text": f'{SECRET} "type":"user" {{"usage":{{"input_tokens":7}}}}\n'},
        "thinking": {"type": "thinking", "thinking": SECRET, "signature": "c2ln"},
        "tool_use": {
            "type": "tool_use",
            "id": "toolu_1",
            "name": "Bash",
            "input": {"command": SECRET, "type": "user"},
        },
    }[kind]
    message = {
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [block],
        "stop_reason": stop,
    }
    return {
        "parentUuid": "p",
        "isSidechain": side,
        "message": {**({"id": key} if key is not None else {}), **message, "usage": usage(**counts)},
        **({"requestId": request} if request else {}),
        "type": "assistant",
        "uuid": uuid,
        **_tail(at, session, cwd, branch),
    }


def prompt(uuid, at=START, *, session="s-1", text=SECRET, cwd="/home/dev/proj", branch="main", **more):
    """A person's prompt."""
    return {
        "parentUuid": None,
        "isSidechain": False,
        "type": "user",
        "message": {"role": "user", "content": text},
        "uuid": uuid,
        **more,
        **_tail(at, session, cwd, branch),
    }


def tool_result(uuid, at=START, *, session="s-1"):
    """A tool's result: no turn, and its usage is no call."""
    block = {"tool_use_id": "toolu_1", "type": "tool_result", "content": SECRET, "is_error": False}
    return {
        "parentUuid": "p",
        "isSidechain": False,
        "type": "user",
        "message": {"role": "user", "content": [block]},
        "uuid": uuid,
        **_tail(at, session, "/home/dev/proj", "main"),
        "toolUseResult": {"stdout": SECRET, "usage": usage(input=5000, output=5000), "type": "text"},
    }


def cost_state(session="s-1", **models):
    """A session's ledger: `models` maps a model (with _ for -) to its counts."""
    return {
        "type": "cost-state",
        "sessionId": session,
        "totalCostUSD": 1.0,
        "modelUsage": {name.replace("_", "-"): _ledger(**counts) for name, counts in models.items()},
        "hasUnknownModelCost": False,
    }


def _ledger(*, input=0, output=0, read=0, w5=0, w1=0, cost=0.5):  # noqa: A002
    return {
        "inputTokens": input,
        "outputTokens": output,
        "cacheReadInputTokens": read,
        "cacheCreationInputTokens": w5 + w1,
        "cacheCreationEphemeral5mInputTokens": w5,
        "cacheCreationEphemeral1hInputTokens": w1,
        "webSearchRequests": 0,
        "costUSD": cost,
    }


def _tail(at, session, cwd, branch):
    return {
        "timestamp": stamp(at) if isinstance(at, int) else at,
        "userType": "external",
        "entrypoint": "cli",
        "cwd": cwd,
        "sessionId": session,
        "version": "2.1.330",
        "gitBranch": branch,
    }
