"""What the engine answers on the channel, and what its owner is asked to do."""

import shutil
import tempfile
import threading
from pathlib import Path
from queue import Queue

import pytest

from tests.boards import ON, board
from tests.fakes import fake_paths
from tray.core.codec import decode
from tray.core.events import FilesChanged, RefreshAsked, SettingsChanged
from tray.core.model import Board
from tray.engine.ipc import ChannelError, connect
from tray.engine.service import Duties, Service
from tray.sources import ALL

SOON = 5.0  # seconds: a bound that a failing test runs into, never a good one


class Places:
    """The places of a user who has nothing yet; the folder's name is short, since it holds a socket."""

    def __init__(self, root):
        fake = fake_paths(root)
        self.config, self.state, self.runtime = fake.config, fake.state, fake.runtime
        self.settings_file = self.config / "settings.json"
        self.socket = self.runtime / "engine.sock"


class FakeEngine:
    """Keeps what was posted; answers a refresh when told to."""

    def __init__(self):
        self.board = board(settings=ON)
        self.posted = Queue()
        self._ended = threading.Event()

    def post(self, event, done=None):
        self.posted.put((event, done))

    def run(self):
        self._ended.wait()

    def stop(self):
        self._ended.set()

    def next(self):
        return self.posted.get(timeout=SOON)


class Owner:
    """What the service asked its owner for."""

    def __init__(self):
        self.asked = Queue()

    def duties(self):
        return Duties(
            open_window=lambda focus: self.asked.put(("open", focus)),
            quit=lambda: self.asked.put(("quit", None)),
            window_ready=lambda: self.asked.put(("ready", None)),
        )


@pytest.fixture
def places():
    folder = Path(tempfile.mkdtemp(prefix="svc-"))
    yield Places(folder)
    shutil.rmtree(folder)


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def owner():
    return Owner()


@pytest.fixture
def service(places, engine, owner):
    service = Service(places, engine, ALL, owner.duties(), "tray")
    service.start()
    yield service
    service.stop()


@pytest.fixture
def client(service, places):
    client = connect(places, SOON)
    yield client
    client.close()


def window(places):
    """A window that has subscribed, and its messages after the first board."""
    client = connect(places, SOON)
    assert client.ask({"do": "subscribe", "role": "window"}, SOON)["ok"]
    messages = client.messages()
    assert "board" in next(messages)
    return client, messages


def test_ping_tells_who_runs_the_engine(client):
    answer = client.ask({"do": "ping"}, SOON)
    assert (answer["ok"], answer["role"]) == (True, "tray")
    assert answer["version"]


@pytest.mark.parametrize("focus", [None, "claude_code_usage"])
def test_open_is_the_owners_duty(client, owner, focus):
    assert client.ask({"do": "open", "focus": focus}, SOON)["ok"]
    assert owner.asked.get(timeout=SOON) == ("open", focus)


def test_a_focus_that_is_no_text_is_none(client, owner):
    client.ask({"do": "open", "focus": {"a": 1}}, SOON)
    assert owner.asked.get(timeout=SOON) == ("open", None)


def test_quit_is_the_owners_duty(client, owner):
    assert client.ask({"do": "quit"}, SOON)["ok"]
    assert owner.asked.get(timeout=SOON) == ("quit", None)


def test_a_tray_makes_room_for_nobody(client):
    answer = client.ask({"do": "handover"}, SOON)
    assert (answer["ok"], answer["error"]) == (False, "The tray is running already.")


def test_refresh_with_wait_is_answered_when_all_have_answered(client, engine):
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(client.ask({"do": "refresh", "wait": True}, SOON))
    )
    asking.start()
    event, done = engine.next()
    assert (event, answers) == (RefreshAsked(), [])
    done(engine.board)
    asking.join(SOON)
    assert decode(Board, answers[0]["board"]) == engine.board


def test_a_toggle_that_needs_consent_stays_off_without_it(client, engine, places):
    asking = next(source for source in ALL if source.consent)
    answer = client.ask({"do": "toggle", "name": str(asking.toggle), "on": True}, SOON)
    assert (answer["ok"], "consent" in answer["error"]) == (False, True)
    assert not places.settings_file.exists()
    assert engine.posted.empty()


