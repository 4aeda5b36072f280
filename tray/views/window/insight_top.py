"""What stands above the figures of an activity page: strips, pickers, problems, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import page_words
from tray.core.days import days_word
from tray.core.insight_words import SCOPES, windows
from tray.core.model import Action
from tray.core.screen import Trouble
from tray.views.window.cards import GAP, MARGIN, PAD, ground, strip, trouble
from tray.views.window.lines import wrap
from tray.views.window.paint import Panel
from tray.views.window.picker import natural_width, picker
from tray.views.window.rows import gauge
from tray.views.window.sheet import Sheet

if TYPE_CHECKING:
    from tray.views.window.insight_state import Shown
    from tray.views.window.sheet import Look

RETRY = "activity"  # the source that a problem's Retry names


def begin(shown: Shown, look: Look, *, dated: bool) -> Sheet:
    """A sheet with strips and pickers on it; `dated`: also the one of the days."""
    sheet = Sheet(look)
    sheet.y = look.px(GAP)
    for key, text in (("banner", shown.banner), ("notice", shown.notice)):
        if text:
            strip(sheet, key, text)
    side = look.px(MARGIN)
    room = look.width - 2 * side
    scopes = tuple((scope.value, label) for scope, label in SCOPES.items()) if shown.both else ()
    choices = windows(shown.asked.days).items() if dated else ()
    days = tuple((days_word(days), label) for days, label in choices)
    if scopes:
        top, wide = sheet.y, natural_width(look, scopes)
        gap = look.px(GAP - 2)
        one_line = bool(days) and wide + gap + natural_width(look, days) <= room
        picker(sheet, "scope", scopes, shown.scope.value, side, wide if one_line else room)
        if one_line:
            sheet.y, side, room = top, side + wide + gap, room - wide - gap
        else:
            sheet.y += gap
    if days:
        picker(sheet, "days", days, days_word(shown.asked.days), side, room)
        sheet.y += look.px(GAP - 2)
    return sheet


def condition(sheet: Sheet, shown: Shown) -> bool:
    """A card each for a problem, what is still to be read, and having nothing; False: no figures follow."""
    found = shown.found
    if found is None:
        _card(sheet, "reading", page_words.READING, shown)
        return False
    if found.trouble:
        _problem(sheet, found.trouble)
    if not found.complete:
        _card(sheet, "partial", page_words.LOWER_BOUND, shown)
    if found.empty and not found.trouble:
        _nothing(sheet)
    return not found.empty


def _card(sheet: Sheet, key: str, text: str, shown: Shown) -> None:
    """A quiet line, with how far the reading is."""
    look = sheet.look
    top, at = sheet.y, len(sheet.ops)
    left, right = look.px(MARGIN + PAD), look.width - look.px(MARGIN + PAD)
    sheet.y += look.px(PAD - 3)
    sheet.paragraph(f"{key}/text", left, right - left, text, "small", look.theme.dim)
    if shown.gauge:
        sheet.y += look.px(6)
        gauge(sheet, f"{key}/gauge", shown.gauge, left, right)
    sheet.y += look.px(PAD - 2)
    ground(sheet, key, at, top)
    sheet.y += look.px(GAP)


def _problem(sheet: Sheet, text: str) -> None:
    look = sheet.look
    told = Trouble(title=text, hint=page_words.STAYS, action=Action.RETRY, source=RETRY)
    trouble(sheet, "trouble", told, look.px(MARGIN), look.width - look.px(MARGIN))
    sheet.y += look.px(GAP)


def _nothing(sheet: Sheet) -> None:
    """No data at all: what will be here, under an empty chart."""
    look, theme = sheet.look, sheet.look.theme
    top, at = sheet.y, len(sheet.ops)
    left, right = look.px(MARGIN + PAD), look.width - look.px(MARGIN + PAD)
    middle = look.width // 2
    sheet.y += look.px(28)
    wide, gap = look.px(10), look.px(5)
    for place, high in enumerate((14, 24, 18, 32)):
        bar = Panel(width=wide, height=look.px(high), radius=look.px(2), fill=theme.track)
        x = middle - 2 * wide - gap - gap // 2 + place * (wide + gap)
        sheet.picture(f"nothing/bar{place}", x, sheet.y + look.px(32 - high), bar)
    sheet.y += look.px(32 + 14)
    sheet.text("nothing/title", middle, page_words.NOTHING, "heading", theme.text, anchor="n")
    sheet.y += look.type.line("heading") + look.px(4)
    for number, line in enumerate(wrap(page_words.WILL_APPEAR, "small", right - left, look.type)):
        sheet.text(f"nothing/why/{number}", middle, line, "small", theme.dim, anchor="n")
        sheet.y += look.type.line("small")
    sheet.y += look.px(24)
    ground(sheet, "nothing", at, top)
    sheet.y += look.px(GAP)
