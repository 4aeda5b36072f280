"""Entry of the window's process: `python -m tray.views.window`; started by whoever holds the engine."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tray.core.screen import CANT_DRAW
from tray.desktop import appearance
from tray.desktop.shipped import shipped
from tray.engine.paths import locate
from tray.views.window.opening import opening
from tray.views.window.place import monitors
from tray.views.window.seen import Stay, keep, keep_stay, recall, recall_stay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tray.views.window.app import App
    from tray.views.window.link import Link

T = TypeVar("T")

_THEME_WAIT = 0.12  # seconds that the first frame waits for the desktop's colours
_TURN = 0.001  # seconds that another thread may compute before Tk gets its turn


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0 when the window was closed, 3 where none can be drawn (the reason goes to stderr)."""
    options = opening("claudette-tray window", "The usage window.").parse_args(argv)
    _be_sharp()
    # What others answer is asked first; the rest is Python's own work, which threads would not speed up.
    screens = _Later(monitors)
    places = locate()
    state = places.runtime if options.demo else places.state
    remembered, stay = recall(state), recall_stay(state)
    now = None if remembered else _Later(appearance.read)
    try:
        import tkinter as tk

        from tray.views.window.app import App
        from tray.views.window.root import Fonts, new_root, text_zoom

        root = new_root()
    except ImportError as error:
        sys.stderr.write(f"Tk is missing ({error}). Debian, Ubuntu: apt install python3-tk.\n")
        return CANT_DRAW
    except tk.TclError as error:
        sys.stderr.write(f"No X display can be used ({error}).\n")
        return CANT_DRAW
    from tray.views.window.content import content
    from tray.views.window.link import Link
    from tray.views.window.visit import Visit

    visit = Visit(content(options.banner, demo=options.demo), open_url=_open)

    def left(size: tuple[float, float] | None) -> None:
        page = stay.page if visit.alone else visit.tab
        keep_stay(state, Stay(page=page, size=size, picked=visit.picked))

    seen = remembered or (now and now.get(_THEME_WAIT)) or appearance.Appearance()
    app = App(
        root,
        visit,
        appearance=seen,
        fonts=Fonts(root, seen.scale, text_zoom(root)),
        monitors=screens.get() or (),
        icon=shipped("icons", "claudette-tray-128.png"),
        size=stay.size,
        left=left,
    )
    link = Link(_connect, app.post)
    visit.attach(app, link.send)
    visit.begin(
        focus=options.focus,
        consent_for=options.consent,
        sign_in=options.sign_in,
        about=options.about,
        tab="insights" if options.days else options.page or stay.page,
        picked={**stay.picked, "days": options.days} if options.days else stay.picked,
    )
    _run(app, link, state)
    return 0


class _Later(Generic[T]):
    """A value in the making on a thread of its own."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._made: list[T] = []
        self._thread = threading.Thread(target=lambda: self._made.append(make()), daemon=True)
        self._thread.start()

    def get(self, timeout: float | None = None) -> T | None:
        """None where it takes longer than `timeout` seconds, or failed (Python tells that on stderr)."""
        self._thread.join(timeout)
        return self._made[0] if self._made else None


def _run(app: App, link: Link, state: Path) -> None:
    """The window's life; once it stands, the desktop's colours are read and followed."""
    stops: list[Callable[[], None]] = []

    def dress(seen: appearance.Appearance) -> None:
        app.call(lambda: app.dress(seen))
        keep(state, seen)

    def follow() -> None:
        seen = appearance.read()
        dress(seen)
        stops.append(appearance.watch(dress, since=seen))

    sys.setswitchinterval(_TURN)
    link.start()
    app.after(300, lambda: threading.Thread(target=follow, name="colours", daemon=True).start())
    _end_on_signal(app)
    try:
        app.run()
    finally:
        link.close()
        for stop in stops:
            stop()
        appearance.end()


def _connect() -> Any:
    from tray.engine.ipc import connect

    return connect(locate())


def _open(url: str) -> None:
    from tray.desktop.browser import open_url

    with suppress(ValueError):
        open_url(url)


def _be_sharp() -> None:
    """Windows stretches the picture of a program that doesn't say it knows the screen's resolution."""
    if sys.platform == "win32":
        import ctypes

        with suppress(AttributeError, OSError):
            ctypes.windll.shcore.SetProcessDpiAwareness(1)


def _end_on_signal(app: App) -> None:
    """SIGTERM closes the window in order, so that a sign-in that runs ends with it.

    Python's handlers run only between Python's own steps, and Tk may sleep for long: a byte on a socket
    that Tk watches wakes it.
    """
    if os.name != "posix":
        return
    ours, waking = socket.socketpair()
    for end in (ours, waking):
        end.setblocking(False)
    signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda *_: app.call(app.close))
    keep = (ours, waking)

    def woken(_file: object, _mask: int) -> None:
        with suppress(BlockingIOError):
            keep[0].recv(64)

    app.root.tk.createfilehandler(ours, 2, woken)


if __name__ == "__main__":
    sys.exit(main())
