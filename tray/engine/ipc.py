"""The channel's client end, for the window and the commands; `engine.server` is the other end."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

from tray.engine import files, wire
from tray.engine.wire import ChannelError, Mailbox, hang_up, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ChannelError", "Client", "connect"]


def connect(places: wire.Where, timeout: float = 1.0, *, unix: bool = wire.HAS_UNIX) -> Client | None:
    """A connection to the running engine, or None where nobody of this user answers in `timeout` seconds."""
    sock = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
    try:
        wire.check_folder(places.runtime)
        sock.settimeout(timeout)
        incoming = wire.lines(sock)
        if unix:
            sock.connect(str(places.socket))
            known = wire.same_user(sock)
        else:
            known = _introduce(sock, incoming, places)
        if known:
            sock.settimeout(None)
            return Client(sock, incoming)
    except (OSError, ValueError, TypeError, KeyError, OverflowError, ChannelError):
        pass  # no engine, a dead one's file, or somebody else's: all of it is "nobody answers"
    sock.close()
    return None


def _introduce(sock: socket.socket, incoming: Iterator[bytes], places: wire.Where) -> bool:
    """Show the token of the private file; the answer proves that the port is still the engine's."""
    import hmac  # with all of OpenSSL; a Unix socket needs no proof

    document = json.loads(files.read(wire.port_file(places), limit=4096))
    sock.connect((wire.LOOPBACK, document["port"]))
    sock.sendall(pack({"token": document["token"]}))
    proof = unpack(next(incoming, b"")).get("proof")
    return isinstance(proof, str) and hmac.compare_digest(proof.encode(), str(document["proof"]).encode())


class Client:
    """One connection. Any thread may send and ask; one thread at a time iterates over `messages`."""

    def __init__(self, sock: socket.socket, incoming: Iterator[bytes]) -> None:
        self._sock = sock
        self._incoming = incoming
        self._turn = threading.Lock()
        self._inbox: Mailbox[dict[str, Any]] = Mailbox(limit=1024)
        self._asked: dict[int, Mailbox[dict[str, Any]]] = {}
        self._last_id = 0
        self._gone = False
        threading.Thread(target=self._read, name="channel-in", daemon=True).start()

    def send(self, message: Mapping[str, object]) -> None:
        """Send one message. Raises `ChannelError` where the engine is gone."""
        line = pack(message)
        try:
            with self._turn:
                self._sock.sendall(line)
        except OSError:
            raise ChannelError("The tray does not answer.") from None

    def ask(self, message: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """Send one message with an id and return the answer to it.

        Raises `ChannelError` where the engine goes away or `timeout` seconds pass.
        """
        answer: Mailbox[dict[str, Any]] = Mailbox()
        with self._turn:
            self._last_id += 1
            number = self._last_id
            self._asked[number] = answer
            if self._gone:
                answer.close()
        try:
            self.send({**message, "id": number})
            found = answer.take(timeout)
        finally:
            with self._turn:
                del self._asked[number]
        if found is None:
            raise ChannelError("The tray does not answer.")
        return found

    def messages(self) -> Iterator[dict[str, Any]]:
        """What the engine sends by itself, until it goes away; of unread boards only the newest."""
        while (message := self._inbox.take()) is not None:
            yield message

    def close(self) -> None:
        """End the connection; `messages` ends too."""
        hang_up(self._sock)

    def _read(self) -> None:
        with contextlib.suppress(ChannelError):
            for line in self._incoming:
                message = unpack(line)
                with self._turn:
                    number = message.get("id")
                    answer = self._asked.get(number) if isinstance(number, int) else None
                if answer is not None:
                    answer.put(message)
                elif "id" not in message:  # an answer that nobody waits for any more is dropped
                    self._inbox.put(message, latest="board" in message)
        with self._turn:
            self._gone = True
            waiting = tuple(self._asked.values())
        for answer in waiting:
            answer.close()
        self._inbox.close()
        hang_up(self._sock)
        self._sock.close()
