"""One request to the page's server: who asks, what is answered."""

from __future__ import annotations

import json
import select
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from tray.views.web import peer
from tray.views.web.doors import COOKIE
from tray.views.web.page import document, inside
from tray.views.web.style import script, style
from tray.views.web.view import look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.views.web.server import PageServer

HOST = "127.0.0.1"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SHUT = "This address has been used already. Run “claudette-tray window --browser” again."
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_HTML, _TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
_BODY_MAX, _LINE_MAX = 1024, 1024  # bytes
REQUEST_FOR = 10.0  # seconds for all of a request
_PEEK = 15.0  # seconds between two looks whether a stream's reader is still there


class Handler(BaseHTTPRequestHandler):
    """One request, then the connection ends. Nothing is logged: a line of it could hold a token."""

    server: PageServer
    raw_requestline: bytes
    timeout = REQUEST_FOR
    server_version, sys_version = "claudette-tray", ""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silence."""

    def parse_request(self) -> bool:
        """Refuses what no page of ours sends, before anything is looked at."""
        if len(self.raw_requestline) > _LINE_MAX:
            self.requestline, self.request_version, self.command = "", "", ""
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            return False
        if not super().parse_request():
            return False
        if self.headers.get("Host") not in self._names():
            self.send_error(HTTPStatus.FORBIDDEN, explain="Wrong host.")
            return False
        return True

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/open/"):
            self._enter(path.removeprefix("/open/"), query)
            return
        what = self._inside(path)
        if what is None:
            return
        match what:
            case "":
                view = look(query)
                self._answer(document(view, self.server.site.shown(view)).encode(), _HTML)
            case "state":
                self._state(query)
            case "events":
                self._events()
            case "style.css":
                self._answer(style().encode(), "text/css; charset=utf-8")
            case "page.js":
                self._answer(script().encode(), "text/javascript; charset=utf-8")
            case "icon.png" if self.server.icon:
                self._answer(self.server.icon, "image/png")
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        what = self._inside(self.path)
        if what is None:
            return
        size = self.headers.get("Content-Length", "")
        if what != "wish":
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not self._from_our_page():
            self.send_error(HTTPStatus.FORBIDDEN, explain="Not from this page.")
        elif self.headers.get("Content-Type") != "application/json":
            self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not (size.isascii() and size.isdigit()):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif int(size[:9]) > _BODY_MAX:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._wish(self.rfile.read(int(size)))

    def _wish(self, body: bytes) -> None:
        told: object = None
        with suppress(ValueError, RecursionError):
            told = json.loads(body)
        if self.server.site.wish(told):
            self._answer(b"", _TEXT, status=HTTPStatus.NO_CONTENT)
        else:
            self.send_error(HTTPStatus.BAD_REQUEST)

    # --- who asks

    def _names(self) -> tuple[str, str]:
        """What the browser may call us: a name of somebody else's that leads here is none of ours."""
        return f"{HOST}:{self.server.server_port}", f"localhost:{self.server.server_port}"

    def _from_our_page(self) -> bool:
        origin, site = self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site", "same-origin")
        return origin == f"http://{self.headers.get('Host')}" and site == "same-origin"

    def _enter(self, token: str, query: str) -> None:
        """Swap a token for a cookie; from then on the page lives in a folder of its own."""
        ours = peer.is_ours(self.client_address[:2], self.connection.getsockname()[:2])
        door = self.server.doors.open(token) if ours else None
        if door is None:
            self.send_error(HTTPStatus.FORBIDDEN, explain=SHUT)
            return
        self.server.visited = True
        self.server.asked()
        folder = f"/{door.folder}/"
        cookie = f"{COOKIE}={door.key}; HttpOnly; SameSite=Strict; Path={folder}"
        # The query goes on as one of ours: what else stands in the address does not get into a header.
        to = folder + (look(query).href() if query else "")
        self._answer(b"", _TEXT, {"Location": to, "Set-Cookie": cookie}, status=HTTPStatus.SEE_OTHER)

    def _inside(self, path: str) -> str | None:
        """What is wanted in a folder whose door is open to this browser; else the refusal is sent."""
        folder, _, what = path.removeprefix("/").partition("/")
        keys = [
            value
            for part in self.headers.get("Cookie", "").split(";")
            for name, _, value in [part.strip().partition("=")]
            if name == COOKIE
        ]
        if not any(self.server.doors.fits(folder, key) for key in keys[:4]):
            self.send_error(HTTPStatus.FORBIDDEN, explain=SHUT)
            return None
        self.server.asked()
        return what

    # --- answers

    def _state(self, query: str) -> None:
        """The content of a look, or that it is still what the page has."""
        view = look(query)
        body = inside(view, self.server.site.shown(view)).encode()
        tag = f'"{hash(body) & 0xFFFFFFFFFFFFFFFF:016x}"'
        if self.headers.get("If-None-Match") == tag:
            self._answer(b"", _HTML, {"ETag": tag}, status=HTTPStatus.NOT_MODIFIED)
        else:
            self._answer(body, _HTML, {"ETag": tag})

    def _events(self) -> None:
        """Tells that something has changed, until the page is closed; an open page is known by it."""
        if not self.server.stream(1):
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            self.server.stays(self.connection)
            self._head(HTTPStatus.OK, "text/event-stream", {})
            seen = self.server.site.version  # before the page hears that it is heard of from now on
            self._say("retry: 1500\n\n")
            while not self.server.site.over and self._listens():
                version = self.server.site.wait(seen, _PEEK)
                if version != seen:
                    self._say("data: changed\n\n")
                seen = version
            if self.server.site.over:
                self._say("event: over\ndata: over\n\n")
        finally:
            self.server.stream(-1)

    def _listens(self) -> bool:
        """Whether the browser is still there: it never sends anything more, so that any news is its end."""
        return not select.select([self.connection], [], [], 0)[0]

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode())
        self.wfile.flush()

    def _answer(
        self,
        body: bytes,
        kind: str,
        more: Mapping[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        self._head(status, kind, {**(more or {}), "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str, more: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in {**_HEADERS, **more, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A refusal: one sentence, and nothing of what was asked."""
        del message
        status = HTTPStatus(code)
        body = f"{explain or status.phrase}\n".encode()
        more = {"Allow": "GET, POST"} if status is HTTPStatus.NOT_IMPLEMENTED else {}
        with suppress(OSError):
            self._answer(body, _TEXT, more, status)
