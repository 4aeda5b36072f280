"""The channel: who may talk to the engine, and which engine a client trusts."""

import json
import os
import socket
import stat
import threading

import pytest

from tests.channel_stage import ONLY_UNIX, SOON, Engine, Where
from tray.engine import wire
from tray.engine.ipc import ChannelError, connect


@pytest.fixture
def places(tmp_path):
    return Where(runtime=tmp_path / "run")


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
