"""How far the reading of transcripts is, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`files` of `files_total` changed files are read, `size` of `size_total` bytes in them."""

    files: int = 0
    files_total: int = 0
    size: int = 0
    size_total: int = 0
    left: float | None = None  # seconds it may still take, by the pace so far; None: not known yet
    waits: bool = False  # nobody reads the rest now
    at: float | None = None  # when this was told, Unix seconds

    @property
    def share(self) -> float:
        """The part that is done, 0..1: of the bytes, where there are any."""
        done, total = (self.size, self.size_total) if self.size_total else (self.files, self.files_total)
        return min(max(done / total, 0.0), 1.0) if total else 1.0


def time_left(done: int, total: int, seconds: float) -> float | None:
    """Seconds until `total` is done where `done` took `seconds`; None where that can't be told."""
    if done <= 0 or seconds <= 0:
        return None
    return max(total - done, 0) * seconds / done
