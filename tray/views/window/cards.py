"""What the pages are put together from: cards, strips, badges, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.model import Action
from tray.views.window.lines import wrap
from tray.views.window.paint import Panel, Sign
from tray.views.window.sheet import Picture

if TYPE_CHECKING:
    from tray.core.screen import Trouble
    from tray.views.window.sheet import Sheet

MARGIN, PAD, GAP = 12, 14, 10  # around the column, inside a card, between cards; pixels at scale 1


def strip(sheet: Sheet, key: str, text: str) -> None:
    """A tinted line of information over the whole width."""
    look, theme = sheet.look, sheet.look.theme
    side, pad, size = look.px(MARGIN), look.px(9), look.px(14)
    left = side + pad + size + look.px(7)
    lines = wrap(text, "small", look.width - left - side - pad, look.type)
    height = len(lines) * look.type.line("small") + 2 * pad
    ground = Panel(width=look.width - 2 * side, height=height, radius=look.px(8), fill=theme.notice)
    sheet.picture(key, side, sheet.y, ground)
    sheet.y += pad
    sign = Sign(kind="info", size=size, colour=theme.accent, ground=theme.notice)
    sheet.sign(f"{key}/sign", side + pad, "small", sign)
    sheet.lines(f"{key}/text", left, lines, "small", theme.text)
    sheet.y += pad + look.px(GAP)


def ground(sheet: Sheet, key: str, at: int, top: int) -> None:
    """The card under everything drawn since the op number `at`."""
    look, theme = sheet.look, sheet.look.theme
    spec = Panel(
        width=look.width - 2 * look.px(MARGIN),
        height=sheet.y - top,
        radius=look.px(10),
        fill=theme.card,
        edge=theme.edge,
        stroke=look.px(1),
    )
    sheet.ops.insert(at, Picture(key=key, x=look.px(MARGIN), y=top, spec=spec))


def pill(sheet: Sheet, key: str, badge: str, left: int, line: int) -> None:
    """A small tag in the middle of a line of text that is `line` pixels high."""
    look, theme = sheet.look, sheet.look.theme
    wide, text = look.type.width("small", badge) + look.px(12), look.type.line("small")
    spec = Panel(
        width=wide,
        height=text + look.px(2),
        radius=look.px(5),
        fill=theme.key,
        edge=theme.edge,
        stroke=look.px(1),
    )
    sheet.picture(key, left, sheet.y + (line - spec.height) // 2, spec)
    top = sheet.y + (line - text) // 2
    sheet.text(f"{key}/text", left + wide // 2, badge, "small", theme.dim, anchor="n", y=top)


def trouble(sheet: Sheet, key: str, trouble: Trouble, left: int, right: int) -> None:
    """What went wrong and what to do, beside the last good data."""
    look, theme = sheet.look, sheet.look.theme
    if trouble.quiet:
        words = ". ".join(part for part in (trouble.title.rstrip("."), trouble.hint) if part)
        sheet.paragraph(key, left, right - left, words, "small", theme.dim)
        return
    top, at, pad, size = sheet.y, len(sheet.ops), look.px(10), look.px(15)
    inner = left + pad + size + look.px(8)
    room = right - pad - inner
    sheet.y += pad
    sign = Sign(kind="critical", size=size, colour=theme.warning, ground=theme.alert)
    sheet.sign(f"{key}/sign", left + pad, "strong", sign)
    sheet.paragraph(f"{key}/title", inner, room, trouble.title, "strong", theme.text)
    sheet.y += look.px(2)
    sheet.paragraph(f"{key}/hint", inner, room, trouble.hint, "small", theme.text)
    if trouble.action:
        sheet.y += look.px(8)
        x, keys = inner, [(f"retry:{trouble.source}", "Retry")]
        if trouble.action is Action.SIGN_IN:
            keys.insert(0, (f"sign_in:{trouble.source}", "Sign in"))
        for place, (action, label) in enumerate(keys):
            x += sheet.button(action, label, x, primary=len(keys) > 1 and place == 0) + look.px(8)
        sheet.y += look.type.line("body") + 2 * look.px(6)
    sheet.y += pad
    ground = Panel(width=right - left, height=sheet.y - top, radius=look.px(8), fill=theme.alert)
    sheet.ops.insert(at, Picture(key=key, x=left, y=top, spec=ground))
