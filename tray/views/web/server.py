"""The page's server: on loopback, for one person, for as long as the page is open."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tray.views.web.handler import HOST, REQUEST_FOR, Handler

if TYPE_CHECKING:
    from tray.views.web.doors import Doors
    from tray.views.web.site import Site

_CONNECTIONS, _STREAMS = 16, 8


class PageServer(ThreadingHTTPServer):
    """Listens on a free port; `idle` tells how long nobody has wanted anything."""

    daemon_threads = True
    block_on_close = False  # a stream ends when the process does
    allow_reuse_address = False  # on Windows that would let others listen at the same port

    def __init__(self, site: Site, doors: Doors, icon: bytes = b"") -> None:
        super().__init__((HOST, 0), Handler)
        self.site, self.doors, self.icon = site, doors, icon
        self.visited = False  # somebody has opened a door
        self._turn = threading.Lock()
        self._left = threading.Condition(self._turn)
        self._open: dict[socket.socket, float] = {}  # until when each connection may send its request
        self._streams = 0
        self._asked = time.monotonic()

    def server_bind(self) -> None:
        """Without the base class's question for our name, which can take a name server's time."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def address(self, query: str = "") -> str:
        """An address that opens the page once; `query` is the look it starts with."""
        return f"{self.origin}/open/{self.doors.token()}{query}"

    def idle(self) -> float:
        """Seconds since the last request; 0 while a page is open."""
        with self._turn:
            return 0.0 if self._streams else time.monotonic() - self._asked

    def sweep(self) -> None:
        """End the connections whose request does not come to an end."""
        with self._turn:
            late = [sock for sock, until in self._open.items() if until < time.monotonic()]
        for sock in late:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def asked(self) -> None:
        """A request by who may ask."""
        with self._turn:
            self._asked = time.monotonic()

    def stays(self, sock: socket.socket) -> None:
        """A stream: its answer may take as long as the page is open."""
        with self._turn:
            self._open[sock] = float("inf")

    def stream(self, step: int) -> bool:
        """One more stream (1) or one less (-1); False where there are too many."""
        with self._turn:
            if step > 0 and self._streams >= _STREAMS:
                return False
            self._streams += step
            self._asked = time.monotonic()
            self._left.notify_all()
            return True

    def let_go(self, timeout: float) -> None:
        """Wait until no stream is open, `timeout` seconds at most; the site must be over."""
        with self._left:
            self._left.wait_for(lambda: not self._streams, timeout)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._turn:
            room = len(self._open) < _CONNECTIONS
            if room:
                self._open[request] = time.monotonic() + REQUEST_FOR
        if room:
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        with self._turn:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is nothing to tell."""
