"""The process that reads many transcripts beside the tray: `python -m tray.metrics.worker`.

Its first line of input is JSON: where things lie. Its output is one JSON line a second, how far it is:
[files read, of all, bytes read, of all, seconds left or null].
It ends when its input does, with the program that started it, however that ended; what was read stays.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tray.core.progress import time_left
from tray.metrics.claudette_calls import take_in
from tray.metrics.claudette_db import ClaudetteDbError
from tray.metrics.index import UnusableError, connect
from tray.metrics.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.source import Paths
    from tray.metrics.scan import Progress

EVERY = 1.0  # seconds between two lines of output
UNUSABLE = 3  # exit code: the index can't be used; the reason is the last line of the error output

# What the agents' folders, Claudette's database and the index are; of `Paths`, no more is handed over.
_PLACES = (
    *("claude_dirs", "codex_home", "pi_home", "omp_home", "opencode_data", "gemini_home"),
    *("claudette_db", "index_file"),
)


def order(paths: Paths) -> str:
    """The line of input for these places."""
    told = {}
    for name in _PLACES:
        value = getattr(paths, name)
        told[name] = [str(folder) for folder in value] if isinstance(value, tuple) else str(value)
    return json.dumps(told) + "\n"


def main() -> int:
    """Read until the index is complete."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the program that started us
    _step_back()
    line = _first_line()
    if not line:
        return 0
    places: Any = _places(line)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with contextlib.closing(connect(places.index_file, write=True)) as db:
            scan(db, places, told=teller())
            with contextlib.suppress(ClaudetteDbError):  # the tray says so itself
                take_in(db, places.claudette_db)
    except (UnusableError, sqlite3.Error, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    return 0


def _places(line: bytes) -> SimpleNamespace:
    told = json.loads(line)
    return SimpleNamespace(
        **{
            name: tuple(map(Path, value)) if isinstance(value, list) else Path(value)
            for name, value in told.items()
        }
    )


def _step_back() -> None:
    """Leave processor and disk to everybody else; on Windows whoever starts us sees to it."""
    if sys.platform != "win32":
        os.nice(10)  # the disk's priority follows it
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _first_line() -> bytes:
    """Byte by byte, past `sys.stdin`: a thread that waits in that would break Python's end."""
    line = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line


def _end_with_parent() -> None:
    """The index takes no harm: what is not committed was never there."""
    with contextlib.suppress(OSError):
        while os.read(0, 100):
            pass
    os._exit(0)


def teller(clock: Callable[[], float] = time.monotonic) -> Callable[[Progress], None]:
    """Tells the first progress at once, then one a second; the time left by the pace since the first."""
    first: tuple[float, int] | None = None
    last = 0.0

    def tell(progress: Progress) -> None:
        nonlocal first, last
        now = clock()
        if first is None:
            first = now, progress.size
        elif now - last < EVERY:
            return
        last = now
        begun, size = first
        left = time_left(progress.size - size, progress.size_total - size, now - begun)
        sys.stdout.write(json.dumps([*progress, None if left is None else round(left, 1)]) + "\n")
        sys.stdout.flush()

    return tell


if __name__ == "__main__":
    sys.exit(main())
