"""A message bus for tests: what is sent goes over the wire format, what comes in is put in by the test."""

from __future__ import annotations

import time
from itertools import count
from queue import SimpleQueue

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)

BUS = "org.freedesktop.DBus"


def wait_for(predicate, seconds=3.0):
    """True as soon as the predicate holds; False after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if predicate():
            return True
        time.sleep(0.002)
    return bool(predicate())


def member(message):
    return message.header.fields.get(HeaderFields.member)


class FakeBus:
    """One connection. `answers` maps a member to (signature, body), to an exception name, or to a function."""

    unique_name = ":1.7"

    def __init__(self, answers=None):
        self.outgoing_serial = count(1)
        self.answers = answers or {}
        self.sent = []
        self.closed = False
        self._inbox = SimpleQueue()
        self._serials = count(1000)

    def __call__(self, _address):
        """As the `connect` argument: connecting gives this connection."""
        return self

    def send(self, message, serial=None):
        if self.closed:
            raise BrokenPipeError
        parsed = Message.from_buffer(message.serialise(serial))
        self.sent.append(parsed)
        if parsed.header.message_type is MessageType.method_call and member(parsed) in self.answers:
            answer = self.answers[member(parsed)]
            if callable(answer):
                answer = answer(parsed)
            if answer is not None:
                reply = (
                    new_error(parsed, answer)
                    if isinstance(answer, str)
                    else new_method_return(parsed, *answer)
                )
                self._inbox.put(reply)

    def receive(self):
        item = self._inbox.get()
        if isinstance(item, Exception):
            raise item
        return item

    def interrupt(self):
        self._inbox.put(ConnectionAbortedError("interrupted"))

    def close(self):
        self.closed = True

    def lose(self):
        self._inbox.put(ConnectionResetError("the bus went away"))

    def signal(self, interface, name, signature=None, *body, path="/x", sender=None):
        message = new_signal(DBusAddress(path, interface=interface), name, signature, body)
        if sender:
            message.header.fields[HeaderFields.sender] = sender
        self._inbox.put(message)

    def owner_changed(self, name, owner):
        self.signal(BUS, "NameOwnerChanged", "sss", name, "", owner, sender=BUS)

    def ask(self, path, interface, name, signature=None, *body):
        """Call a method of ours as another program would; the reply."""
        serial = next(self._serials)
        call = new_method_call(
            DBusAddress(path, bus_name=self.unique_name, interface=interface), name, signature, body
        )
        call.header.serial = serial
        self._inbox.put(call)

        def reply():
            found = [m for m in list(self.sent) if m.header.fields.get(HeaderFields.reply_serial) == serial]
            return found[0] if found else None

        assert wait_for(lambda: reply() is not None), f"no reply to {name}"
        return reply()

    def named(self, name):
        """The messages sent with this member."""
        return [message for message in list(self.sent) if member(message) == name]
