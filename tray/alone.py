"""What a command does by itself where no engine runs: one refresh, one change; under the engine's lock."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tray.core import reducer
from tray.core.codec import encode
from tray.core.events import RefreshAsked, SettingsChanged
from tray.engine import settings
from tray.engine.lock import EngineLock
from tray.engine.store import Found, Store
from tray.program import STOP_WAIT, Program, Role, marks_of
from tray.sources import ALL

if TYPE_CHECKING:
    from tray.core.model import Board
    from tray.engine.paths import Places


def run_once(places: Places, wait: float) -> Board | None:
    """One refresh by an engine of our own, at most `wait` seconds; None where another keeps the lock."""
    lock = EngineLock(places, Role.COMMAND)
    if not lock.acquire(wait / 4):
        return None
    program = Program(places, Role.COMMAND, lock)
    done = threading.Event()
    thread = threading.Thread(target=program.engine.run, name="engine", daemon=True)
    try:
        program.engine.post(RefreshAsked(), lambda board: done.set())
        thread.start()
        done.wait(wait)
        program.engine.stop()
        thread.join(STOP_WAIT)
        return program.engine.board
    finally:
        lock.release()


def change_alone(places: Places, key: str, value: object) -> str | None:
    """Change a setting where no engine runs, and drop from the store what must go with it.

    The trouble in words, or None. Nothing is asked of the network here.
    """
    lock = EngineLock(places, Role.COMMAND)
    if not lock.acquire(2.0):
        return "Another claudette-tray is at work and does not answer."
    try:
        store = Store(places)
        stored = store.open()
        try:
            changed = settings.change(places, key, value)
        except settings.SettingsError as error:
            return str(error)
        if stored.found is Found.OK:
            now = time.time()
            state = reducer.State(board=stored.board, sources=ALL, marks=marks_of(stored.alerts))
            state, _ = reducer.step(state, SettingsChanged(settings=changed), now)
            store.save(state.board, {key: encode(mark) for key, mark in state.marks.items()}, now)
        return None
    finally:
        lock.release()
