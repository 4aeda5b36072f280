"""A line to a message bus: one thread that blocks in recv, and comes back after the bus was lost."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread, current_thread
from typing import TYPE_CHECKING, Protocol

from jeepney import DBusAddress, HeaderFields, MessageFlag, MessageType, new_error, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.threading import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jeepney import Message

_log = logging.getLogger(__name__)

SYSTEM = "SYSTEM"  # jeepney's name of the system bus; any other value of `bus` is an address
_RETRY = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds; the last one for good: at most one wake-up a minute
_HANG_UP = 1.0  # seconds to wait for the thread: it may be in a callback
_FAILED = "org.freedesktop.DBus.Error.Failed"
_INVALID = "org.freedesktop.DBus.Error.InvalidArgs"
_UNKNOWN = "org.freedesktop.DBus.Error.UnknownMethod"


class Connection(Protocol):
    """The part of jeepney's connection that is used here."""

    unique_name: str
    outgoing_serial: Iterator[int]

    def send(self, message: Message, serial: int | None = None) -> None: ...
    def receive(self) -> Message: ...
    def interrupt(self) -> None: ...  # makes `receive` raise, from another thread
    def close(self) -> None: ...


class UnknownCallError(Exception):
    """A method, interface or property that we do not have."""


def session_address(env: Mapping[str, str]) -> str | None:
    """The address of the session bus, or None where there is none.

    A process started outside the session (cron, ssh) has no variable but finds systemd's socket.
    """
    if env.get("DBUS_SESSION_BUS_ADDRESS"):
        return env["DBUS_SESSION_BUS_ADDRESS"]
    socket = Path(env.get("XDG_RUNTIME_DIR") or "/nonexistent") / "bus"
    return f"unix:path={socket}" if socket.exists() else None


