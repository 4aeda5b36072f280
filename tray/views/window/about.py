"""The About page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray import __version__
from tray.core.model import Band, Face, Shape
from tray.views.window.paint import Battery
from tray.views.window.sheet import Page, Sheet, buttons

if TYPE_CHECKING:
    from tray.views.window.sheet import Look

CLOSE = "about:close"
_SAID = (
    "One battery in the tray that tells how much of your coding agent's quota is left.",
    "What leaves this computer has a switch; “claudette-tray ledger” lists every request.",
    "MIT licence. Not made by, nor affiliated with, the vendors whose usage it shows.",
)


def about_page(look: Look) -> Page:
    """Name, version, licence."""
    theme, sheet = look.theme, Sheet(look)
    side, size = look.px(14), look.px(32)
    inset = side + size + look.px(10)
    sheet.y = look.px(16)
    high = look.type.line("title") + look.type.line("small")
    face = Face(shape=Shape.LEVEL, level=75, band=Band.NORMAL)
    sheet.picture("face", side, sheet.y + (high - size) // 2, Battery(face=face, size=size))
    sheet.text("name", inset, "Claudette tray", "title", theme.text)
    sheet.y += look.type.line("title")
    sheet.text("version", inset, f"version {__version__}", "small", theme.dim)
    sheet.y += look.type.line("small") + look.px(4)
    for number, text in enumerate(_SAID):
        sheet.y += look.px(8)
        sheet.paragraph(f"said{number}", side, look.width - 2 * side, text, "body", theme.text)
    sheet.y += look.px(14)
    foot = Sheet(look)
    buttons(foot, ((CLOSE, "Close", False),))
    return Page(body=sheet.part(), foot=foot.part(), first=CLOSE, escape=CLOSE)
