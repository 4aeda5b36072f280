"""A progress bar on a terminal: files, bytes, and how long it may still take."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Self, TextIO

from tray.core.progress import time_left

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.metrics.scan import Progress

_CELLS = 24


class Bar:
    """Redraws one line when told of a scan's progress; a class, since it has a beginning and an end."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._begun = clock()
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def __call__(self, progress: Progress) -> None:
        self._draw(words(progress, self._clock() - self._begun))

    def messages(self, done: int, total: int) -> None:
        """The same for the messages in Claudette's database, which come after the transcripts."""
        self._draw(f"Reading Claudette {_bar(done / total if total else 1.0)}  {done:,}/{total:,} messages")

    def _draw(self, line: str) -> None:
        width = shutil.get_terminal_size((80, 24)).columns
        self._out.write(f"\r\x1b[K{line[: width - 1]}")
        self._out.flush()
        self._drawn = True


def words(progress: Progress, seconds: float) -> str:
    """The line; the time left is guessed from the bytes that were read in `seconds`."""
    share = progress.size / progress.size_total if progress.size_total else 1.0
    rest = time_left(progress.size, progress.size_total, seconds)
    left = f"  ETA {_time(rest)}" if rest else ""
    return (
        f"Reading transcripts {_bar(share)}"
        f"  {progress.files:,}/{progress.files_total:,} files"
        f"  {progress.size / 1e6:,.0f}/{progress.size_total / 1e6:,.0f} MB{left}"
    )


def _bar(share: float) -> str:
    full = round(share * _CELLS)
    return f"[{'#' * full}{'.' * (_CELLS - full)}] {share:4.0%}"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
