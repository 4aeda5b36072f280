"""Charts as SVG whose geometry is attributes in per cent: sharp at every width, coloured by the style sheet.

With `walk` a chart is one stop of the Tab key and its places can be walked by arrows; each says its text.
Without (a report runs no script) it is one picture with one text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.views.web.markup import Html, el, join, number, part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.views.charts.specs import Dot

_SPARK, _COLUMNS, _HEAD, _FOOT = 30, 84, 14, 16  # pixels
_LANE, _AXIS = 14, 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place of a chart: what is drawn of it, and what it tells."""

    drawn: Html
    told: str


def spark(key: str, label: str, values: Sequence[float | None], spoken: Sequence[str], *, walk: bool) -> Html:
    """A bar for each day; an unknown one is a hollow stub, a day without anything a low line."""
    most = max((value for value in values if value is not None), default=0) or 1
    wide = 1 / max(len(values), 1)
    marks = []
    for place, value in enumerate(values):
        high = 2.0 if not value or value < 0 else max(3.0, value / most * _SPARK)
        kind = "unknown" if value is None else "none" if not value else "value"
        today = " last" if place == len(values) - 1 else ""
        bar = el(
            "rect",
            x=part(place * wide + wide * 0.12),
            y=number(_SPARK - high),
            width=part(wide * 0.76),
            height=number(high),
            rx=1,
            class_=f"{kind}{today}",
        )
        hit = el("rect", x=part(place * wide), y=0, width=part(wide), height=_SPARK, class_="hit")
        marks.append(Mark(drawn=join(bar, hit), told=spoken[place] if place < len(spoken) else ""))
    return _svg(key, label, marks, _SPARK, "spark", walk=walk)


def ring(label: str, share: float | None) -> Html:
    """A part of a whole, from the top clockwise; without data a hollow, dashed one."""
    whole = el("circle", cx=16, cy=16, r=13, class_="track" if share is not None else "track hollow")
    arc = None
    if share is not None and share > 0:
        length = min(share, 1.0) * 100
        arc = el(
            "circle",
            cx=16,
            cy=16,
            r=13,
            pathLength=100,
            stroke_dasharray=f"{number(length)} {number(100.5 - length)}",
            transform="rotate(-90 16 16)",
            class_="arc",
        )
    return el("svg", whole, arc, class_="ring", viewBox="0 0 32 32", role="img", aria_label=label)


def level(share: float) -> Html:
    """A thin bar: its part of the greatest one."""
    return el(
        "svg",
        el("rect", width="100%", height=4, rx=2, class_="track"),
        el("rect", width=part(share), height=4, rx=2, class_="fill"),
        class_="level",
        height=4,
        aria_hidden="true",
    )


def columns(
    key: str, label: str, values: Sequence[int], names: Sequence[str], spoken: Sequence[str], *, walk: bool
) -> Html:
    """A histogram, each bar with its count above and its name below."""
    most = max(values, default=0) or 1
    wide = 1 / max(len(values), 1)
    marks = []
    for place, value in enumerate(values):
        high = value / most * _COLUMNS if value > 0 else 1.0
        top = _HEAD + _COLUMNS - high
        middle = part((place + 0.5) * wide)
        drawn = join(
            el(
                "rect",
                x=part(place * wide + wide * 0.12),
                y=number(top),
                width=part(wide * 0.76),
                height=number(high),
                rx=2,
                class_="value" if value > 0 else "none",
            ),
            el("text", f"{value:,}", x=middle, y=number(top - 3), class_="count") if value > 0 else None,
            el("text", names[place], x=middle, y=_HEAD + _COLUMNS + 13, class_="axis"),
            el("rect", x=part(place * wide), y=0, width=part(wide), height=_HEAD + _COLUMNS, class_="hit"),
        )
        marks.append(Mark(drawn=drawn, told=spoken[place]))
    return _svg(key, label, marks, _HEAD + _COLUMNS + _FOOT, "columns", walk=walk)


def timeline(
    key: str,
    label: str,
    dots: Sequence[Dot],
    ticks: Sequence[tuple[float, str]],
    spoken: Sequence[str],
    *,
    walk: bool,
) -> Html:
    """The last 24 hours: a line for each session, and at its end a mark whose shape tells the outcome."""
    lanes = max((dot.lane for dot in dots), default=0) + 1
    foot = lanes * _LANE + 6
    grid = [
        join(
            el("line", x1=part(at), x2=part(at), y1=0, y2=foot, class_="tick"),
            el("text", name, x=part(at), y=foot + 13, class_="axis"),
        )
        for at, name in ticks
    ]
    marks = []
    for dot, told in zip(dots, spoken, strict=True):
        y = (lanes - 1 - dot.lane) * _LANE + _LANE / 2 + 2  # the first lane is next to the hours
        span = el("line", x1=part(dot.start), x2=part(dot.end), y1=number(y), y2=number(y), class_="span")
        shape = el("svg", _outcome(dot.outcome), x=part(dot.end), y=number(y), class_="spot")
        hit = el("svg", el("circle", r=9, class_="hit"), x=part(dot.end), y=number(y), class_="spot")
        marks.append(Mark(drawn=join(span, shape, hit), told=told))
    return _svg(key, label, marks, foot + _AXIS, "timeline", walk=walk, behind=join(*grid))


def legend(outcomes: Sequence[tuple[str, str]]) -> Html:
    """What the shapes of the time line mean: (outcome, words)."""
    parts = []
    for outcome, told in outcomes:
        picture = el("svg", _outcome(outcome), class_="sample", viewBox="-7 -7 14 14", aria_hidden="true")
        parts.append(el("span", picture, told))
    return el("p", *parts, class_="legend")


def _outcome(outcome: str) -> Html:
    """A disc, a cross, a ring: apart without any colour."""
    match outcome:
        case "ok":
            return el("circle", r=4.5, class_="ok")
        case "failed":
            return el("path", d="M-4 -4L4 4M4 -4L-4 4", class_="failed")
        case _:
            return el("circle", r=4, class_="open")


def _svg(
    key: str,
    label: str,
    marks: Sequence[Mark],
    height: float,
    kind: str,
    *,
    walk: bool,
    behind: Html | None = None,
) -> Html:
    """The drawing; `key` makes ids of its places, which stay the same from one drawing to the next."""
    size = {"width": "100%", "height": number(height), "class_": kind}
    if not walk:
        shown = [el("g", el("title", mark.told), mark.drawn) for mark in marks]
        return el("svg", behind, *shown, role="img", aria_label=label, **size)
    places = [
        el(
            "g",
            el("title", mark.told),
            mark.drawn,
            id=f"{key}-{place}",
            role="img",
            aria_label=mark.told,
            tabindex=0 if place == len(marks) - 1 else -1,
        )
        for place, mark in enumerate(marks)
    ]
    return el("svg", behind, *places, role="group", aria_label=label, data_walk="1", **size)
