"""The newest rate limits in Codex's own session files: a look at the ends of the last written ones."""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.sources import figures
from tray.sources.codex.merge import SKEW
from tray.sources.codex.parse import MAIN, ROLLOUT, Reading, load, reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tray.core.model import Instant

FOLDERS = ("sessions", "archived_sessions")

_MOST_FILES = 16
_TAIL = 256 * 1024  # bytes; a turn's reading stands near the end
_GROWN = 4 * 1024 * 1024  # once, when a long output has pushed it out of the tail
_BUDGET = 16 * 1024 * 1024  # bytes of one look, all files together
_LONGEST = 64 * 1024  # bytes of a line worth parsing: a reading has about one thousand
_HEAD = 2048
_DEPTH = 4  # sessions/YYYY/MM/DD/rollout-*.jsonl
_COARSE = 2.0  # seconds; some file systems keep no finer times
_FORK_BURST = 1.0  # seconds in which a fork writes its parent's history down again
_FORKED = re.compile(rb'"forked_from_id"\s*:\s*"')
_NOT_COPIED = re.compile(rb'"ordinal"\s*:')  # since the paginated history a fork copies nothing
_STAMP = re.compile(rb'"timestamp"\s*:\s*"([^"]{1,40})"')


def find(home: Path, *, now: Instant, after: Instant | None = None) -> list[Reading]:
    """The dated readings in the newest rollouts under Codex's home that are newer than `after`.

    Files are taken by their time of change (a resumed session writes to its old day's folder), until the
    older ones can't hold anything newer. Readings dated after `now` are not believed. A file that can't be
    read is passed over.
    """
    found: list[Reading] = []
    known = after
    budget = _BUDGET
    for changed, path in heapq.nlargest(_MOST_FILES, _rollouts(home)):
        if budget <= 0 or (known is not None and changed + _COARSE < known):
            break
        told, read = _in_file(path, now, budget)
        budget -= read
        found += [r for r in told if r.at is not None and (after is None or r.at > after)]
        plan = [r.at for r in told if r.limit == MAIN and r.at is not None]
        known = max([*plan, known] if known is not None else plan, default=None)
    return found


def _rollouts(home: Path) -> Iterator[tuple[float, str]]:
    """Time of change and path of every rollout; folders that are absent or unreadable are passed over."""
    folders = [(str(home / name), 1) for name in FOLDERS]
    while folders:
        folder, depth = folders.pop()
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("rollout-") and entry.name.endswith(".jsonl"):
                    with suppress(OSError):  # gone since it was listed
                        if entry.is_file():  # not a pipe, which would hold us for ever
                            yield entry.stat().st_mtime, entry.path
                elif depth < _DEPTH and entry.is_dir():
                    folders.append((entry.path, depth + 1))


def _in_file(path: str, now: Instant, budget: int) -> tuple[list[Reading], int]:
    """The readings at a file's end, oldest first, and how many bytes were read for them."""
    read = 0
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - thousands of paths: plain strings are cheaper
            head = file.read(_HEAD)
            size = file.seek(0, os.SEEK_END)
            for reach in (_TAIL, _GROWN):
                length = min(reach, size, budget)
                file.seek(size - length)
                tail = file.read(length)
                read += len(tail)
                told = list(_readings(tail, now, _copied_until(head)))
                if told or length >= size:
                    return told, read
    except OSError:
        pass
    return [], read


def _readings(tail: bytes, now: Instant, copied_until: Instant) -> Iterator[Reading]:
    """The readings in a piece of a file; torn lines at its ends are no JSON and fall out by themselves."""
    for line in tail.split(b"\n"):
        if b'"rate_limits"' not in line or len(line) > _LONGEST:
            continue
        event = load(line)
        payload = event.get("payload") if event else None
        if event is None or not isinstance(payload, Mapping) or payload.get("type") != "token_count":
            continue
        at = figures.instant(event.get("timestamp"))
        if at is None or at > now + SKEW or at < copied_until:
            continue
        told = reading(payload.get("rate_limits"), at=min(at, now), evidence=ROLLOUT)
        if told is not None and (told.windows or told.credits):
            yield told


def _copied_until(head: bytes) -> Instant:
    """Before this instant a file holds its parent's readings under new dates; 0 where it holds none.

    Codex before the paginated history (0.98, 0.125, 0.144) rewrites a fork's whole past with the moment
    of the fork as its time: a reading of last week would look like one of now.
    """
    first = head.partition(b"\n")[0]
    stamp = _STAMP.search(first)
    if stamp is None or not _FORKED.search(first) or _NOT_COPIED.search(first):
        return 0.0
    return (figures.instant(stamp[1].decode("ascii", "replace")) or 0.0) + _FORK_BURST