def plain(text: str) -> str:
    """Text that may travel: the bus hangs up on a NUL, and lone surrogates have no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def method(target: DBusAddress, member: str, signature: str | None = None, *body: object) -> Message:
    """A method call that starts no service: what is not running is not there."""
    message = new_method_call(target, member, signature, body)
    message.header.flags = MessageFlag.no_auto_start
    return message


def field(message: Message, name: HeaderFields) -> str:
    """A text field of the header; "" where it is absent."""
    return str(message.header.fields.get(name, ""))


def is_error(reply: Message | None) -> bool:
    """Whether a call failed: an error reply, or the line went down before one came."""
    return reply is None or reply.header.message_type is MessageType.error


def _refuse(_: Message) -> Message:
    raise UnknownCallError


class Line:
    """A connection that is kept up, and its one thread, on which every callback runs.

    `on_up` after each connect; `on_down` after each loss; `on_call` answers a method call with the reply
    message (`UnknownCallError` and any other exception become error replies); `on_signal` sees every signal.
    Without `persist` a bus that can't be reached at the first try is down for good.
    Callbacks must not block, and must not use `ask`: they would wait for themselves.
    """

    def __init__(
        self,
        bus: str,
        *,
        on_up: Callable[[], None],
        on_down: Callable[[], None] = lambda: None,
        on_call: Callable[[Message], Message] = _refuse,
        on_signal: Callable[[Message], None] = lambda _: None,
        persist: bool = True,
        retry: Sequence[float] = _RETRY,
        connect: Callable[[str], Connection] = open_dbus_connection,
    ) -> None:
        self._bus = bus
        self._persist = persist
        self._retry = retry
        self._on_up = on_up
        self._on_down = on_down
        self._on_call = on_call
        self._on_signal = on_signal
        self._connect = connect
        self._connection: Connection | None = None
        self._waiting: dict[int, Callable[[Message | None], None]] = {}
        self._lock = Lock()
        self._closed = Event()
        self._thread = Thread(target=self._keep_up, name="dbus", daemon=True)

    def start(self) -> None:
        """Connect and listen, on a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """Hang up; the thread ends. What waits for a reply gets None. Safe to call twice."""
        with self._lock:
            self._closed.set()
            if self._connection:
                self._connection.interrupt()
        if self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join(_HANG_UP)

    @property
    def name(self) -> str | None:
        """Our unique name on the bus; None while the line is down."""
        connection = self._connection
        return connection.unique_name if connection else None

    def send(self, message: Message) -> bool:
        """Send a signal or a call without waiting; False where the line is down."""
        return self._transmit(message, None)

    def call(self, message: Message, on_reply: Callable[[Message | None], None]) -> None:
        """Send a call; the reply comes on the line's thread, None where the line goes down first."""
        if not self._transmit(message, on_reply):
            on_reply(None)

    def ask(self, message: Message, timeout: float) -> Message | None:
        """Send a call and wait for the reply at most `timeout` seconds; None where none came."""
        reply: Future[Message | None] = Future()
        self.call(message, reply.set_result)
        try:
            return reply.result(timeout)
        except TimeoutError:
            return None

    def listen(self, rule: str) -> None:
        """Ask the bus for the signals of a match rule."""
        self.send(message_bus.AddMatch(rule))

    def _transmit(self, message: Message, on_reply: Callable[[Message | None], None] | None) -> bool:
        with self._lock:
            connection = self._connection
            if connection is None:
                return False
            serial = next(connection.outgoing_serial)
            if on_reply:
                self._waiting[serial] = on_reply
        try:
            connection.send(message, serial=serial)
        except OSError:
            self._waiting.pop(serial, None)  # the reading thread sees the loss as well, and cleans up
            return False
        return True

    def _keep_up(self) -> None:
        failures, served = 0, False
        while not self._closed.is_set():
            try:
                connection = self._connect(self._bus)
            except Exception as error:  # noqa: BLE001 - no socket, not a bus, no leave: none is for us to mend
                if not self._persist and not served:
                    self._on_down()
                    return
                if not failures:
                    _log.warning("no message bus: %s", error)
            else:
                failures, served = 0, True
                self._serve(connection)
            self._closed.wait(self._retry[min(failures, len(self._retry) - 1)])
            failures += 1

    def _serve(self, connection: Connection) -> None:
        with self._lock:
            self._connection = connection
        try:
            if not self._closed.is_set():  # closed while connecting: nobody else would hang up
                self._on_up()
            while not self._closed.is_set():
                self._dispatch(connection.receive())
        except Exception as error:  # noqa: BLE001 - whatever it is, this connection is of no more use
            if not self._closed.is_set():
                _log.warning("message bus lost: %s", error)
        with self._lock:
            self._connection = None
            waiting, self._waiting = self._waiting, {}
        with suppress(OSError):
            connection.close()
        for on_reply in waiting.values():
            on_reply(None)
        if not self._closed.is_set():
            self._on_down()

    def _dispatch(self, message: Message) -> None:
        match message.header.message_type:
            case MessageType.signal:
                _guarded(self._on_signal, message)
            case MessageType.method_call:
                reply = self._answer(message)
                if not message.header.flags & MessageFlag.no_reply_expected:
                    self.send(reply)
            case _:
                serial = message.header.fields.get(HeaderFields.reply_serial, -1)
                on_reply = self._waiting.pop(serial, None)
                if on_reply:
                    _guarded(on_reply, message)

    def _answer(self, message: Message) -> Message:
        try:
            return self._on_call(message)
        except UnknownCallError:
            return new_error(message, _UNKNOWN, "s", ("not here",))
        except (TypeError, ValueError, IndexError):  # a body that does not fit the method
            return new_error(message, _INVALID, "s", ("the arguments do not fit",))
        except Exception:  # noqa: BLE001 - the caller gets an error, the line goes on
            _log.exception("a D-Bus call failed: %s", field(message, HeaderFields.member))
            return new_error(message, _FAILED, "s", ("it failed",))


def _guarded(callback: Callable[[Message], None], message: Message) -> None:
    """What a stranger sends may be malformed; it must not cost the line."""
    try:
        callback(message)
    except Exception:  # noqa: BLE001 - see above
        _log.exception("a D-Bus message was not understood: %s", field(message, HeaderFields.member))


def open_line(bus: str, *, timeout: float = 2.0) -> Line | None:
    """A line for a few questions, already up; None where the bus does not answer in time."""
    tried = Event()
    line = Line(bus, on_up=tried.set, on_down=tried.set, persist=False)
    line.start()
    if tried.wait(timeout) and line.name:
        return line
    line.close()
    return None
