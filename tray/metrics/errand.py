"""The parent's end of `tray.metrics.worker`: one process at a time, never left behind."""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from tray.core.progress import Progress
from tray.metrics.worker import UNUSABLE, order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.source import Paths

log = logging.getLogger(__name__)

_PATIENCE = 0.5  # seconds it gets to end
_TAIL = 1000  # characters of error output that are kept


class Errand:
    """Has transcripts read by another process. `told` hears how far it is, `ended` why it failed."""

    def __init__(
        self, paths: Paths, told: Callable[[Progress], None], ended: Callable[[str | None], None]
    ) -> None:
        self._paths = paths
        self._told = told
        self._ended = ended
        self._child: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()
        self._over = False

    @property
    def running(self) -> bool:
        """Whether it is under way, up to the moment in which its end was told."""
        return self._child is not None

    def start(self) -> None:
        """Send it off, unless it is under way. Raises `OSError` where no process can be started."""
        with self._turn:
            if self._over or self._child is not None:
                return
            self._child = subprocess.Popen(
                [sys.executable, "-m", "tray.metrics.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
            )
            child = self._child
        threading.Thread(target=self._follow, args=(child,), name="transcripts", daemon=True).start()

    def stop(self) -> None:
        """End it for good: told, and killed half a second later. What it has read stays."""
        with self._turn:
            self._over = True
            child = self._child
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_PATIENCE)

    def _follow(self, child: subprocess.Popen[str]) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        with contextlib.suppress(OSError):  # it may have ended before
            child.stdin.write(order(self._paths))
            child.stdin.flush()
        for line in child.stdout:
            with contextlib.suppress(ValueError):
                files, files_total, size, size_total, left = json.loads(line)
                self._told(
                    Progress(
                        files=files, files_total=files_total, size=size, size_total=size_total, left=left
                    )
                )
        said = child.stderr.read()[-_TAIL:].strip()
        code = child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
        trouble = None
        if code and not self._over:
            trouble = said.splitlines()[-1] if code == UNUSABLE and said else f"it ended with code {code}"
            log.warning("reading transcripts: %s", trouble)
        self._child = None
        if not self._over:
            self._ended(trouble)
