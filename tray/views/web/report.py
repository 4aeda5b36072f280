"""The report: the activity as one file that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from tray.core import insight_words as words
from tray.core import page_words
from tray.core.insights import Rank
from tray.core.tabs import TABS
from tray.views.web.activity_html import activity
from tray.views.web.insights_html import insights
from tray.views.web.markup import Html, el, join
from tray.views.web.page import states
from tray.views.web.style import style

if TYPE_CHECKING:
    from datetime import tzinfo

    from tray.core.insights import Metrics


def report(
    found: Metrics, *, now: int, title: str, rank: Rank = Rank.SESSIONS, tz: tzinfo | None = None
) -> str:
    """A document of its own; `now` in Unix milliseconds, shown in `tz` (None: local time).

    `rank` says how the leaderboard of `found` is ordered. Its policy allows its one style sheet and nothing
    else: no script, no address.
    """
    sheet = Html("\n" + style())
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("style", sheet),
    )
    body = el("body", el("div", _top(found, now, title, tz), _main(found, now, rank, tz), id="page"))
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _top(found: Metrics, now: int, title: str, tz: tzinfo | None) -> Html:
    made = datetime.fromtimestamp(now / 1000, tz)
    told = (words.SCOPES[found.scope], f"{made:%A} {made.day} {made:%B %Y, %H:%M}", found.timezone)
    line = el("p", " · ".join(part for part in told if part), class_="dim")
    return el("header", el("h1", title), line, class_="report")


def _main(found: Metrics, now: int, rank: Rank, tz: tzinfo | None) -> Html:
    if found.empty:
        told = (
            el("p", page_words.NOTHING, class_="empty"),
            el("p", page_words.WILL_APPEAR, class_="dim empty"),
        )
        return el("main", states(found), *told)
    return el(
        "main",
        states(found),
        activity(found, now, plan=False, walk=False, tz=tz),
        el("h2", TABS["insights"], class_="title"),
        insights(found, now, rank=rank, walk=False, tz=tz),
        _numbers(found, now, tz),
    )


def _numbers(found: Metrics, now: int, tz: tzinfo | None) -> Html:
    """What the charts show, as text: for the keyboard, for paper, for those who hear it."""
    told, today = found.analytics, datetime.fromtimestamp(now / 1000, tz).date()
    cells = [
        words.heat_text(told, day, hour)
        for day, row in enumerate(told.heatmap)
        for hour, count in enumerate(row)
        if count
    ]
    lists = [
        *((tile.label, tile.spoken) for tile in words.tiles(found, today) if tile.spoken),
        (page_words.HEATMAP, cells),
        (page_words.TURNS, [words.turn_text(told, place) for place in range(len(told.turn_histogram))]),
        (page_words.RECENT, [words.recent_text(one, tz) for one in told.recent_sessions]),
    ]
    parts = [
        join(el("h3", label), el("ul", *(el("li", line, class_="small") for line in lines)))
        for label, lines in lists
        if lines
    ]
    return el("details", el("summary", "All numbers as text"), *parts, class_="card numbers")
