"""What a command does by itself where no engine runs: one refresh, one change; under the engine's lock."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tray.core import reducer
from tray.core.codec import encode
from tray.core.events import RefreshAsked, SettingsChanged
from tray.engine.ipc import connect
from tray.engine.lock import EngineLock
from tray.engine.store import Found, Store
from tray.program import STOP_WAIT, Program, Role, marks_of
from tray.sources import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.choices import Settings
    from tray.core.model import Board
    from tray.engine.ipc import Client
    from tray.engine.paths import Places

_TURN = 0.3  # seconds between two looks for an engine that has come meanwhile


def engine_or_lock(places: Places, wait: float) -> Client | EngineLock | None:
    """The running engine's channel, else the engine's lock for this command; None: neither in `wait` seconds.

    Another command at work and a tray that is just starting hold the lock without a channel: they are waited
    for. Whoever gets the channel closes it, whoever gets the lock releases it.
    """
    lock = EngineLock(places, Role.COMMAND)
    deadline = time.monotonic() + wait
    while True:
        client = connect(places)
        if client is not None:
            return client
        left = deadline - time.monotonic()
        if lock.acquire(min(max(left, 0.0), _TURN)):
            return lock
        if left <= 0:
            return None


def run_once(places: Places, lock: EngineLock, wait: float) -> Board:
    """One refresh by an engine of our own, at most `wait` seconds."""
    program = Program(places, Role.COMMAND, lock)
    done = threading.Event()
    thread = threading.Thread(target=program.engine.run, name="engine", daemon=True)
    program.engine.post(RefreshAsked(), lambda board: done.set())
    thread.start()
    done.wait(wait)
    program.engine.stop()
    thread.join(STOP_WAIT)
    return program.engine.board


def change_alone(places: Places, change: Callable[[], Settings]) -> Settings:
    """Change settings under the lock, and drop from the store what must go with it.

    Raises what `change` raises: `SettingsError`. Nothing is asked of the network here.
    """
    store = Store(places)
    stored = store.open()
    changed = change()
    if stored.found is Found.OK:
        now = time.time()
        state = reducer.State(board=stored.board, sources=ALL, marks=marks_of(stored.alerts))
        state, _ = reducer.step(state, SettingsChanged(settings=changed), now)
        store.save(state.board, {key: encode(mark) for key, mark in state.marks.items()}, now)
    return changed
