"""The session bus as the tests see it: calls, and the tray item with its menu as a host reads it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.e2e.waiting import wait_for

WATCHER = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
_PROPERTIES = "org.freedesktop.DBus.Properties"


class BusError(Exception):
    """The other side answered with an error."""


def plain(value: Any) -> Any:
    """A value without its variants: ("s", "text") -> "text"."""
    return value[1] if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) else value


class Bus:
    """One connection for calls; not for threads."""

    def __init__(self, address: str):
        self._connection = open_dbus_connection(bus=address)

    def close(self) -> None:
        self._connection.close()

    def call(
        self, target: tuple[str, str, str], member: str, signature: str = "", *body: Any
    ) -> tuple[Any, ...]:
        """A method of `(bus name, path, interface)`; the answer's values."""
        name, path, interface = target
        address = DBusAddress(path, bus_name=name, interface=interface)
        message = new_method_call(address, member, signature or None, body)
        reply = self._connection.send_and_get_reply(message, timeout=5)
        if reply.header.message_type is MessageType.error:
            raise BusError(f"{member}: {reply.body}")
        return reply.body

    def get(self, target: tuple[str, str, str], name: str) -> Any:
        """A property."""
        return plain(self.call((*target[:2], _PROPERTIES), "Get", "ss", target[2], name)[0])

    def has(self, name: str) -> bool:
        """Whether somebody owns the name."""
        bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        return self.call(bus, "NameHasOwner", "s", name)[0]

    def items(self) -> list[Item]:
        """The tray items that the host knows; none while there is no host."""
        if not self.has(WATCHER[0]):
            return []
        found = self.get(WATCHER, "RegisteredStatusNotifierItems")
        split = [name.partition("/") for name in found]
        return [Item(self, name, "/" + path if path else "/StatusNotifierItem") for name, _, path in split]


def connected(address: str) -> Bus | None:
    """A connection; None where nobody listens yet."""
    try:
        return Bus(address)
    except OSError:
        return None


@dataclass(frozen=True)
class Node:
    """One menu entry as a host sees it; the root has no label."""

    id: int
    label: str
    kind: str  # standard | separator
    toggle: str  # "" | checkmark | radio
    checked: bool
    enabled: bool
    visible: bool
    children: tuple[Node, ...]

    @property
    def selectable(self) -> bool:
        """Whether the keyboard stops here."""
        return self.enabled and self.visible and self.kind != "separator"

    def find(self, *labels: str) -> Node:
        """The entry under a path of labels; AssertionError that names what there is."""
        node = self
        for label in labels:
            have = {child.label: child for child in node.children}
            assert label in have, f"no {label!r} among {list(have)}"
            node = have[label]
        return node


@dataclass(frozen=True)
class Item:
    """A StatusNotifierItem."""

    bus: Bus
    name: str
    path: str

    def get(self, name: str) -> Any:
        """`Title`, `Status`, `ToolTip`, `IconPixmap`, ..."""
        return self.bus.get((self.name, self.path, ITEM), name)

    def activate(self) -> None:
        """What a host does on a left click."""
        self.bus.call((self.name, self.path, ITEM), "Activate", "ii", 0, 0)

    def tooltip(self) -> str:
        """Title and text of the tooltip, as one text."""
        return "\n".join(part for part in self.get("ToolTip")[2:4] if part)

    def menu(self) -> Node:
        """The whole menu."""
        _revision, layout = self.bus.call(self._menu(), "GetLayout", "iias", 0, -1, [])
        return _node(layout)

    def settled_menu(self) -> Node:
        """The menu once it stays as it is: sources answer one after the other while the tray starts."""
        last = [self.menu()]

        def calm() -> Node | None:
            time.sleep(0.25)
            now = self.menu()
            same, last[0] = now == last[0], now
            return now if same else None

        return wait_for(calm, 5, "menu settled")

    def click(self, *labels: str) -> None:
        """Choose an entry by its labels, as a host reports it; no popup involved."""
        node = self.menu().find(*labels)
        assert node.enabled, f"{labels[-1]!r} is greyed"
        self.bus.call(self._menu(), "Event", "isvu", node.id, "clicked", ("i", 0), 0)

    def _menu(self) -> tuple[str, str, str]:
        return self.name, self.get("Menu"), MENU


def _node(layout: tuple[int, dict[str, Any], list[Any]]) -> Node:
    number, raw, children = layout
    properties = {name: plain(value) for name, value in raw.items()}
    return Node(
        id=number,
        label=properties.get("label", "").replace("__", "_"),
        kind=properties.get("type", "standard"),
        toggle=properties.get("toggle-type", ""),
        checked=properties.get("toggle-state", 0) == 1,
        enabled=properties.get("enabled", True),
        visible=properties.get("visible", True),
        children=tuple(_node(plain(child)) for child in children),
    )
