"""Reads transcripts in two processes: a child parses while this one parses and writes what comes.

The child is a fork of a process that has no thread but its own: it starts at once and shares what is loaded.
Where that can't be had (Windows, macOS, a process with threads) everything is read here.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import sys
import threading
from typing import TYPE_CHECKING, Any

from tray.metrics.lines import STRETCH
from tray.metrics.packed import Packed
from tray.metrics.stretch import Reading

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from tray.metrics.agents import Agent
    from tray.metrics.scan import Task

_HEADER = 8  # bytes that tell an answer's length
_NUMBER = 4  # bytes of a turn's number
_AHEAD = 1 << 20  # bytes of answers that may wait
_ROOM = 8192  # turns that a pipe holds for sure


def can_share() -> bool:
    """Whether a child may be forked here."""
    return sys.platform == "linux" and threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def read_shared(
    tasks: Sequence[Task], agents: Mapping[str, Agent]
) -> Generator[tuple[Task, Reading | None], None, None]:
    """Each task with its reading, the newest first but for small changes of place; closing ends the child.

    Whoever is ready takes the next turn: their numbers lie in a pipe, from which both read.
    """
    import fcntl

    from tray.metrics.scan import read_task

    for agent in {task.found.agent for task in tasks}:
        agents[agent].loaded()  # here rather than once in each process
    step = -(-len(tasks) // _ROOM)
    turns = [tasks[start : start + step] for start in range(0, len(tasks), step)]
    waiting, giving = os.pipe()
    os.write(giving, b"".join(number.to_bytes(_NUMBER, "little") for number in range(len(turns))))
    os.close(giving)
    reading, writing = os.pipe()
    with contextlib.suppress(OSError):  # the child reads on while this process writes
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _AHEAD)
    child = os.fork()
    if child == 0:
        os.close(reading)
        _serve(turns, agents, waiting, writing)
    os.close(writing)
    buffer, answers, missing = bytearray(STRETCH), _Answers(reading), dict(enumerate(turns))
    try:
        while taken := os.read(waiting, _NUMBER):
            for task in missing.pop(int.from_bytes(taken, "little")):
                yield task, read_task(task, agents[task.found.agent], buffer)
            for number, found in answers.take(block=False):
                yield from zip(missing.pop(number), found, strict=True)
        while not answers.ended:
            for number, found in answers.take(block=True):
                yield from zip(missing.pop(number), found, strict=True)
        for turn in missing.values():  # the child died over them
            for task in turn:
                yield task, read_task(task, agents[task.found.agent], buffer)
    finally:
        os.close(waiting)
        os.close(reading)  # a child that still writes ends by that
        os.waitpid(child, 0)


class _Answers:
    """What the child has written so far, whole answers only."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._held = bytearray()
        self.ended = False

    def take(self, *, block: bool) -> list[tuple[int, list[Reading | None]]]:
        """The turns that were answered, by their numbers; with `block` at least one, or the end."""
        found: list[tuple[int, list[Reading | None]]] = []
        while not self.ended and (select.select([self._pipe], [], [], None if block and not found else 0)[0]):
            data = os.read(self._pipe, 1 << 20)
            self.ended = not data
            self._held += data
            while len(self._held) >= _HEADER:
                length = int.from_bytes(self._held[:_HEADER], "little")
                if len(self._held) < _HEADER + length:
                    break
                number, readings = marshal.loads(self._held[_HEADER : _HEADER + length])  # noqa: S302 - ours
                found.append((number, [_unpacked(values) for values in readings]))
                del self._held[: _HEADER + length]
        return found


def _serve(turns: Sequence[Sequence[Task]], agents: Mapping[str, Agent], waiting: int, writing: int) -> None:
    """The child's whole life; never returns, and runs nothing of what the parent has prepared for its end."""
    from tray.metrics.scan import read_task

    code = 1
    try:
        buffer = bytearray(STRETCH)
        while taken := os.read(waiting, _NUMBER):
            number = int.from_bytes(taken, "little")
            found = [_values(read_task(task, agents[task.found.agent], buffer)) for task in turns[number]]
            answer = marshal.dumps((number, found))
            _write(writing, len(answer).to_bytes(_HEADER, "little") + answer)
        code = 0
    finally:
        os._exit(code)


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _values(found: Reading | None) -> Any:
    """What `marshal` takes: plain tuples, lists and numbers."""
    return None if found is None else (tuple(found.packed), *found[1:])


def _unpacked(values: Any) -> Reading | None:
    if values is None:
        return None
    packed, *rest = values
    return Reading(Packed(*packed), *rest)