def test_a_toggle_takes_effect_and_is_kept(client, engine, places):
    asking = next(source for source in ALL if source.consent)
    answer = client.ask({"do": "toggle", "name": str(asking.toggle), "on": True, "consent": True}, SOON)
    assert answer["ok"]
    event, _ = engine.next()
    assert isinstance(event, SettingsChanged)
    assert event.settings.is_on(asking.toggle)
    assert str(asking.toggle) in places.settings_file.read_text()


def test_flips_at_the_same_time_are_each_the_opposite_of_the_one_before(service, engine, places):
    clients, answers = [connect(places, SOON) for _ in range(10)], []

    def flip(client):
        answers.append(client.ask({"do": "toggle", "name": "codex_live", "on": None}, SOON)["on"])

    threads = [threading.Thread(target=flip, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()
    assert sorted(answers) == [False] * 5 + [True] * 5
    told = [engine.next()[0].settings.codex_live for _ in clients]
    assert told == [False, True] * 5, "the engine hears of them in their order"


@pytest.mark.parametrize(
    "message",
    [
        {"do": "toggle", "name": "nothing", "on": True},
        {"do": "set", "name": "claude_code_usage", "value": True},  # toggles have their own way: consent
        {"do": "set", "name": "show", "value": "sideways"},
        {"do": "set", "name": ["pin"], "value": 1},
        {"do": "dance"},
        {"do": ["ping"]},
        {},
    ],
)
def test_what_cant_be_done_is_said_in_words_and_harms_nobody(client, engine, places, message):
    answer = client.ask(message, SOON)
    assert answer["ok"] is False
    assert answer["error"].endswith(".")
    assert not places.settings_file.exists()
    assert engine.posted.empty()
    assert client.ask({"do": "ping"}, SOON)["ok"]


def test_settings_that_cant_be_read_are_told_and_kept(client, places):
    places.config.mkdir(parents=True)
    places.settings_file.write_text("{\n oops")
    answer = client.ask({"do": "set", "name": "pin", "value": "ollama"}, SOON)
    assert (answer["ok"], "line 2" in answer["error"]) == (False, True)
    assert places.settings_file.read_text() == "{\n oops"


def test_a_window_gets_the_board_and_is_a_refresh(service, places, engine, owner):
    client, messages = window(places)
    assert engine.next()[0] == RefreshAsked()
    assert owner.asked.get(timeout=SOON) == ("ready", None)
    service.publish(engine.board)
    assert decode(Board, next(messages)["board"]) == engine.board
    client.close()


def test_an_open_window_is_brought_forward(service, places):
    assert not service.focus_window(None)
    client, messages = window(places)
    assert service.focus_window("about")
    assert next(messages)["focus"] == "about"
    client.close()


def test_a_newer_window_takes_the_place_of_an_older_one(service, places):
    older, of_older = window(places)
    newer, of_newer = window(places)
    assert service.focus_window("about")
    assert next(of_older)["bye"] is True
    assert next(of_newer)["focus"] == "about"
    older.close()
    newer.close()


def test_an_end_says_goodbye_and_takes_the_channel_away(places, engine, owner):
    service = Service(places, engine, ALL, owner.duties(), "tray")
    service.start()
    client, messages = window(places)
    service.stop()
    assert next(messages)["bye"] is True
    assert connect(places) is None
    with pytest.raises(ChannelError):
        client.ask({"do": "ping"}, SOON)
    client.close()


def test_changed_files_reach_the_engine(service, engine):
    service.files_changed(frozenset({"settings"}))
    assert engine.next()[0] == FilesChanged(groups=frozenset({"settings"}))


def test_an_older_board_never_overtakes_a_newer_one(places):
    """The engine tells a newer board while the one for a new subscriber is being sent."""
    engine, sent = FakeEngine(), []
    older, newer = engine.board, board(settings=ON, demo=True)

    class Peer:
        def send(self, message):
            if engine.board is older:
                engine.board = newer
                sent.append(newer.demo)  # the broadcast, which is quicker
            sent.append(decode(Board, message["board"]).demo)

    Service(places, engine, ALL, Owner().duties(), "tray")._send_board(Peer())
    assert sent == [True, False, True]
