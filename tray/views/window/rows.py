"""The rows of the usage page: a quota window with its bar, a switch, and the bubble with a row's evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.model import Band
from tray.views.window.lines import clean, elide
from tray.views.window.paint import Bar, Panel, Sign, Switch, filled
from tray.views.window.sheet import Hot, Picture
from tray.views.window.theme import band_colour, bar_colour

if TYPE_CHECKING:
    from tray.core.screen import Gauge, Row, Screen, ToggleRow
    from tray.views.window.paint import Kind, Style
    from tray.views.window.sheet import Role, Sheet

_BAR, _GAUGE, _LINE_GAP = 8, 3, 5  # pixels at scale 1
_STYLES: dict[str, Style] = {"stale": "stale", "awaiting_reading": "open", "unknown": "open"}


def is_one_line(row: Row) -> bool:
    """Whether a row is its name and number alone, with nothing to say below them."""
    return row.fill is None and not row.reset and not row.as_of


def quota_row(sheet: Sheet, key: str, row: Row, left: int, right: int) -> None:
    """Label and number, the bar, and below it the reset and the other side of the number.

    Without a bar or a reset the other side stands in the same line.
    """
    look, theme = sheet.look, sheet.look.theme
    top, room = sheet.y, right - left
    one_line = is_one_line(row)
    edge = _number(sheet, key, row, right, room * 3 // 5)
    if one_line and row.secondary:
        other = elide(row.secondary, "small", room // 3, look.type)
        drop = (look.type.line("strong") - look.type.line("small")) * 3 // 4
        sheet.text(f"{key}/secondary", edge, other, "small", theme.dim, anchor="ne", y=top + drop)
        edge -= look.type.width("small", other) + look.px(8)
    role: Role = "strong" if row.driving else "body"
    size = look.px(15)
    mark = size + look.px(7) if row.driving else 0
    label = elide(row.label, role, edge - left - mark, look.type)
    sheet.text(f"{key}/label", left, label, role, theme.text)
    if row.driving:
        at = left + look.type.width(role, label) + look.px(7)
        sign = Sign(kind="battery", size=size, colour=theme.accent, ground=theme.card)
        sheet.sign(f"{key}/drives", at, "strong", sign)
    sheet.y += look.type.line("body")
    if row.fill is not None:
        _bar(sheet, key, row, left, room)
    when = " · ".join(part for part in (row.reset, row.as_of) if part)
    if not one_line and (when or row.secondary):
        sheet.y += look.px(_LINE_GAP - 1)
        other = elide(row.secondary or "", "small", room // 2, look.type)
        sheet.text(f"{key}/secondary", right, other, "small", theme.dim, anchor="ne")
        free = room - look.type.width("small", other) - look.px(10)
        reset = elide(when, "small", free, look.type)
        sheet.text(f"{key}/reset", left, reset, "small", theme.dim)
        sheet.y += look.type.line("small")
    sheet.hots.append(Hot(action=f"row:{key}", x=left, y=top, width=room, height=sheet.y - top, stop=False))


def _number(sheet: Sheet, key: str, row: Row, right: int, room: int) -> int:
    """The readout at the right edge, with the sign of its level; answers where free room ends."""
    look, theme = sheet.look, sheet.look.theme
    band = Band.CRITICAL if row.exhausted else row.band
    colour = band_colour(theme, band)
    number = elide(row.primary, "strong", room, look.type)
    sheet.text(f"{key}/primary", right, number, "strong", colour, anchor="ne")
    edge = right - look.type.width("strong", number) - look.px(7)
    if band in (Band.WARNING, Band.CRITICAL):
        size = look.px(13)
        kind: Kind = "spent" if row.exhausted else "critical" if band is Band.CRITICAL else "warning"
        edge -= size
        sheet.sign(
            f"{key}/sign", edge, "strong", Sign(kind=kind, size=size, colour=colour, ground=theme.card)
        )
        edge -= look.px(7)
    return edge


def _bar(sheet: Sheet, key: str, row: Row, left: int, room: int) -> None:
    look, theme = sheet.look, sheet.look.theme
    reach = look.px(2)
    sheet.y += look.px(_LINE_GAP)
    spec = Bar(
        width=room,
        height=look.px(_BAR),
        reach=reach,
        stroke=look.px(1.5),
        fill=row.fill,
        mark=row.time_mark,
        style=_STYLES.get(row.state, "live"),
        colour=bar_colour(theme, row.band),
        track=theme.track,
        ink=theme.text,
        ground=theme.card,
    )
    sheet.picture(f"{key}/bar", left, sheet.y - reach, spec)
    sheet.y += look.px(_BAR)


def gauge(sheet: Sheet, key: str, told: Gauge, left: int, right: int) -> None:
    """How far a work is: a bar that is thin and grey, since it is no quota, between two lines of words."""
    look, theme = sheet.look, sheet.look.theme
    sheet.paragraph(f"{key}/text", left, right - left, told.text, "small", theme.dim)
    if told.fill is None:
        return
    sheet.y += look.px(_LINE_GAP - 1)
    wide = right - left
    spec = Bar(
        width=wide,
        height=look.px(_GAUGE),
        reach=0,
        stroke=1,
        fill=filled(wide, told.fill) / wide,  # equal pixels, equal pictures
        mark=None,
        style="live",
        colour=theme.dim,
        track=theme.track,
        ink=theme.text,
        ground=theme.card,
    )
    sheet.picture(f"{key}/bar", left, sheet.y, spec)
    sheet.y += spec.height
    if told.pace:
        sheet.y += look.px(_LINE_GAP - 1)
        sheet.paragraph(f"{key}/pace", left, wide, told.pace, "small", theme.dim)


def toggle_row(sheet: Sheet, row: ToggleRow, left: int, right: int) -> None:
    """A switch on the right, its name and explanation on the left; all of it can be pressed."""
    look, theme = sheet.look, sheet.look.theme
    action, key = f"toggle:{row.id.value}", f"toggle/{row.id.value}"
    top, wide, high = sheet.y, look.px(34), look.px(20)
    at = len(sheet.ops)
    ink = theme.text if row.enabled else theme.dim
    room = right - left - wide - look.px(14)
    sheet.paragraph(f"{key}/label", left, room, row.label, "body", ink)
    sheet.y += look.px(1)
    sheet.paragraph(f"{key}/why", left, room, row.explanation, "small", theme.dim)
    on = row.on and row.enabled
    spec = Switch(
        width=wide,
        height=high,
        on=row.on,
        body=theme.accent if on else theme.key,
        knob=theme.on_accent if on else theme.dim,
        edge=theme.accent if on else theme.dim,
    )
    middle = top + (look.type.line("body") - high) // 2
    sheet.picture(f"{key}/switch", right - wide, middle, spec)
    if look.marked == action:
        out = look.px(7)
        mark = Panel(
            width=right - left + 2 * out,
            height=sheet.y - top + 2 * out,
            radius=look.px(8),
            fill=theme.marked,
            edge=theme.accent,
            stroke=look.px(1.5),
        )
        sheet.ops.insert(at, Picture(key=f"{key}/marked", x=left - out, y=top - out, spec=mark))
    sheet.ring(action, right - wide, middle, wide, high, high // 2)
    if row.enabled:
        sheet.hots.append(Hot(action=action, x=left, y=top, width=right - left, height=sheet.y - top))


def bubble(sheet: Sheet, screen: Screen) -> None:
    """The evidence of the row under the pointer, over everything else."""
    look, theme = sheet.look, sheet.look.theme
    hot = next((h for h in sheet.hots if h.action == look.hint), None)
    rows = {
        f"row:card{n}/{card.source}/row{place}/{row.key}": row
        for n, card in enumerate(screen.cards)
        for place, row in enumerate(card.rows)
    }
    row = rows.get(look.hint or "")
    if hot is None or row is None:
        return
    said = (
        row.evidence,
        "the icon shows this one" if row.driving else None,
        f"the line marks {row.time_mark:.0%} of its time" if row.time_mark is not None else None,
    )
    lines = [clean(part) for part in said if part]
    if not lines:
        return
    pad, line = look.px(8), look.type.line("small")
    lines = [elide(text, "small", hot.width - 2 * pad, look.type) for text in lines]
    wide = max(look.type.width("small", text) for text in lines) + 2 * pad
    high = len(lines) * line + 2 * look.px(5)
    left, top = hot.x + hot.width - wide, hot.y + hot.height + look.px(3)
    spec = Panel(
        width=wide, height=high, radius=look.px(6), fill=theme.text, edge=theme.page, stroke=look.px(1)
    )
    sheet.ops.append(Picture(key="bubble", x=left, y=top, spec=spec))
    for number, text in enumerate(lines):
        sheet.text(
            f"bubble/{number}",
            left + pad,
            text,
            "small",
            theme.page,
            y=top + look.px(5) + number * line,
        )
