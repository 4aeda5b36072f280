"""The heatmap as what it is, a table: a row for each weekday, a cell for each hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import page_words
from tray.core.insight_words import WEEKDAYS, heat_text
from tray.views.charts.palette import LEVELS, level
from tray.views.web.markup import Html, el, hidden

if TYPE_CHECKING:
    from tray.core.insights import Analytics

_HOURS = 24


def heat_table(found: Analytics, *, walk: bool) -> Html:
    """With `walk` a grid whose cells take the focus and tell their text; else a table of numbers."""
    most = max((count for row in found.heatmap for count in row), default=0)
    hours = [
        el("th", el("span", str(hour)) if hour % 3 == 0 else None, scope="col", aria_label=f"{hour:02}:00")
        for hour in range(_HOURS)
    ]
    body = []
    for day, row in enumerate(found.heatmap):
        cells = [
            el(
                "td",
                hidden(str(count)),
                id=f"heat-{day}-{hour}" if walk else None,
                class_=f"h{level(count, most)}",
                title=heat_text(found, day, hour),
                role="gridcell" if walk else None,
                aria_label=heat_text(found, day, hour) if walk else None,
                tabindex=(0 if (day, hour) == (0, 0) else -1) if walk else None,
            )
            for hour, count in enumerate(row)
        ]
        head = el("th", WEEKDAYS[day][:3], scope="row", aria_label=WEEKDAYS[day])
        body.append(el("tr", head, *cells))
    table = el(
        "table",
        el("thead", el("tr", el("td"), *hours)),
        el("tbody", *body),
        class_="heat",
        role="grid" if walk else None,
        aria_label=page_words.HEATMAP,
        data_walk=str(_HOURS) if walk else None,
    )
    scale = [el("i", class_=f"h{number}") for number in range(LEVELS + 1)]
    ends = el("p", f"{page_words.FEWER} ", *scale, f" {page_words.MORE}", class_="scale", aria_hidden="true")
    return el("div", table, ends)
