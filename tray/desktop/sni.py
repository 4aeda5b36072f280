"""The tray icon as a StatusNotifierItem on the session bus, with pystray's Icon contract."""

from __future__ import annotations

import os
from queue import SimpleQueue
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from jeepney import HeaderFields
from jeepney.bus_messages import message_bus
from jeepney.io.threading import open_dbus_connection

from tray.desktop import dbusmenu
from tray.desktop.contract import Icon as PystrayIcon
from tray.desktop.contract import Menu
from tray.desktop.dbus import Line, UnknownCallError, field, plain
from tray.desktop.dbus_object import BusObject, Interface
from tray.desktop.notifications import Notifications
from tray.desktop.picture import pixmaps
from tray.desktop.watcher import Registration

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from tray.desktop.dbus import Connection
    from tray.desktop.dbus_object import Property

ITEM = "org.kde.StatusNotifierItem"
PATH = "/StatusNotifierItem"
_METHODS = {
    "Activate": ("ii", ""),
    "SecondaryActivate": ("ii", ""),
    "ContextMenu": ("ii", ""),
    "Scroll": ("is", ""),
    "ProvideXdgActivationToken": ("s", ""),
}
_SIGNALS = {"NewIcon": "", "NewTitle": "", "NewToolTip": "", "NewStatus": "s"}
# waybar keeps a dead popup where an item vanishes while its menu is still closing.
_MENU_CLOSES = 0.25  # seconds


