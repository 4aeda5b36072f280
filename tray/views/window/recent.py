"""The time line of the last 24 hours: a dot for each session, and how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import page_words
from tray.core.insight_words import recent_text
from tray.views.charts.palette import inks_of
from tray.views.charts.spans import dots, marks
from tray.views.charts.specs import Timeline
from tray.views.charts.timeline import height
from tray.views.window.cards import MARGIN, PAD
from tray.views.window.chart_box import chart, lines_of, told
from tray.views.window.lines import elide
from tray.views.window.once import once

if TYPE_CHECKING:
    from datetime import tzinfo

    from tray.core.insights import Analytics, RecentSession
    from tray.views.charts.specs import Dot, Outcome
    from tray.views.window.sheet import Sheet

_LANES = 8  # at most
_APART = 0.03  # of the day, between two sessions in one lane
_HOURS = 6  # between two labels
_MARKS: dict[Outcome, str] = {"ok": "●", "failed": "×", "open": "○"}


def recent(sheet: Sheet, found: Analytics, now: int, tz: tzinfo | None) -> None:
    """The time line up to `now` (Unix milliseconds), or a sentence where nothing was active."""
    look = sheet.look
    left = look.px(MARGIN + PAD)
    room = look.width - 2 * left
    if not found.recent_sessions:
        sheet.paragraph("recent/none", left, room, page_words.NONE_RECENT, "small", look.theme.dim)
        return
    placed, texts = told_of(found.recent_sessions, now, tz)
    lanes = max(dot.lane for dot in placed) + 1
    spec = Timeline(
        width=room,
        height=height(lanes, look.scale),
        dots=placed,
        marks=marks(now, tz, _HOURS),
        scale=look.scale,
        inks=inks_of(look.theme),
    )
    place = chart(sheet, "recent", spec, left, count=len(placed), start=len(placed) - 1)
    sheet.y += look.px(6)
    lines = lines_of(look.type, room, texts)
    bottom = sheet.y + lines * look.type.line("small")
    if place is None:
        _legend(sheet, found, left, room)
        if lines > 1:  # the room is there anyway
            hint = elide(page_words.POINT_OR_WALK, "small", room, look.type)
            sheet.text("recent/hint", left, hint, "small", look.theme.dim)
    else:
        told(sheet, "recent/told", left, room, rest="", said=texts[place], lines=2)
    sheet.y = bottom


@once
def told_of(
    found: tuple[RecentSession, ...], now: int, tz: tzinfo | None
) -> tuple[tuple[Dot, ...], tuple[str, ...]]:
    """A dot and a sentence for each session, in the order of their beginning; from any thread."""
    sessions = tuple(sorted(found, key=lambda one: (one.started_at, one.id)))
    return dots(sessions, now, _LANES, apart=_APART), tuple(recent_text(one, tz) for one in sessions)


def _legend(sheet: Sheet, found: Analytics, left: int, room: int) -> None:
    """The outcomes with their marks: what the shapes mean, and how many there are of each."""
    look, x = sheet.look, left
    inks = inks_of(look.theme)
    colours: dict[str, str] = {"ok": inks.ok, "failed": inks.failed, "open": inks.open}
    signs: dict[str, str] = dict(_MARKS.items())
    for outcome, words in page_words.outcomes(found.recent_sessions):
        sheet.text(f"recent/mark/{outcome}", x, signs[outcome], "small", colours[outcome])
        x += look.type.width("small", signs[outcome]) + look.px(4)
        said = elide(words, "small", max(left + room - x, 0), look.type)
        sheet.text(f"recent/sum/{outcome}", x, said, "small", look.theme.dim)
        x += look.type.width("small", said) + look.px(12)
        if x >= left + room:
            break
    sheet.y += look.type.line("small")
