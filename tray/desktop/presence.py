"""Sleep and network as Linux announces them: logind and NetworkManager on the system bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jeepney import DBusAddress, HeaderFields, Properties
from jeepney.bus_messages import message_bus
from jeepney.io.threading import open_dbus_connection

from tray.desktop.dbus import SYSTEM, Line, field, is_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from tray.desktop.dbus import Connection

_BUS = "org.freedesktop.DBus"
_LOGIN = "org.freedesktop.login1"
_NETWORK = "org.freedesktop.NetworkManager"
_NETWORK_OBJECT = DBusAddress("/org/freedesktop/NetworkManager", bus_name=_NETWORK, interface=_NETWORK)
_CONNECTED = 50  # NM_STATE_CONNECTED_LOCAL; 60 is the site, 70 the world
_RULES = (
    f"type='signal',sender='{_LOGIN}',interface='{_LOGIN}.Manager',member='PrepareForSleep'",
    f"type='signal',sender='{_NETWORK}',interface='{_NETWORK}',member='StateChanged'",
    f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{_LOGIN}'",
)


class Presence:
    """Tells when the machine falls asleep and wakes, and when it gets or loses a network.

    `on_sleep(True)` comes before sleep, `on_sleep(False)` after it; `on_network(online)` at each change, not
    for the state found first. Both come on a thread of their own and must not block. Nothing comes where the
    system has neither service: `announces_sleep` tells whether the clock has to be looked at instead.
    """

    def __init__(
        self,
        *,
        on_sleep: Callable[[bool], None],
        on_network: Callable[[bool], None],
        bus: str = SYSTEM,
        connect: Callable[[str], Connection] = open_dbus_connection,
    ) -> None:
        self.announces_sleep = False
        self._on_sleep = on_sleep
        self._on_network = on_network
        self._online: bool | None = None
        self._line = Line(
            bus, on_up=self._up, on_down=self._down, on_signal=self._heard, persist=False, connect=connect
        )

    def start(self) -> None:
        """Listen, on a thread that sleeps until something is announced."""
        self._line.start()

    def close(self) -> None:
        """Stop listening. Safe to call twice."""
        self._line.close()

    def _up(self) -> None:
        for rule in _RULES:
            self._line.listen(rule)
        self._line.call(message_bus.NameHasOwner(_LOGIN), self._login_told)
        self._line.call(Properties(_NETWORK_OBJECT).get("State"), self._network_told)

    def _down(self) -> None:
        self.announces_sleep = False

    def _login_told(self, reply: Message | None) -> None:
        self.announces_sleep = reply is not None and not is_error(reply) and reply.body == (True,)

    def _network_told(self, reply: Message | None) -> None:
        if reply is not None and not is_error(reply):
            ((_, state),) = reply.body
            self._connected(online=state >= _CONNECTED)

    def _heard(self, message: Message) -> None:
        match field(message, HeaderFields.member), message.body:
            case "PrepareForSleep", (bool(going),):
                self._on_sleep(going)
            case "StateChanged", (int(state),):
                self._connected(online=state >= _CONNECTED)
            case "NameOwnerChanged", (name, _, owner) if name == _LOGIN:
                self.announces_sleep = bool(owner)

    def _connected(self, *, online: bool) -> None:
        before, self._online = self._online, online
        if before is not None and before != online:
            self._on_network(online)
