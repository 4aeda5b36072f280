"""Whole lines of a growing file, in stretches: a torn last line waits, one without end is passed over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

STRETCH = 1 << 20  # bytes read at once: what a core keeps close while they are parsed
LONGEST = 256 << 20  # bytes: no client writes a line like that, and no memory should hold one


def stretches(
    file: FileIO, offset: int, stop: int, buffer: bytearray, longest: int = LONGEST
) -> Iterator[tuple[bytearray, int, int]]:
    """(buffer, length, end): `buffer[:length]` are whole lines, `end` is where they end in the file.

    Reads from `offset` up to `stop` at most into the caller's buffer, which is used again for each stretch
    and each file, and grows with a long line. A line of more than `longest` bytes is left out: its stretch
    has length 0.
    """
    held = 0  # bytes of a line that is not whole yet, at the buffer's start
    os.lseek(file.fileno(), offset, os.SEEK_SET)
    at = offset  # where the file is read next
    while at < stop:
        if held == len(buffer):
            if held >= longest:
                at = _after_newline(file, at, stop)
                if at < 0:
                    return
                held = 0
                yield buffer, 0, at
                continue
            buffer.extend(bytes(min(held, longest - held)))
        with memoryview(buffer) as view:
            read = file.readinto(view[held : held + min(len(buffer) - held, stop - at)])
        if not read:
            return
        at += read
        cut = buffer.rfind(b"\n", held, held + read) + 1
        held += read
        if cut:
            yield buffer, cut, at - held + cut
            held -= cut
            buffer[:held] = buffer[cut : cut + held]


def _after_newline(file: FileIO, at: int, stop: int) -> int:
    """Where the next line begins, with the file put there; -1 where the line goes on to the end."""
    while at < stop:
        data = file.read(min(STRETCH, stop - at))
        if not data:
            return -1
        cut = data.find(b"\n") + 1
        if cut:
            os.lseek(file.fileno(), at + cut, os.SEEK_SET)
            return at + cut
        at += len(data)
    return -1
