"""The channel's wire: JSON lines with a version, the folder they pass through, the queue of a slow reader."""

from __future__ import annotations

import json
import os
import socket
import stat
import struct
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

VERSION = 1
HAS_UNIX = hasattr(socket, "AF_UNIX")
LOOPBACK = "127.0.0.1"
LINE_MAX = 1 << 20  # bytes
_CHUNK = 1 << 16

T = TypeVar("T")


class Where(Protocol):
    """The places that the channel needs: `tray.engine.paths.Places` has them."""

    @property
    def runtime(self) -> Path: ...
    @property
    def socket(self) -> Path: ...


class ChannelError(Exception):
    """The channel can't be used; the message is one sentence for people."""


def pack(message: Mapping[str, object]) -> bytes:
    """One line with the version in front. Raises `ChannelError` where it is longer than a reader accepts."""
    line = json.dumps({"v": VERSION, **message}, separators=(",", ":")).encode() + b"\n"
    if len(line) > LINE_MAX:
        raise ChannelError("message too long")
    return line


def unpack(line: bytes) -> dict[str, Any]:
    """The message of a line. Raises `ChannelError` for anything but an object of our version."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise ChannelError("not a line of JSON") from None
    if not isinstance(message, dict):
        raise ChannelError("not an object")
    if message.get("v") != VERSION:
        raise ChannelError("unknown version")
    return message


def lines(sock: socket.socket) -> Iterator[bytes]:
    """Lines as they come, without their end, until the other side is gone; a torn last line is dropped.

    Raises `ChannelError` where a line does not end within the bound.
    """
    pending = bytearray()
    while True:
        searched = len(pending)
        try:
            chunk = sock.recv(_CHUNK)
        except OSError:
            return
        if not chunk:
            return
        pending += chunk
        while (end := pending.find(b"\n", searched)) >= 0:
            line = bytes(pending[:end])
            del pending[: end + 1]
            searched = 0
            if len(line) > LINE_MAX:
                raise ChannelError("message too long")
            yield line
        if len(pending) > LINE_MAX:
            raise ChannelError("message too long")


class Mailbox(Generic[T]):
    """A bounded queue between two threads; of items that only tell the latest state, one waits."""

    def __init__(self, limit: int = 64) -> None:
        self._limit = limit
        self._items: deque[tuple[bool, T]] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, item: T, *, latest: bool = False) -> bool:
        """Never blocks; False where the queue is full or closed. `latest` drops the older such item."""
        with self._changed:
            if latest:
                self._items = deque(pair for pair in self._items if not pair[0])
            if self._closed or len(self._items) >= self._limit:
                return False
            self._items.append((latest, item))
            self._changed.notify()
            return True

    def take(self, timeout: float | None = None) -> T | None:
        """The oldest item, waiting for one; None after `timeout` seconds, or once closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, timeout)
            return self._items.popleft()[1] if self._items else None

    def close(self) -> None:
        """No more items; what waits is still taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def port_file(places: Where) -> Path:
    """Where an engine without Unix sockets leaves its port and the two secrets: token and proof."""
    return places.runtime / "engine.port"


def make_folder(path: Path) -> None:
    """Make the folder of the channel, or take ours that is there. Raises `ChannelError` or `OSError`."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A link, laid under the temp folder by somebody else, must not lead our chmod elsewhere.
    if os.name != "nt" and not path.is_symlink() and path.stat().st_uid == os.getuid():
        path.chmod(0o700)
    check_folder(path)


def check_folder(path: Path) -> None:
    """Refuse a folder that others could have laid or can enter. Raises `ChannelError` or `OSError`."""
    if os.name == "nt":
        return
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ChannelError(f"{path} does not belong to this user alone")


def same_user(sock: socket.socket) -> bool:
    """Whether the other end runs for this user; where the system can't tell, the closed folder must do."""
    if sys.platform != "linux" or sock.family != socket.AF_UNIX:
        return True
    credentials = struct.Struct("3i")  # pid, uid, gid
    data = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size)
    return bool(credentials.unpack(data)[1] == os.getuid())


def hang_up(sock: socket.socket) -> None:
    """End a connection so that threads blocked in it wake up; closing alone does not wake them."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
