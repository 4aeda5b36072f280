"""Tells soon, and not too often, in which groups of folders something changed."""

from __future__ import annotations

import errno
import os
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tray.engine.watchplan import EMPTY, Plan, make_plan, network_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver

    from tray.core.source import Root

_TRIES = 8  # folders that come faster than they can be watched
_STOP_SECONDS = 0.4
_STRUCTURE = frozenset({"created", "deleted", "moved"})
_PROBE = "/proc"  # a folder that nobody watches

_LIMITS = {
    errno.ENOSPC: "the system's limit of watched folders (fs.inotify.max_user_watches) is reached",
    errno.EMFILE: "the system's limit of file watchers (fs.inotify.max_user_instances) is reached",
}


def _native() -> BaseObserver:
    from watchdog.observers import Observer

    # Said when a folder appears together with its sub-folder: watchdog finds the latter twice, no harm done.
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
    return Observer()


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text(errors="surrogateescape")
    except OSError:
        return ""


class Watcher:
    """Watches folders and calls `on_change` with the groups in which something changed, on its own thread.

    A change is told at most `debounce` seconds after it was seen, one that goes on is told again and again.
    Reading is no change. Where the system can't tell (its limits, a network file system), the folders are
    looked at every `poll_every` seconds, and `trouble` says so. Idle, it wakes for nothing else.
    """

    def __init__(
        self,
        on_change: Callable[[frozenset[str]], None],
        debounce: float = 0.3,
        *,
        poll_every: float = 45.0,
        native: Callable[[], BaseObserver] = _native,
        mounts: Callable[[], str] = _mounts,
    ) -> None:
        self.trouble: str | None = None  # why folders are polled, one sentence for people
        self._on_change = on_change
        self._debounce = debounce
        self._poll_every = poll_every
        self._native = native
        self._mounts = mounts
        self._groups: Mapping[str, tuple[Root, ...]] = {}
        self._plan: Plan = EMPTY
        self._observers: list[BaseObserver] = []
        self._arming = threading.Lock()
        self._bell = threading.Condition()
        self._changed: set[str] = set()
        self._moved = False  # a root, or a link to one, came or went
        self._grew = False  # a folder appeared: the limit may be reached by now
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, groups: Mapping[str, tuple[Root, ...]]) -> None:
        """Watch these from now on, instead of what was watched before. A root may be missing yet."""
        with self._arming:
            if self._stopping.is_set() or groups == self._groups:
                return
            self._groups = dict(groups)
            self._arm()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End within half a second; no report comes any more."""
        with self._bell:
            self._stopping.set()
            self._bell.notify()
        with self._arming:
            _end(self._observers)
            self._observers = []
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while True:
            with self._bell:
                self._bell.wait_for(lambda: self._stopping.is_set() or self._ringing())
                self._bell.wait_for(self._stopping.is_set, self._debounce)
                if self._stopping.is_set():
                    return
                changed, self._changed = frozenset(self._changed), set()
                moved, self._moved = self._moved, False
                grew, self._grew = self._grew, False
            with self._arming:
                if self._stopping.is_set():
                    return
                if moved or (grew and self._full()):
                    self._arm()
                    changed = frozenset(self._groups)  # what happened meanwhile was not seen
            if changed:
                self._on_change(changed)

    def _ringing(self) -> bool:
        return bool(self._changed) or self._moved or self._grew

    def _heard(self, event: FileSystemEvent) -> None:
        """Called on a thread of watchdog, for everything that happens in a watched folder."""
        plan = self._plan
        structure = event.event_type in _STRUCTURE
        groups: set[str] = set()
        moved = False
        for raw in (event.src_path, event.dest_path):
            path = os.path.normcase(os.fsdecode(raw))
            if path and not _by_a_reader(path):
                groups |= plan.groups_of(path)
                moved = moved or (structure and plan.is_edge(path))
        grew = event.is_directory and event.event_type in ("created", "moved")
        if not (groups or moved or grew):
            return
        with self._bell:
            # One ring begins a report; what follows within the debounce goes with it without waking anybody.
            if not self._ringing():
                self._bell.notify()
            self._changed |= groups
            self._moved |= moved
            self._grew |= grew

    def _arm(self) -> None:
        """Make the plan anew and watch accordingly, until that is what is there.

        A client makes folders one in the other: one that comes between the look and the watch tells nobody.
        """
        for _ in range(_TRIES):
            self._plan = self._look()
            self._watch_plan()
            if self._look() == self._plan:
                return

    def _look(self) -> Plan:
        return make_plan(self._groups, home=os.path.realpath(Path.home()))

    def _watch_plan(self) -> None:
        _end(self._observers)
        mounts = self._mounts() if sys.platform == "linux" else ""
        kinds = {folder: network_type(folder, mounts) for folder in self._plan.folders}
        remote = {folder for folder, kind in kinds.items() if kind}
        reason = (
            f"{next(kind for kind in kinds.values() if kind)} does not tell of changes" if remote else None
        )
        self._observers = []
        try:
            self._watch_natively(remote)
        except OSError as error:
            _end(self._observers)
            self._observers = []
            remote = set(kinds)
            reason = _LIMITS.get(error.errno or 0) or f"folders can't be watched ({error.strerror or error})"
        if remote:
            self._poll(remote)
        self.trouble = reason and f"Files are looked at every {self._poll_every:.0f} s: {reason}."

    def _watch_natively(self, without: set[str]) -> None:
        """Raises `OSError` where the system has no more watches to give."""
        from watchdog import events

        structure = [
            events.FileCreatedEvent,
            events.FileDeletedEvent,
            events.FileMovedEvent,
            events.DirCreatedEvent,
            events.DirDeletedEvent,
            events.DirMovedEvent,
        ]
        contents = {f: recursive for f, recursive in self._plan.contents.items() if f not in without}
        anchors = {f: False for f in self._plan.anchors if f not in without}
        # Two observers: inotify keeps one mask for each folder and instance, the last one set. Anchors are
        # asked for less, since a home folder sees many writes that don't matter.
        for folders, kinds in ((contents, [*structure, events.FileModifiedEvent]), (anchors, structure)):
            if folders:
                observer = self._native()
                self._observers.append(observer)
                observer.start()
                self._schedule(observer, folders, kinds)
        if self._full():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _poll(self, folders: set[str]) -> None:
        from watchdog.observers.polling import PollingObserver

        observer = PollingObserver(timeout=self._poll_every)
        self._observers.append(observer)
        observer.start()
        self._schedule(observer, {f: self._plan.contents.get(f, False) for f in folders}, None)

    def _schedule(
        self, observer: BaseObserver, folders: Mapping[str, bool], kinds: list[type[FileSystemEvent]] | None
    ) -> None:
        handler = _handler(self._heard)
        for folder, recursive in folders.items():
            try:
                observer.schedule(handler, folder, recursive=recursive, event_filter=kinds)
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                continue  # gone since the plan was made, or closed to us: as good as missing

    def _full(self) -> bool:
        """Whether the system's limit of watches is reached.

        watchdog says so for the top folder only and skips a sub-folder silently, hence one watch on trial.
        """
        if sys.platform != "linux" or not self._observers:
            return False
        observer = self._observers[0]
        try:
            observer.unschedule(observer.schedule(_handler(self._heard), _PROBE))
        except OSError as error:
            return error.errno == errno.ENOSPC
        return False


def _by_a_reader(path: str) -> bool:
    """Whether a mere reader of SQLite, as we are one, makes such a file: `-shm`, and an empty `-wal`.

    An absent log says no more than an empty one: what was in it has gone into the database, which tells.
    """
    if path.endswith("-wal"):
        try:
            return os.stat(path).st_size == 0  # noqa: PTH116 - once for each event, on a plain string
        except OSError:
            return True
    return path.endswith("-shm")


def _handler(heard: Callable[[FileSystemEvent], None]) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler

    class Ears(FileSystemEventHandler):
        def dispatch(self, event: FileSystemEvent) -> None:
            heard(event)

    return Ears()


def _end(observers: Iterable[BaseObserver]) -> None:
    """Stop them; one that hangs in a dead network file system is left to itself."""
    stopping = [threading.Thread(target=observer.stop, daemon=True) for observer in observers]
    for thread in stopping:
        thread.start()
    for thread in stopping:
        thread.join(_STOP_SECONDS)
