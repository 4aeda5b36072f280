"""The confirmation before Claude Code Usage is turned on, as a page of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.views.window.lines import wrap
from tray.views.window.paint import Panel, Sign
from tray.views.window.sheet import Page, Picture, Sheet, buttons

if TYPE_CHECKING:
    from tray.core.screen import Consent
    from tray.views.window.sheet import Look

CANCEL, ACCEPT = "consent:cancel", "consent:accept"


def consent_page(consent: Consent, look: Look) -> Page:
    """Esc and the first focus are Cancel: agreeing takes a decision, not a reflex."""
    theme, sheet = look.theme, Sheet(look)
    side = look.px(14)
    room = look.width - 2 * side
    sheet.y = look.px(16)
    sheet.lines("title", side, wrap(consent.title, "title", room, look.type), "title", theme.text)
    for number, text in enumerate(consent.paragraphs):
        sheet.y += look.px(9)
        sheet.paragraph(f"said{number}", side, room, text, "body", theme.text)
    sheet.y += look.px(14)
    _warning(sheet, consent.warning, side, room)
    sheet.y += look.px(12)
    sheet.link(f"link:{consent.link_url}", consent.link_label, side, room)
    sheet.y += look.px(14)
    foot = Sheet(look)
    buttons(foot, ((CANCEL, consent.cancel, False), (ACCEPT, consent.accept, True)))
    return Page(body=sheet.part(), foot=foot.part(), first=CANCEL, escape=CANCEL)


def _warning(sheet: Sheet, text: str, left: int, room: int) -> None:
    look, theme = sheet.look, sheet.look.theme
    top, at, pad, size = sheet.y, len(sheet.ops), look.px(11), look.px(17)
    inner = left + pad + size + look.px(9)
    sheet.y += pad
    sign = Sign(kind="critical", size=size, colour=theme.warning, ground=theme.alert)
    sheet.sign("warning/sign", left + pad, "body", sign)
    sheet.paragraph("warning", inner, left + room - pad - inner, text, "body", theme.text)
    sheet.y += pad
    ground = Panel(
        width=room,
        height=sheet.y - top,
        radius=look.px(8),
        fill=theme.alert,
        edge=theme.warning,
        stroke=look.px(1),
    )
    sheet.ops.insert(at, Picture(key="warning/ground", x=left, y=top, spec=ground))
