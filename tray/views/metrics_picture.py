"""The activity as one picture to keep or to share: tiles, leaderboard, heatmap, histogram, time line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tray.core import insight_words as words
from tray.core import page_words
from tray.core.insights import Rank
from tray.core.tabs import TABS
from tray.views import metrics_picture_parts as parts
from tray.views.easel import Easel
from tray.views.local_time import named
from tray.views.metrics_picture_parts import GAP, Frame, Look

if TYPE_CHECKING:
    from PIL import Image

    from tray.core.insights import Metrics

WIDTH = 880  # points
_MARGIN = 32
_ACROSS = 4  # tiles beside each other
_LEFT = 472  # the wider one of two cards beside each other
_TITLE = 76  # the height of the heading
_LINE = 16


def picture(found: Metrics, rank: Rank = Rank.SESSIONS, *, scale: int = 2) -> Image.Image:
    """The report, 880 points wide and as high as it needs; equal values, equal pixels."""
    return _easel(found, rank, scale).picture()


def png(found: Metrics, rank: Rank = Rank.SESSIONS) -> bytes:
    """The same as the bytes of a PNG file, two pixels a point."""
    return _easel(found, rank, 2).png()


def _easel(found: Metrics, rank: Rank, scale: int) -> Easel:
    look = Look.light()
    inner = WIDTH - 2 * _MARGIN
    ruler = Easel(1, 1, look.page, scale)  # only measures
    said = [line for note in _said(found) for line in ruler.wrapped(note, 10, inner - 32)]
    foot = [line for note in words.notes(found.dashboard) for line in ruler.wrapped(note, 10, inner)]
    rows = _rows(found, rank)
    height = _MARGIN + _TITLE + sum(row[0].height + GAP for row in rows) + (len(foot) + 1) * _LINE + 20
    if said:
        height += len(said) * _LINE + 22 + GAP
    easel = Easel(WIDTH, height, look.page, scale)
    y = _MARGIN
    _heading(easel, found, look, y)
    y += _TITLE
    if said:
        deep = len(said) * _LINE + 22
        easel.card(_MARGIN, y, inner, deep, look.alert, look.edge)
        for number, line in enumerate(said):
            easel.words(_MARGIN + 16, y + 23 + number * _LINE, line, size=10, ink=look.inks.text)
        y += deep + GAP
    for row in rows:
        x = _MARGIN
        for frame in row:
            easel.card(x, y, frame.width, row[0].height, look.card, look.edge)
            frame.draw(easel, x, y, look)
            x += frame.width + GAP
        y += row[0].height + GAP
    for number, line in enumerate([*foot, _SIGNED]):
        easel.words(_MARGIN, y + 14 + number * _LINE, line, size=10, ink=look.inks.dim)
    return easel


_SIGNED = "Made by claudette-tray from what agents keep on this machine. Costs are estimates at list prices."


def _heading(easel: Easel, found: Metrics, look: Look, y: int) -> None:
    at = datetime.fromtimestamp(found.generated_at / 1000, named(found.timezone))
    easel.words(_MARGIN, y + 25, TABS["activity"], size=26, ink=look.inks.text)
    told = f"{words.SCOPES[found.scope]} · {at:%A}, {at.day} {at:%B} {at:%Y, %H:%M} · {found.timezone}"
    easel.words(_MARGIN, y + 49, told, size=12, ink=look.inks.dim, room=WIDTH - 2 * _MARGIN)


def _said(found: Metrics) -> list[str]:
    """What has to be known before the figures are read."""
    told = []
    if found.trouble is not None:
        told.append(found.trouble)
    if not found.complete:
        told.append(page_words.LOWER_BOUND)
    return told


def _rows(found: Metrics, rank: Rank) -> list[list[Frame]]:
    """The cards, row by row; those beside each other are equally high."""
    inner = WIDTH - 2 * _MARGIN
    if found.empty:
        return [[parts.sentence(f"{page_words.NOTHING}.", page_words.WILL_APPEAR, inner)]]
    tz = named(found.timezone)
    today = datetime.fromtimestamp(found.generated_at / 1000, tz).date()
    wide = (inner - (_ACROSS - 1) * GAP) // _ACROSS
    tiles = [parts.tile(one, wide) for one in words.tiles(found, today)]
    rows = [tiles[place : place + _ACROSS] for place in range(0, len(tiles), _ACROSS)]
    rows.append([parts.leaders(found.analytics, rank, inner)])
    right = inner - GAP - _LEFT
    rows.append([parts.heat(found.analytics, _LEFT), parts.turns(found.analytics, right)])
    low = parts.last_row(found)
    rows.append([parts.recent(found, tz, _LEFT, low), parts.slashes(found.analytics, right, low)])
    return rows
