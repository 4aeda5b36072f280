"""`--demo`: the real tray and window over made-up boards, one for each state; nothing is read or sent."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.events import SettingsChanged
from tray.core.menu import SEPARATOR, Item, ItemKind
from tray.demo.boards import boards

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.events import Event
    from tray.core.model import Board, Instant

CYCLE = 4.0  # seconds a state is shown before the next one


class DemoEngine:
    """Stands where the engine does: keeps a board, takes settings, asks nobody."""

    def __init__(self, board: Board, changed: Callable[[Board], None]) -> None:
        self._board = board
        self._changed = changed
        self._over = threading.Event()

    @property
    def board(self) -> Board:
        return self._board

    def show(self, board: Board) -> None:
        """Another board."""
        self._board = board
        self._changed(board)

    def post(self, event: Event, done: Callable[[Board], None] | None = None) -> None:
        if isinstance(event, SettingsChanged):
            self.show(replace(self.board, settings=event.settings))
        if done is not None:
            done(self.board)

    def run(self) -> None:
        self._over.wait()

    def stop(self) -> None:
        self._over.set()


class DemoState:
    """Which state is shown: round and round until one is picked from the menu."""

    def __init__(self) -> None:
        self.names = tuple(boards(0.0))
        self.picked: str | None = None
        self._step = 0

    def next(self, now: Instant) -> Board:
        """The board to show now."""
        if self.picked is None:
            name = self.names[self._step % len(self.names)]
            self._step += 1
        else:
            name = self.picked
        return boards(now)[name]

    def menu(self) -> tuple[Item, ...]:
        """The demo's own submenu."""
        round_ = Item(text="All in turn", action="demo:", kind=ItemKind.RADIO, checked=self.picked is None)
        states = [
            Item(text=name, action=f"demo:{name}", kind=ItemKind.RADIO, checked=self.picked == name)
            for name in self.names
        ]
        return (Item(text="Demo state", items=(round_, SEPARATOR, *states)), SEPARATOR)


def run_demo() -> int:
    """The tray over made-up boards until Quit; its settings live in a folder that goes with it."""
    from tray.desktop.browser import has_browser
    from tray.desktop.host import make_host
    from tray.engine.paths import APP, locate
    from tray.engine.service import Duties, Service
    from tray.engine.windows import PAGE, WINDOW, WindowProcess
    from tray.signals import on_signals
    from tray.sources import ALL
    from tray.views.tray import TrayView

    folder = Path(tempfile.mkdtemp(prefix="claudette-tray-demo-"))
    places = locate()._replace(config=folder, state=folder, data=folder, runtime=folder / APP)
    state = DemoState()
    over = threading.Event()
    picked = threading.Event()

    def act(action: str) -> None:
        verb, _, what = action.partition(":")
        match verb:
            case "demo":
                state.picked = what or None
                picked.set()
            case "open":
                open_window(what or None)
            case "toggle":
                source = next(source for source in ALL if source.toggle == what)
                on = not engine.board.settings.is_on(source.toggle)
                service.toggle(what, on=on, consent=True)
            case "show" | "pin":
                service.change(verb, None if what == "auto" else what)
            case "quit":
                host.stop()
            case _:
                host.notify("Demo", "This does nothing in the demo.", "demo")

    def open_window(wish: str | None) -> None:
        if not service.focus_window(wish):
            window.open(("--demo",))

    def not_drawn(reason: str) -> None:
        del reason
        if window.module == WINDOW and has_browser():
            window.open(("--stands-in", "--demo"), PAGE)

    host = make_host(APP, "claudette-tray (demo)", act, lambda: open_window(None), app_icon=APP)
    view = TrayView(host, ALL, now=time.time, at_login=lambda: None, extra=state.menu)

    def changed(board: Board) -> None:
        view.update(board)
        service.publish(board)

    engine = DemoEngine(state.next(time.time()), changed)
    service = Service(places, engine, ALL, Duties(open_window=open_window, quit=host.stop), "demo")
    window = WindowProcess(not_drawn, env={**os.environ, "XDG_RUNTIME_DIR": str(folder)})

    def cycle() -> None:
        while not over.is_set():
            engine.show(state.next(time.time()))
            picked.clear()
            picked.wait(CYCLE if state.picked is None else None)

    on_signals(host.stop)
    try:
        service.start()
        threading.Thread(target=cycle, name="demo", daemon=True).start()
        host.run(lambda: None)
    finally:
        over.set()
        picked.set()
        service.stop()
        window.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0
