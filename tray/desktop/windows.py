"""The icon on Windows: pystray's class with sharp icons, clipped texts and changes on the right thread.

Nothing here loads a Windows library when it is imported; `icon_class` gets pystray's module as an argument.
"""

from __future__ import annotations

import ctypes
import logging
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from tray.desktop.picture import icon_resource

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

_WM_DPICHANGED = 0x02E0
_WM_POSTED = 0x8000 + 1  # WM_APP + 1
_NIN_BALLOONUSERCLICK = 0x0405
_SM_CXSMICON = 49
_ICON_VERSION = 0x00030000  # of the resource format, the only one there is
_PER_MONITOR_V2 = -4
_USUAL_DPI = 96
_LIMITS = {"szTip": 127, "szInfo": 255, "szInfoTitle": 63}  # UTF-16 units; the fields end with a NUL


class System(Protocol):
    """The calls that pystray has not bound."""

    def be_dpi_aware(self) -> None:
        """Windows must not scale what this process draws; before its first window."""
        ...

    def icon_size(self) -> int:
        """Pixels of a tray icon on the monitor of the taskbar."""
        ...

    def make_icon(self, resource: bytes, size: int) -> int:
        """A new HICON, for the caller to destroy; 0 where it was refused."""
        ...


class User32:
    """`System` on user32.dll; each call that an older Windows lacks has a plain answer."""

    def __init__(self, library: Any = None) -> None:
        self._user32: Any = library or ctypes.WinDLL("user32")  # type: ignore[attr-defined,unused-ignore]
        self._user32.CreateIconFromResourceEx.restype = ctypes.c_void_p
        self._user32.FindWindowW.restype = ctypes.c_void_p

    def be_dpi_aware(self) -> None:
        try:
            self._user32.SetProcessDpiAwarenessContext(ctypes.c_void_p(_PER_MONITOR_V2))
        except AttributeError:  # before Windows 10 1703
            self._user32.SetProcessDPIAware()

    def icon_size(self) -> int:
        try:
            taskbar = ctypes.c_void_p(self._user32.FindWindowW("Shell_TrayWnd", None))
            dpi = self._user32.GetDpiForWindow(taskbar) or self._user32.GetDpiForSystem() or _USUAL_DPI
            return int(self._user32.GetSystemMetricsForDpi(_SM_CXSMICON, dpi))
        except AttributeError:  # before Windows 10 1607
            return int(self._user32.GetSystemMetrics(_SM_CXSMICON))

    def make_icon(self, resource: bytes, size: int) -> int:
        made = self._user32.CreateIconFromResourceEx(
            resource, len(resource), True, _ICON_VERSION, size, size, 0
        )
        return int(made or 0)


def clip(text: str, units: int) -> str:
    """At most `units` UTF-16 code units, without half a character at the end; cut text ends with "…"."""
    text = text.replace("\0", "")
    data = text.encode("utf-16-le", "replace")
    if len(data) <= units * 2:
        return data.decode("utf-16-le")
    return data[: (units - 1) * 2].decode("utf-16-le", "ignore") + "…"


def escape(text: str) -> str:
    """A menu text as Windows shows it: a single & marks the access key."""
    return text.replace("&", "&&")


def icon_class(pystray_win32: Any, system: Callable[[], System] = User32) -> type[Any]:
    """Pystray's Icon of its module `_win32`, mended."""
    win32 = pystray_win32.win32

    class Icon(pystray_win32.Icon):  # type: ignore[misc]  # pystray has no types
        """Takes a `Picture` as icon. All changes come through `post`, on the thread of the message loop."""

        _icon_handle: Any
        _built: Any = None

        def __init__(
            self,
            name: str,
            *,
            label: str,
            app_icon: str,
            on_shown: Callable[[bool], None],
            on_note: Callable[[], None],
            **contract: Any,
        ) -> None:
            del app_icon  # Windows takes the icon in the tray
            self._system = system()
            self._system.be_dpi_aware()
            self._label = label
            self._on_shown = on_shown
            self._on_note = on_note
            self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
            self._menu_open = False
            super().__init__(name, **contract)
            self._message_handlers[_WM_POSTED] = self._on_posted
            self._message_handlers[_WM_DPICHANGED] = self._on_display_change

        def post(self, call: Callable[[], None]) -> None:
            """Run it in the message loop; once the icon runs."""
            self._posted.put(call)
            win32.PostMessage(self._hwnd, _WM_POSTED, 0, 0)

        def send_note(self, title: str, body: str, key: str) -> bool:
            """Show a balloon; the newest replaces the one before it, whatever its key."""
            del key
            self.post(lambda: self._notify(body, title))
            return True

        def _on_posted(self, _wparam: int, _lparam: int) -> None:
            while not self._posted.empty():
                self._posted.get()()

        def _show(self) -> None:
            super()._show()
            self._on_shown(True)

        def _notify(self, message: str, title: str | None = None) -> None:
            # An empty szInfo would take the balloon away instead.
            super()._notify(message or " ", title or self._label)

        def _message(self, code: int, flags: int, **texts: Any) -> None:
            for name in _LIMITS.keys() & texts.keys():
                texts[name] = clip(texts[name], _LIMITS[name])
            super()._message(code, flags, **texts)

        def _assert_icon_handle(self) -> None:
            """Draw the icon in the very size of the tray: nothing is scaled, and no file is written."""
            if self._icon_handle:
                return
            size = self._system.icon_size()
            self._icon_handle = self._system.make_icon(icon_resource(self._icon.at(size)), size) or None
            if not self._icon_handle:
                _log.warning("Windows refused the icon")

        def _on_display_change(self, wparam: int, lparam: int) -> None:
            self._release_icon()  # the size may be another one now
            super()._on_display_change(wparam, lparam)

        def _on_notify(self, wparam: int, lparam: int) -> None:
            if lparam == _NIN_BALLOONUSERCLICK:
                self._on_note()
                return
            self._menu_open = True
            try:
                super()._on_notify(wparam, lparam)
            finally:
                self._menu_open = False
            self._update_menu()

        def _update_menu(self) -> None:
            """Build a menu once, and not while the old one is open: its handles are in use then."""
            if self._menu is not self._built and not self._menu_open:
                super()._update_menu()
                self._built = self._menu

    return Icon
