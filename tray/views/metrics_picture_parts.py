"""The cards of the picture: each knows its size, and draws itself where it is put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.core import insight_words as words
from tray.core import page_words
from tray.views.charts.draw import draw
from tray.views.charts.palette import heat as shades
from tray.views.charts.palette import inks
from tray.views.charts.spans import dots, marks
from tray.views.charts.specs import Columns, Heat, Level, Ring, Spark, Timeline
from tray.views.window.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from tray.core.insight_words import Tile
    from tray.core.insights import Analytics, Leader, Metrics, Rank
    from tray.views.charts.specs import Inks
    from tray.views.easel import Easel

GAP = 16  # points between cards
_PAD = 18  # from a card's edge to what is in it
_TILE = 112
_HEAD = 50  # from a card's top to what is below its heading
_ROW = 25  # of a table
_BAR = 140  # of the leaderboard
_FIGURE = 66  # of its figures
_LEADERS = 10
_COMMANDS = 6
_LANES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The colours of the page."""

    page: str
    card: str
    edge: str
    alert: str
    inks: Inks

    @classmethod
    def light(cls) -> Look:
        """A report is read on paper and in other people's windows: always light."""
        look = theme(dark=False)
        return cls(page=look.page, card=look.card, edge=look.edge, alert=look.alert, inks=inks(dark=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A card: its size in points, and what draws it at a place."""

    width: int
    height: int
    draw: Callable[[Easel, int, int, Look], None]


def tile(one: Tile, width: int) -> Frame:
    """A figure of the dashboard with its small chart."""

    def paint(easel: Easel, x: int, y: int, look: Look) -> None:
        room, s = width - 2 * _PAD, easel.scale
        ring = 46
        left = x + _PAD
        easel.words(left, y + 29, one.label, size=11, ink=look.inks.dim, room=room)
        size = easel.fitting(one.value, 22, room)
        taken = easel.words(left, y + 59, one.value, size=size, ink=look.inks.text)
        if one.is_rate:
            chart = Ring(size=ring * s, stroke=6 * s, part=one.rate, inks=look.inks)
            easel.chart(draw(chart), x + width - _PAD - ring, y + (_TILE - ring) // 2 + 8)
        elif one.series:
            spark = Spark(width=room * s, height=24 * s, values=one.series, inks=look.inks)
            easel.chart(draw(spark), left, y + _TILE - _PAD - 22)
            detail = one.detail or ""
            if taken + 10 + easel.measure(detail, 9) <= room:
                easel.words(x + width - _PAD, y + 59, detail, size=9, ink=look.inks.dim, side="right")
        elif one.detail:
            easel.words(left, y + 83, one.detail, size=10, ink=look.inks.dim, room=room)

    return Frame(width=width, height=_TILE, draw=paint)


def leaders(found: Analytics, rank: Rank, width: int) -> Frame:
    """The leaderboard with all its figures; what it is ranked by has the bar."""
    shown = found.leaderboard[:_LEADERS]
    heads = ("Sessions", "Commits", "Tokens", "Cached", "Cost")
    steps = (300, 225, 150, 75, 0)  # from the right edge to the right end of each column

    def figures(one: Leader) -> tuple[str, ...]:
        tokens, cached = words.short(one.tokens), words.short(one.cache_tokens)
        return f"{one.sessions:,}", f"{one.commits:,}", tokens, cached, words.dollars(one.cost_usd)

    def paint(easel: Easel, x: int, y: int, look: Look) -> None:
        _heading(easel, x, y, width, page_words.LEADERBOARD, page_words.ranked(found, rank), look)
        right, left = x + width - _PAD, x + _PAD
        if not shown:
            _nothing(easel, left, y, look)
            return
        for head, step in zip(heads, steps, strict=True):
            easel.words(right - step, y + _HEAD + 10, head, size=10, ink=look.inks.dim, side="right")
        greatest = max(words.measure(one, rank) for one in shown)
        for number, one in enumerate(shown):
            top = y + _HEAD + 18 + number * _ROW
            easel.line(left, top, width - 2 * _PAD, look.edge)
            base = top + 17
            easel.words(left, base, str(number + 1), size=11, ink=look.inks.dim)
            name = easel.words(left + 24, base, one.workspace, size=12, ink=look.inks.text, room=226)
            if one.repository and one.repository != one.workspace and name < 180:
                rest = 218 - name
                easel.words(left + 32 + name, base, one.repository, size=10, ink=look.inks.dim, room=rest)
            part = words.measure(one, rank) / greatest if greatest > 0 else 0.0
            level = Level(width=_BAR * easel.scale, height=8 * easel.scale, part=part, inks=look.inks)
            easel.chart(draw(level), left + 268, top + 9)
            for told, step in zip(figures(one), steps, strict=True):
                size = easel.fitting(told, 11, _FIGURE)
                easel.words(right - step, base, told, size=size, ink=look.inks.text, side="right")

    return Frame(width=width, height=_HEAD + 18 + max(len(shown), 1) * _ROW + 14, draw=paint)


def heat(found: Analytics, width: int) -> Frame:
    """Weekday by hour, and which hour is the busiest."""
    height = 232

    def paint(easel: Easel, x: int, y: int, look: Look) -> None:
        s = easel.scale
        _heading(easel, x, y, width, page_words.HEATMAP, page_words.window_text(found.window_days), look)
        chart = Heat(
            width=(width - 2 * _PAD) * s, height=(height - _HEAD - 40) * s, cells=found.heatmap, scale=s,
            inks=look.inks,
        )  # fmt: skip
        easel.chart(draw(chart), x + _PAD, y + _HEAD)
        told = page_words.heat_sum(found)
        if page_words.busiest(found):
            legend = _legend(easel, x + width - _PAD, y + height - 17, look)
            room = width - 2 * _PAD - legend - 12
        else:
            room = width - 2 * _PAD
        easel.words(x + _PAD, y + height - 17, told, size=10, ink=look.inks.dim, room=room)

    return Frame(width=width, height=height, draw=paint)


def _legend(easel: Easel, right: float, base: float, look: Look) -> float:
    """The shades from few to many, up to the right edge; its width."""
    steps, cell = shades(look.inks), 9
    at = right - easel.words(right, base, page_words.MORE, size=10, ink=look.inks.dim, side="right") - 6
    for number, ink in enumerate(reversed(steps), 1):
        easel.cell(at - number * (cell + 2) + 2, base - 8, cell, ink)
    at -= len(steps) * (cell + 2) + 4
    return right - at + easel.words(at, base, page_words.FEWER, size=10, ink=look.inks.dim, side="right")


def turns(found: Analytics, width: int) -> Frame:
    """How long sessions are."""
    height = 232

    def paint(easel: Easel, x: int, y: int, look: Look) -> None:
        s = easel.scale
        _heading(easel, x, y, width, page_words.TURNS, page_words.window_text(found.window_days), look)
        chart = Columns(
            width=(width - 2 * _PAD) * s,
            height=(height - _HEAD - _PAD) * s,
            values=found.turn_histogram,
            labels=words.turn_labels(),
            scale=s,
            inks=look.inks,
        )
        easel.chart(draw(chart), x + _PAD, y + _HEAD)

    return Frame(width=width, height=height, draw=paint)


def last_row(found: Metrics) -> int:
    """The height of the two cards below: what the one needs that needs more."""
    shown = dots(found.analytics.recent_sessions, found.generated_at, _LANES)
    lanes = max((dot.lane + 1 for dot in shown), default=0)
    commands = min(len(found.analytics.slash_commands), _COMMANDS)
    return _HEAD + max(24 * max(commands, 1) + 12, 70 + 14 * lanes if lanes else 0)


def recent(found: Metrics, tz: tzinfo | None, width: int, height: int) -> Frame:
    """The last 24 hours, and how the sessions ended."""
    sessions = found.analytics.recent_sessions

    def paint(easel: Easel, x: int, y: int, look: Look) -> None:
        s = easel.scale
        _heading(easel, x, y, width, page_words.RECENT, "", look)
        if not sessions:
            _nothing(easel, x + _PAD, y, look, page_words.NONE_RECENT)
            return
        chart = Timeline(
            width=(width - 2 * _PAD) * s,
            height=(height - _HEAD - 40) * s,
            dots=dots(sessions, found.generated_at, _LANES),
            marks=marks(found.generated_at, tz),
            scale=s,
            inks=look.inks,
        )
        easel.chart(draw(chart), x + _PAD, y + _HEAD)
        told = " · ".join(count for _, count in page_words.outcomes(sessions))
        easel.words(x + _PAD, y + height - 17, told, size=10, ink=look.inks.dim, room=width - 2 * _PAD)

    return Frame(width=width, height=height, draw=paint)


def slashes(found: Analytics, width: int, height: int) -> Frame:
    """The slash commands that are used most."""
    shown = found.slash_commands[:_COMMANDS]

    def paint(easel: Easel, x: int, y: int, look: Look) -> None:
        _heading(easel, x, y, width, page_words.SLASH, page_words.window_text(found.window_days), look)
        left, right = x + _PAD, x + width - _PAD
        if not shown:
            _nothing(easel, left, y, look)
            return
        greatest = max(one.count for one in shown)
        for number, one in enumerate(shown):
            base = y + _HEAD + 14 + number * 24
            easel.words(left, base, f"/{one.name}", size=11, ink=look.inks.text, room=126)
            part = one.count / greatest if greatest > 0 else 0.0
            level = Level(width=72 * easel.scale, height=6 * easel.scale, part=part, inks=look.inks)
            easel.chart(draw(level), left + 134, base - 7)
            easel.words(
                right, base, words.slash_count(one), size=10, ink=look.inks.dim, side="right", room=86
            )

    return Frame(width=width, height=height, draw=paint)


def sentence(title: str, told: str, width: int) -> Frame:
    """A card that only says something."""

    def paint(easel: Easel, x: int, y: int, look: Look) -> None:
        middle = x + width / 2
        easel.words(middle, y + 62, title, size=16, ink=look.inks.text, side="middle")
        easel.words(middle, y + 90, told, size=11, ink=look.inks.dim, side="middle", room=width - 2 * _PAD)

    return Frame(width=width, height=136, draw=paint)


def _heading(easel: Easel, x: int, y: int, width: int, title: str, told: str, look: Look) -> None:
    easel.words(x + _PAD, y + 31, title, size=13, ink=look.inks.text)
    easel.words(x + width - _PAD, y + 31, told, size=10, ink=look.inks.dim, side="right")


def _nothing(easel: Easel, x: int, y: int, look: Look, told: str = page_words.NONE_IN_WINDOW) -> None:
    easel.words(x, y + _HEAD + 14, told, size=11, ink=look.inks.dim)
