"""What the tests of the channel share: an engine that answers everything, and a connection below the client."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import pytest

from tray.engine import wire
from tray.engine.ipc import connect
from tray.engine.server import Server

UNIX = [pytest.param(True, marks=pytest.mark.skipif(not wire.HAS_UNIX, reason="no Unix sockets")), False]
ONLY_UNIX = pytest.mark.skipif(not wire.HAS_UNIX, reason="no Unix sockets")
SOON = 5.0  # seconds: a bound that a failing test runs into, never a good one


@dataclass
class Where:
    runtime: Path

    @property
    def socket(self):
        return self.runtime / "engine.sock"


class Engine:
    """A stand-in for the engine: answers every question, remembers what came and who went."""

    def __init__(self, places, *, unix):
        self.heard = Queue()
        self.gone = Queue()
        self.server = Server(places, self.on_message, self.gone.put, unix=unix)

    def on_message(self, peer, message):
        self.heard.put((peer, message))
        if message.get("do") == "subscribe":
            peer.subscribe(message["role"])
        if "id" in message and message.get("do") != "silence":
            peer.send({"id": message["id"], "ok": True, "error": None, "echo": message.get("do")})

    def subscriber(self, places, unix, role="window"):
        client = connect(places, unix=unix)
        client.ask({"do": "subscribe", "role": role}, SOON)
        return client


def raw(places, unix):
    """A connection below `Client`: already introduced, with a file to read lines from."""
    if unix:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(str(places.socket))
        return sock, sock.makefile("rb")
    document = json.loads(wire.port_file(places).read_bytes())
    sock = socket.create_connection(("127.0.0.1", document["port"]))
    sock.sendall(wire.pack({"token": document["token"]}))
    file = sock.makefile("rb")
    file.readline()
    return sock, file
