"""Light or dark, and the scale of the desktop: read once, and told again when the person changes it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR
from threading import Event, Lock, Thread

Look = Callable[[], int | None]  # the portal's colour scheme: 0 no preference, 1 dark, 2 light
Ask = Callable[[tuple[str, ...]], str]  # a setting by the desktop's own command; "" where it has none

_PORTAL_DEADLINE = 0.3  # seconds; the first call may have to start the portal
_COMMAND_DEADLINE = 2.0
_LOOK_AGAIN = 5.0  # seconds, only while a window is open, where no change is announced
_GNOME = ("gsettings", "get", "org.gnome.desktop.interface")
# XFCE and MATE keep their theme apart from GNOME's key, which is then only a left-over.
_THEME_OF = {
    "XFCE": ("xfconf-query", "-c", "xsettings", "-p", "/Net/ThemeName"),
    "MATE": ("gsettings", "get", "org.mate.interface", "gtk-theme"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What a window needs to look like its neighbours: `scale` is 1.0 at 96 dots per inch."""

    dark: bool = False
    scale: float = 1.0


def read() -> Appearance:
    """The appearance now: light at scale 1.0 where nothing tells. Never raises."""
    if sys.platform == "win32":
        return Appearance(dark=_windows_dark(), scale=_windows_scale())
    if sys.platform == "darwin":
        # Tk counts in points there: the scale of a Retina display is not ours to apply.
        return Appearance(dark=output(("defaults", "read", "-g", "AppleInterfaceStyle")) == "Dark")
    dark = linux_dark(os.environ, portal_scheme, output)
    return Appearance(dark=dark, scale=linux_scale(os.environ, xft_dpi()))


def watch(told: Callable[[Appearance], None], since: Appearance | None = None) -> Callable[[], None]:
    """Call `told` (on a thread of its own) after each change of the appearance; returns what ends that.

    `since` is what was read before: a change between then and now is told too.

    Linux: signals of the portal, of dconf and of xfconf. Elsewhere: a look every few seconds.
    """
    if sys.platform in {"win32", "darwin"}:
        return _watch_by_looking(told, since)
    return _watch_by_signals(told, since)


def linux_dark(env: Mapping[str, str], portal: Look, ask: Ask) -> bool:
    """Whether the desktop is dark: GTK_THEME, the portal, then the desktop's own settings."""
    if env.get("GTK_THEME"):
        return _is_dark_theme(env["GTK_THEME"])
    scheme = portal()
    if scheme in {1, 2}:
        return scheme == 1
    for desktop, command in _THEME_OF.items():
        if desktop in env.get("XDG_CURRENT_DESKTOP", "").upper().split(":"):
            theme = ask(command)
            if theme:
                return _is_dark_theme(theme)
    if "prefer-dark" in ask((*_GNOME, "color-scheme")):
        return True
    return _is_dark_theme(ask((*_GNOME, "gtk-theme")))


def _is_dark_theme(name: str) -> bool:
    """`Adwaita:dark`, `'Adwaita-dark'`, `Greybird-dark`, `Arc-Darker`."""
    return "dark" in name.lower()


def linux_scale(env: Mapping[str, str], dpi: float | None) -> float:
    """The larger of Xft.dpi / 96 and GDK_SCALE, between 1 and 4.

    GNOME and KDE write their scale into Xft.dpi; GDK_SCALE is what people set by hand where nothing does.
    """
    try:
        by_hand = float(env.get("GDK_SCALE") or 1)
    except ValueError:
        by_hand = 1.0
    scale = max((dpi or 96) / 96, by_hand)
    return round(min(max(scale, 1.0), 4.0), 3) if scale == scale else 1.0  # noqa: PLR0124 - NaN


def output(command: tuple[str, ...]) -> str:
    """What a command prints, without quotes around it; "" where it is missing, slow or fails."""
    return _commands.output(command)


def end() -> None:
    """No command is started any more, and none is left running: for the end of the program."""
    _commands.end()


class _Commands:
    """The desktop's own commands while they run, so that none outlives the program that asked it."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._turn = Lock()  # held while one is started: `end` must not miss it
        self._ended = False

    def output(self, command: tuple[str, ...]) -> str:
        with self._turn:
            child = None if self._ended else _start(command)
            if child is None:
                return ""
            self._running.add(child)
        try:
            said, _ = child.communicate(timeout=_COMMAND_DEADLINE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return ""
        finally:
            with self._turn:
                self._running.discard(child)
        return said.strip().strip("'") if child.returncode == 0 else ""

    def end(self) -> None:
        with self._turn:
            self._ended = True
            for child in self._running:
                child.kill()
                child.wait()


def _start(command: tuple[str, ...]) -> subprocess.Popen[str] | None:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
    except OSError:
        return None


_commands = _Commands()


def portal_scheme() -> int | None:
    """The portal's answer within the deadline; None without a bus, a portal or an answer in time."""
    found: list[int] = []

    def look() -> None:
        with suppress(Exception):  # each failure means the same here: the portal does not tell
            found.append(_ask_portal())

    # On a thread, since a frozen bus would hold the greeting itself for ever.
    thread = Thread(target=look, name="portal", daemon=True)
    thread.start()
    thread.join(_PORTAL_DEADLINE)
    return found[0] if found else None


