"""One object on the bus: its interfaces with their properties, and the standard interfaces around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape  # not xml.sax: that one brings half of the HTTP client with it
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields, new_method_return, new_signal

from tray.desktop.dbus import UnknownCallError
from tray.desktop.dbus import field as header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jeepney import Message


Property = tuple[str, Any]  # (D-Bus signature, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """What one interface offers. `call` gets a member and a body that has the declared signature."""

    name: str
    methods: Mapping[str, tuple[str, str]]  # member -> (in, out) signatures
    signals: Mapping[str, str] = field(default_factory=dict)
    properties: Callable[[], Mapping[str, Property]] = dict
    call: Callable[[str, tuple[Any, ...]], tuple[object, ...]] = lambda _member, _body: ()


class BusObject:
    """An object path and its interfaces, ready to answer calls."""

    def __init__(self, path: str, *interfaces: Interface) -> None:
        self.path = path
        self._interfaces = {interface.name: interface for interface in interfaces}

    def answer(self, message: Message) -> Message:
        """The reply to a method call.

        Raises `UnknownCallError` for what we do not have, ValueError for a body of another signature.
        """
        interface = header(message, HeaderFields.interface)
        member = header(message, HeaderFields.member)
        signature, body = self._reply(interface, member, message)
        return new_method_return(message, signature or None, body)

    def signal(self, interface: str, member: str, body: tuple[object, ...] = ()) -> Message:
        """A signal of one of our interfaces."""
        signature = self._interfaces[interface].signals[member]
        return new_signal(DBusAddress(self.path, interface=interface), member, signature or None, body)

    def _reply(self, interface: str, member: str, message: Message) -> tuple[str, tuple[object, ...]]:
        match interface, member:
            case "org.freedesktop.DBus.Properties", "Get":
                owner, name = message.body
                found = self._known(owner).properties()
                if name not in found:
                    raise UnknownCallError
                return "v", (found[name],)
            case "org.freedesktop.DBus.Properties", "GetAll":
                (owner,) = message.body
                return "a{sv}", (dict(self._known(owner).properties()),)
            case "org.freedesktop.DBus.Introspectable", "Introspect":
                return "s", (self._xml(),)
            case "org.freedesktop.DBus.Peer", "Ping":
                return "", ()
        # The interface may be left out; then the member decides.
        owner = interface or next((i.name for i in self._interfaces.values() if member in i.methods), "")
        methods = self._known(owner).methods
        if member not in methods:
            raise UnknownCallError
        takes, gives = methods[member]
        if header(message, HeaderFields.signature) != takes:
            raise ValueError(takes)
        return gives, self._interfaces[owner].call(member, message.body)

    def _known(self, interface: object) -> Interface:
        found = self._interfaces.get(str(interface))
        if found is None:
            raise UnknownCallError
        return found

    def _xml(self) -> str:
        """The description that tools like busctl show, and that some clients want before they call."""
        parts = ["<node>"]
        for interface in self._interfaces.values():
            parts.append(f"<interface name='{escape(interface.name)}'>")
            parts += [
                f"<property name='{escape(name)}' type='{escape(signature)}' access='read'/>"
                for name, (signature, _) in interface.properties().items()
            ]
            for name, (takes, gives) in interface.methods.items():
                arguments = [("in", each) for each in split_signature(takes)]
                arguments += [("out", each) for each in split_signature(gives)]
                inner = "".join(f"<arg type='{escape(each)}' direction='{way}'/>" for way, each in arguments)
                parts.append(f"<method name='{escape(name)}'>{inner}</method>")
            for name, gives in interface.signals.items():
                inner = "".join(f"<arg type='{escape(each)}'/>" for each in split_signature(gives))
                parts.append(f"<signal name='{escape(name)}'>{inner}</signal>")
            parts.append("</interface>")
        parts.append("</node>")
        return "".join(parts)


def split_signature(signature: str) -> list[str]:
    """The complete types in a row: "ia{sv}as" -> ["i", "a{sv}", "as"]."""
    found, start, depth = [], 0, 0
    for end, letter in enumerate(signature, 1):
        depth += (letter in "({") - (letter in ")}")
        if depth == 0 and letter != "a":
            found.append(signature[start:end])
            start = end
    return found
