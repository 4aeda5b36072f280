"""Asking git without letting a repository run a program: one process, no shell, no network, an end in time.

A repository's own configuration can name programs: hooks, a monitor of files, pagers, filters, converters,
a signature checker, helpers for passwords, and what fetches objects that a partial clone lacks. What can be
overridden by an option is; the rest is never asked for, and no way to another repository is open.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

AT_ONCE = 2  # processes
SIZE = 64 << 20  # bytes of an answer
_ERRORS = 4 << 10
_CHUNK = 64 << 10
_GRACE = 0.2  # seconds for the last bytes of a process that has ended

# Where a person's own configuration lies is theirs to say; all other GIT_ variables are somebody's errand.
_PERSONAL = {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"}
_SET = {
    "GIT_ALLOW_PROTOCOL": "",  # none: outranks whatever a configuration allows
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",  # git 2.39.4 and later; earlier ones are held by the line above
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_CONFIG = (
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    f"diff.orderFile={os.devnull}",
    *(
        "core.fsmonitor=false",
        "core.pager=cat",
        "core.sshCommand=false",
        "core.gitProxy=none",
        "core.askPass=",
    ),
    *("credential.helper=", "protocol.allow=never", "diff.external=", "log.showSignature=false"),
    *("gc.auto=0", "maintenance.auto=false", "submodule.recurse=false"),
)
_OPTIONS = ("--no-pager", *(part for line in _CONFIG for part in ("-c", line)))
# Apple's own /usr/bin/git offers to install the developer tools where they are missing; these don't.
_APPLE = (
    "/Library/Developer/CommandLineTools/usr/bin/git",
    "/Applications/Xcode.app/Contents/Developer/usr/bin/git",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What git said; `code` None: it was ended, late or talkative, and `out` is the beginning.

    `refused`: the repository belongs to somebody else, and git reads it for nobody but them.
    """

    out: bytes = b""
    code: int | None = None
    refused: bool = False


def find(path: str) -> str | None:
    """The git program in the absolute folders of `path`, a PATH; never one of the folder we are in."""
    name = "git.exe" if sys.platform == "win32" else "git"
    for folder in path.split(os.pathsep):
        file = os.path.join(folder, name)  # noqa: PTH118
        if os.path.isabs(folder) and os.path.isfile(file) and os.access(file, os.X_OK):  # noqa: PTH113, PTH117
            if sys.platform == "darwin" and file == "/usr/bin/git":
                file = next((real for real in _APPLE if os.access(real, os.X_OK)), "")
            if file:
                return file
    return None


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What git gets to see of our environment."""
    kept = {
        name: value
        for name, value in given.items()
        if name in _PERSONAL or not name.upper().startswith("GIT_")
    }
    folders = kept.get("PATH", "").split(os.pathsep)
    kept["PATH"] = os.pathsep.join(folder for folder in folders if os.path.isabs(folder))  # noqa: PTH117
    return kept | _SET


class Git:
    """Asks a git program, from any thread; two at a time are asked, the others wait."""

    def __init__(
        self, program: str, environ: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._program = program
        self._clock = clock
        self._environ = environment(environ)
        self._few = threading.BoundedSemaphore(AT_ONCE)

    def ask(
        self, top: str, question: Sequence[str], *, until: float, given: bytes = b"", size: int = SIZE
    ) -> Answer:
        """Git's answer about the repository whose work tree begins at `top`, by the clock's `until` at last.

        `given` is what it reads. It never looks above `top`, ends with all that it started, and says no more
        than `size` bytes. Never raises for what git or the repository does.
        """
        if self.left(until) <= 0 or not self._few.acquire(timeout=self.left(until)):
            return Answer()
        try:
            return self._ask(top, question, until, given, size)
        finally:
            self._few.release()

    def left(self, until: float) -> float:
        """The seconds until then, not below 0."""
        return max(until - self._clock(), 0.0)

    def _ask(self, top: str, question: Sequence[str], until: float, given: bytes, size: int) -> Answer:
        with contextlib.ExitStack() as stack:
            try:
                stdin: int | IO[bytes] = subprocess.DEVNULL
                if given:
                    # A file, so that neither side waits for the other.
                    stdin = stack.enter_context(tempfile.TemporaryFile())
                    stdin.write(given)
                    stdin.seek(0)
                child = subprocess.Popen(
                    [self._program, *_OPTIONS, *question],
                    cwd=top,
                    env=self._environ | {"GIT_CEILING_DIRECTORIES": os.path.dirname(top)},  # noqa: PTH120
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=sys.platform != "win32",  # so that what it starts ends with it
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except (OSError, ValueError):
                return Answer(code=-1)
        return self._hear(child, until, size)

    def _hear(self, child: subprocess.Popen[bytes], until: float, size: int) -> Answer:
        assert child.stdout is not None
        assert child.stderr is not None
        said, errors = _Drain(child.stdout, size), _Drain(child.stderr, _ERRORS, on=True)
        try:
            said.join(self.left(until))
            ended = not said.is_alive() and not said.cut
            if ended:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(max(self.left(until), _GRACE))
                ended = child.returncode is not None
        finally:
            if child.returncode is None:
                _end(child)
        said.join(_GRACE)
        errors.join(_GRACE)
        return Answer(
            out=bytes(said.data),
            code=child.returncode if ended else None,
            refused=b"dubious ownership" in errors.data,
        )


class _Drain(threading.Thread):
    """Keeps the first `size` bytes of a pipe; `cut`: there were more, which it reads only with `on`."""

    def __init__(self, pipe: IO[bytes], size: int, *, on: bool = False) -> None:
        super().__init__(name="git output", daemon=True)
        self.data = bytearray()
        self.cut = False
        self._pipe = pipe
        self._size = size
        self._on = on
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError), self._pipe:
            while piece := os.read(self._pipe.fileno(), _CHUNK):
                room = self._size - len(self.data)
                self.data += piece[:room]
                self.cut = self.cut or len(piece) > room
                if self.cut and not self._on:
                    return


def _end(child: subprocess.Popen[bytes]) -> None:
    """End it and all of its group; it is not waited for before, so that its number is nobody else's."""
    if sys.platform == "win32":
        tree = ["taskkill", "/T", "/F", "/PID", str(child.pid)]
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                tree, check=False, capture_output=True, timeout=1, creationflags=subprocess.CREATE_NO_WINDOW
            )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE)
