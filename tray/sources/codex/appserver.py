"""`codex app-server` asked once for the rate limits: started, heard within a deadline, always ended."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import IO, TYPE_CHECKING

from tray import __version__
from tray.sources.codex import trouble
from tray.sources.codex.parse import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tray.core.model import Problem

# Seconds. Answer and ending together stay below 15.
ANSWER_WITHIN = 13.0
_LEAVE_WITHIN = 0.7  # after its input ended: time to save what it is writing, its renewed login for one
_OBEY_WITHIN = 0.5  # after the request to terminate, before the kill
_LOOK_AT_STOP = 0.2

_LONGEST_LINE = 1024 * 1024
_MOST_OUTPUT = 4 * 1024 * 1024
_MOST_PREAMBLE = 256  # lines that are no JSON object

_INITIALIZE: Mapping[str, object] = {
    "id": 1,
    "method": "initialize",
    "params": {
        "clientInfo": {"name": "claudette-tray", "title": "Claudette Tray", "version": __version__},
    },
}
_INITIALIZED: Mapping[str, object] = {"method": "initialized"}
_READ: Mapping[str, object] = {"id": 2, "method": "account/rateLimits/read"}

if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0
_LOGIN_MARKS = (b"Failed to refresh token", b"Please log out and sign in again")


class ClientError(Exception):
    """Codex's client gave no rate limits; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class StoppedError(Exception):
    """The program ends: the question was given up."""


def read_limits(
    program: Path,
    *,
    env: Mapping[str, str],
    folder: Path,
    stopping: threading.Event,
    within: float = ANSWER_WITHIN,
) -> Mapping[str, object]:
    """The result of `account/rateLimits/read`. `folder` is the client's working directory.

    Raises `ClientError`, or `StoppedError` when `stopping` is set.
    However this ends, the client and what it started are gone.
    """
    try:
        child = subprocess.Popen(
            [str(program), "app-server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=dict(env),
            # A group of its own: npm's codex is a Node script that starts the real one.
            start_new_session=sys.platform != "win32",
            creationflags=_NO_WINDOW,
        )
    except (OSError, ValueError):
        raise ClientError(trouble.NOT_STARTED) from None
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    signed_out = threading.Event()
    listeners = [
        threading.Thread(target=_listen, args=(child.stdout, lines), daemon=True),
        threading.Thread(target=_drain, args=(child.stderr, signed_out), daemon=True),
    ]
    try:
        for listener in listeners:
            listener.start()
        talk = _Talk(child.stdin, lines, signed_out, stopping, monotonic() + within)
        talk.call(_INITIALIZE)
        talk.send(_INITIALIZED)
        return talk.call(_READ)
    finally:
        _end(child, listeners)


class _Talk:
    """One conversation: JSON objects, one a line, each answer found by its id."""

    def __init__(
        self,
        stdin: IO[bytes],
        lines: queue.SimpleQueue[bytes | None],
        signed_out: threading.Event,
        stopping: threading.Event,
        deadline: float,
    ) -> None:
        self._stdin = stdin
        self._lines = lines
        self._signed_out = signed_out
        self._stopping = stopping
        self._deadline = deadline
        self._preamble = 0

    def send(self, message: Mapping[str, object]) -> None:
        try:
            self._stdin.write(json.dumps(message).encode() + b"\n")
            self._stdin.flush()
        except OSError:
            raise self._ended() from None

    def call(self, request: Mapping[str, object]) -> Mapping[str, object]:
        """Sends a request and waits for its result; what else comes meanwhile is passed over."""
        self.send(request)
        while True:
            message = self._next()
            if "method" in message:
                if "id" in message:  # a question to us
                    refusal = {"code": -32601, "message": "method not found"}
                    self.send({"id": message["id"], "error": refusal})
            elif message.get("id") == request["id"]:
                result = message.get("result")
                if isinstance(result, dict):
                    return result
                raise ClientError(
                    trouble.of_error(message["error"], signed_out=self._signed_out.is_set())
                    if "error" in message
                    else trouble.GARBLED
                )

    def _next(self) -> Mapping[str, object]:
        """The next JSON object; blank lines and a preamble of other text are skipped."""
        while True:
            left = self._deadline - monotonic()
            if self._stopping.is_set():
                raise StoppedError
            if left <= 0:
                raise ClientError(trouble.SIGNED_OUT if self._signed_out.is_set() else trouble.TIMEOUT)
            try:
                line = self._lines.get(timeout=min(left, _LOOK_AT_STOP))
            except queue.Empty:
                continue
            if line is None:
                raise self._ended()
            message = load(line)
            if message is not None:
                return message
            self._preamble += bool(line.strip())
            if self._preamble > _MOST_PREAMBLE:
                raise ClientError(trouble.GARBLED)

    def _ended(self) -> ClientError:
        return ClientError(trouble.SIGNED_OUT if self._signed_out.is_set() else trouble.ENDED)


def _listen(stdout: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    """Passes the client's lines on, up to a limit of all; None ends them."""
    room = _MOST_OUTPUT
    with suppress(OSError, ValueError):
        for line in iter(partial(stdout.readline, _LONGEST_LINE), b""):
            room -= len(line)
            if room < 0:
                break
            lines.put(line)
    lines.put(None)


def _drain(stderr: IO[bytes], signed_out: threading.Event) -> None:
    """Throws away what the client complains of, but notes complaints about its login."""
    with suppress(OSError, ValueError):
        for line in iter(partial(stderr.readline, 8192), b""):
            if any(mark in line for mark in _LOGIN_MARKS):
                signed_out.set()


def _end(child: subprocess.Popen[bytes], listeners: list[threading.Thread]) -> None:
    """End of input, then terminate, then kill, for the whole group; returns when nothing is left."""
    assert child.stdin is not None
    with suppress(OSError):
        child.stdin.close()
    if not _gone(child, _LEAVE_WITHIN):
        _signal_group(child, hard=False)
        if not _gone(child, _OBEY_WITHIN):
            _signal_group(child, hard=True)
            _gone(child, _OBEY_WITHIN)
    if sys.platform != "win32":
        _signal_group(child, hard=True)  # the script may have gone without the program it started
    for listener, stream in zip(listeners, (child.stdout, child.stderr), strict=True):
        if listener.ident is not None:
            listener.join(_OBEY_WITHIN)
        if stream is not None and not listener.is_alive():
            stream.close()


def _gone(child: subprocess.Popen[bytes], within: float) -> bool:
    try:
        child.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


def _signal_group(child: subprocess.Popen[bytes], *, hard: bool) -> None:
    if sys.platform == "win32":
        force = ["/F"] if hard else []
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                ["taskkill", "/PID", str(child.pid), "/T", *force],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=5,
                check=False,
                creationflags=_NO_WINDOW,
            )
    else:
        with suppress(OSError):  # nobody of the group is left
            os.killpg(child.pid, signal.SIGKILL if hard else signal.SIGTERM)
