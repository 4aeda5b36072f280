"""The channel: who may talk to the engine, what is said, and that nobody can hold it up."""

import json
import os
import socket
import stat
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import pytest

from tray.engine import wire
from tray.engine.ipc import ChannelError, connect
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


@pytest.fixture
def places(tmp_path):
    return Where(runtime=tmp_path / "run")


@pytest.fixture(params=UNIX, ids=["unix", "loopback"])
def unix(request):
    return request.param


@pytest.fixture
def engine(places, unix):
    engine = Engine(places, unix=unix)
    yield engine
    engine.server.close()


@pytest.fixture
def client(places, unix, engine):
    client = connect(places, unix=unix)
    yield client
    client.close()


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


def test_without_an_engine_nobody_answers(places, unix):
    assert connect(places, unix=unix) is None


def test_a_message_arrives_as_it_was_sent(engine, client):
    client.send({"do": "toggle", "name": "codex_live", "on": False})
    _, message = engine.heard.get(timeout=SOON)
    assert message == {"v": 1, "do": "toggle", "name": "codex_live", "on": False}


def test_each_question_gets_its_own_answer(engine, client):
    found = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: client.ask({"do": f"d{n}"}, SOON)["echo"]}))
        for n in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: f"d{n}" for n in range(9)}


def test_a_question_without_an_answer_ends_in_time(engine, client):
    with pytest.raises(ChannelError):
        client.ask({"do": "silence"}, 0.01)
    assert client.ask({"do": "ping"}, SOON)["ok"]


def test_what_is_broadcast_reaches_subscribers_only(places, unix, engine, client):
    window = engine.subscriber(places, unix)
    engine.server.broadcast({"focus": "claude_code_usage"})
    assert next(window.messages()) == {"v": 1, "focus": "claude_code_usage"}
    engine.server.broadcast({"focus": None})
    client.ask({"do": "ping"}, SOON)
    client.close()
    assert list(client.messages()) == []
    window.close()


def test_of_unread_boards_only_the_newest_waits(places, unix, engine):
    window = engine.subscriber(places, unix)
    for number in range(200):
        engine.server.broadcast({"board": number})
    window.ask({"do": "ping"}, SOON)  # its answer comes after the last board
    assert next(window.messages()) == {"v": 1, "board": 199}
    window.close()


def test_a_subscriber_that_never_reads_holds_nobody_up_and_stays_with_the_latest_board(places, unix, engine):
    sock, file = raw(places, unix)
    sock.sendall(wire.pack({"do": "subscribe", "role": "window"}))
    engine.heard.get(timeout=SOON)
    page = "x" * 200_000
    for number in range(300):  # far more than the system's buffers hold
        engine.server.broadcast({"board": number, "page": page})
    boards = []
    while not boards or boards[-1] != 299:
        boards.append(json.loads(file.readline())["board"])
    assert len(boards) < 300
    assert boards == sorted(boards)
    file.close()
    sock.close()


def test_a_peer_that_leaves_its_answers_unread_is_dropped(places, unix, engine):
    sock, file = raw(places, unix)
    sock.sendall(wire.pack({"do": "subscribe", "role": "window"}))
    peer, _ = engine.heard.get(timeout=SOON)
    for _ in range(200):
        peer.send({"answer": "x" * 200_000})
    assert engine.gone.get(timeout=SOON) is peer
    assert engine.server.peers() == ()
    file.close()
    sock.close()


def test_a_client_that_goes_is_reported_once(engine, client):
    client.ask({"do": "ping"}, SOON)
    client.close()
    engine.gone.get(timeout=SOON)
    engine.server.close()
    assert engine.gone.empty()


def test_closing_says_bye_and_ends_every_connection(places, unix, engine):
    window = engine.subscriber(places, unix)
    engine.server.close()
    assert list(window.messages()) == [{"v": 1, "bye": True}]
    assert not (places.socket if unix else wire.port_file(places)).exists()
    assert connect(places, unix=unix) is None
    with pytest.raises(ChannelError):
        window.ask({"do": "ping"}, SOON)


def test_closing_does_not_wait_for_a_peer_that_never_reads(places, unix, engine):
    sock, file = raw(places, unix)
    sock.sendall(wire.pack({"do": "subscribe", "role": "window"}))
    engine.heard.get(timeout=SOON)
    for number in range(50):
        engine.server.broadcast({"board": number, "page": "x" * 500_000})
    engine.server.close()
    assert engine.gone.get(timeout=SOON)
    file.close()
    sock.close()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{}\n", "version"),
        (b'{"v": 2, "do": "ping"}\n', "version"),
        (b'"hello"\n', "object"),
        (b"\xff\xfe\n", "JSON"),
        (b"[" * 50_000 + b"\n", "JSON"),
        (b"\n", "JSON"),
    ],
)
def test_a_line_that_is_no_message_gets_an_error_and_the_next_one_is_read(places, unix, engine, line, words):
    sock, file = raw(places, unix)
    sock.sendall(line + wire.pack({"do": "ping", "id": 1}))
    answer = json.loads(file.readline())
    assert (answer["v"], answer["ok"], answer["id"]) == (1, False, None)
    assert words in answer["error"]
    assert json.loads(file.readline())["ok"]
    file.close()
    sock.close()


def test_a_line_without_an_end_is_cut_off(places, unix, engine):
    sock, file = raw(places, unix)
    sender = threading.Thread(target=lambda: _send_all(sock, b"x" * (wire.LINE_MAX + 200_000)))
    sender.start()
    assert "too long" in json.loads(file.readline())["error"]
    sender.join()
    engine.gone.get(timeout=SOON)
    file.close()
    sock.close()


