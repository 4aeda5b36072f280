"""The usage page: header, one card per source, the switches, laid out from a `Screen`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.views.window.cards import GAP, MARGIN, PAD, ground, pill, strip, trouble
from tray.views.window.lines import elide
from tray.views.window.paint import Battery
from tray.views.window.rows import bubble, gauge, is_one_line, quota_row, toggle_row
from tray.views.window.sheet import Look, Page, Sheet, buttons
from tray.views.window.theme import faded

if TYPE_CHECKING:
    from tray.core.screen import Card, Screen, ToggleRow

_ROW_GAP = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the window itself has to say: a lost connection, a refused wish, a refresh under way."""

    text: str | None = None
    asking: bool = False
    lost: bool = False  # nobody keeps the data up to date: it is drawn faded


def usage_page(screen: Screen, look: Look, notice: Notice) -> Page:
    """The whole page; sections stand in one column, the two buttons stay at the bottom."""
    sheet = Sheet(look)
    sheet.y = look.px(MARGIN)
    for key, text in (("banner", screen.banner), ("notice", notice.text)):
        if text:
            strip(sheet, key, text)
    if notice.lost:
        look = sheet.look = replace(look, theme=faded(look.theme))
    named = next((card for card in screen.cards[:1] if card.title == screen.title), None)
    _header(sheet, screen, named)
    asking = next((t for t in screen.toggles if t.needs_consent), None)
    moved = asking if any(card.greyed for card in screen.cards) else None
    for place, card in enumerate(screen.cards):
        opt_in = moved if card.greyed else None
        _card(sheet, f"card{place}/{card.source}", card, opt_in, headed=card is not named)
    rest = tuple(t for t in screen.toggles if t is not moved)
    if rest:
        _switches(sheet, rest)
    bubble(sheet, screen)
    foot = Sheet(look)
    refresh = "Asking…" if notice.asking else "Refresh"
    buttons(foot, (("refresh", refresh, False), ("page", "Open in browser", False)))
    return Page(body=sheet.part(), foot=foot.part())


def _header(sheet: Sheet, screen: Screen, first: Card | None) -> None:
    """The battery, who it speaks of and how fresh that is; `first` is the card that is named the same."""
    look, theme = sheet.look, sheet.look.theme
    left, right = look.px(MARGIN + 2), look.width - look.px(MARGIN + 2)
    top = sheet.y
    high = look.type.line("title") + (look.type.line("small") if screen.subtitle else 0)
    if screen.face is not None:
        size = look.px(32)
        sheet.picture("face", left, top + (high - size) // 2, Battery(face=screen.face, size=size))
        left += size + look.px(10)
    room = right - left
    fresh = elide(screen.freshness or "", "small", room // 2, look.type)
    taken = look.type.width("small", fresh) + look.px(12) if fresh else 0
    badge = elide((first and first.badge) or "", "small", room // 3, look.type)
    tag = look.type.width("small", badge) + look.px(20) if badge else 0
    title = elide(screen.title, "title", room - taken - tag, look.type)
    sheet.text("title", left, title, "title", theme.text)
    if badge:
        at = left + look.type.width("title", title) + look.px(8)
        pill(sheet, "title/badge", badge, at, look.type.line("title"))
    if fresh:
        drop = (look.type.line("title") - look.type.line("small")) * 3 // 4  # about one baseline
        sheet.text("fresh", right, fresh, "small", theme.dim, anchor="ne", y=top + drop)
    sheet.y += look.type.line("title")
    if screen.subtitle:
        sheet.text("subtitle", left, elide(screen.subtitle, "small", room, look.type), "small", theme.dim)
        sheet.y += look.type.line("small")
    sheet.y += look.px(GAP)


def _card(sheet: Sheet, key: str, card: Card, opt_in: ToggleRow | None, *, headed: bool) -> None:
    """One source's block; the card behind it is drawn once its height is known."""
    look, theme = sheet.look, sheet.look.theme
    top, at = sheet.y, len(sheet.ops)
    left, right = look.px(MARGIN + PAD), look.width - look.px(MARGIN + PAD)
    sheet.y += look.px(PAD - 2)
    if headed:
        _card_head(sheet, key, card, left, right)
    shown = () if card.greyed else card.rows
    for place, row in enumerate(shown):
        if headed or place:
            one_line = is_one_line(row)
            sheet.y += look.px(8 if one_line else _ROW_GAP - 4 * (place == 0))
        quota_row(sheet, f"{key}/row{place}/{row.key}", row, left, right)
    if card.note:
        sheet.y += look.px(8 if headed or shown else 0)
        sheet.paragraph(f"{key}/note", left, right - left, card.note, "small", theme.dim)
    if card.gauge:
        sheet.y += look.px(8 if headed or shown or card.note else 0)
        gauge(sheet, f"{key}/gauge", card.gauge, left, right)
    if card.trouble:
        sheet.y += look.px(10) if headed or shown or card.note or card.gauge else 0
        trouble(sheet, f"{key}/trouble", card.trouble, left, right)
    if opt_in:
        sheet.y += look.px(12)
        toggle_row(sheet, opt_in, left, right)
    sheet.y += look.px(PAD)
    ground(sheet, key, at, top)
    sheet.y += look.px(GAP)


def _card_head(sheet: Sheet, key: str, card: Card, left: int, right: int) -> None:
    look, theme = sheet.look, sheet.look.theme
    room, line = right - left, look.type.line("heading")
    fresh = elide(card.freshness or "", "small", room // 2, look.type)
    taken = look.type.width("small", fresh) + look.px(10) if fresh else 0
    badge = elide(card.badge or "", "small", room // 3, look.type)
    tag = look.type.width("small", badge) + look.px(20) if badge else 0
    title = elide(card.title, "heading", room - taken - tag, look.type)
    sheet.text(f"{key}/title", left, title, "heading", theme.dim if card.greyed else theme.text)
    if badge:
        at = left + look.type.width("heading", title) + look.px(8)
        pill(sheet, f"{key}/badge", badge, at, line)
    if fresh:
        drop = (line - look.type.line("small")) // 2
        sheet.text(f"{key}/fresh", right, fresh, "small", theme.dim, anchor="ne", y=sheet.y + drop)
    sheet.y += line


def _switches(sheet: Sheet, rows: tuple[ToggleRow, ...]) -> None:
    look = sheet.look
    top, at = sheet.y, len(sheet.ops)
    left, right = look.px(MARGIN + PAD), look.width - look.px(MARGIN + PAD)
    sheet.y += look.px(PAD - 1)
    for place, row in enumerate(rows):
        sheet.y += look.px(12) if place else 0
        toggle_row(sheet, row, left, right)
    sheet.y += look.px(PAD - 1)
    ground(sheet, "switches", at, top)
    sheet.y += look.px(4)
