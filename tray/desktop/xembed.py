"""The icon in an old XEmbed tray: pystray's X11 class with clicks, transparency and proportions mended.

Importing this opens the display: it raises where there is none.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from queue import SimpleQueue
from select import select
from threading import Thread
from typing import TYPE_CHECKING, Any

import Xlib.error
import Xlib.X
from pystray import _xorg

import tray.desktop.contract  # noqa: F401 - pystray must not pick a backend by itself

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
_EVENTS = Xlib.X.ExposureMask | Xlib.X.StructureNotifyMask | Xlib.X.ButtonPressMask
_BUTTONS = (1, 2, 3)  # the others are the wheel
_GREY = (128, 128, 128)  # where the panel's colour can't be read


class Icon(_xorg.Icon):  # type: ignore[misc]  # pystray has no types
    """An icon without a menu: any button runs the menu's default action. `icon` is a `Picture`.

    One thread owns the X connection: it sleeps until X or `post` has something. It docks whenever a tray
    appears, and says so: `on_shown(docked)` comes on that thread.
    """

    _window: Any
    _systray_manager: Any

    def __init__(self, name: str, *, on_shown: Callable[[bool], None], **contract: Any) -> None:
        self._on_shown = on_shown
        self._docked = False
        self._posted: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._awake, self._wake = os.pipe()
        super().__init__(name, **contract)
        self._display.set_error_handler(lambda error, _: _log.debug("X: %s", error))
        self._manager_atom = self._display.intern_atom("MANAGER")
        self._root = self._display.screen().root
        self._message_handlers |= {
            Xlib.X.ClientMessage: self._on_client_message,
            Xlib.X.ReparentNotify: self._on_reparent,
        }

    def post(self, call: Callable[[], None] | None) -> None:
        """Run a call on the thread that owns the X connection; None ends that thread."""
        self._posted.put(call)
        with suppress(OSError):
            os.write(self._wake, b".")

    def start(self) -> None:
        """Run on a thread of its own."""
        Thread(target=self._run, name="xembed", daemon=True).start()

    def _rewrite_implementation(self, *_: Any) -> None:
        """Not needed: everything comes through `post`, and pystray's way waits for ever once X is gone."""

    def _run(self) -> None:
        self._root.change_attributes(event_mask=Xlib.X.StructureNotifyMask)  # new trays announce themselves
        self._mark_ready()
        try:
            self._loop()
        except (OSError, Xlib.error.ConnectionClosedError) as error:
            _log.warning("the X display is gone: %s", error)
        self._running = False
        self._tell(docked=False)
        with suppress(OSError, Xlib.error.ConnectionClosedError):
            self._window.destroy()
            self._display.close()
        os.close(self._wake)
        os.close(self._awake)

    def _loop(self) -> None:
        while True:
            while self._display.pending_events():
                event = self._display.next_event()
                with suppress(Xlib.error.XError):  # what the event is about may be gone
                    self._message_handlers.get(event.type, lambda _: None)(event)
            self._display.flush()
            if self._display.pending_events():
                continue  # they came in together with the replies to the handlers' questions
            if self._awake not in select([self._display, self._awake], [], [])[0]:
                continue
            os.read(self._awake, 1)
            call = self._posted.get()
            if call is None:
                return
            with suppress(Xlib.error.XError):
                call()

    def _stop(self) -> None:
        self.post(None)

    def __del__(self) -> None:
        """Nothing is left to do: `_run` has tidied up behind itself."""

    def _show(self) -> None:
        self._dock_window()

    def _update_icon(self) -> None:
        self._icon_valid = True
        if self._docked:
            self._draw()

    def _create_window(self) -> Any:
        window = super()._create_window()
        window.change_attributes(event_mask=_EVENTS)
        return window

    def _on_button_press(self, event: Any) -> None:
        if event.detail in _BUTTONS and self._menu:
            self._menu(self)

    def _on_client_message(self, event: Any) -> None:
        if event.client_type == self._manager_atom and event.data[1][1] == self._net_system_tray_sx:
            self._dock_window()

    def _on_reparent(self, event: Any) -> None:
        if event.window.id != self._window.id:
            return
        docked = event.parent.id != self._root.id
        if not docked:
            self._window.unmap()  # the tray died and gave us back: no stray window on the desktop
        self._tell(docked=docked)

    def _on_destroy_notify(self, event: Any) -> None:
        if event.window.id == self._window.id:  # the tray took us down with it
            self._tell(docked=False)
            self._window = self._create_window()
            self._gc = self._window.create_gc()
        elif self._systray_manager is None or event.window.id != self._systray_manager.id:
            return
        self._systray_manager = None
        if self._visible:
            self._dock_window()

    def _tell(self, *, docked: bool) -> None:
        if docked != self._docked:
            self._docked = docked
            self._on_shown(docked)

    def _draw(self) -> None:
        """Paint the picture in the middle of the window, on the panel's colour."""
        if not self._icon:
            return
        place = self._window.get_geometry()
        side = max(1, min(place.width, place.height))
        image = self._icon.at(side)
        canvas = image.resize((place.width, place.height)).convert("RGB")
        canvas.paste(self._background(), (0, 0, place.width, place.height))
        canvas.paste(image, ((place.width - side) // 2, (place.height - side) // 2), image)
        self._window.put_pil_image(self._gc, 0, 0, canvas)

    def _background(self) -> tuple[int, int, int]:
        """The colour beside our window on the screen; asked again for each painting, panels change theirs."""
        spot = self._window.translate_coords(self._root, 0, 0)
        # the reply tells where (0, 0) of the root lies for us: the negated place of our corner
        x, y = max(0, -spot.x - 1), max(0, -spot.y)
        try:
            data = self._root.get_image(x, y, 1, 1, Xlib.X.ZPixmap, 0xFFFFFFFF).data
        except Xlib.error.XError:
            return _GREY
        if len(data) < 3:  # a display of 256 or 65536 colours
            return _GREY
        low_first = self._display.display.info.image_byte_order == 0
        return (data[2], data[1], data[0]) if low_first else (data[-3], data[-2], data[-1])
