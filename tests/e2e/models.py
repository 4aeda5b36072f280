"""A stand-in on loopback for the vendors' models: Anthropic's Messages and OpenAI's Responses, as streams."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

from tests.e2e.loopback import Loopback


class Models(Loopback):
    """Started by `with`. Each answer has its own counts, which `said` keeps: exactly what went over the wire.

    The first answer of a conversation runs a harmless command, the one to its result ends the turn.
    """

    def __init__(self) -> None:
        self.said: list[dict[str, int]] = []
        self._numbers = count(1)
        self._turn = threading.Lock()
        super().__init__(_handler(self))

    def totals(self) -> dict[str, int]:
        """The sums of all that was said so far."""
        with self._turn:
            return {
                name: sum(one[name] for one in self.said) for name in ("input", "output", "read", "written")
            }

    def counts(self, *, cached: int, written: int) -> tuple[int, dict[str, int]]:
        """The next answer's number and counts."""
        with self._turn:
            number = next(self._numbers)
            counts = {
                "input": 10 + number,
                "output": 200 + number,
                "read": cached + number,
                "written": written,
            }
            self.said.append(counts)
        return number, counts


def messages(models: Models, asked: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The events of one answer of Anthropic's."""
    number, counts = models.counts(cached=12_000, written=3000)
    last = asked["messages"][-1]["content"]
    answered = isinstance(last, list) and any(block.get("type") == "tool_result" for block in last)
    tools = {tool.get("name") for tool in asked.get("tools", [])}
    blocks: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"type": "text", "text": ""}, {"type": "text_delta", "text": f"Done ({number})."})
    ]
    if "Bash" in tools and not answered:
        call = {"type": "tool_use", "id": f"toolu_01FAKE{number:016d}", "name": "Bash", "input": {}}
        command = json.dumps({"command": "echo hello", "description": "say hello"})
        blocks.append((call, {"type": "input_json_delta", "partial_json": command}))
    stop = "tool_use" if len(blocks) > 1 else "end_turn"
    usage = {
        "input_tokens": counts["input"],
        "cache_read_input_tokens": counts["read"],
        "cache_creation_input_tokens": counts["written"],
        "cache_creation": {"ephemeral_5m_input_tokens": counts["written"], "ephemeral_1h_input_tokens": 0},
        "service_tier": "standard",
    }
    message = {
        "id": f"msg_01FAKE{number:018d}",
        "type": "message",
        "role": "assistant",
        "model": asked.get("model", "claude-opus-5-5"),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**usage, "output_tokens": 3},
    }
    events: list[tuple[str, dict[str, Any]]] = [("message_start", {"message": message})]
    for index, (block, delta) in enumerate(blocks):
        events += [
            ("content_block_start", {"index": index, "content_block": block}),
            ("content_block_delta", {"index": index, "delta": delta}),
            ("content_block_stop", {"index": index}),
        ]
    end = {
        "delta": {"stop_reason": stop, "stop_sequence": None},
        "usage": {**usage, "output_tokens": counts["output"]},
    }
    return [*events, ("message_delta", end), ("message_stop", {})]


def responses(models: Models, asked: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The events of one answer of OpenAI's; its input counts include the cached ones."""
    number, counts = models.counts(cached=8000, written=0)
    last = asked["input"][-1] if asked.get("input") else {}
    tools = {tool.get("name") for tool in asked.get("tools", [])}
    said = [{"type": "output_text", "text": f"Done ({number}).", "annotations": []}]
    item: dict[str, Any] = {"type": "message", "id": f"msg_{number}", "role": "assistant", "content": said}
    if "exec_command" in tools and last.get("type") != "function_call_output":
        call = {"call_id": f"call_{number}", "name": "exec_command", "arguments": '{"cmd": "echo hello"}'}
        item = {"type": "function_call", "id": f"fc_{number}", **call}
    usage = {
        "input_tokens": counts["input"] + counts["read"],
        "input_tokens_details": {"cached_tokens": counts["read"]},
        "output_tokens": counts["output"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": counts["input"] + counts["read"] + counts["output"],
    }
    response = {"id": f"resp_fake_{number:06d}", "model": asked.get("model"), "status": "completed"}
    return [
        ("response.created", {"response": {**response, "status": "in_progress"}}),
        ("response.output_item.added", {"output_index": 0, "item": item}),
        ("response.output_item.done", {"output_index": 0, "item": item}),
        ("response.completed", {"response": {**response, "output": [item], "usage": usage}}),
    ]


def _handler(models: Models) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._plain(404, b"{}")

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
            path = self.path.partition("?")[0]
            if path.endswith("/count_tokens"):
                self._plain(200, b'{"input_tokens": 1234}')
            elif path.endswith("/messages") and asked.get("stream"):
                self._stream(messages(models, asked))
            elif path.endswith("/responses"):
                self._stream(responses(models, asked))
            else:
                self._plain(404, b"{}")

        def _stream(self, events: list[tuple[str, dict[str, Any]]]) -> None:
            lines = (
                f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n" for kind, body in events
            )
            self._plain(200, "".join(lines).encode(), "text/event-stream")

        def _plain(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet: `said` tells."""

    return Handler
