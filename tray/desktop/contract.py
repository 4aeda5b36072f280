"""pystray's words (Icon, Menu, MenuItem), loaded without letting pystray pick a backend.

Importing pystray picks one at once, and its X11 choice fails without a display. The dummy loads anywhere;
`tray.desktop.icon_class` then takes the class that fits.
"""

from __future__ import annotations

import os

_chosen = os.environ.get("PYSTRAY_BACKEND")
os.environ["PYSTRAY_BACKEND"] = "dummy"
try:
    from pystray._base import Icon, Menu, MenuItem
finally:
    del os.environ["PYSTRAY_BACKEND"]
    if _chosen is not None:
        os.environ["PYSTRAY_BACKEND"] = _chosen  # a person's choice is for `icon_class` to honour

__all__ = ["Icon", "Menu", "MenuItem"]
