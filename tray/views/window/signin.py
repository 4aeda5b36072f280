"""Runs a client's own sign-in command (`claude auth login`, `codex login`) as a child process.

What the person types goes to the child and nowhere else: it is not kept, echoed or logged.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A session inside the client, or a token in the environment, makes the command refuse or sign in nothing.
_NOT_PASSED = frozenset(
    {"CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN", "CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT"}
)
# Where installers put the clients; a desktop session often has a shorter PATH than a terminal.
_USUAL_FOLDERS = (
    ".local/bin",
    ".claude/local",
    ".npm-global/bin",
    ".bun/bin",
    ".volta/bin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
)
_GRACE = 2.0  # seconds between asking the child to end and ending it
_KEPT = 16_384  # characters of output

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, hyperlinks
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
)
_PARTIAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]{0,4096}\x1b?|[ -/]*)?\Z")
_URL = re.compile(r"https?://[^\s'\"<>`\\^{}|\x00-\x1f\x7f]+")


@dataclass(slots=True)
class Transcript:
    """The child's output as plain lines, the newest 16 KiB; escape sequences may arrive in pieces."""

    text: str = ""
    url: str | None = None  # the first http(s) address that was printed
    _held: str = ""
    _decided: bool = False

    def feed(self, piece: str) -> None:
        raw = self._held + piece
        cut = _PARTIAL.search(raw)
        self._held = raw[cut.start() :] if cut else ""
        plain = _ESCAPES.sub("", raw[: cut.start()] if cut else raw)
        self._look_for_url(plain)
        self.text = (self.text + plain)[-_KEPT:]

    def _look_for_url(self, plain: str) -> None:
        """An address at the very end may grow with the next piece; it is decided once something follows."""
        if self._decided:
            return
        seen = self.text + plain
        if found := _URL.search(seen):
            self.url = found.group().rstrip(".,;:!?)]")
            self._decided = found.end() < len(seen)

    def lines(self) -> tuple[str, ...]:
        """The lines as a terminal would leave them: after a carriage return the line starts anew."""
        return tuple(line.rstrip("\r").rpartition("\r")[2] for line in self.text.split("\n"))


def child_env(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of the child: ours without what would make it sign in nothing."""
    return {name: value for name, value in env.items() if name not in _NOT_PASSED}


def find(command: str, env: Mapping[str, str]) -> str | None:
    """The program's full path by PATH, then by the usual folders; None where it is not installed."""
    home = Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())
    folders = [env.get("PATH", ""), *(str(home / folder) for folder in _USUAL_FOLDERS)]
    return shutil.which(command, path=os.pathsep.join(folder for folder in folders if folder))


class SignInChild:
    """The running command. `on_change` is called from other threads after output and after the end."""

    def __init__(self, argv: tuple[str, ...], env: Mapping[str, str], on_change: Callable[[], None]) -> None:
        """Starts it. Raises OSError where the program can't be started."""
        self._on_change = on_change
        self._lock = threading.Lock()
        self._transcript = Transcript()
        self._code: int | None = None
        self._cancelled = False
        windows = sys.platform == "win32"
        self._child = subprocess.Popen(
            argv,
            env=child_env(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Its own process group: a launcher script and the program it starts end together.
            start_new_session=not windows,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if windows else 0,
        )
        self._reader = threading.Thread(target=self._read, name="sign-in output", daemon=True)
        self._reader.start()
        self._waiter = threading.Thread(target=self._wait, name="sign-in end", daemon=True)
        self._waiter.start()

    @property
    def lines(self) -> tuple[str, ...]:
        with self._lock:
            return self._transcript.lines()

    @property
    def url(self) -> str | None:
        with self._lock:
            return self._transcript.url

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._code

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def type(self, text: str) -> bool:
        """Hands a line to the child; False when it no longer listens."""
        pipe = self._child.stdin
        if pipe is None or self._code is not None:
            return False
        try:
            pipe.write(text.encode() + b"\n")
            pipe.flush()
        except (OSError, ValueError):
            return False
        return True

    def cancel(self) -> None:
        """Asks it to end, ends it after a grace; returns at once."""
        if self._code is None and not self._cancelled:
            self._cancelled = True
            threading.Thread(target=self._end, name="sign-in cancel", daemon=True).start()

    def close(self) -> None:
        """Ends it and waits for that; soon, since the window itself is given only half a second to close."""
        if self._code is None:
            self._cancelled = True
            self._end(grace=0.2)
        self._waiter.join(0.4)

    def _end(self, grace: float = _GRACE) -> None:
        for force in (False, True):
            self._signal(force=force)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(grace)
                break
        self._signal(force=True)  # what the child itself started and left in its group

    def _signal(self, *, force: bool) -> None:
        if sys.platform == "win32":
            tree = ["taskkill", "/T", "/F", "/PID", str(self._child.pid)]
            subprocess.run(tree, check=False, capture_output=True, creationflags=subprocess.CREATE_NO_WINDOW)
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL if force else signal.SIGTERM)

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        pipe = self._child.stdout
        assert pipe is not None
        with contextlib.suppress(OSError), pipe:
            while data := os.read(pipe.fileno(), 4096):
                with self._lock:
                    self._transcript.feed(decoder.decode(data))
                self._on_change()

    def _wait(self) -> None:
        """The command's own end counts: a browser that it started may hold the output open for hours."""
        code = self._child.wait()
        self._reader.join(0.3)  # the last words
        if self._child.stdin is not None:
            with contextlib.suppress(OSError):
                self._child.stdin.close()
        self._code = code
        self._on_change()
