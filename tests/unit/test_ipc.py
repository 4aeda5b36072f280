"""The channel: what is said, to whom, and that every connection ends."""

import json
import threading

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


def test_a_message_in_pieces_is_one_message(places, unix, engine):
    sock, file = raw(places, unix)
    for byte in wire.pack({"do": "ping", "id": 7, "text": "ä"}):
        sock.send(bytes([byte]))
    assert json.loads(file.readline())["id"] == 7
    file.close()
    sock.close()
