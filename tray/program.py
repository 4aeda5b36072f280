"""One running engine with everything around it: store, gates, ledger, channel, watcher, window process."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tray import wishes
from tray.core import reducer
from tray.core.alerts import Mark
from tray.core.codec import decode, encode
from tray.core.events import NetworkBack, Notify, SettingsChanged, Woke
from tray.core.present import alert_text
from tray.engine import settings
from tray.engine.engine import Engine, Shell
from tray.engine.ipc import connect
from tray.engine.lock import EngineLock
from tray.engine.service import Duties, Service
from tray.engine.store import Store
from tray.engine.windows import PAGE, WINDOW, WindowProcess
from tray.metrics.activity import activity_reader
from tray.metrics.keeper import Keeper
from tray.outside import watch_groups, world
from tray.sources import ALL
from tray.sources.local import SOURCE as LOCAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.model import Board
    from tray.engine.paths import Places

log = logging.getLogger(__name__)

LOCK_WAIT = 30.0  # seconds a starting tray waits for a command or a lone window that holds the lock
STOP_WAIT = 1.7  # seconds for everything to end


class Role(StrEnum):
    """Who holds the engine."""

    TRAY = "tray"
    HEADLESS = "headless"
    WINDOW = "window"  # a window opened without a tray
    COMMAND = "cli"


def take_lock(places: Places, role: Role) -> EngineLock | None:
    """The engine's lock for a role that stays; None where another engine that stays has it.

    A lone window is asked to make room for a tray; a command is waited for.
    """
    lock = EngineLock(places, role)
    deadline = time.monotonic() + LOCK_WAIT
    while not lock.acquire(0.0):
        holder = _role_of_engine(places)
        if holder in (Role.TRAY, Role.HEADLESS) or time.monotonic() > deadline:
            return None
        if holder is Role.WINDOW:
            if role is Role.WINDOW:
                return None
            ask_engine(places, {"do": "handover"})
        if lock.acquire(0.5):
            break
    return lock


def _role_of_engine(places: Places) -> Role | None:
    answer = ask_engine(places, {"do": "ping"})
    with contextlib.suppress(ValueError):
        return Role(answer.get("role", ""))
    return None


def ask_engine(places: Places, message: dict[str, Any]) -> Mapping[str, Any]:
    """The running engine's answer; empty where none answers."""
    from tray.engine.wire import ChannelError

    client = connect(places)
    if client is None:
        return {}
    try:
        return client.ask(message, 2.0)
    except ChannelError:
        return {}
    finally:
        client.close()


