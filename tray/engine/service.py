"""The engine as a service: its thread, the file watcher, the channel's requests, the window process."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from tray import __version__
from tray.core.codec import encode
from tray.core.events import FilesChanged, RefreshAsked, SettingsChanged
from tray.engine import settings
from tray.engine.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.choices import Settings
    from tray.core.events import Event
    from tray.core.model import Board
    from tray.core.source import Source
    from tray.engine.paths import Places
    from tray.engine.server import Peer

log = logging.getLogger(__name__)

# What a client may set beside the toggles, which have a command of their own (consent).
SETTABLE = frozenset({"show", "notifications", "pin"})

WINDOW = "window"  # the role in which a usage window subscribes


class Engine(Protocol):
    """What the service needs of an engine; the demo has one of its own."""

    @property
    def board(self) -> Board: ...
    def post(self, event: Event, done: Callable[[Board], None] | None = None) -> None: ...
    def run(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What the service asks of its owner; each may be called on any thread and must not block for long."""

    open_window: Callable[[str | None], None]  # the toggle to focus, or None
    quit: Callable[[], None]
    handover: Callable[[], bool] = lambda: False  # make room for a tray; False: we stay
    window_ready: Callable[[], None] = lambda: None  # a window listens now


class Service:
    """Joins engine, channel and settings for all who talk to it. Held by whoever holds the engine's lock."""

    def __init__(
        self, places: Places, engine: Engine, sources: tuple[Source, ...], duties: Duties, role: str
    ) -> None:
        self._places = places
        self._engine = engine
        self._sources = sources
        self._duties = duties
        self._role = role
        self._thread = threading.Thread(target=engine.run, name="engine", daemon=True)
        self._server: Server | None = None
        self._turn = threading.Lock()

    def start(self) -> None:
        """Open the channel and run the engine. Raises `ChannelError`."""
        self._server = Server(self._places, self._on_message)
        self._thread.start()

    def stop(self, timeout: float = 1.0, *, handover: bool = False) -> None:
        """End engine and channel; subscribers hear `bye`."""
        if self._server is not None:
            if handover:
                self._server.broadcast({"bye": True, "handover": True})
            self._server.close()
        self._engine.stop()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def publish(self, board: Board) -> None:
        """Tell every subscriber; called on the engine's thread."""
        server = self._server
        if server is not None and any(peer.role is not None for peer in server.peers()):
            server.broadcast({"board": encode(board)})

    def focus_window(self, focus: str | None) -> bool:
        """Ask an open window to come forward; False where none is open."""
        windows = self._windows()
        for peer in windows:
            peer.send({"focus": focus})
        return bool(windows)

    def _windows(self) -> tuple[Peer, ...]:
        peers = self._server.peers() if self._server is not None else ()
        return tuple(peer for peer in peers if peer.role == WINDOW)

    def _dismiss_windows(self) -> None:
        for peer in self._windows():
            peer.role = None  # it hears of nothing any more
            peer.send({"bye": True})

    def change(self, key: str, value: object) -> str | None:
        """Change a setting and let it take effect at once; the trouble in words, or None."""
        told = self._apply(lambda: settings.change(self._places, key, value))
        return told if isinstance(told, str) else None

    def toggle(self, name: str, *, on: bool | None, consent: bool) -> bool | str:
        """Switch a toggle, None flips it: what it is then, or the trouble in words.

        One that needs consent is not switched on without it.
        """
        source = next((s for s in self._sources if s.toggle is not None and s.toggle == name), None)
        if source is None:
            return f"There is no toggle named {name!r}."
        told = self._apply(lambda: settings.switch(self._places, source, on=on, consent=consent))
        return told if isinstance(told, str) else told.is_on(source.toggle)

    def _apply(self, change: Callable[[], Settings]) -> Settings | str:
        """One change at a time: the engine must hear of them in the order in which the file saw them."""
        with self._turn:
            try:
                changed = change()
            except settings.SettingsError as error:
                return str(error)
            self._engine.post(SettingsChanged(settings=changed))
        return changed

    def refresh(self, done: Callable[[Board], None] | None = None) -> None:
        """A person asks for fresh numbers."""
        self._engine.post(RefreshAsked(), done)

    def files_changed(self, groups: frozenset[str]) -> None:
        """From the watcher."""
        self._engine.post(FilesChanged(groups=groups))

    def _on_message(self, peer: Peer, message: dict[str, Any]) -> None:
        try:
            error = self._answer(peer, message)
        except Exception:
            log.exception("a request on the channel failed")
            error = "The request failed inside claudette-tray."
        if error is not _LATER and message.get("id") is not None:
            peer.send({"id": message["id"], "ok": error is None, "error": error})

    def _answer(self, peer: Peer, message: dict[str, Any]) -> str | None:
        """Carry out one request; the trouble in words, None for done, `_LATER` when the answer follows."""
        match message.get("do"):
            case "subscribe":
                role = str(message.get("role") or "reader")
                if role == WINDOW:  # one at a time: an engine that has just started may meet an older one
                    self._dismiss_windows()
                peer.subscribe(role)
                self._send_board(peer)
                if role == WINDOW:
                    self._duties.window_ready()
                    self.refresh()  # every opening of the window is a refresh, within the gates
            case "open":
                focus = message.get("focus")
                self._duties.open_window(focus if isinstance(focus, str) else None)
            case "refresh":
                return self._answer_refresh(peer, message)
            case "toggle":
                return self._answer_toggle(peer, message)
            case "set":
                name = message.get("name")
                if name not in SETTABLE:
                    return f"{name!r} can't be set here."
                return self.change(str(name), message.get("value"))
            case "quit":
                self._duties.quit()
            case "handover":
                return None if self._duties.handover() else "The tray is running already."
            case "ping":
                peer.send({"id": message.get("id"), "ok": True, "version": __version__, "role": self._role})
                return _LATER
            case _:
                return "Unknown request."
        return None

    def _send_board(self, peer: Peer) -> None:
        """The board as it is; once more where the engine told a newer one meanwhile, which this overtook."""
        sent = None
        while sent is not self._engine.board:
            sent = self._engine.board
            peer.send({"board": encode(sent)})

    def _answer_toggle(self, peer: Peer, message: dict[str, Any]) -> str | None:
        """`on` null flips; the answer tells what the toggle is then."""
        on, consent = message.get("on", False), message.get("consent") is True
        told = self.toggle(str(message.get("name")), on=None if on is None else on is True, consent=consent)
        if isinstance(told, str):
            return told
        peer.send({"id": message.get("id"), "ok": True, "on": told})
        return _LATER

    def _answer_refresh(self, peer: Peer, message: dict[str, Any]) -> str | None:
        """With `wait`, the answer comes with the board once everything asked has answered."""
        if message.get("wait") is not True:
            self.refresh()
            return None
        number = message.get("id")
        self.refresh(lambda board: peer.send({"id": number, "ok": True, "board": encode(board)}))
        return _LATER


_LATER = "answered later"
