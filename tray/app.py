"""The composition root: what runs for each way of starting, and what each action of the tray does."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from tray import wishes
from tray.core.choices import Show
from tray.core.meter import Mode, driving_sources, read_meter
from tray.desktop.autostart import autostart
from tray.engine.files import FolderError
from tray.engine.wire import ChannelError
from tray.program import Program, Role, ask_engine, take_lock
from tray.signals import on_signals
from tray.sources import ALL

if TYPE_CHECKING:
    from tray.desktop.host import TrayHost
    from tray.engine.lock import EngineLock
    from tray.engine.paths import Places

log = logging.getLogger(__name__)

CLOSE_AFTER = 0.3  # seconds between "Quit" and the end, for the menu to close


def run_headless(
    places: Places,
    role: Role = Role.HEADLESS,
    wish: str | None = None,
    page: tuple[str, ...] | None = None,
) -> int:
    """The engine without an icon; with role WINDOW it opens the window, or the `page`, and ends with it."""
    lock = take_lock(places, role)
    if lock is None:
        if role is Role.WINDOW:
            return 0 if ask_engine(places, {"do": "open", "focus": wish}).get("ok") else 1
        _say("claudette-tray", "runs already", "")
        return 0
    done = threading.Event()
    on_signals(done.set)
    program = Program(places, role, lock, notify=_say, quit_=done.set)
    try:
        program.start()
        if page is not None:
            program.open_page(page)
        elif role is Role.WINDOW:
            program.open_window(wish)
        done.wait()
    finally:
        program.stop()
    return 0 if program.drawn else 1


def open_window(places: Places, wish: str | None) -> int:
    """The window of the running tray, else one with an engine of its own that ends with it."""
    answer = ask_engine(places, {"do": "open", "focus": wish})
    if answer:
        return 0 if answer.get("ok") else 1
    return run_headless(places, Role.WINDOW, wish)


def open_page(places: Places, wish: str | None, *, no_open: bool) -> int:
    """The browser page of the running engine, else one with its own engine; until the page is closed."""
    arguments = (*wishes.arguments(wish), *(("--no-open",) if no_open else ()))
    if ask_engine(places, {"do": "ping"}):
        from tray.views.web.__main__ import main

        return 1 if main(arguments) else 0
    return run_headless(places, Role.WINDOW, wish, arguments)


def _say(title: str, body: str, key: str) -> None:
    del key
    print(f"{title}: {body}", file=sys.stderr)  # noqa: T201


def _show_at_start(trouble: str) -> None:
    """On the desktop too: whoever starts the tray from a menu, or at login, reads no error output."""
    from tray.views.notify import by_plyer

    session = sys.platform != "linux" or "DBUS_SESSION_BUS_ADDRESS" in os.environ
    if session and not sys.stderr.isatty():
        with contextlib.suppress(Exception):  # the sentence goes to the error output anyway
            by_plyer("claudette-tray can't start", trouble, "start")


def run_tray(places: Places) -> int:
    """The tray. A second start opens the window of the first and ends."""
    try:
        lock = take_lock(places, Role.TRAY)
    except FolderError as error:
        _show_at_start(str(error))
        raise
    if lock is None:
        if ask_engine(places, {"do": "open"}).get("ok"):
            return 0
        _say("claudette-tray", "runs already and does not answer", "")
        return 1
    try:
        return TrayApp(places, lock).run()
    except ChannelError:
        # An engine that lost its state folder, and the lock with it, still answers in this session.
        if ask_engine(places, {"do": "open"}).get("ok"):
            return 0
        raise


class TrayApp:
    """Host, view and program of one tray; `actions` carries out what the menu asks for."""

    def __init__(self, places: Places, lock: EngineLock) -> None:
        from tray.desktop.host import make_host
        from tray.views.notify import Notifier, by_plyer
        from tray.views.tray import TrayView

        self._places = places
        self.host: TrayHost = make_host(
            "claudette-tray", "claudette-tray", self.act, self._clicked, app_icon="claudette-tray"
        )
        self._notifier = Notifier(self.host.notify, by_plyer)
        self._view = TrayView(self.host, ALL, now=time.time, at_login=self._starts_at_login)
        self.program = Program(
            places,
            Role.TRAY,
            lock,
            show=self._view.update,
            notify=self._notifier.show,
            quit_=self.host.stop,
        )
        self.host.on_availability = self._availability

    def run(self) -> int:
        """Until Quit or a signal."""
        on_signals(self.host.stop)
        self._view.update(self.program.engine.board)  # the stored numbers, before anything is read
        try:
            self.program.start()
            self.host.run(self._ready)
        finally:
            self.program.stop()
        return 0

    def act(self, action: str) -> None:
        """Carry out a menu item; on the host's worker thread."""
        verb, _, what = action.partition(":")
        match verb:
            case "open":
                self.program.open_window(what or None)
            case "refresh":
                self.program.service.refresh()
            case "page":
                self._open_page(what)
            case "pin":
                self._change("pin", None if what == "auto" else what)
            case "show":
                self._change("show", Show(what).value)
            case "notifications":
                self._change("notifications", not self.program.engine.board.settings.notifications)
            case "toggle":
                self._toggle(what)
            case "sign_in":
                self.program.open_window(f"sign_in:{what}")
            case "at_login":
                self._flip_at_login()
            case "about":
                self.program.open_window("about")
            case "quit":
                # A bar keeps a dead popup if the item vanishes while its menu is still closing.
                threading.Timer(CLOSE_AFTER, self.host.stop).start()
            case _:
                log.warning("unknown action %r", action)

    def _clicked(self) -> None:
        """A click on the icon: the default item of the menu."""
        greyed = read_meter(self.program.engine.board, ALL, time.time()).mode is Mode.DISABLED
        drivers = driving_sources(self.program.engine.board, ALL) if greyed else []
        self.program.open_window(next((s.toggle for s in drivers if s.greys_meter), None))

    def _toggle(self, name: str) -> None:
        source = next(source for source in ALL if source.toggle == name)
        on = not self.program.engine.board.settings.is_on(source.toggle)
        if on and source.consent is not None:
            self.program.open_window(f"consent:{name}")
            return
        told = self.program.service.toggle(name, on=on, consent=False)
        self._told(told if isinstance(told, str) else None)

    def _change(self, key: str, value: object) -> None:
        self._told(self.program.service.change(key, value))

    def _told(self, trouble: str | None) -> None:
        if trouble is not None:
            self._notifier.show("The setting was not changed", trouble, "settings")

    def _open_page(self, source_id: str) -> None:
        from tray.desktop.browser import open_url

        url = next((source.usage_url for source in ALL if source.id == source_id), None)
        if url is not None:
            open_url(url)

    def _starts_at_login(self) -> bool | None:
        try:
            return autostart().is_on()
        except OSError:
            return None

    def _flip_at_login(self) -> None:
        switch = autostart()
        try:
            switch.turn(on=not switch.is_on())
        except OSError as error:
            self._notifier.show("Start at login was not changed", str(error), "at-login")
        self._view.update(self.program.engine.board)

    def _ready(self, platform: str = sys.platform) -> None:
        if platform == "win32" and first_time(self._places, "told-overflow"):
            self._notifier.show(
                "claudette-tray runs",
                "Windows puts new icons behind the arrow: drag it out to see it.",
                "hello",
            )

    def _availability(self, shown: bool) -> None:  # noqa: FBT001 - the host's callback
        """No tray here: say what is missing, once by the window, and go on; a late panel is welcome."""
        if shown:
            return
        from tray.desktop.diagnose import missing_tray, probe

        text = missing_tray(probe())
        if text is None:  # a host appeared while we asked
            return
        print(f"claudette-tray: {text}", file=sys.stderr)  # noqa: T201
        self._notifier.show("No tray to show the battery in", text, "no-tray")
        if first_time(self._places, "told-no-tray"):
            self.program.open_window(banner=text)


def first_time(places: Places, what: str) -> bool:
    """Whether this is the first time; remembered in the state folder."""
    mark = places.state / what
    with contextlib.suppress(OSError):
        if mark.exists():
            return False
        mark.touch()
    return True
