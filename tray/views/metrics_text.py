"""The activity on a terminal: `claudette-tray metrics`. What a name holds can't steer the terminal."""

from __future__ import annotations

from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING

from tray.core import insight_words as words
from tray.core import page_words
from tray.core.insights import Rank
from tray.views.local_time import named
from tray.views.metrics_text_charts import heat, leaders, recent, slashes, turns
from tray.views.paper import columns

if TYPE_CHECKING:
    from tray.core.insight_words import Tile
    from tray.core.insights import LatestSession, Metrics, Workspace
    from tray.views.paper import Paper

NARROWEST, WIDEST = 72, 120  # columns that are laid out for
SOME = 15  # rows of a table that is not asked for as a whole
_COLUMNS = ("Name", "Branch", "Commits", "Lines", "Latest session", "Turns", "Active")
_NUMBERS = (2, 3, 5)
_GIVING = ({4: 14, 1: 8}, {0: 10})  # what gives way where it is narrow, and how far; names come last


def report(
    found: Metrics, paper: Paper, *, rank: Rank = Rank.SESSIONS, every: bool = False, plan: bool = False
) -> str:
    """All of it, at most 120 columns wide; `every`: also the rows that are seldom looked for.

    `plan`: a Pro or Max plan pays for the sessions that `insight_words.fair_use` speaks of.
    """
    head = [*_head(found, paper), *_trouble(found, paper)]
    if found.empty:
        told = wrap(paper.text(f"{page_words.NOTHING}. {page_words.WILL_APPEAR}"), _width(paper))
        return "\n".join([*head, "", *told])
    tz = named(found.timezone)
    most = None if every else SOME
    parts = [
        head,
        _dashboard(found, paper),
        _notes(found, paper, plan=plan),
        _workspaces(found, paper, most),
        leaders(found.analytics, paper, rank, most, _width(paper)),
        heat(found.analytics, paper),
        turns(found.analytics, paper),
        slashes(found.analytics, paper, most),
        recent(found.analytics, paper, tz, most),
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part)


def _width(paper: Paper) -> int:
    """The columns that are used of those that are there."""
    return min(max(paper.width, NARROWEST), WIDEST)


def _head(found: Metrics, paper: Paper) -> list[str]:
    at = datetime.fromtimestamp(found.generated_at / 1000, named(found.timezone))
    when = f"{at:%a} {at.day} {at:%b} {at:%Y %H:%M}"
    title = paper.ink(paper.text(words.SCOPES[found.scope]), "strong")
    return [title + paper.ink(paper.text(f" · {when} · {found.timezone}"), "dim")]


def _trouble(found: Metrics, paper: Paper) -> list[str]:
    if found.trouble is None:
        return []
    told = wrap(paper.text(f"! {found.trouble}"), _width(paper), subsequent_indent="  ")
    return [paper.ink(line, "bad") for line in told]


def _dashboard(found: Metrics, paper: Paper) -> list[str]:
    today = datetime.fromtimestamp(found.generated_at / 1000, named(found.timezone)).date()
    tiles = words.tiles(found, today)
    label = max(columns(paper.text(tile.label)) for tile in tiles)
    beside = [tile for tile in tiles if tile.detail or tile.rate is not None]  # the others may reach over
    value = max(columns(paper.text(tile.value)) for tile in beside)
    room = _width(paper) - (label + value + 6)
    lines = []
    for tile in tiles:
        told = paper.text(tile.value)
        filled = " " * (value - columns(told)) + told
        name = paper.ink(paper.cell(tile.label, label), "dim")
        lines.append(f"  {name}  {paper.ink(filled, 'strong')}  {_beside(tile, paper, room)}")
    return lines


def _beside(tile: Tile, paper: Paper, room: int) -> str:
    """The small chart of a figure, and what is said of it if there is room for both."""
    detail = paper.text(tile.detail or "")
    if tile.rate is not None:
        return paper.ink(paper.bar(tile.rate, 10), "value")
    chart = paper.spark(tile.series)
    if chart and len(chart) + 2 + columns(detail) > room:
        return paper.ink(chart, "value")
    return "  ".join(part for part in (paper.ink(chart, "value"), paper.ink(detail, "dim")) if part)


def _notes(found: Metrics, paper: Paper, *, plan: bool) -> list[str]:
    width = _width(paper) - 2
    return [
        paper.ink(f"  {line}", "dim")
        for note in (*words.notes(found.dashboard), words.fair_use(found.dashboard, plan=plan))
        if note is not None
        for line in wrap(paper.text(note), width, subsequent_indent="  ")
    ]


def _workspaces(found: Metrics, paper: Paper, most: int | None) -> list[str]:
    if not found.workspaces:
        return []
    shown = found.workspaces[:most]
    title = paper.ink(page_words.WORKSPACES, "strong")
    if len(shown) < len(found.workspaces):
        title += paper.ink(
            f"  the last {len(shown)} of {len(found.workspaces):,}; --all shows every one", "dim"
        )
    rows = [_row(one, found.generated_at) for one in shown]
    rows.insert(0, _COLUMNS)
    wanted = [max(columns(paper.text(row[place])) for row in rows) for place in range(len(_COLUMNS))]
    widths = _fitted(wanted, _width(paper) - 2)
    lines = []
    for number, row in enumerate(rows):
        cells = [
            paper.cell(cell, width, right=place in _NUMBERS)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            if width
        ]
        line = "  " + "  ".join(cells).rstrip()
        lines.append(paper.ink(line, "dim" if number == 0 else "plain"))
    return [title, *lines]


def _row(one: Workspace, now: int) -> tuple[str, ...]:
    told = words.workspace_words(one, now)
    last = one.latest_session
    return (
        told.title,
        one.branch or "",
        f"{one.commits:,}" if one.commits else "",
        words.churn(one.additions, one.deletions) if one.additions or one.deletions else "",
        "" if last is None else _client(last),
        f"{last.turns:,}" if last is not None and last.turns else "",
        told.status or told.active or "",
    )


def _client(last: LatestSession) -> str:
    """Agent and model; a model whose name begins with the agent's says both."""
    if last.model is None:
        return last.agent
    return last.model if last.model.startswith(last.agent) else f"{last.agent} · {last.model}"


def _fitted(wanted: list[int], width: int) -> list[int]:
    """Columns that fit: session and branch give way, then names; 0 leaves one out."""
    widths = list(wanted)

    def over() -> int:
        return sum(widths) + 2 * (sum(one > 0 for one in widths) - 1) - width

    for least in _GIVING:
        while over() > 0 and (giving := [place for place in least if widths[place] > least[place]]):
            widths[max(giving, key=lambda place: widths[place])] -= 1
    for place in (1, 4):
        if over() > 0:
            widths[place] = 0
    widths[0] = min(wanted[0], widths[0] + max(-over(), 0))
    return widths
