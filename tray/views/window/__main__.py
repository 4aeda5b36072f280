"""Entry of the window's process: `python -m tray.views.window`; started by whoever holds the engine."""

from __future__ import annotations

import argparse
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
from tray.views.window.place import monitors
from tray.views.window.seen import Stay, keep, keep_stay, recall, recall_stay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tray.core.screen import Screen
    from tray.views.window.app import App
    from tray.views.window.content import Content
    from tray.views.window.link import Link

T = TypeVar("T")

_THEME_WAIT = 0.12  # seconds that the first frame waits for the desktop's colours


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0 when the window was closed, 3 where none can be drawn (the reason goes to stderr)."""
    options = _options(argv)
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
    from tray.views.window.link import Link
    from tray.views.window.visit import Visit

    visit = Visit(_content(options.banner, demo=options.demo), open_url=_open)
    seen = remembered or (now and now.get(_THEME_WAIT)) or appearance.Appearance()
    app = App(
        root,
        visit,
        appearance=seen,
        fonts=Fonts(root, seen.scale, text_zoom(root)),
        monitors=screens.get() or (),
        icon=shipped("icons", "claudette-tray-128.png"),
        size=stay.size,
        left=lambda size: keep_stay(state, Stay(page=visit.tab, size=size)),
    )
    link = Link(_connect, app.post)
    visit.attach(app, link.send)
    visit.begin(
        focus=options.focus,
        consent_for=options.consent,
        sign_in=options.sign_in,
        about=options.about,
        tab=stay.page,
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


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="claudette-tray window", description="The usage window.")
    parser.add_argument("--focus", metavar="TOGGLE", help="mark this switch")
    parser.add_argument("--consent", metavar="TOGGLE", help="start with the question before this switch")
    parser.add_argument("--sign-in", metavar="SOURCE", help="start with the sign-in of this source")
    parser.add_argument("--about", action="store_true", help="show the About page")
    parser.add_argument("--banner", metavar="TEXT", help="an explanation on top")
    parser.add_argument("--demo", action="store_true", help="show made-up activity, keep nothing")
    return parser.parse_args(argv)


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


def _content(banner: str | None, *, demo: bool = False) -> Content:
    """Joins sources, codec and words; the sources' own code that reads and asks is not run here."""
    from tray.core import layout
    from tray.core.codec import decode
    from tray.core.model import Board
    from tray.sources import ALL
    from tray.views.window import analysts
    from tray.views.window.content import Content

    def screen(board: Board, now: float, on_top: str | None) -> Screen:
        return layout.screen(board, ALL, now, banner=on_top)

    return Content(
        read=lambda data: decode(Board, data),
        screen=screen,
        consents={s.toggle.value: s.consent for s in ALL if s.toggle and s.consent},
        sign_ins={client.source: client for client in layout.sign_ins(ALL)},
        banner=banner,
        usage_page=next((s.usage_url for s in ALL if s.usage_url and s.usage_url_name), ""),
        analyst=analysts.made_up if demo else analysts.of_this_machine,
        stamps=(lambda: None) if demo else analysts.stamps,
        plan=analysts.on_plan,
    )


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
