"""Notifications over D-Bus (org.freedesktop.Notifications), on the line that the tray has anyway."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from jeepney import DBusAddress, HeaderFields, new_method_call

from tray.desktop.dbus import field, is_error, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from tray.desktop.dbus import Line

SERVER = "org.freedesktop.Notifications"
SERVER_OBJECT = DBusAddress("/org/freedesktop/Notifications", bus_name=SERVER, interface=SERVER)
_DEADLINE = 3.0  # seconds; the bus may have to start the server
_FOR_THE_SERVER_TO_SAY = -1  # how long it stays on the screen


class Notifications:
    """One notification per key: a newer one takes the place of the older, also on the screen."""

    def __init__(
        self, line: Line, *, app: str, name: str, icon: str, on_activate: Callable[[], None] | None
    ) -> None:
        self._line = line
        self._app = app  # for people
        self._name = name  # of our desktop entry
        self._icon = icon  # a name of the icon theme, or a path; "" is none
        self._on_activate = on_activate
        self._shown: dict[str, int] = {}  # key -> the server's id
        self._listening = False

    def show(self, title: str, body: str, key: str) -> bool:
        """Show it; False where no server took it. Waits for the server: not for the line's own thread."""
        if not self._listening:
            self._listening = True
            self._line.listen(f"type='signal',interface='{SERVER}',path='/org/freedesktop/Notifications'")
        # No flag against starting a service here: dunst and others are started by the first notification.
        asked = self._line.ask(new_method_call(SERVER_OBJECT, "GetCapabilities"), _DEADLINE)
        if asked is None or is_error(asked):
            return False
        (capabilities,) = asked.body
        text = escape(plain(body), quote=False) if "body-markup" in capabilities else plain(body)
        actions = ["default", "Open"] if "actions" in capabilities and self._on_activate else []
        hints = {"desktop-entry": ("s", self._name)}
        content = (self._app, self._shown.get(key, 0), self._icon, plain(title), text, actions, hints)
        message = new_method_call(
            SERVER_OBJECT, "Notify", "susssasa{sv}i", (*content, _FOR_THE_SERVER_TO_SAY)
        )
        reply = self._line.ask(message, _DEADLINE)
        if reply is None or is_error(reply):
            return False
        (self._shown[key],) = reply.body
        return True

    def on_signal(self, message: Message) -> None:
        """A click on one of ours opens; a closed one is not replaced any more."""
        if field(message, HeaderFields.interface) != SERVER:
            return
        number, *rest = message.body
        keys = [key for key, shown in self._shown.items() if shown == number]
        match field(message, HeaderFields.member):
            case "ActionInvoked" if keys and rest == ["default"] and self._on_activate:
                self._on_activate()
            case "NotificationClosed":
                for key in keys:
                    self._shown.pop(key, None)

    def forget(self) -> None:
        """The line was lost, and with it our ids and the subscription."""
        self._shown.clear()
        self._listening = False