def _send_all(sock, data):
    try:
        sock.sendall(data)
    except OSError:
        return


def test_a_message_in_pieces_is_one_message(places, unix, engine):
    sock, file = raw(places, unix)
    for byte in wire.pack({"do": "ping", "id": 7, "text": "ä"}):
        sock.send(bytes([byte]))
    assert json.loads(file.readline())["id"] == 7
    file.close()
    sock.close()


def test_a_message_that_no_reader_accepts_is_not_sent(places, unix, engine):
    window = engine.subscriber(places, unix)
    engine.server.broadcast({"board": "x" * (2 << 20)})
    engine.server.broadcast({"focus": "a"})
    assert next(window.messages()) == {"v": 1, "focus": "a"}
    window.close()


def test_too_many_connections_are_refused_and_the_first_ones_work(places, unix, engine, client):
    socks = [raw(places, unix)[0] for _ in range(31)]
    client.ask({"do": "ping"}, SOON)
    late = connect(places, unix=unix)
    if late is not None:
        with pytest.raises(ChannelError):
            late.ask({"do": "ping"}, SOON)
    assert client.ask({"do": "ping"}, SOON)["ok"]
    for sock in socks:
        sock.close()


@ONLY_UNIX
def test_socket_and_folder_are_closed_to_others(places):
    server = Engine(places, unix=True).server
    assert stat.S_IMODE(places.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.runtime.stat().st_mode) == 0o700
    server.close()


@ONLY_UNIX
def test_the_socket_of_a_dead_engine_is_replaced(places):
    places.runtime.mkdir()
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(places.socket))
    dead.close()
    assert connect(places) is None
    server = Engine(places, unix=True).server
    assert connect(places).ask({"do": "ping"}, SOON)["ok"]
    server.close()


@ONLY_UNIX
def test_the_socket_of_a_living_engine_is_left_alone(places):
    first = Engine(places, unix=True)
    with pytest.raises(ChannelError, match="another engine"):
        Engine(places, unix=True)
    assert connect(places).ask({"do": "ping"}, SOON)["ok"]
    first.server.close()


@ONLY_UNIX
def test_a_late_close_leaves_the_socket_of_a_successor(places):
    old = Engine(places, unix=True)
    places.socket.unlink()
    placeholder = places.runtime / "keeps the old inode from being used again"
    placeholder.touch()
    new = Engine(places, unix=True)
    old.server.close()
    assert connect(places).ask({"do": "ping"}, SOON)["ok"]
    new.server.close()


@ONLY_UNIX
def test_a_folder_laid_by_others_is_refused(places, tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o700)
    places.runtime.symlink_to(tmp_path / "theirs")
    with pytest.raises(ChannelError):
        Engine(places, unix=True)
    places.runtime.unlink()
    places.runtime.write_text("a file")
    with pytest.raises(ChannelError):
        Engine(places, unix=True)


@ONLY_UNIX
def test_a_client_trusts_no_folder_that_others_can_enter(places):
    server = Engine(places, unix=True).server
    places.runtime.chmod(0o755)
    assert connect(places) is None
    places.runtime.chmod(0o700)
    server.close()


@ONLY_UNIX
def test_a_path_too_long_for_a_socket_is_said(tmp_path):
    with pytest.raises(ChannelError):
        Engine(Where(runtime=tmp_path / ("x" * 120)), unix=True)


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_the_port_file_is_closed_to_others(places):
    server = Engine(places, unix=False).server
    assert stat.S_IMODE(wire.port_file(places).stat().st_mode) == 0o600
    server.close()


@pytest.mark.parametrize(
    "first",
    [b'{"v":1,"token":"wrong"}\n', b'{"v":1,"do":"quit"}\n', b"GET / HTTP/1.1\r\n", b'{"v":1,"token":5}\n'],
)
def test_on_loopback_nobody_is_heard_without_the_token(places, first):
    engine = Engine(places, unix=False)
    port = json.loads(wire.port_file(places).read_bytes())["port"]
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(first + wire.pack({"do": "quit"}))
        assert _rest(sock) == b""
    engine.server.close()
    assert engine.heard.empty()
    assert engine.gone.empty()


def _rest(sock):
    try:
        return sock.recv(1000)
    except ConnectionResetError:
        return b""


def test_on_loopback_a_stranger_at_the_engines_port_is_not_trusted(places):
    stranger = socket.create_server(("127.0.0.1", 0))
    places.runtime.mkdir(mode=0o700)
    document = {"port": stranger.getsockname()[1], "token": "a", "proof": "b"}
    wire.port_file(places).write_text(json.dumps(document))

    def answer():
        sock, _ = stranger.accept()
        with sock:
            sock.recv(1000)
            sock.sendall(wire.pack({"proof": "guess"}))

    thread = threading.Thread(target=answer)
    thread.start()
    assert connect(places, unix=False) is None
    thread.join()
    stranger.close()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"port": 99999999, "token": "a", "proof": "b"}', '{"port": "x", "token": 1}']
)
def test_a_damaged_port_file_is_no_engine(places, content):
    places.runtime.mkdir(mode=0o700)
    wire.port_file(places).write_text(content)
    assert connect(places, unix=False) is None


def test_a_client_whose_engine_hangs_gives_up_in_time(places):
    places.runtime.mkdir(mode=0o700)
    silent = socket.create_server(("127.0.0.1", 0))
    document = {"port": silent.getsockname()[1], "token": "a", "proof": "b"}
    wire.port_file(places).write_text(json.dumps(document))
    started = time.monotonic()
    assert connect(places, timeout=0.05, unix=False) is None
    assert time.monotonic() - started < SOON
    silent.close()