class Icon(PystrayIcon):  # type: ignore[misc]  # pystray has no types
    """A tray icon that any StatusNotifierItem host shows, as soon as one is there and as often as it returns.

    `icon` is a `Picture`, `title` the tooltip, `menu` a pystray menu. The main thread runs what was posted,
    the line's thread answers the bus; neither wakes up while nothing happens. `on_shown(shown)` comes
    on the line's thread, each time a host takes us or is gone.
    """

    HAS_MENU_RADIO = True

    def __init__(
        self,
        name: str,
        *,
        label: str = "",
        app_icon: str = "",
        address: str | None = None,
        register: bool = True,
        takes_largest: int | None = None,
        on_shown: Callable[[bool], None] = lambda _: None,
        on_note: Callable[[], None] | None = None,
        connect: Callable[[str], Connection] = open_dbus_connection,
        **contract: Any,
    ) -> None:
        super().__init__(name, **contract)
        self._label = label or name
        self._takes_largest = takes_largest
        self._bus_name = f"{ITEM}-{os.getpid()}-1"
        self._posted: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._clicked_at = -_MENU_CLOSES
        self._service = dbusmenu.MenuService(Menu.SEPARATOR, on_click=self._click, emit=self._emit_menu)
        self._item = BusObject(
            PATH,
            Interface(
                name=ITEM, methods=_METHODS, signals=_SIGNALS, properties=self._properties, call=self._called
            ),
        )
        self._menu_object = BusObject(
            dbusmenu.PATH,
            Interface(
                name=dbusmenu.INTERFACE,
                methods=dbusmenu.METHODS,
                signals=dbusmenu.SIGNALS,
                properties=lambda: dbusmenu.PROPERTIES,
                call=self._service.call,
            ),
        )
        self._has_bus = address is not None
        self._line = Line(
            address or "",
            on_up=self._up,
            on_down=self._down,
            on_call=self._answer,
            on_signal=self._heard,
            connect=connect,
        )
        self._registration = Registration(
            self._line, self._bus_name, on_shown=on_shown, wanted=lambda: register and self._visible
        )
        self._notes = Notifications(
            self._line, app=self._label, name=name, icon=app_icon, on_activate=on_note
        )

    # -- beyond pystray's contract ------------------------------------------------------------------------

    def post(self, call: Callable[[], None]) -> None:
        """Run it on the main thread, soon; also before `run`."""
        self._posted.put(call)

    def send_note(self, title: str, body: str, key: str) -> bool:
        """Show a notification in the place of the last one with that key; False where nobody shows it."""
        return self._has_bus and self._notes.show(title, body, key)

    # -- pystray's contract -------------------------------------------------------------------------------

    def _run(self) -> None:
        self._update_menu()  # before anybody can ask for it
        if self._has_bus:
            self._line.start()
        self._mark_ready()
        while call := self._posted.get():
            call()
        self._hang_up()

    def _run_detached(self) -> None:
        raise NotImplementedError("the tray owns the main thread")

    def _stop(self) -> None:
        self._posted.put(None)

    def _show(self) -> None:
        self._visible = True  # pystray sets it after this call, but the bus may ask before that
        self._emit("NewStatus", "Active")
        self._registration.register()

    def _hide(self) -> None:
        self._visible = False
        self._emit("NewStatus", "Passive")

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._emit("NewIcon")

    def _update_title(self) -> None:
        self._emit("NewToolTip")

    def _update_menu(self) -> None:
        self._service.update(self._menu or ())

    def _notify(self, message: str, title: str | None = None) -> None:
        self.send_note(title or self._label, message, "")

    def _remove_notification(self) -> None:
        """Nothing to do: the server takes them off the screen by itself."""

    # -- the line's thread --------------------------------------------------------------------------------

    def _up(self) -> None:
        self._line.send(message_bus.RequestName(self._bus_name))
        self._registration.up()

    def _down(self) -> None:
        self._notes.forget()
        self._registration.down()

    def _heard(self, message: Message) -> None:
        self._registration.heard(message)
        self._notes.on_signal(message)

    def _answer(self, message: Message) -> Message:
        match field(message, HeaderFields.path):
            case self._item.path:
                return self._item.answer(message)
            case self._menu_object.path:
                return self._menu_object.answer(message)
            case _:
                raise UnknownCallError

    def _called(self, member: str, _: tuple[Any, ...]) -> tuple[object, ...]:
        # ContextMenu comes from hosts that can't draw our menu: the window holds all that it has.
        if self._menu and member in {"Activate", "SecondaryActivate", "ContextMenu"}:
            self._menu(self)
        return ()

    def _click(self, entry: Any) -> None:
        self._clicked_at = monotonic()
        entry(self)

    def _properties(self) -> dict[str, Property]:
        picture = self._icon
        return {
            "Category": ("s", "ApplicationStatus"),
            "Id": ("s", self._name),
            "Title": ("s", plain(self._label)),
            "Status": ("s", "Active" if self._visible else "Passive"),
            "WindowId": ("i", 0),
            "IconThemePath": ("s", ""),
            "IconName": ("s", ""),
            "IconPixmap": ("a(iiay)", pixmaps(picture, takes_largest=self._takes_largest) if picture else []),
            "OverlayIconName": ("s", ""),
            "OverlayIconPixmap": ("a(iiay)", []),
            "AttentionIconName": ("s", ""),
            "AttentionIconPixmap": ("a(iiay)", []),
            "AttentionMovieName": ("s", ""),
            "ToolTip": ("(sa(iiay)ss)", ("", [], plain(self._title), "")),
            "ItemIsMenu": ("b", False),
            "Menu": ("o", dbusmenu.PATH),
        }

    # -- any thread ---------------------------------------------------------------------------------------

    def _emit(self, member: str, *body: object) -> None:
        self._line.send(self._item.signal(ITEM, member, body))

    def _emit_menu(self, member: str, body: tuple[object, ...]) -> None:
        self._line.send(self._menu_object.signal(dbusmenu.INTERFACE, member, body))

    def _hang_up(self) -> None:
        sleep(max(0.0, min(_MENU_CLOSES, self._clicked_at + _MENU_CLOSES - monotonic())))
        self._registration.cancel()
        self._line.close()
        self._visible = False  # nothing is left to hide when pystray's finaliser looks