class Program:
    """One engine with everything around it, for as long as it holds the lock."""

    def __init__(
        self,
        places: Places,
        role: Role,
        lock: EngineLock,
        *,
        show: Callable[[Board], None] = lambda board: None,
        notify: Callable[[str, str, str], None] = lambda title, body, key: None,
        quit_: Callable[[], None] = lambda: None,
    ) -> None:
        self.places = places
        self.role = role
        self._lock = lock
        self._show = show
        self._notify = notify
        self._quit = quit_
        self.drawn = True  # False once neither window nor page could be shown
        self._banner: str | None = None
        self._wish: str | None = None
        self._late_wish: str | None = None
        self._undrawn = False  # the page stands in for the window, and the log says so
        self._stopping = threading.Event()
        self._turn = threading.Lock()
        self._store = Store(places)
        stored = self._store.open()
        # By way of the reducer: what was switched off while nothing ran is dropped now.
        kept = reducer.State(
            board=replace(stored.board, demo=False), sources=ALL, marks=marks_of(stored.alerts)
        )
        kept, _ = reducer.step(kept, SettingsChanged(settings=settings.load(places)), time.time())
        self._told = kept.marks
        read_activity = activity_reader()
        self._transcripts = Keeper(places, self._transcripts_read, worker=role is not Role.COMMAND)
        self.window = WindowProcess(self._no_window, self._window_ended)
        self.engine = Engine(
            Shell(
                world=world(places, self._stopping, self._transcripts),
                load_settings=lambda: settings.load(places),
                read_activity=lambda: read_activity(places),
                save=self._save,
                changed=self._changed,
                notify=self._alert,
                announces_sleep=lambda: self._presence is not None and self._presence.announces_sleep,
            ),
            ALL,
            kept.board,
            kept.marks,
        )
        self.service = Service(
            places,
            self.engine,
            ALL,
            Duties(
                open_window=self.open_window,
                quit=quit_,
                handover=self._handover,
                window_ready=self._window_ready,
            ),
            role,
        )
        self._watcher: Any = None
        self._presence: Any = None

    def start(self) -> None:
        """Run. Raises `ChannelError` where the channel can't be opened."""
        self.service.start()
        threading.Thread(target=self._start_senses, name="senses", daemon=True).start()

    def _start_senses(self) -> None:
        """The watcher and the system's signals, off the way of the first picture."""
        from tray.engine.watch import Watcher

        self._watcher = Watcher(self.service.files_changed)
        groups = watch_groups(self.places, ALL)
        self._watcher.watch(groups)
        self.service.files_changed(frozenset(groups))  # what changed between the first look and now
        if sys.platform == "linux":
            from tray.desktop.presence import Presence

            self._presence = Presence(on_sleep=self._slept, on_network=self._network_changed)
            self._presence.start()

    def _slept(self, begins: bool) -> None:  # noqa: FBT001 - the callback's form
        if not begins:
            self.engine.post(Woke())

    def _network_changed(self, online: bool) -> None:  # noqa: FBT001
        if online:
            self.engine.post(NetworkBack())

    def _transcripts_read(self) -> None:
        self.service.files_changed(frozenset({LOCAL.id}))

    def stop(self, *, handover: bool = False) -> None:
        """End everything and give the lock back; nothing is left running but a handover's window."""
        with self._turn:
            if self._stopping.is_set():
                return
            self._stopping.set()
        self.engine.stop()  # first: its fetches take longest to end
        if self._watcher is not None:
            self._watcher.stop()
        if self._presence is not None:
            self._presence.close()
        self._transcripts.stop()
        self.service.stop(STOP_WAIT, handover=handover)
        if not handover:
            self.window.close()
        self._lock.release()

    def open_window(self, wish: str | None = None, *, banner: str | None = None) -> None:
        """Bring the window forward, or start it.

        `wish`: what it is opened for, as in `tray.wishes`.
        """
        self._wish = wish
        if self.service.focus_window(wish):
            return
        self._banner = banner
        self._open(WINDOW, (*wishes.arguments(wish), *(("--banner", banner) if banner else ())))

    def open_page(self, arguments: tuple[str, ...] = ()) -> None:
        """Serve the browser page in the window's place; the arguments are those of `tray.views.web`."""
        self._open(PAGE, arguments)

    def _open(self, module: str, arguments: tuple[str, ...]) -> None:
        stands_in = ("--stands-in",) if module == PAGE else ()
        if self._stopping.is_set():
            return
        opened = self.window.open((*stands_in, *arguments), module)
        # One that is just starting hears of the wish once it listens; one that is ending is followed by it.
        self._late_wish = None if opened else self._wish

    def _window_ready(self) -> None:
        self.window.listens()
        self._undrawn = self._undrawn and self.window.module == PAGE
        wish, self._late_wish = self._late_wish, None
        if wish is not None:
            self.service.focus_window(wish)

    def _handover(self) -> bool:
        if self.role is not Role.WINDOW:
            return False

        def leave() -> None:
            self.stop(handover=True)
            self._quit()

        threading.Thread(target=leave, name="handover").start()
        return True

    def _window_ended(self) -> None:
        if self.role is Role.WINDOW:
            self._quit()

    def _no_window(self, reason: str) -> None:
        from tray.desktop.browser import has_browser

        if self.window.module == WINDOW and has_browser():
            if not self._undrawn:
                self._undrawn = True
                log.warning("the window can't be drawn, its page is opened in the browser: %s", reason)
            banner = " ".join(told for told in (reason, self._banner) if told)  # the page says why it is one
            self.open_page((*wishes.arguments(self._wish), "--banner", banner))
            return
        self.drawn = False
        self._notify("The usage window can't be drawn", f"{reason} {wishes.instead(self._wish)}", "no-window")

    def _changed(self, board: Board) -> None:
        self._show(board)
        self.service.publish(board)

    def _alert(self, effect: Notify) -> None:
        title, body = alert_text(effect.label, effect.alerts, time.time())
        self._notify(title, body, effect.source)

    def _save(self, board: Board, marks: Mapping[str, Mark]) -> None:
        if self.role is Role.COMMAND:
            marks = self._told  # a command notifies nobody: what it saw is still to be told by a tray
        self._store.save(board, {key: encode(mark) for key, mark in marks.items()}, board.saved_at or 0.0)


def marks_of(alerts: Mapping[str, Any]) -> dict[str, Mark]:
    """What was told already; a broken mark is dropped: at worst a thing is told twice."""
    marks = {}
    for key, value in alerts.items():
        with contextlib.suppress(ValueError):
            marks[key] = decode(Mark, value)
    return marks
