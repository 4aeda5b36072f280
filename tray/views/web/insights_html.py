"""The Insights tab: leaderboard, heatmap, turns, slash commands and the last 24 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import insight_words as words
from tray.core import page_words
from tray.views.charts.spans import dots, marks
from tray.views.web.charts_svg import columns, legend, level, timeline
from tray.views.web.heat_table import heat_table
from tray.views.web.markup import Html, el, join, name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from tray.core.insights import Analytics, Leader, Metrics, Rank, RecentSession, SlashCount

_SHOWN = 8  # lines of a ranking; the others are folded
_LANES = 12  # that the time line grows to
_HOURS = 6  # between two labels below it
_EDGE = 0.03  # of the time line: a label so near its end would be cut


def insights(
    found: Metrics,
    now: int,
    *,
    rank: Rank,
    ranks: Html | None = None,
    walk: bool,
    tz: tzinfo | None = None,
) -> Html:
    """The cards; `ranks` is what picks the order of the leaderboard, `now` is in Unix milliseconds."""
    told = found.analytics
    window = page_words.window_text(told.window_days)
    return el(
        "div",
        _box(
            page_words.LEADERBOARD,
            window if ranks else page_words.ranked(told, rank),
            ranks,
            _board(told.leaderboard, rank),
        ),
        _box(
            page_words.HEATMAP,
            window,
            heat_table(told, walk=walk),
            say=page_words.heat_sum(told),
            walk=walk,
        ),
        _box(page_words.TURNS, window, _turns(told, walk=walk), say=page_words.turns_sum(told), walk=walk),
        _box(page_words.SLASH, window, _slash(told.slash_commands)),
        _box(
            page_words.RECENT,
            "",
            _recent(told.recent_sessions, now, tz, walk=walk),
            say=page_words.POINT_OR_WALK if walk else "",
            walk=walk,
        ),
        class_="cards wide",
    )


def _box(title: str, window: str, *content: Html | None, say: str = "", walk: bool = False) -> Html:
    """A card; with `say` it ends with a line, in which a place that has the focus tells its text instead."""
    line = el("p", say, class_="say small", data_say=walk) if say else None
    head = el("header", el("h3", title), el("span", window, class_="dim fresh") if window else None)
    return el("section", head, *content, line, class_="card", aria_label=title)


def _nothing(told: str) -> Html:
    return el("p", told, class_="dim")


def _board(leaders: Sequence[Leader], rank: Rank) -> Html:
    if not leaders:
        return _nothing(page_words.NONE_IN_WINDOW)
    most = max(words.measure(one, rank) for one in leaders) or 1
    lines = [
        _line(
            name(one.workspace),
            words.leader_value(one, rank),
            words.measure(one, rank) / most,
            words.leader_text(one),
            one.repository if one.repository != one.workspace else None,
        )
        for one in leaders
    ]
    return _folded(lines, "all-leaders")


def _slash(commands: Sequence[SlashCount]) -> Html:
    if not commands:
        return _nothing(page_words.NO_COMMANDS)
    most = max(one.count for one in commands) or 1
    lines = [
        _line(
            name(f"/{one.name}"),
            f"{one.count:,}×",
            one.count / most,
            words.slash_text(one),
            None if one.dated else words.ALL_TIME,
        )
        for one in commands
    ]
    return _folded(lines, "all-commands")


def _line(title: Html, value: str, share: float, told: str, beside: str | None) -> Html:
    """A line of a ranking: name, number and a bar; all of it in words as the tip."""
    aside = el("span", name(beside), class_="dim small") if beside else None
    return el(
        "li",
        el(
            "div",
            el("span", title, " ", aside, class_="label"),
            el("span", value, class_="value"),
            class_="line",
        ),
        level(share),
        title=told,
    )


def _folded(lines: Sequence[Html], key: str) -> Html:
    shown = el("ol", *lines[:_SHOWN], class_="ranking")
    if len(lines) <= _SHOWN:
        return shown
    more = el("ol", *lines[_SHOWN:], class_="ranking", start=_SHOWN + 1)
    return join(shown, el("details", el("summary", page_words.show_all(len(lines))), more, id=key))


def _turns(told: Analytics, *, walk: bool) -> Html:
    if not any(told.turn_histogram):
        return _nothing(page_words.NONE_IN_WINDOW)
    spoken = [words.turn_text(told, place) for place in range(len(told.turn_histogram))]
    return columns("turns", page_words.TURNS, told.turn_histogram, words.turn_labels(), spoken, walk=walk)


def _recent(sessions: Sequence[RecentSession], now: int, tz: tzinfo | None, *, walk: bool) -> Html:
    if not sessions:
        return _nothing(page_words.NONE_RECENT)
    ordered = tuple(sorted(sessions, key=lambda one: (one.last_active, one.started_at)))
    spoken = [words.recent_text(one, tz) for one in ordered]
    label = f"{page_words.RECENT}: {words.many(len(ordered), 'session')}"
    named = [mark for mark in marks(now, tz, _HOURS) if _EDGE < mark[0] < 1 - _EDGE]
    drawn = timeline("recent", label, dots(ordered, now, _LANES), named, spoken, walk=walk)
    return join(drawn, legend(page_words.outcomes(ordered)))
