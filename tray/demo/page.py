"""`--demo window --browser`: the page over a made-up board, without a tray; nothing is read or sent."""

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


def run_demo_page(wish: str | None = None, *, no_open: bool) -> int:
    """Until the page is closed; its settings live in a folder that goes with it."""
    from tray import wishes
    from tray.app import on_signals
    from tray.engine.paths import APP, locate
    from tray.engine.service import Duties, Service
    from tray.engine.windows import PAGE, WindowProcess
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
    page = WindowProcess(failed, done.set, env={**os.environ, "XDG_RUNTIME_DIR": str(folder)})
    on_signals(done.set)
    silent = ("--no-open",) if no_open else ()
    try:
        service.start()
        page.open(("--stands-in", "--demo", *wishes.arguments(wish), *silent), PAGE)
        done.wait()
    finally:
        page.close()
        service.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if told else 0
