"""The Activity tab: the dashboard's tiles and the workspaces' cards."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tray.core import insight_words as words
from tray.core import page_words
from tray.views.web.charts_svg import ring, spark
from tray.views.web.markup import Html, el, join, name

if TYPE_CHECKING:
    from datetime import tzinfo

    from tray.core.insights import Metrics, Workspace

_SHOWN = 12  # workspaces; the others are folded


def activity(found: Metrics, now: int, *, plan: bool, walk: bool, tz: tzinfo | None = None) -> Html:
    """Tiles, notes and cards; `now` in Unix milliseconds. `plan`: a Pro or Max plan pays for the sessions."""
    today = datetime.fromtimestamp(now / 1000, tz).date()
    tiles = [_tile(one, walk=walk) for one in words.tiles(found, today)]
    told = [*words.notes(found.dashboard)]
    fair = words.fair_use(found.dashboard, plan=plan)
    lines = [el("p", line, class_="dim small") for line in (*told, *([fair] if fair else []))]
    cards = [_workspace(one, now) for one in found.workspaces]
    rest = None
    if len(cards) > _SHOWN:
        folded = el("div", *cards[_SHOWN:], class_="cards")
        rest = el("details", el("summary", page_words.show_all(len(cards))), folded, id="all-workspaces")
    shelf = (
        join(
            el("h2", page_words.WORKSPACES, class_="title"), el("div", *cards[:_SHOWN], class_="cards"), rest
        )
        if cards
        else None
    )
    return join(
        el("div", *tiles, class_="tiles"), el("div", *lines, class_="notes") if lines else None, shelf
    )


def _tile(tile: words.Tile, *, walk: bool) -> Html:
    """A figure; what the place of its series that has the focus tells stands in the place of the detail."""
    chart = None
    if tile.series:
        chart = spark(f"spark-{tile.key}", tile.label, tile.series, tile.spoken, walk=walk)
    dial = None
    if tile.is_rate:
        dial = ring(f"{tile.label}: {tile.value}", tile.rate)
    detail = el("p", tile.detail or "", class_="dim small detail", data_say=bool(tile.series) and walk)
    return el(
        "section",
        el("h3", tile.label, class_="dim small"),
        el("div", el("strong", tile.value), dial, class_="figure"),
        chart,
        detail if tile.detail or tile.series else None,
        class_="card tile",
        id=f"tile-{tile.key}" if walk else None,
    )


def _workspace(one: Workspace, now: int) -> Html:
    told = words.workspace_words(one, now)
    status = el("span", told.status, class_="badge") if told.status else None
    lines = (told.work, told.session, told.tokens)
    return el(
        "section",
        el(
            "header",
            el("h3", name(told.title), status),
            el("span", told.active, class_="dim fresh") if told.active else None,
        ),
        el("p", name(told.place), class_="dim small") if told.place else None,
        *(el("p", name(line), class_="small") for line in lines if line),
        class_="card workspace",
    )
