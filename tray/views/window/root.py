"""Tk's start: the hidden root, and the fonts that the pages are measured and drawn with."""

from __future__ import annotations

import sys
import tkinter as tk
from tkinter import font as tkfont
from typing import TYPE_CHECKING

from tray.core.screen import TITLE
from tray.desktop.appearance import xft_dpi

if TYPE_CHECKING:
    from tray.views.window.sheet import Role

_DESIGN_FONT = 40 / 3  # the text size the design was made with: 10 points, in pixels at scale 1


def new_root() -> tk.Tk:
    """A Tk that is not shown yet. Raises `tkinter.TclError` where no window can be drawn."""
    root = tk.Tk(className="claudette-tray")
    root.withdraw()
    root.title(TITLE)
    return root


def text_zoom(root: tk.Misc) -> float:
    """How many pixels Tk draws for one pixel of a font's size.

    On X11 Tk turns it into points by the server's dots per inch, and Xft turns these back by its own, which
    it reads once, at the start: with an Xft.dpi of 192 a text of 13 pixels becomes one of 26.
    """
    if root.tk.call("tk", "windowingsystem") != "x11":
        return 1.0
    dpi = xft_dpi()
    return dpi / root.winfo_fpixels("1i") if dpi else 1.0


class Fonts:
    """The system's font in the roles of the page, sized in pixels; `zoom` as `text_zoom` tells it."""

    def __init__(self, root: tk.Misc, scale: float, zoom: float) -> None:
        body = tkfont.nametofont("TkDefaultFont", root)
        fixed = tkfont.nametofont("TkFixedFont", root)
        size = float(body.actual("size"))
        # Points by the desktop's scale: Tk itself counts with the X server's, which desktops don't set.
        self.zoom = zoom
        self.pixels = -size if size < 0 else size * scale * _points()
        family = body.actual("family")
        parts: tuple[tuple[Role, str, float, bool], ...] = (
            ("title", family, 1.36, True),
            ("heading", family, 1.0, True),
            ("strong", family, 1.0, True),
            ("body", family, 1.0, False),
            ("small", family, 0.87, False),
            ("bold", family, 0.87, True),
            ("mono", fixed.actual("family"), 0.85, False),
        )
        self.named: dict[Role, tkfont.Font] = {
            role: tkfont.Font(
                root,
                family=name,
                size=-max(round(max(self.pixels * part, 8) / zoom), 1),
                weight="bold" if bold else "normal",
            )
            for role, name, part, bold in parts
        }
        # Tk closes a font that no widget has: each `measure` would open it anew, for half a millisecond.
        for role, font in self.named.items():
            tk.Label(root, name=f"font-{role}", font=font)  # takes the place of the last scale's
        self._lines: dict[Role, int] = {r: int(f.metrics("linespace")) for r, f in self.named.items()}
        self._widths: dict[tuple[Role, str], int] = {}

    def width(self, role: Role, text: str) -> int:
        known = self._widths.get((role, text))
        if known is None:
            if len(self._widths) > 4000:
                self._widths.clear()
            known = self._widths[role, text] = self.named[role].measure(text)
        return known

    def line(self, role: Role) -> int:
        return self._lines[role]

    def growth(self, scale: float) -> float:
        """How much larger than the design the person's text is; the column widens with it."""
        return max(self.pixels / (_DESIGN_FONT * scale), 1.0)


def _points() -> float:
    """Pixels per point at scale 1: 96 to the inch, but on a Mac points are what the screen counts in."""
    return 1.0 if sys.platform == "darwin" else 96 / 72
