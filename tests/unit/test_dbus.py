"""The line to a message bus."""

from threading import Event

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return

from tests.fake_bus import FakeBus, wait_for
from tray.desktop.dbus import Line, UnknownCallError, method, open_line, plain, session_address

TARGET = DBusAddress("/there", bus_name="org.example.There", interface="org.example.There")


@pytest.fixture
def lines():
    made = []

    def make(bus, **more):
        more.setdefault("on_up", lambda: None)
        line = Line("unix:path=/nowhere", connect=bus, retry=(0.0,), **more)
        made.append(line)
        line.start()
        assert wait_for(lambda: line.name)
        return line

    yield make
    for line in made:
        line.close()


def error_of(reply):
    assert reply.header.message_type is MessageType.error
    return reply.header.fields[HeaderFields.error_name].rpartition(".")[2]


def test_a_question_gets_its_own_reply(lines):
    bus = FakeBus({"Name": lambda call: ("s", (f"for {call.body[0]}",))})
    line = lines(bus)
    assert line.ask(method(TARGET, "Name", "s", "a"), 1).body == ("for a",)
    assert line.ask(method(TARGET, "Name", "s", "b"), 1).body == ("for b",)


def test_a_question_without_a_reply_ends_at_its_deadline(lines):
    assert lines(FakeBus()).ask(method(TARGET, "Silent"), 0.01) is None


def test_a_question_starts_no_service(lines):
    bus = FakeBus()
    lines(bus).send(method(TARGET, "Name"))
    assert bus.sent[-1].header.flags & 2


def test_a_lost_bus_answers_what_waits_and_is_connected_again(lines):
    first, second = FakeBus(), FakeBus()
    buses = iter((first, second))
    downs, replies = [], []
    line = lines(lambda _: next(buses), on_down=lambda: downs.append(1))
    line.call(method(TARGET, "Silent"), replies.append)
    first.lose()
    assert wait_for(lambda: line.name and line.send(method(TARGET, "Again")) and second.sent)
    assert replies == [None]
    assert downs == [1]
    assert first.closed


def test_without_a_bus_nothing_is_sent_and_a_question_gets_none():
    line = Line("unix:path=/nowhere", on_up=lambda: None)
    replies = []
    line.call(method(TARGET, "Name"), replies.append)
    assert replies == [None]
    assert not line.send(method(TARGET, "Name"))
    assert line.name is None


def test_a_bus_that_cannot_be_reached_is_given_up_where_nobody_insists():
    tries = []

    def refuse(_):
        tries.append(1)
        raise FileNotFoundError

    line = Line("unix:path=/nowhere", on_up=lambda: None, persist=False, retry=(0.0,), connect=refuse)
    line.start()
    assert wait_for(lambda: not line._thread.is_alive())
    assert tries == [1]


@pytest.mark.parametrize(
    ("problem", "name"),
    [(UnknownCallError, "UnknownMethod"), (ValueError, "InvalidArgs"), (OSError, "Failed")],
)
def test_a_call_that_fails_is_answered_with_an_error_and_costs_nothing_else(lines, problem, name):
    def answer(message):
        if message.header.fields[HeaderFields.member] == "Bad":
            raise problem
        return new_method_return(message, "s", ("fine",))

    bus = FakeBus()
    lines(bus, on_call=answer)
    assert error_of(bus.ask("/x", "org.example.We", "Bad")) == name
    assert bus.ask("/x", "org.example.We", "Good").body == ("fine",)


def test_a_line_without_methods_refuses_calls(lines):
    bus = FakeBus()
    lines(bus)
    assert error_of(bus.ask("/x", "org.example.We", "Any")) == "UnknownMethod"


def test_a_malformed_signal_does_not_cost_the_line(lines):
    seen = Event()

    def hear(message):
        (value,) = message.body
        if value == "good":
            seen.set()

    bus = FakeBus()
    lines(bus, on_signal=hear)
    bus.signal("org.example.We", "Odd")
    bus.signal("org.example.We", "Even", "s", "good")
    assert seen.wait(1)


def test_closing_twice_is_harmless_and_ends_the_thread(lines):
    bus = FakeBus()
    line = lines(bus)
    line.close()
    line.close()
    assert not line._thread.is_alive()
    assert bus.closed


def test_a_short_line_is_none_where_no_bus_answers(tmp_path):
    assert open_line(f"unix:path={tmp_path}/none", timeout=0.05) is None


def test_the_session_bus_is_found_by_variable_then_by_socket(tmp_path):
    assert session_address({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/a"}) == "unix:path=/a"
    assert session_address({"XDG_RUNTIME_DIR": str(tmp_path)}) is None
    (tmp_path / "bus").touch()
    assert session_address({"XDG_RUNTIME_DIR": str(tmp_path)}) == f"unix:path={tmp_path}/bus"
    assert session_address({}) is None


def test_text_with_a_nul_or_half_a_character_may_travel():
    assert plain("a\0b\ud800c≈") == "ab?c≈"
