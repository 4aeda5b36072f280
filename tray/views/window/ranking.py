"""A ranking: name, value and a thin bar in each row; the first eight until all are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.core import page_words
from tray.views.charts.palette import inks_of
from tray.views.charts.specs import Level
from tray.views.window.chart_box import lines_of, rows, told
from tray.views.window.lines import elide
from tray.views.window.paint import filled
from tray.views.window.sheet import button_height

if TYPE_CHECKING:
    from tray.views.window.sheet import Sheet

_FIRST = 8
_BAR, _GAP = 4, 5  # pixels at scale 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row; `size` decides the length of its bar, `said` is all of it in words."""

    name: str
    value: str
    size: float
    said: str
    beside: str | None = None  # dim, after the name


def ranking(sheet: Sheet, key: str, lines: tuple[Line, ...], left: int, right: int, *, whole: bool) -> None:
    """The rows, what one of them says, and the button for the rest. Moves `y` below."""
    look = sheet.look
    cut = lines if whole else lines[:_FIRST]
    high = look.type.line("body") + look.px(_BAR + 3 * _GAP)
    looked_at = rows(sheet, key, left, right - left, count=len(cut), height=high)
    most = max((line.size for line in lines), default=0) or 1
    for place, line in enumerate(cut):
        _row(sheet, f"{key}/{place}", line, left, right, max(line.size, 0) / most)
        sheet.y += high
    sheet.y += look.px(6)
    need = lines_of(look.type, right - left, tuple(line.said for line in cut))
    said = None if looked_at is None else cut[looked_at].said
    rest = page_words.in_all(len(cut), len(lines))
    if need > 1 and cut:  # the room is there anyway
        rest = f"{rest}. {page_words.ALL_OF_ONE}"
    told(sheet, f"{key}/told", left, right - left, rest=rest, said=said, lines=need)
    if len(cut) < len(lines):
        sheet.y += look.px(8)
        sheet.button(f"whole:{key}", page_words.show_all(len(lines)), left, width=right - left)
        sheet.y += button_height(look)


def _row(sheet: Sheet, key: str, line: Line, left: int, right: int, part: float) -> None:
    look, theme = sheet.look, sheet.look.theme
    room, top = right - left, sheet.y + look.px(_GAP)
    value = elide(line.value, "strong", room // 2, look.type)
    free = room - look.type.width("strong", value) - look.px(10)
    name = elide(line.name, "body", free, look.type)
    sheet.text(f"{key}/name", left, name, "body", theme.text, y=top)
    sheet.text(f"{key}/value", right, value, "strong", theme.text, anchor="ne", y=top)
    taken = look.type.width("body", name) + look.px(8)
    if line.beside and free - taken > look.px(30):
        drop = (look.type.line("body") - look.type.line("small")) * 3 // 4
        beside = elide(line.beside, "small", free - taken, look.type)
        sheet.text(f"{key}/beside", left + taken, beside, "small", theme.dim, y=top + drop)
    exact = filled(room, min(part, 1.0)) / max(room, 1)  # equal pixels, equal pictures
    bar = Level(width=room, height=look.px(_BAR), part=exact, inks=inks_of(theme))
    sheet.picture(f"{key}/bar", left, top + look.type.line("body") + look.px(_GAP - 2), bar)
