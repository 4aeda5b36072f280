"""The real outside: what sources may touch on this computer, and what is watched there."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from tray.core.source import Root, World
from tray.engine.gates import FileGates
from tray.engine.ledger import Ledger
from tray.engine.net import Network
from tray.engine.vault import SystemVault
from tray.metrics.keeper import Keeper

if TYPE_CHECKING:
    from tray.core.source import Source, Transcripts
    from tray.engine.paths import Places


def own_vault(places: Places) -> SystemVault:
    """The vault alone, for `login`."""
    return SystemVault(places, Ledger(places), os.environ)


def world(
    places: Places, stopping: threading.Event | None = None, transcripts: Transcripts | None = None
) -> World:
    """The real outside. Without `transcripts` that may take their time only what is quick is read."""
    ledger = Ledger(places)
    return World(
        now=time.time,
        paths=places,
        env=os.environ,
        net=Network(ledger),
        gates=FileGates(places.gates_file, now=time.time),
        ledger=ledger,
        vault=SystemVault(places, ledger, os.environ),
        transcripts=transcripts or Keeper(places, worker=False),
        stopping=stopping or threading.Event(),
    )


def watch_groups(places: Places, sources: tuple[Source, ...]) -> dict[str, tuple[Root, ...]]:
    """What to watch: each source's own folders, everything that tells who works, and settings.json."""
    from tray.metrics.activity import watched

    return {
        **{source.id: source.watched(places) for source in sources},
        "activity": watched(places),
        "settings": (Root(path=places.config, names=frozenset({places.settings_file.name})),),
    }
