"""What the tests of the network share: servers on loopback, and one request with a token that must not be told."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tray.core.source import NetError
from tray.engine.net import Network

TOKEN = "fake-token-that-nobody-may-see"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        status, headers, body = self.server.answers.get(self.path, (200, {}, b"{}"))
        if status is None:  # say nothing until the test is over
            self.server.over.wait(5)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen, self.answers, self.over = [], {}, threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *args):
        pass


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def get(ledger, url, timeout=5.0):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return Network(ledger).get(url, source="anthropic", purpose="usage", headers=headers, timeout=timeout)


def problem_of(ledger, url, timeout=5.0):
    with pytest.raises(NetError) as caught:
        get(ledger, url, timeout)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None  # httpx's exception knows the headers
    assert TOKEN not in repr(error.problem)
    assert [line["kind"] for line in ledger.lines] == ["request"]
    return error.problem


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
