"""The analytics on a terminal: leaderboard, heatmap, histogram, slash commands, recent sessions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tray.core import insight_words as words
from tray.core import page_words
from tray.views.local_time import clock
from tray.views.paper import columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from tray.core.insights import Analytics, Rank
    from tray.views.paper import Paper

_NAME = 28  # columns of a name at most
_AGENT = 14
_BAR = 16
_LEAST = 12  # of a name, before its bar gives way
_MANY = 10_000  # from here on the legend's numbers are short ones
_SIGNS = {True: ("●", "good"), False: ("✗", "bad"), None: ("○", "dim")}


def leaders(found: Analytics, paper: Paper, rank: Rank, most: int | None, breadth: int) -> list[str]:
    """Workspaces by what is asked, with a bar of it and all figures, in at most `breadth` columns."""
    title = _title(paper, page_words.LEADERBOARD, page_words.ranked(found, rank))
    if not found.leaderboard:
        return [title, f"  {page_words.NONE_IN_WINDOW}"]
    shown = found.leaderboard[:most]
    rows = [
        (
            one.workspace,
            f"{one.sessions:,}",
            f"{one.commits:,}",
            words.short(one.tokens),
            words.short(one.cache_tokens),
            words.dollars(one.cost_usd),
        )
        for one in shown
    ]
    heads = ("", "Sessions", "Commits", "Tokens", "Cached", "Cost")
    widths = [max(columns(paper.text(row[place])) for row in (heads, *rows)) for place in range(6)]
    number = len(str(len(shown)))
    room = breadth - (number + 8 + sum(widths[1:]) + 2 * 4)  # for name and bar
    length = min(max(room - _LEAST, 0), _BAR)
    name = max(min(widths[0], _NAME, room - length), 4)
    greatest = max((words.measure(one, rank) for one in shown), default=0)

    def figures(row: Sequence[str]) -> str:
        return "  ".join(paper.cell(row[place], widths[place], right=True) for place in range(1, 6))

    lines = [paper.ink(f"{'':{number + name + length + 6}}  {figures(heads)}", "dim")]
    for place, (one, row) in enumerate(zip(shown, rows, strict=True), 1):
        part = words.measure(one, rank) / greatest if greatest > 0 else 0
        bar = paper.ink(paper.bar(part, length), "value")
        lines.append(f"  {place:>{number}}  {paper.cell(row[0], name)}  {bar}  {figures(row)}")
    return [title, *lines]


def heat(found: Analytics, paper: Paper) -> list[str]:
    """Day of week by hour of day; a cell is two characters wide, so that it is nearly square."""
    most = max(max(day) for day in found.heatmap)
    axis = "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()
    lines = []
    for name, day in zip(words.WEEKDAYS, found.heatmap, strict=True):
        cells = "".join(paper.shade(level(count, most)) * 2 for count in day)
        lines.append(f"  {paper.ink(name[:3], 'dim')}  {paper.ink(cells, 'value')}")
    lines.append(paper.ink(f"       {axis}", "dim"))
    title = _dated(paper, page_words.HEATMAP, found)
    if not most:
        return [title, *lines]
    return [title, *lines, paper.ink(f"       {_legend(paper, most)}", "dim")]


def level(count: int, most: int) -> int:
    """0 for none, else 1..4 by the share of the greatest."""
    return 0 if count <= 0 or most <= 0 else math.ceil(count / most * 4)


def _legend(paper: Paper, most: int) -> str:
    """What each shade stands for; a shade that no count can have is left out."""
    parts = [f"{paper.shade(0) * 2} none"]
    for step in range(1, 5):
        low, high = (step - 1) * most // 4 + 1, step * most // 4
        if low <= high:
            first, last = (
                f"{count:,}" if most < _MANY else words.short(count).replace(".0", "")
                for count in (low, high)
            )
            span = first if low == high else first + paper.text("–") + last
            parts.append(f"{paper.shade(step) * 2} {span}")
    return "   ".join(parts)


def turns(found: Analytics, paper: Paper) -> list[str]:
    """How many sessions had how many turns."""
    most = max(found.turn_histogram)
    lines = []
    for label, count in zip(words.turn_labels(), found.turn_histogram, strict=True):
        bar = paper.ink(paper.bar(count / most if most else 0, 40), "value") if count else ""
        name = paper.ink(paper.cell(label, 5, right=True), "dim")
        lines.append(f"  {name}  {bar.rstrip() + ' ' if bar else ''}{count:,}")
    return [_dated(paper, page_words.TURNS, found), *lines]


def slashes(found: Analytics, paper: Paper, most: int | None) -> list[str]:
    """The slash commands, the most used first."""
    shown = found.slash_commands[:most]
    if not shown:
        return []
    name = min(max(columns(paper.text(f"/{one.name}")) for one in shown), _NAME)
    number = max(len(f"{one.count:,}") for one in shown)
    greatest = max(one.count for one in shown)
    lines = []
    for one in shown:
        bar = paper.ink(paper.bar(one.count / greatest if greatest > 0 else 0, _BAR), "value")
        when = "" if one.dated else paper.ink(f"  {words.ALL_TIME}", "dim")
        lines.append(f"  {paper.cell(f'/{one.name}', name)}  {bar}  {one.count:>{number},}{when}")
    return [_dated(paper, page_words.SLASH, found), *lines]


def recent(found: Analytics, paper: Paper, tz: tzinfo | None, most: int | None) -> list[str]:
    """The sessions of the last 24 hours, the newest first."""
    title = paper.ink(page_words.RECENT, "strong")
    shown = found.recent_sessions[:most]
    if not shown:
        return [title, f"  {page_words.NONE_RECENT}"]
    name = min(max(columns(paper.text(words.place(one))) for one in shown), _NAME)
    agent = min(max(columns(paper.text(one.agent)) for one in shown), _AGENT)
    lines = [title]
    for one in shown:
        sign, kind = _SIGNS[one.ok]
        span = paper.text(f"{clock(one.started_at, tz)}–{clock(one.last_active, tz)}")
        lines.append(
            f"  {paper.ink(paper.text(sign), kind)} {span}  {paper.cell(words.place(one), name)}"
            f"  {paper.cell(one.agent, agent)}  {words.ending(one)}"
        )
    if len(shown) < len(found.recent_sessions):
        lines.append(paper.ink(f"  and {len(found.recent_sessions) - len(shown):,} more", "dim"))
    return lines


def _dated(paper: Paper, name: str, found: Analytics) -> str:
    return _title(paper, name, page_words.window_text(found.window_days))


def _title(paper: Paper, name: str, about: str) -> str:
    """A heading with what it is about."""
    return paper.ink(name, "strong") + paper.ink(paper.text(f" · {about}"), "dim")
