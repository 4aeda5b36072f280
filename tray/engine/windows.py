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
        self.module = WINDOW  # what was started last
        self._turn = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether the window's process lives."""
        child = self._child
        return child is not None and child.poll() is None

    def open(self, arguments: Sequence[str] = (), module: str = WINDOW) -> bool:
        """Start it; False where one runs already (it hears of new wishes over the channel)."""
        with self._turn:
            if self.running:
                return False
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

    def close(self) -> None:
        """End it: asked first, killed half a second later."""
        child = self._child
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
        said = ""
        if child.stderr is not None:
            with child.stderr:
                for line in child.stderr:
                    said = (said + line)[-_TAIL:]
        code = child.wait()
        if code == CANT_DRAW:
            self._failed(said.strip().splitlines()[-1] if said.strip() else "It did not say why.")
        elif code not in (0, -15, -9):
            log.warning("the usage window ended with code %s: %s", code, said.strip()[-400:])
        if self._child is child:
            self._ended()
