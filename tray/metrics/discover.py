"""The transcripts that are there: their paths with size and time, found by listing folders, opening none."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.agents import Form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.core.source import Paths
    from tray.metrics.agents import Agent


_new_found = tuple.__new__


class Found(NamedTuple):
    """A transcript as the file system tells of it; times in nanoseconds."""

    agent: str
    path: str
    size: int
    mtime: int
    inode: int
    device: int


class Listing(NamedTuple):
    """All transcripts, and the folders and files that could not be looked at: not known to be gone."""

    files: tuple[Found, ...]
    unreadable: tuple[str, ...]


def discover(agents: Iterable[Agent], places: Paths) -> Listing:
    """List every agent's transcripts; a file that two paths lead to is listed once.

    Folders behind links are entered, each once, so that a link to a folder above is no trap.
    """
    files: dict[tuple[int, int], Found] = {}
    unreadable: list[str] = []
    for agent in agents:
        seen: set[tuple[int, int]] = set()
        folders = [os.fspath(root) for root in agent.roots(places)]
        while folders:
            _list(agent, folders, seen, files, unreadable)
    return Listing(files=tuple(files.values()), unreadable=tuple(unreadable))


def _list(
    agent: Agent,
    folders: list[str],
    seen: set[tuple[int, int]],
    files: dict[tuple[int, int], Found],
    unreadable: list[str],
) -> None:
    """List one folder; those in it are put on the list of folders to come."""
    folder, wanted, is_database = folders.pop(), agent.wanted, agent.form is Form.DATABASE
    try:
        own = os.stat(folder)  # noqa: PTH116 - a path is a text here, thousands of times
        if (own.st_dev, own.st_ino) in seen:
            return
        seen.add((own.st_dev, own.st_ino))
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if not wanted(entry.name) or not entry.is_file():
                        if agent.entered(entry.name) and entry.is_dir():
                            folders.append(entry.path)
                        continue
                    stat, path = entry.stat(), entry.path
                except FileNotFoundError:  # it has just gone
                    continue
                except OSError:  # not ours to look at, or a link to itself
                    unreadable.append(entry.path)
                    continue
                changed = written(path, stat, agent.form) if is_database else stat.st_mtime_ns
                inode, device = stat.st_ino, stat.st_dev
                # Of thousands: without the call of a NamedTuple's own.
                found = _new_found(Found, (agent.id, path, stat.st_size, changed, inode, device))
                earlier = files.setdefault((device, inode), found)
                if path < earlier.path:
                    files[device, inode] = found
    except FileNotFoundError:
        return
    except OSError:  # not ours to read, or a network folder that is away
        unreadable.append(folder)


def written(path: str, stat: os.stat_result, form: Form) -> int:
    """When a file was last written, in nanoseconds; a database is written by way of the log beside it."""
    if form is Form.DATABASE:
        with contextlib.suppress(OSError):
            log = os.stat(f"{path}-wal")  # noqa: PTH116
            return max(stat.st_mtime_ns, log.st_mtime_ns if log.st_size else 0)
    return stat.st_mtime_ns
