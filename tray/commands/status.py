"""`status` and `refresh`: print what is known; ask for more only where the person asked for it."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.commands import fail, json_text, say
from tray.core.schedule import resets
from tray.engine import settings, store
from tray.engine.ipc import connect
from tray.engine.wire import ChannelError

if TYPE_CHECKING:
    from tray.core.model import Board, Instant
    from tray.core.source import Source
    from tray.engine.ipc import Client
    from tray.engine.paths import Places

FRESH_WAIT = 20.0  # seconds
OLD = 60.0  # seconds: an older store is not taken for the present where no engine keeps it


def once(places: Places, *, as_json: bool, fresh: bool) -> int:
    """Print the answer: what is known, after asking for more where the person wants it `fresh`."""
    board = refreshed(places) if fresh else known(places)
    say(_text(board, as_json=as_json, long=True))
    return 0


def known(places: Places, *, old: float = OLD) -> Board:
    """The store; where no engine keeps it and it is absent or old, the local files are looked at first."""
    board = replace(store.load(places).board, settings=settings.load(places))
    now = time.time()
    recent = board.saved_at is not None and 0 <= now - board.saved_at < old
    if recent or _engine_runs(places):
        return board
    from tray.engine.reread import reread
    from tray.metrics.activity import read_activity
    from tray.outside import world

    return reread(board, _sources(), world(places), lambda: read_activity(places))


def refreshed(places: Places, wait: float = FRESH_WAIT) -> Board:
    """The board after asking what no gate forbids: by the running engine, else by one of our own.

    What has not answered in `wait` seconds is told as it is known.
    """
    from tray.alone import engine_or_lock, run_once
    from tray.engine.lock import EngineLock

    deadline = time.monotonic() + wait
    found = engine_or_lock(places, wait)
    left = max(deadline - time.monotonic(), 0.0)
    if isinstance(found, EngineLock):
        try:
            return run_once(places, found, left)
        finally:
            found.release()
    board = None if found is None else _refreshed_by(found, left)
    if board is None:
        fail(f"not everything was read within {wait:.0f} seconds; this is what is known.")
    return board or known(places)


def _refreshed_by(engine: Client, wait: float) -> Board | None:
    """The board of a running engine once everything has answered; None where that takes longer."""
    from tray.core.codec import decode
    from tray.core.model import Board

    try:
        return decode(Board, engine.ask({"do": "refresh", "wait": True}, wait).get("board"))
    except (ChannelError, ValueError):
        return None
    finally:
        engine.close()


def watch(places: Places, *, as_json: bool, fresh: bool = False) -> int:
    """One line (or object) per change, until interrupted. Sleeps until a file changes or a window resets."""
    if fresh:
        refreshed(places)
    from tray.core.source import Root
    from tray.engine.watch import Watcher
    from tray.outside import watch_groups

    changed = threading.Event()
    watcher = Watcher(lambda groups: changed.set())
    watcher.watch(
        {
            **watch_groups(places, _sources()),
            "store": (Root(path=places.state, names=frozenset({places.store_file.name})),),
        }
    )
    said = None
    try:
        while True:
            changed.clear()
            board = known(places, old=0.0)  # a store of a moment ago does not know what has changed
            line = _text(board, as_json=as_json, long=False)
            key = _without_instant(line, as_json=as_json)
            if key != said:
                say(line)
                said = key
            changed.wait(_until_reset(board, time.time()))
    finally:
        watcher.stop()


def _text(board: Board, *, as_json: bool, long: bool) -> str:
    now = time.time()
    if as_json:
        from tray.core.status import document

        return json_text(document(board, _sources(), now), indent=2 if long else None)
    from tray.views import text

    return text.status(board, _sources(), now) if long else text.watch_line(board, _sources(), now)


def _without_instant(line: str, *, as_json: bool) -> str:
    """What decides whether there is something new: all but the moment of printing and what counts down."""
    if not as_json:
        return line
    document = json.loads(line)
    del document["generated_at"]
    for snapshot in document["snapshots"]:
        for window in snapshot["windows"]:
            if window["resets_at"] is not None:
                del window["secondary_text"]
    return json.dumps(document)


def _until_reset(board: Board, now: Instant) -> float | None:
    """Seconds until a known window resets; None: nothing changes by itself."""
    times = [at for entry in board.entries for at in resets(entry) if at > now]
    return min(times) - now if times else None


def _engine_runs(places: Places) -> bool:
    with contextlib.suppress(OSError, ChannelError):
        client = connect(places, timeout=0.3)
        if client is not None:
            client.close()
            return True
    return False


def _sources() -> tuple[Source, ...]:
    from tray.sources import ALL

    return ALL
