"""`--demo window`: window or page over a made-up board, without a tray; nothing is read or sent."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tray.demo import DemoEngine
from tray.demo.boards import boards

if TYPE_CHECKING:
    from tray.core.model import Board


def run_demo_window(wish: str | None = None, *, page: bool, no_open: bool) -> int:
    """Until it is closed; its settings live in a folder that goes with it."""
    from tray import wishes
    from tray.engine.paths import APP, locate
    from tray.engine.service import Duties, Service
    from tray.engine.windows import PAGE, WINDOW, WindowProcess
    from tray.signals import on_signals
    from tray.sources import ALL

    folder = Path(tempfile.mkdtemp(prefix="claudette-tray-demo-"))
    places = locate()._replace(config=folder, state=folder, data=folder, runtime=folder / APP)
    done, told = threading.Event(), list[str]()

    def failed(reason: str) -> None:
        from tray.commands import fail

        told.append(reason)
        fail(reason)

    def publish(board: Board) -> None:
        service.publish(board)

    engine = DemoEngine(next(iter(boards(time.time()).values())), publish)
    service = Service(places, engine, ALL, Duties(open_window=lambda wish: None, quit=done.set), "demo")
    window = WindowProcess(failed, done.set, env={**os.environ, "XDG_RUNTIME_DIR": str(folder)})
    on_signals(done.set)
    own = ("--stands-in", *(("--no-open",) if no_open else ())) if page else ()
    try:
        service.start()
        window.open(("--demo", *wishes.arguments(wish), *own), PAGE if page else WINDOW)
        done.wait()
    finally:
        window.close()
        service.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if told else 0