def _ask_portal() -> int:
    from jeepney import DBusAddress, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    portal = DBusAddress(
        "/org/freedesktop/portal/desktop",
        bus_name="org.freedesktop.portal.Desktop",
        interface="org.freedesktop.portal.Settings",
    )
    ask = new_method_call(portal, "Read", "ss", ("org.freedesktop.appearance", "color-scheme"))
    with open_dbus_connection() as bus:
        value = bus.send_and_get_reply(ask, timeout=_PORTAL_DEADLINE).body[0]
    while isinstance(value, tuple):  # a variant, by older portals wrapped in another: ("v", ("u", 1))
        value = value[1]
    return int(value)


def xft_dpi() -> float | None:
    """`Xft.dpi` of the X server's resources; None without a server, the library or the resource.

    Tk does not know it, and libX11 is there wherever Tk draws: this spares importing an X client.
    """
    import ctypes

    try:
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XGetDefault.restype = ctypes.c_char_p
        x11.XGetDefault.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
        x11.XCloseDisplay.argtypes = (ctypes.c_void_p,)
        display = x11.XOpenDisplay(None)
        if not display:
            return None
        try:
            value = x11.XGetDefault(display, b"Xft", b"dpi")
            return float(value) if value else None
        finally:
            x11.XCloseDisplay(display)
    except (OSError, AttributeError, ValueError):
        return None


def _windows_dark() -> bool:
    if sys.platform == "win32":
        import winreg

        key = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return bool(winreg.QueryValueEx(opened, "AppsUseLightTheme")[0] == 0)
    return False


def _windows_scale() -> float:
    if sys.platform == "win32":
        import ctypes

        with suppress(AttributeError, OSError):  # missing before Windows 10
            return float(ctypes.windll.user32.GetDpiForSystem()) / 96
    return 1.0


def _watch_by_looking(told: Callable[[Appearance], None], since: Appearance | None) -> Callable[[], None]:
    ended = Event()

    def look() -> None:
        last = since or read()
        while not ended.wait(_LOOK_AGAIN):
            last = _tell(last, told)

    Thread(target=look, name="appearance", daemon=True).start()
    return ended.set


def _tell(last: Appearance, told: Callable[[Appearance], None]) -> Appearance:
    now = read()
    if now != last:
        told(now)
    return now


def _watch_by_signals(told: Callable[[Appearance], None], since: Appearance | None) -> Callable[[], None]:
    """Block on the session bus; every matching signal is a reason to read again. No bus: no changes."""
    from jeepney import MatchRule, message_bus
    from jeepney.io.blocking import Proxy, open_dbus_connection

    portal = MatchRule(type="signal", interface="org.freedesktop.portal.Settings", member="SettingChanged")
    portal.add_arg_condition(0, "org.freedesktop.appearance")
    dconf = MatchRule(type="signal", interface="ca.desrt.dconf.Writer", member="Notify")
    dconf.add_arg_condition(0, "/org/gnome/desktop/interface/", kind="path")
    xfconf = MatchRule(type="signal", interface="org.xfce.Xfconf", member="PropertyChanged")
    xfconf.add_arg_condition(0, "xsettings")
    rules = (portal, dconf, xfconf)
    try:
        bus = open_dbus_connection()
        for rule in rules:
            Proxy(message_bus, bus, timeout=_COMMAND_DEADLINE).AddMatch(rule)
    except Exception:  # noqa: BLE001 - no bus in any of its forms: nothing will be announced
        return lambda: None

    def listen() -> None:
        last = read() if since is None else _tell(since, told)
        with suppress(OSError), bus:  # the bus, or `stop`, ends the connection
            while True:
                message = bus.receive()
                if any(rule.matches(message) for rule in rules):
                    last = _tell(last, told)

    def stop() -> None:
        with suppress(OSError):
            bus.sock.shutdown(SHUT_RDWR)  # wakes the listener, which then closes it

    Thread(target=listen, name="appearance", daemon=True).start()
    return stop
