"""The signals that end the program, heard on a thread of their own: the main thread may wait in anything."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = ("SIGTERM", "SIGINT", "SIGHUP")


def on_signals(call: Callable[[], None]) -> None:
    """SIGTERM, SIGINT and (Unix) SIGHUP call this, soon and on another thread. Nothing off the main thread.

    A handler of Python's own runs on the main thread, once that comes back to Python: one that is about to
    sleep on a lock without a limit sleeps on. The byte that the signal itself writes is not missed.
    """
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    try:
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    except ValueError:
        ours.close()
        theirs.close()
        return
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(ValueError, OSError):
                signal.signal(number, lambda *_: None)
    ends = (ours, theirs)

    def hear() -> None:
        while ends[0].recv(16):
            call()

    threading.Thread(target=hear, name="signals", daemon=True).start()
