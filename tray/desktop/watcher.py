"""Getting a StatusNotifierItem shown: registering with each watcher that comes, and what came of it."""

from __future__ import annotations

from threading import Timer
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields, Properties

from tray.desktop.dbus import field, is_error, method

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from tray.desktop.dbus import Line

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_OBJECT = DBusAddress("/StatusNotifierWatcher", bus_name=WATCHER, interface=WATCHER)
_BUS = "org.freedesktop.DBus"
_LOOK_AFTER = 5.0  # seconds after which the watcher must list us
_LOOKS = 3  # registrations per appearance of a watcher


def later(delay: float, call: Callable[[], None]) -> Timer:
    """Run a call once, after `delay` seconds, on a thread of its own that does not hold up the exit."""
    timer = Timer(delay, call)
    timer.daemon = True
    timer.start()
    return timer


class Registration:
    """Keeps one item registered. Its methods belong to the line's thread; all may call `register`.

    `on_shown(shown)` comes on the line's thread, each time a host takes us or is gone.
    """

    def __init__(
        self,
        line: Line,
        bus_name: str,
        *,
        on_shown: Callable[[bool], None],
        wanted: Callable[[], bool],
        later: Callable[[float, Callable[[], None]], Timer] = later,
    ) -> None:
        self._line = line
        self._bus_name = bus_name
        self._on_shown = on_shown
        self._wanted = wanted  # have we something to show yet?
        self._later = later
        self._shown = False
        self._registered = False
        self._looks = 0
        self._timer: Timer | None = None

    def up(self) -> None:
        """The line is up: listen for watchers and hosts that come and go, and try the one that is there."""
        self._line.listen(
            f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{WATCHER}'"
        )
        self._line.listen(f"type='signal',interface='{WATCHER}',path='/StatusNotifierWatcher'")
        self._looks = _LOOKS
        self.register()

    def down(self) -> None:
        """The line, the watcher or the last host is gone."""
        self.cancel()
        self._registered = False
        self._tell(shown=False)

    def heard(self, message: Message) -> None:
        """Any signal of the line."""
        member = field(message, HeaderFields.member)
        if member == "NameOwnerChanged" and field(message, HeaderFields.sender) == _BUS:
            name, _, owner = message.body
            if name == WATCHER and owner:
                self._looks = _LOOKS
                self.register()
            elif name == WATCHER:
                self.down()
        elif field(message, HeaderFields.interface) == WATCHER and "Host" in member:
            self._ask_for_host()

    def register(self) -> None:
        """Introduce ourselves, once we have something to show: waybar hides a passive item for good."""
        if self._wanted():
            call = method(WATCHER_OBJECT, "RegisterStatusNotifierItem", "s", self._bus_name)
            self._line.call(call, self._introduced)

    def cancel(self) -> None:
        """Forget the look that is due."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _introduced(self, reply: Message | None) -> None:
        if is_error(reply):
            self.down()
            return
        self._registered = True
        self._ask_for_host()
        self._looks -= 1
        if self._looks > 0:
            self.cancel()
            self._timer = self._later(_LOOK_AFTER, self._look)

    def _ask_for_host(self) -> None:
        self._line.call(Properties(WATCHER_OBJECT).get("IsStatusNotifierHostRegistered"), self._host_told)

    def _host_told(self, reply: Message | None) -> None:
        """A watcher without this property still shows us; without a host nobody does."""
        self._tell(shown=self._registered and (is_error(reply) or bool(_value(reply))))

    def _look(self) -> None:
        """GNOME's extension has lost items while it started: see whether the watcher still knows us."""
        self._line.call(Properties(WATCHER_OBJECT).get("RegisteredStatusNotifierItems"), self._looked)

    def _looked(self, reply: Message | None) -> None:
        if is_error(reply):
            return
        # ":1.34/StatusNotifierItem" or "org.kde.StatusNotifierItem-12-1", as each watcher likes it
        owners = {str(item).partition("/")[0] for item in _value(reply)}
        if not owners & {self._bus_name, self._line.name}:
            self.register()

    def _tell(self, *, shown: bool) -> None:
        if shown != self._shown:
            self._shown = shown
            self._on_shown(shown)


def _value(reply: Message | None) -> Any:
    """The value of a property that was got."""
    assert reply is not None
    ((_, value),) = reply.body
    return value
