"""The time line of the last 24 hours: a dot for each session, and how they ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.core import page_words
from tray.core.insight_words import recent_text
from tray.views.charts.palette import inks_of
from tray.views.charts.specs import Dot, Timeline
from tray.views.charts.timeline import height
from tray.views.window.cards import MARGIN, PAD
from tray.views.window.chart_box import chart, lines_of, told
from tray.views.window.lines import elide

if TYPE_CHECKING:
    from datetime import tzinfo

    from tray.core.insights import Analytics, RecentSession
    from tray.views.charts.specs import Outcome
    from tray.views.window.sheet import Sheet

_DAY = 86_400_000  # milliseconds
_LANES = 8  # at most
_APART = 0.03  # of the day, between two sessions in one lane
_MARKS: dict[Outcome, str] = {"ok": "●", "failed": "×", "open": "○"}


def recent(sheet: Sheet, found: Analytics, now: int, tz: tzinfo | None) -> None:
    """The time line up to `now` (Unix milliseconds), or a sentence where nothing was active."""
    look = sheet.look
    left = look.px(MARGIN + PAD)
    room = look.width - 2 * left
    sessions = tuple(sorted(found.recent_sessions, key=lambda one: (one.started_at, one.id)))
    if not sessions:
        sheet.paragraph("recent/none", left, room, page_words.NONE_RECENT, "small", look.theme.dim)
        return
    dots = dots_of(sessions, now)
    lanes = max(dot.lane for dot in dots) + 1
    spec = Timeline(
        width=room,
        height=height(lanes, look.scale),
        dots=dots,
        marks=marks_of(now, tz),
        scale=look.scale,
        inks=inks_of(look.theme),
    )
    place = chart(sheet, "recent", spec, left, count=len(dots), start=len(dots) - 1)
    sheet.y += look.px(6)
    texts = [recent_text(one, tz) for one in sessions]
    bottom = sheet.y + lines_of(sheet, room, texts) * look.type.line("small")
    if place is None:
        _legend(sheet, found, left, room)
    else:
        told(sheet, "recent/told", left, room, rest="", said=texts[place], lines=2)
    sheet.y = bottom


def dots_of(sessions: tuple[RecentSession, ...], now: int) -> tuple[Dot, ...]:
    """A dot for each session, in the first lane that is free; those beyond all lanes share the last."""
    ends: list[float] = []
    dots = []
    for one in sessions:
        start, end = (min(max(1 - (now - at) / _DAY, 0.0), 1.0) for at in (one.started_at, one.last_active))
        free = (place for place, taken in enumerate(ends) if taken + _APART <= start)
        lane = next(free, len(ends) if len(ends) < _LANES else _LANES - 1)
        ends[lane:] = [max(end, start), *ends[lane + 1 :]]
        outcome: Outcome = "open" if one.ok is None else "ok" if one.ok else "failed"
        dots.append(Dot(start=start, end=max(end, start), outcome=outcome, lane=lane))
    return tuple(dots)


def marks_of(now: int, tz: tzinfo | None) -> tuple[tuple[float, str], ...]:
    """Every sixth full hour of the local clock on the axis."""
    at = datetime.fromtimestamp(now / 1000, tz).replace(minute=0, second=0, microsecond=0)
    hours = (at - timedelta(hours=back) for back in range(24))
    found = ((1 - (now / 1000 - hour.timestamp()) / (_DAY / 1000), hour) for hour in hours)
    return tuple(sorted((part, f"{hour:%H}:00") for part, hour in found if hour.hour % 6 == 0 and part >= 0))


def _legend(sheet: Sheet, found: Analytics, left: int, room: int) -> None:
    """The outcomes with their marks: what the shapes mean, and how many there are of each."""
    look, x = sheet.look, left
    inks = inks_of(look.theme)
    colours: dict[str, str] = {"ok": inks.ok, "failed": inks.failed, "open": inks.open}
    marks: dict[str, str] = dict(_MARKS.items())
    for outcome, words in page_words.outcomes(found.recent_sessions):
        sheet.text(f"recent/mark/{outcome}", x, marks[outcome], "small", colours[outcome])
        x += look.type.width("small", marks[outcome]) + look.px(4)
        said = elide(words, "small", max(left + room - x, 0), look.type)
        sheet.text(f"recent/sum/{outcome}", x, said, "small", look.theme.dim)
        x += look.type.width("small", said) + look.px(12)
        if x >= left + room:
            break
    sheet.y += look.type.line("small")
