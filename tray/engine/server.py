"""The engine's end of the channel: a Unix socket, on Windows loopback with a token in a private file."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import secrets
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from tray.engine import files, wire
from tray.engine.wire import ChannelError, Mailbox, hang_up, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_PEERS_MAX = 32
_ADMIT_SECONDS = 2.0
_FLUSH_SECONDS = 0.4

_log = logging.getLogger(__name__)


class Peer:
    """One connected client, as the engine sees it. Any thread may send."""

    def __init__(self, sock: socket.socket) -> None:
        self.role: str | None = None  # set by `subscribe`
        self._sock = sock
        self._outbox: Mailbox[bytes] = Mailbox()
        self._writer: threading.Thread | None = None

    def subscribe(self, role: str) -> None:
        """From now on the peer gets what is broadcast; `role` is "window", "status", ..."""
        self.role = role

    def send(self, message: Mapping[str, object]) -> None:
        """Queue one message; never blocks. A peer that leaves too many unread is dropped.

        Of several unread boards only the newest is sent.
        """
        try:
            line = pack(message)
        except ChannelError as error:
            _log.warning("a message is not sent: %s", error)
            return
        if not self._outbox.put(line, latest="board" in message):
            self.drop()

    def drop(self) -> None:
        """End the connection now."""
        self._outbox.close()
        hang_up(self._sock)

    def start(self) -> None:
        """Begin to send what is queued (the server calls it once the peer is admitted)."""
        writer = threading.Thread(target=self._write, name="channel-out", daemon=True)
        writer.start()
        self._writer = writer  # only now: `finish` may run on another thread and join it

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            while (line := self._outbox.take()) is not None:
                self._sock.sendall(line)
        hang_up(self._sock)

    def finish(self, deadline: float) -> None:
        """Let what is queued go out until `deadline` (monotonic seconds), then end the connection."""
        self._outbox.close()
        if self._writer is not None:
            self._writer.join(max(0.0, deadline - time.monotonic()))
        hang_up(self._sock)


class Server:
    """The engine's end. Blocks in accept and recv only: an idle channel wakes nobody.

    `on_message(peer, message)` and `on_gone(peer)` are called on the peer's own thread. Must be opened by the
    holder of the engine's lock, who alone may take a dead engine's socket away. Raises `ChannelError`.
    """

    def __init__(
        self,
        places: wire.Where,
        on_message: Callable[[Peer, dict[str, Any]], None],
        on_gone: Callable[[Peer], None] = lambda _peer: None,
        *,
        unix: bool = wire.HAS_UNIX,
    ) -> None:
        self._on_message = on_message
        self._on_gone = on_gone
        self._peers: set[Peer] = set()
        self._turn = threading.Lock()
        self._closing = False
        self._token = self._proof = ""
        try:
            wire.make_folder(places.runtime)
            self._path = places.socket if unix else wire.port_file(places)
            self._listener = self._listen_unix() if unix else self._listen_loopback()
            self._file = self._path.stat().st_ino
        except OSError as error:
            raise ChannelError(f"the channel can't be opened: {error.strerror or error}") from error
        self._acceptor = threading.Thread(target=self._accept, name="channel", daemon=True)
        self._acceptor.start()

    def broadcast(self, message: Mapping[str, object]) -> None:
        """Send to all who subscribed; never blocks."""
        for peer in self.peers():
            if peer.role is not None:
                peer.send(message)

    def peers(self) -> tuple[Peer, ...]:
        """All who are connected now."""
        with self._turn:
            return tuple(self._peers)

    def close(self) -> None:
        """Say bye, let go of everybody within half a second, and take the socket away."""
        with self._turn:
            if self._closing:
                return
            self._closing = True
        deadline = time.monotonic() + _FLUSH_SECONDS
        for peer in self.peers():
            peer.send({"bye": True})
        for peer in self.peers():
            peer.finish(deadline)
        # What wakes a blocked accept: on Linux this, elsewhere a connection.
        hang_up(self._listener)
        with contextlib.suppress(OSError), socket.socket(self._listener.family) as waker:
            waker.settimeout(_FLUSH_SECONDS)
            waker.connect(self._listener.getsockname())
        self._acceptor.join(_FLUSH_SECONDS)
        self._listener.close()
        with contextlib.suppress(OSError):
            if self._path.stat().st_ino == self._file:  # not the file of a successor
                self._path.unlink()

    def _listen_unix(self) -> socket.socket:
        address = str(self._path)
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_FLUSH_SECONDS)
            if probe.connect_ex(address) == 0:  # an engine with another state folder, hence another lock
                raise ChannelError("another engine answers in this session")
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(address)
            self._path.chmod(0o600)
            listener.listen()
        except BaseException:
            listener.close()
            raise
        return listener

    def _listen_loopback(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET)
        try:
            listener.bind((wire.LOOPBACK, 0))
            listener.listen()
            self._token, self._proof = secrets.token_hex(32), secrets.token_hex(32)
            document = {"port": listener.getsockname()[1], "token": self._token, "proof": self._proof}
            files.replace(self._path, json.dumps(document).encode())
        except BaseException:
            listener.close()
            raise
        return listener

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                if self._closing:
                    return
                time.sleep(1)  # out of file descriptors: they come back
                continue
            with self._turn:
                if self._closing:
                    sock.close()
                    return
                if len(self._peers) >= _PEERS_MAX:
                    sock.close()
                    continue
                peer = Peer(sock)
                self._peers.add(peer)
            threading.Thread(target=self._serve, args=(peer, sock), name="channel-in", daemon=True).start()

    def _serve(self, peer: Peer, sock: socket.socket) -> None:
        admitted = False
        try:
            incoming = wire.lines(sock)
            admitted = self._admit(sock, incoming)
            if admitted:
                peer.start()
                self._read(peer, incoming)
        finally:
            with self._turn:
                self._peers.discard(peer)
            if admitted:
                self._on_gone(peer)
            peer.finish(time.monotonic() + _FLUSH_SECONDS)
            sock.close()

    def _admit(self, sock: socket.socket, incoming: Iterator[bytes]) -> bool:
        """Whether the other end is this user: by its uid, on loopback by the token of the private file."""
        if not self._token:
            return wire.same_user(sock)
        sock.settimeout(_ADMIT_SECONDS)
        try:
            given = unpack(next(incoming)).get("token")
            good = isinstance(given, str) and hmac.compare_digest(given.encode(), self._token.encode())
            if good:
                sock.sendall(pack({"proof": self._proof}))
        except (StopIteration, ChannelError, OSError, UnicodeEncodeError):
            return False
        sock.settimeout(None)
        return good

    def _read(self, peer: Peer, incoming: Iterator[bytes]) -> None:
        try:
            for line in incoming:
                try:
                    message = unpack(line)
                except ChannelError as error:
                    peer.send({"id": None, "ok": False, "error": str(error)})
                else:
                    self._on_message(peer, message)
        except ChannelError as error:  # no way to find the start of the next line
            peer.send({"id": None, "ok": False, "error": str(error)})
