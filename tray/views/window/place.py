"""Where the window opens: on the pointer's monitor, beside the panel, always whole on the screen."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass

_MONITOR = re.compile(r"\s(\d+)/\d+x(\d+)/\d+\+(-?\d+)\+(-?\d+)\s")
_EDGE = 10  # from the edge of the monitor, pixels at scale 1
_PANEL = 44  # where a panel may lie: kept free on the pointer's side
_TITLE_BAR = 34  # what a window manager may put on top


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle of the desktop, pixels."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: int, y: int) -> bool:
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


def monitors_of(listing: str) -> tuple[Area, ...]:
    """The monitors in what `xrandr --listmonitors` prints: ` 0: +*DP-1 1920/527x1080/296+0+0  DP-1`."""
    found = _MONITOR.findall(listing)
    return tuple(Area(width=int(w), height=int(h), x=int(x), y=int(y)) for w, h, x, y in found)


def monitors() -> tuple[Area, ...]:
    """The monitors, where the system tells; Tk itself knows only the desktop as a whole."""
    if sys.platform == "win32":
        return _windows_monitor()
    if sys.platform == "darwin":
        return ()
    try:
        done = subprocess.run(
            ("xrandr", "--listmonitors"), capture_output=True, text=True, timeout=1, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return monitors_of(done.stdout)


def _windows_monitor() -> tuple[Area, ...]:
    """The work area (without the taskbar) of the monitor under the pointer."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Info(ctypes.Structure):
            _fields_ = (
                ("size", wintypes.DWORD),
                ("monitor", wintypes.RECT),
                ("work", wintypes.RECT),
                ("flags", wintypes.DWORD),
            )

        user, point, info = ctypes.windll.user32, wintypes.POINT(), Info()
        user.MonitorFromPoint.restype = wintypes.HMONITOR
        user.MonitorFromPoint.argtypes = (wintypes.POINT, wintypes.DWORD)
        user.GetMonitorInfoW.argtypes = (wintypes.HMONITOR, ctypes.c_void_p)
        info.size = ctypes.sizeof(Info)
        nearest = 2
        user.GetCursorPos(ctypes.byref(point))
        if user.GetMonitorInfoW(user.MonitorFromPoint(point, nearest), ctypes.byref(info)):
            work = info.work
            wide, high = work.right - work.left, work.bottom - work.top
            return (Area(x=work.left, y=work.top, width=wide, height=high),)
    return ()


def monitor_at(x: int, y: int, known: tuple[Area, ...], desktop: Area) -> Area:
    """The monitor under a point; the desktop where the monitors are not known."""
    return next((area for area in known if area.holds(x, y)), known[0] if known else desktop)


def tallest(area: Area, scale: float) -> int:
    """The greatest height of the window's inside on a monitor."""
    return max(area.height - round((_EDGE + _PANEL + _TITLE_BAR) * scale), round(200 * scale))


def spot(pointer: tuple[int, int], width: int, height: int, area: Area, scale: float) -> tuple[int, int]:
    """The top left corner (of the frame): under or over the pointer, toward the edge that it is near."""
    edge, panel, title = (round(size * scale) for size in (_EDGE, _PANEL, _TITLE_BAR))
    x, y = pointer
    right, bottom = area.x + area.width, area.y + area.height
    low_side = y >= area.y + area.height // 2
    top = bottom - panel - title - height if low_side else area.y + panel
    near_left, near_right = x < area.x + panel, x >= right - panel
    left = max(x - width // 2, area.x + (panel if near_left else edge))
    left = min(left, right - (panel if near_right else edge) - width)
    top = min(max(top, area.y + edge), max(bottom - edge - title - height, area.y + edge))
    return max(left, area.x), top


def kept_whole(x: int, y: int, width: int, height: int, area: Area, scale: float) -> tuple[int, int]:
    """Where a window at (x, y) must go so that it stays on the monitor with its new size."""
    rightmost = area.x + area.width - round(_EDGE * scale) - width
    lowest = area.y + area.height - round((_PANEL + _TITLE_BAR) * scale) - height
    return min(x, max(rightmost, area.x)), min(y, max(lowest, area.y + round(_EDGE * scale)))
