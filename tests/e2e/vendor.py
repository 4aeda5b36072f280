"""A stand-in for Anthropic's and OpenRouter's servers on loopback: scripted answers, every request kept."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from tests.e2e.loopback import Loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

USAGE = "/api/oauth/usage"
CREDITS = "/api/v1/credits"
KEY = "/api/v1/key"


def iso(at: float) -> str:
    """An instant as Anthropic writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def usage(session: float | None = 42, week: float | None = 10, *, resets_in: float = 7200) -> dict[str, Any]:
    """Anthropic's answer with a session and a week; the session resets in so many seconds."""
    now = time.time()
    return {
        "five_hour": {"utilization": session, "resets_at": iso(now + resets_in)},
        "seven_day": {"utilization": week, "resets_at": iso(now + 400_000)},
    }


def balance(total: float = 5, used: float = 2.41) -> dict[str, Any]:
    """OpenRouter's answer about an account's money."""
    return {"data": {"total_credits": total, "total_usage": used}}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: Mapping[str, str] = field(repr=False)

    @property
    def bearer(self) -> str:
        """The credential that came with it."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class Vendor(Loopback):
    """Started by `with`. Answers queue up by path, and the last one of a path is given again and again."""

    def __init__(self) -> None:
        self._answers: dict[str, deque[_Answer]] = defaultdict(deque)
        self._asked: list[Asked] = []
        self._turn = threading.Lock()
        super().__init__(_handler(self))

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def env(self) -> dict[str, str]:
        """What sends the sources here."""
        return {"CLAUDETTE_TRAY_ANTHROPIC_URL": self.url, "CLAUDETTE_TRAY_OPENROUTER_URL": self.url}

    def answer(self, path: str, body: object, status: int = 200, **headers: str) -> None:
        """From now on this is the answer for a path, after those that still wait their turn."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with self._turn:
            self._answers[path].append(_Answer(status, raw, named))

    def now(self, path: str, body: object, status: int = 200, **headers: str) -> None:
        """From now on this is the only answer for a path."""
        with self._turn:
            self._answers[path].clear()
        self.answer(path, body, status, **headers)

    def asked(self, path: str | None = None) -> list[Asked]:
        """The requests so far, of one path or of all."""
        with self._turn:
            return [asked for asked in self._asked if path in (None, asked.path)]

    def take(self, asked: Asked) -> _Answer:
        """Note a request and give its answer."""
        with self._turn:
            self._asked.append(asked)
            waiting = self._answers[asked.path]
            if not waiting:
                return _Answer(404, b'{"error": "not scripted"}', {})
            return waiting.popleft() if len(waiting) > 1 else waiting[0]


def _handler(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = vendor.take(Asked(self.path, headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Quiet: `asked` tells."""

    return Handler
