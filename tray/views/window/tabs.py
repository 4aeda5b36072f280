"""The tabs on top: which pages the window has, and how one gets from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.tabs import TABS
from tray.views.window.cards import MARGIN
from tray.views.window.picker import picker
from tray.views.window.sheet import Sheet

if TYPE_CHECKING:
    from tray.core.tabs import Tab
    from tray.views.window.sheet import Look, Part


def tabs(shown: Tab, look: Look) -> Part:
    """The head of the window."""
    sheet = Sheet(look)
    sheet.y = look.px(MARGIN - 2)
    side = look.px(MARGIN)
    picker(
        sheet,
        "tab",
        tuple(TABS.items()),
        shown,
        side,
        look.width - 2 * side,
        role="body",
        each_a_stop=True,
    )
    sheet.y += look.px(2)
    return sheet.part()


def turned(shown: Tab, to: str) -> Tab:
    """The page that `tab:to` leads to: a name, a number from 1, `next` or `previous`; else the same."""
    names = tuple(TABS)
    place = names.index(shown)
    match to:
        case "next":
            return names[(place + 1) % len(names)]
        case "previous":
            return names[place - 1]
        case _ if to.isdecimal() and 1 <= int(to) <= len(names):
            return names[int(to) - 1]
    return next((name for name in names if name == to), shown)
