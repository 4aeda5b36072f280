"""The Insights page: the leaderboard, when and how long one works, slash commands, the last 24 hours."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tray.core import page_words
from tray.core.insight_words import (
    ALL_TIME,
    RANKS,
    heat_text,
    leader_text,
    leader_value,
    measure,
    slash_text,
    turn_labels,
    turn_text,
)
from tray.views.charts.heat import square_height
from tray.views.charts.palette import inks_of
from tray.views.charts.specs import Columns, Heat
from tray.views.window.cards import GAP, MARGIN, PAD, ground
from tray.views.window.chart_box import chart, told
from tray.views.window.insight_top import begin, condition
from tray.views.window.once import once
from tray.views.window.paint import Panel
from tray.views.window.picker import picker
from tray.views.window.ranking import Line, ranking
from tray.views.window.recent import recent
from tray.views.window.sheet import Page
from tray.views.window.theme import faded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.insights import Analytics, Leader, Rank
    from tray.views.window.insight_state import Shown
    from tray.views.window.sheet import Look, Sheet

_COLUMNS = 112  # the height of the histogram, pixels at scale 1
_EMPTY = (
    ("leaders", page_words.LEADERBOARD, 150),
    ("heat", page_words.HEATMAP, 110),
    ("turns", page_words.TURNS, _COLUMNS),
)


def insights_page(shown: Shown, look: Look) -> Page:
    """All of the page but the tabs."""
    sheet = begin(shown, look, dated=True)
    figures = condition(sheet, shown)
    if shown.found is not None and figures:
        found = shown.found.analytics
        if shown.other_scope or shown.other_days:  # the answer is on its way
            sheet.look = replace(look, theme=faded(look.theme))
        in_words = page_words.window_text(found.window_days)
        leaders = partial(_leaders, sheet, shown, found, look)
        _section(sheet, "leaders", page_words.LEADERBOARD, in_words, leaders)
        _section(sheet, "heat", page_words.HEATMAP, in_words, lambda: _heat(sheet, found))
        _section(sheet, "turns", page_words.TURNS, in_words, lambda: _turns(sheet, found))
        _section(sheet, "slash", page_words.SLASH, in_words, lambda: _slash(sheet, shown, found))
        sheet.look = replace(look, theme=faded(look.theme)) if shown.other_scope else look
        at = shown.found.generated_at
        _section(sheet, "recent", page_words.RECENT, "", lambda: recent(sheet, found, at, shown.tz))
    elif shown.found is None:
        for key, title, high in _EMPTY:
            _section(sheet, key, title, "", partial(_blank, sheet, key, look.px(high)))
    sheet.y += look.px(2)
    return Page(body=sheet.part())


def _blank(sheet: Sheet, key: str, high: int) -> None:
    """Where a section's figures will be."""
    left, right = edges(sheet.look)
    spec = Panel(width=right - left, height=high, radius=sheet.look.px(4), fill=sheet.look.theme.well)
    sheet.picture(f"{key}/blank", left, sheet.y, spec)
    sheet.y += high


def _section(sheet: Sheet, key: str, title: str, beside: str, fill: Callable[[], None]) -> None:
    """A card with its title, what it is about, and what `fill` puts in."""
    look, theme = sheet.look, sheet.look.theme
    top, at = sheet.y, len(sheet.ops)
    left, right = edges(look)
    sheet.y += look.px(PAD - 3)
    sheet.text(f"{key}/title", left, title, "heading", theme.text)
    drop = (look.type.line("heading") - look.type.line("small")) * 3 // 4
    if beside:
        sheet.text(f"{key}/window", right, beside, "small", theme.dim, anchor="ne", y=sheet.y + drop)
    sheet.y += look.type.line("heading") + look.px(8)
    fill()
    sheet.y += look.px(PAD - 2)
    ground(sheet, key, at, top)
    sheet.y += look.px(GAP)


def edges(look: Look) -> tuple[int, int]:
    """The left and the right edge inside of a card."""
    return look.px(MARGIN + PAD), look.width - look.px(MARGIN + PAD)


def _nothing(sheet: Sheet, key: str, text: str) -> None:
    left, right = edges(sheet.look)
    sheet.paragraph(f"{key}/none", left, right - left, text, "small", sheet.look.theme.dim)


def _leaders(sheet: Sheet, shown: Shown, found: Analytics, clear: Look) -> None:
    left, right = edges(sheet.look)
    ranks = tuple((rank.value, label) for rank, label in RANKS.items())
    faint, sheet.look = sheet.look, clear  # it can be used, whatever is waited for
    picker(sheet, "rank", ranks, shown.rank.value, left, right - left)
    sheet.look = faint
    sheet.y += sheet.look.px(8)
    if not found.leaderboard:
        _nothing(sheet, "leaders", page_words.NONE_IN_WINDOW)
        return
    lines = _lines(found.leaderboard, shown.rank)
    ranking(sheet, "leaders", lines, left, right, whole="leaders" in shown.whole)


@once
def _lines(leaders: tuple[Leader, ...], rank: Rank) -> tuple[Line, ...]:
    return tuple(
        Line(
            name=one.workspace,
            beside=one.repository if one.repository != one.workspace else None,
            value=leader_value(one, rank),
            size=measure(one, rank),
            said=leader_text(one),
        )
        for one in leaders
    )


def _heat(sheet: Sheet, found: Analytics) -> None:
    look = sheet.look
    left, right = edges(look)
    cell = page_words.busiest(found)
    spec = Heat(
        width=right - left,
        height=square_height(right - left, look.scale),
        cells=found.heatmap,
        scale=look.scale,
        inks=inks_of(look.theme),
    )
    day, hour = cell or (0, 9)
    place = chart(sheet, "heat", spec, left, count=7 * 24, start=day * 24 + hour)
    sheet.y += look.px(6)
    said = None if place is None else heat_text(found, place // 24, place % 24)
    told(sheet, "heat/told", left, right - left, rest=page_words.heat_sum(found), said=said)


def _turns(sheet: Sheet, found: Analytics) -> None:
    look = sheet.look
    left, right = edges(look)
    bars = found.turn_histogram
    if not any(bars):
        _nothing(sheet, "turns", page_words.NONE_IN_WINDOW)
        return
    spec = Columns(
        width=right - left,
        height=look.px(_COLUMNS),
        values=bars,
        labels=turn_labels(),
        scale=look.scale,
        inks=inks_of(look.theme),
    )
    place = chart(sheet, "turns", spec, left, count=len(bars), start=bars.index(max(bars)))
    sheet.y += look.px(6)
    said = None if place is None else turn_text(found, place)
    told(sheet, "turns/told", left, right - left, rest=page_words.turns_sum(found), said=said)


def _slash(sheet: Sheet, shown: Shown, found: Analytics) -> None:
    left, right = edges(sheet.look)
    if not found.slash_commands:
        _nothing(sheet, "slash", page_words.NO_COMMANDS)
        return
    lines = tuple(
        Line(
            name=f"/{one.name}",
            beside=None if one.dated else ALL_TIME,
            value=f"{one.count:,}×",
            size=one.count,
            said=slash_text(one),
        )
        for one in found.slash_commands
    )
    ranking(sheet, "slash", lines, left, right, whole="slash" in shown.whole)
