"""The process of the usage window, or of the page in its place: one at a time, never left behind."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from tray.core.screen import CANT_DRAW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

log = logging.getLogger(__name__)

WINDOW, PAGE = "tray.views.window", "tray.views.web"

_TAIL = 2000  # characters of error output that are kept
_LAST_WORDS = 0.3  # seconds for what a process said just before its end to arrive


class WindowProcess:
    """Starts `python -m tray.views.window`, or the page's module; `failed` is told why nothing is to be seen.

    It may open something else in its place: `ended` is then called when that has ended.
    """

    def __init__(
        self,
        failed: Callable[[str], None],
        ended: Callable[[], None] = lambda: None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._env = env
        self._failed = failed
        self._ended = ended
        self._child: subprocess.Popen[str] | None = None
        self._next: tuple[Sequence[str], str] | None = None  # to be opened once the present one has ended
        self.module = WINDOW  # what was started last
        self._turn = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether the window's process lives."""
        child = self._child
        return child is not None and child.poll() is None

    def open(self, arguments: Sequence[str] = (), module: str = WINDOW) -> bool:
        """Start it; False where one runs already.

        That one may be just starting, and hears of new wishes over the channel: tell `listens` then. Or it is
        just ending: what was wanted is opened afterwards.
        """
        with self._turn:
            if self.running:
                self._next = (arguments, module)
                return False
            self._next = None
            self._child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                env=self._env,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            child, self.module = self._child, module
        threading.Thread(target=self._wait, args=(child,), name="window", daemon=True).start()
        return True

    def listens(self) -> None:
        """The one that runs hears of wishes now: its end is no reason to open another."""
        with self._turn:
            self._next = None

    def close(self) -> None:
        """End it: asked first, killed half a second later."""
        with self._turn:
            child, self._next = self._child, None
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(0.5)
        except subprocess.TimeoutExpired:
            child.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(0.5)

    def _wait(self, child: subprocess.Popen[str]) -> None:
        tail = _Tail(child)
        code = child.wait()
        said = tail.text()
        with self._turn:
            last = self._child is child
            following = self._next if last and code != CANT_DRAW else None
            if last:
                self._next = None
        if code == CANT_DRAW:
            self._failed(said.splitlines()[-1] if said else "It did not say why.")
        elif code not in (0, -15, -9):
            log.warning("the usage window ended with code %s: %s", code, said[-400:])
        if following is not None:
            self.open(*following)
        elif self._child is child:
            self._ended()


class _Tail:
    """The end of what a process says, read on a thread of its own.

    A browser that it has started may hold the same pipe for hours: it is read on, but not waited for.
    """

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._said = ""
        self._thread = threading.Thread(target=self._read, args=(child,), name="window-says", daemon=True)
        self._thread.start()

    def _read(self, child: subprocess.Popen[str]) -> None:
        if child.stderr is not None:
            with child.stderr:
                for line in child.stderr:
                    self._said = (self._said + line)[-_TAIL:]

    def text(self) -> str:
        """What was said up to the end of the process."""
        self._thread.join(_LAST_WORDS)
        return self._said.strip()
