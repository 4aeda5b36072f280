"""The channel: nobody can hold it up, whatever is sent, left unread or left open."""

import json
import socket
import threading
import time

import pytest

from tests.channel_stage import SOON, UNIX, Engine, Where, raw
from tray.engine import wire
from tray.engine.ipc import ChannelError, connect


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


def test_a_client_whose_engine_hangs_gives_up_in_time(places):
    places.runtime.mkdir(mode=0o700)
    silent = socket.create_server(("127.0.0.1", 0))
    document = {"port": silent.getsockname()[1], "token": "a", "proof": "b"}
    wire.port_file(places).write_text(json.dumps(document))
    started = time.monotonic()
    assert connect(places, timeout=0.05, unix=False) is None
    assert time.monotonic() - started < SOON
    silent.close()
