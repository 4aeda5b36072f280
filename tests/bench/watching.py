"""Looks at the program from outside: time, wake-ups, memory, the first picture on the screen."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.desktop import HEIGHT, PANEL_HEIGHT, WIDTH
from tests.e2e.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from tests.e2e.desktop import Desktop

_OFTEN = 0.002  # seconds between looks at the screen: below what is measured by two orders


def timed(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def until(predicate: Callable[[], object], what: str) -> float:
    """Milliseconds from now until it is true."""
    return timed(lambda: wait_for(predicate, 20, what, interval=_OFTEN))


def panel(desktop: Desktop) -> Image.Image:
    """The picture of the panel, icon and all."""
    return desktop.screen.picture().crop((0, HEIGHT - PANEL_HEIGHT, WIDTH, HEIGHT))


def panel_changes(desktop: Desktop, before: Image.Image) -> Callable[[], bool]:
    """Whether the panel looks other than before."""
    old = before.tobytes()
    return lambda: panel(desktop).tobytes() != old


def switches(pid: int) -> int:
    """How often the threads of a process have gone to sleep so far; each was awake before."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            lines = (task / "status").read_text().splitlines()
        except OSError:
            continue  # the thread has just ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
    return total


def wait_for_idle(pid: int, seconds: float = 7.0) -> None:
    """Until a process has slept for so long; its registration is looked at 5 s after it was made."""
    seen, since = switches(pid), time.monotonic()

    def slept() -> bool:
        nonlocal seen, since
        now = switches(pid)
        if now != seen:
            seen, since = now, time.monotonic()
        return time.monotonic() - since >= seconds

    wait_for(slept, 60, f"process {pid} idle", interval=0.1)


def memory(pid: int) -> float:
    """The proportional set size of a process in MiB."""
    return _mapped(pid, ())


def memory_alone(pid: int) -> float:
    """The same as if no other process ran Python: these tests do, and take their share of each library."""
    return _mapped(pid, tuple(str(Path(prefix).resolve()) for prefix in (sys.prefix, sys.base_prefix)))


def _mapped(pid: int, ours: tuple[str, ...]) -> float:
    """MiB: of what lies in the folders `ours` all pages in memory, of everything else our share."""
    total, key = 0, "Pss"
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head, *rest = line.split(None, 5)
        if head == f"{key}:":
            total += int(rest[0])
        elif not head.endswith(":"):
            file = rest[4] if len(rest) > 4 else ""
            key = "Rss" if file.startswith(ours) else "Pss"
    return total / 1024
