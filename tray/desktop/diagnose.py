"""What this desktop has for a tray, a window and notifications: facts for `doctor`, and what is missing."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jeepney import Message

    from tray.desktop.dbus import Line

_DEADLINE = 1.0  # seconds for each question
_LONGEST = 80  # characters of a name that another program gives
_EXTENSION = "AppIndicator and KStatusNotifierItem Support"
_TK = (
    "Debian, Ubuntu: sudo apt install python3-tk; Fedora: sudo dnf install python3-tkinter; "
    "Arch: sudo pacman -S tk; Homebrew: brew install python-tk"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """The facts. None is "not known": not asked on this system, or no answer."""

    platform: str  # as sys.platform says
    desktop: str | None = None  # XDG_CURRENT_DESKTOP: "XFCE", "ubuntu:GNOME"
    session: str | None = None  # "x11", "wayland", "tty"
    display: bool = True  # a window could be drawn
    bus: bool | None = None  # the session bus answers
    watcher: bool | None = None  # org.kde.StatusNotifierWatcher is there
    host: bool | None = None  # and something draws its items
    xembed: bool | None = None  # an older tray is there (X11)
    notifications: str | None = None  # the server's name and version
    tk: bool = True  # this Python has Tk
    chosen: str | None = None  # PYSTRAY_BACKEND


def probe(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Desktop:
    """Look at this desktop; takes a second or two at most where a service hangs. Never raises."""
    tk = find_spec("tkinter") is not None and find_spec("_tkinter") is not None
    if platform in {"win32", "darwin"}:
        return Desktop(platform=platform, tk=tk)
    from tray.desktop.dbus import open_line, session_address

    x11, wayland = bool(env.get("DISPLAY")), bool(env.get("WAYLAND_DISPLAY"))
    address = session_address(env)
    line = open_line(address) if address else None
    try:
        watcher, host, notifications = _ask(line) if line else (None, None, None)
    finally:
        if line:
            line.close()
    return Desktop(
        platform=platform,
        desktop=_clip(env.get("XDG_CURRENT_DESKTOP")),
        session=_clip(env.get("XDG_SESSION_TYPE")) or ("wayland" if wayland else "x11" if x11 else None),
        display=x11,
        bus=line is not None,
        watcher=watcher,
        host=host,
        xembed=xembed_owner() if x11 and not wayland else None,
        notifications=notifications,
        tk=tk,
        chosen=_clip(env.get("PYSTRAY_BACKEND")),
    )


def xembed_owner() -> bool | None:
    """Whether some program is the XEmbed tray of the X display; None where the display can't be asked."""
    try:
        from Xlib import X, display

        connection = display.Display()
        try:
            atom = connection.intern_atom(f"_NET_SYSTEM_TRAY_S{connection.get_default_screen()}")
            return bool(connection.get_selection_owner(atom) != X.NONE)
        finally:
            connection.close()
    except Exception:  # noqa: BLE001 - python-xlib raises its own kinds for each way of not connecting
        return None


def lines(desktop: Desktop) -> tuple[tuple[str, str], ...]:
    """The facts as (name, value), fit to be pasted in public."""
    if desktop.platform in {"win32", "darwin"}:
        return (("tray host", "the system's own"), ("window toolkit", _toolkit(desktop)))
    host = "yes" if desktop.host else "a watcher, but nothing that draws" if desktop.watcher else "no"
    return (
        ("desktop", desktop.desktop or "not named"),
        ("session", desktop.session or "no desktop session"),
        ("session bus", _yes(desktop.bus)),
        ("tray host (StatusNotifierItem)", host),
        ("older tray (XEmbed)", _yes(desktop.xembed)),
        ("notification server", desktop.notifications or "none is running"),
        ("window toolkit", _toolkit(desktop)),
        *((("PYSTRAY_BACKEND", desktop.chosen),) if desktop.chosen else ()),
    )


def missing_tray(desktop: Desktop) -> str | None:
    """Why no tray icon can be seen, and what to do; None where one can."""
    if desktop.platform in {"win32", "darwin"} or desktop.host or desktop.xembed:
        return None
    if not desktop.bus and desktop.session in {None, "tty"}:
        return "There is no desktop session here: claudette-tray --headless runs without an icon."
    if not desktop.bus:
        return (
            "The D-Bus session of this desktop can't be reached (DBUS_SESSION_BUS_ADDRESS): start "
            "claudette-tray from the desktop itself, not through sudo or ssh."
        )
    if "GNOME" in (desktop.desktop or "").upper():
        return (
            f'GNOME shows tray icons only with the extension "{_EXTENSION}": install it '
            "(Debian, Ubuntu, Fedora: package gnome-shell-extension-appindicator; elsewhere "
            "https://extensions.gnome.org/extension/615/), sign out and in, and enable it in Extensions."
        )
    if desktop.session == "wayland":
        return "No bar shows tray icons: start one with a tray, such as waybar with its module tray."
    return "No panel shows tray icons: add the status tray (notification area) to your panel."


def missing_window(desktop: Desktop) -> str | None:
    """Why the usage window can't be drawn, and what to install; None where it can."""
    if not desktop.tk:
        return f"The usage window needs Tk, which this Python lacks. {_TK}."
    if not desktop.display:
        return "The usage window needs an X display (DISPLAY is not set; on Wayland: install Xwayland)."
    return None


def _ask(line: Line) -> tuple[bool, bool | None, str | None]:
    """Watcher there, host there, the notification server's name and version."""
    from jeepney import Properties
    from jeepney.bus_messages import message_bus

    from tray.desktop.dbus import method
    from tray.desktop.notifications import SERVER_OBJECT
    from tray.desktop.watcher import WATCHER, WATCHER_OBJECT

    owner = _body(line.ask(message_bus.NameHasOwner(WATCHER), _DEADLINE))
    watcher = owner == (True,)
    host = None
    if watcher:
        told = _body(line.ask(Properties(WATCHER_OBJECT).get("IsStatusNotifierHostRegistered"), _DEADLINE))
        host = True if told is None else bool(told[0][1])
    server = _body(line.ask(method(SERVER_OBJECT, "GetServerInformation"), _DEADLINE))
    name = _clip(f"{server[0]} {server[2]}") if server and len(server) > 2 else None
    return watcher, host, name


def _body(reply: Message | None) -> Any:
    """The body of a good reply; None for an error or none."""
    from tray.desktop.dbus import is_error

    return None if reply is None or is_error(reply) else reply.body


def _toolkit(desktop: Desktop) -> str:
    return missing_window(desktop) or "Tk"


def _yes(value: bool | None) -> str:  # noqa: FBT001 - a fact to be read aloud
    return "not asked" if value is None else "yes" if value else "no"


def _clip(text: str | None) -> str | None:
    return text.replace("\n", " ")[:_LONGEST] if text else None
