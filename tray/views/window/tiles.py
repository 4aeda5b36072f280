"""The tiles of the dashboard, two in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.views.charts.specs import Ring, Spark
from tray.views.window.cards import GAP, MARGIN
from tray.views.window.chart_box import chart, told
from tray.views.window.lines import elide
from tray.views.window.paint import Panel
from tray.views.window.sheet import Picture

if TYPE_CHECKING:
    from tray.core.insight_words import Tile
    from tray.views.charts.specs import Inks
    from tray.views.window.sheet import Look, Sheet

_PAD, _GAP, _SPARK, _RING, _STROKE = 12, 8, 28, 24, 4  # pixels at scale 1


def tile_rows(sheet: Sheet, tiles: tuple[Tile, ...], inks: Inks) -> None:
    """All tiles; those of a row are equally high."""
    look = sheet.look
    gap, side = look.px(_GAP), look.px(MARGIN)
    wide = (look.width - 2 * side - gap) // 2
    for first in range(0, len(tiles), 2):
        row = tiles[first : first + 2]
        top, high = sheet.y, max(_height(tile, look) for tile in row)
        for place, tile in enumerate(row):
            sheet.y = top
            _tile(sheet, tile, side + place * (wide + gap), wide, high, inks)
        sheet.y = top + high + gap
    sheet.y += look.px(GAP) - gap


def empty_tiles(sheet: Sheet, count: int) -> None:
    """Where the tiles will be, before there is anything to tell."""
    look, theme = sheet.look, sheet.look.theme
    gap, side, pad = look.px(_GAP), look.px(MARGIN), look.px(_PAD)
    wide = (look.width - 2 * side - gap) // 2
    high = look.type.line("small") + look.type.line("title") + 2 * look.px(_PAD - 2)
    for number in range(count):
        x = side + number % 2 * (wide + gap)
        key = f"empty{number}"
        _ground(sheet, key, len(sheet.ops), x, sheet.y, wide, high)
        for part, (length, thick, down) in enumerate(((0.5, 6, 5), (0.3, 12, 22))):
            bar = Panel(
                width=round((wide - 2 * pad) * length),
                height=look.px(thick),
                radius=look.px(3),
                fill=theme.track,
            )
            sheet.picture(f"{key}/bar{part}", x + pad, sheet.y + pad + look.px(down - 4), bar)
        if number % 2 or number == count - 1:
            sheet.y += high + gap
    sheet.y += look.px(GAP) - gap


def _height(tile: Tile, look: Look) -> int:
    high = look.type.line("small") + look.type.line("title") + 2 * look.px(_PAD - 2)
    if tile.series:
        high += look.px(_SPARK + 6)
    if tile.series or tile.detail:
        high += look.type.line("small") + look.px(3)
    return high


def _tile(sheet: Sheet, tile: Tile, left: int, wide: int, high: int, inks: Inks) -> None:
    look, theme = sheet.look, sheet.look.theme
    top, at, pad = sheet.y, len(sheet.ops), look.px(_PAD)
    key, inner, room = f"tile/{tile.key}", left + pad, wide - 2 * pad
    ring = tile.is_rate
    size = look.px(_RING) if ring else 0
    words = room - (size + look.px(8) if ring else 0)
    sheet.y += look.px(_PAD - 2)
    sheet.text(f"{key}/label", inner, elide(tile.label, "small", room, look.type), "small", theme.dim)
    sheet.y += look.type.line("small")
    sheet.text(f"{key}/value", inner, elide(tile.value, "title", words, look.type), "title", theme.text)
    sheet.y += look.type.line("title")
    if ring:
        spec = Ring(size=size, stroke=look.px(_STROKE), part=tile.rate, inks=inks)
        sheet.picture(f"{key}/ring", left + wide - pad - size, top + high - look.px(_PAD - 2) - size, spec)
    place = None
    if tile.series:
        sheet.y += look.px(6)
        bars = Spark(width=room, height=look.px(_SPARK), values=tile.series, inks=inks, scale=look.scale)
        place = chart(sheet, tile.key, bars, inner, count=len(tile.series), start=len(tile.series) - 1)
    if tile.series or tile.detail:
        sheet.y += look.px(3)
        said = tile.spoken[place] if place is not None and place < len(tile.spoken) else None
        told(sheet, f"{key}/told", inner, room, rest=tile.detail or "", said=said)
    _ground(sheet, key, at, left, top, wide, high)


def _ground(sheet: Sheet, key: str, at: int, left: int, top: int, wide: int, high: int) -> None:
    look, theme = sheet.look, sheet.look.theme
    panel = Panel(
        width=wide, height=high, radius=look.px(10), fill=theme.card, edge=theme.edge, stroke=look.px(1)
    )
    sheet.ops.insert(at, Picture(key=key, x=left, y=top, spec=panel))
