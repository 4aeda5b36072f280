"""Locks between processes: the engine's own, and a short one around a change of a file."""

from __future__ import annotations

import contextlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tray.engine import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import filelock

_SIZE_MAX = 4096
_SO = "so nothing can be read anew or changed; `status`, `ledger` and `doctor` tell what is known"


class Where(Protocol):
    """The places that the lock needs: `tray.engine.paths.Places` has them."""

    @property
    def state(self) -> Path: ...
    @property
    def lock_file(self) -> Path: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who took the lock last: the process and its role ("tray", "headless", "window", "cli")."""

    pid: int
    role: str


class BusyError(Exception):
    """Another process keeps the lock."""


@contextmanager
def hold(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock of a file for a `with`. Raises `BusyError` after `timeout` seconds, and `OSError`."""
    import filelock

    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=timeout)
    except filelock.Timeout:
        raise BusyError(path.name) from None
    try:
        yield
    finally:
        lock.release()


class EngineLock:
    """The lock of one state folder; it falls with the process, so a crash never leaves it behind."""

    def __init__(self, places: Where, role: str) -> None:
        self._places = places
        self._role = role
        self._lock: filelock.BaseFileLock | None = None

    @property
    def held(self) -> bool:
        return self._lock is not None

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take the lock, waiting up to `timeout` seconds; False where another process keeps it.

        Raises `FolderError` where the state folder can't be used.
        """
        import filelock

        if self._lock is not None:
            return True
        # Taken on one thread and given back on another, hence not thread-local.
        lock = filelock.FileLock(self._places.lock_file, mode=0o600, thread_local=False)
        try:
            files.private_folder(self._places.state)
            lock.acquire(timeout=timeout)
        except filelock.Timeout:
            return False
        except OSError as error:
            raise files.unwritable(self._places.state, error, _SO) from error
        self._lock = lock
        with contextlib.suppress(OSError):  # for `doctor` only
            document = {"pid": os.getpid(), "role": self._role}
            files.replace(_side_file(self._places), json.dumps(document).encode())
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens where it isn't held."""
        if self._lock is None:
            return
        with contextlib.suppress(OSError):
            _side_file(self._places).unlink()
        lock, self._lock = self._lock, None
        lock.release()


def last_holder(places: Where) -> Holder | None:
    """Who holds the lock, or held it when its process died; None after a proper release."""
    try:
        document = json.loads(files.read(_side_file(places), limit=_SIZE_MAX))
        pid, role = document["pid"], document["role"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Holder(pid=pid, role=role) if isinstance(pid, int) and isinstance(role, str) else None


def _side_file(places: Where) -> Path:
    return places.lock_file.with_suffix(".json")
