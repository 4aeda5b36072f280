"""Charts and lists on a page: one stop of the Tab key each, with a line of words for what one looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from heapq import nlargest
from typing import TYPE_CHECKING

from tray.views.window.lines import clean, elide, wrap
from tray.views.window.once import once
from tray.views.window.paint import Panel
from tray.views.window.sheet import Hot

if TYPE_CHECKING:
    from tray.views.charts.specs import Columns, Heat, Spark, Timeline
    from tray.views.window.sheet import Key, Sheet, Typography

_MEASURED = 40  # texts


@dataclass(frozen=True, slots=True, kw_only=True)
class InChart:
    """The places of a chart, by its own geometry."""

    spec: Spark | Heat | Columns | Timeline
    start: int

    def at(self, x: int, y: int) -> int | None:
        from tray.views.charts.places import at

        return at(self.spec, x, y)

    def step(self, place: int, key: Key) -> int:
        from tray.views.charts.places import step

        return step(self.spec, place, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class InRows:
    """The rows of a list, each `height` pixels high."""

    count: int
    height: int
    start: int = 0

    def at(self, _x: int, y: int) -> int | None:
        place = y // max(self.height, 1)
        return place if 0 <= place < self.count else None

    def step(self, place: int, key: Key) -> int:
        moved = {"left": -1, "up": -1, "right": 1, "down": 1, "home": -self.count, "end": self.count}[key]
        return min(max(place + moved, 0), self.count - 1)


def chart(
    sheet: Sheet, name: str, spec: Spark | Heat | Columns | Timeline, left: int, *, count: int, start: int
) -> int | None:
    """A chart with `count` places at `y`; answers the one that is looked at. Moves `y` below."""
    action = f"chart:{name}"
    place = _looked_at(sheet, action, count)
    sheet.picture(f"chart/{name}", left, sheet.y, replace(spec, focus=place))
    if count:
        walk = InChart(spec=spec, start=min(max(start, 0), count - 1))
        _stop(sheet, Hot(action=action, x=left, y=sheet.y, width=spec.width, height=spec.height, walk=walk))
    sheet.y += spec.height
    return place


def rows(sheet: Sheet, name: str, left: int, room: int, *, count: int, height: int) -> int | None:
    """The stop for a list whose rows begin at `y`, with a ground under the one that is looked at.

    Leaves `y` where it is; answers the row.
    """
    action, out = f"list:{name}", sheet.look.px(6)
    place = _looked_at(sheet, action, count)
    if place is not None:
        under = Panel(width=room + 2 * out, height=height, radius=sheet.look.px(5), fill=sheet.look.theme.key)
        sheet.picture(f"list/{name}/under", left - out, sheet.y + place * height, under)
    if count:
        walk = InRows(count=count, height=height)
        wide, high = room + 2 * out, count * height
        _stop(sheet, Hot(action=action, x=left - out, y=sheet.y, width=wide, height=high, walk=walk))
    return place


def told(
    sheet: Sheet, key: str, left: int, room: int, *, rest: str, said: str | None, lines: int = 1
) -> None:
    """What is looked at in words, or what there is to say at rest. Moves `y` below all `lines`."""
    look = sheet.look
    colour, bottom = look.theme.text, sheet.y + lines * look.type.line("small")
    if said is None:
        said, colour = rest, look.theme.dim
    found = wrap(said, "small", room, look.type)
    cut = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    sheet.lines(key, left, [elide(line, "small", room, look.type) for line in cut if line], "small", colour)
    sheet.y = bottom


@once
def lines_of(type_: Typography, room: int, texts: tuple[str, ...]) -> int:
    """How many lines `told` needs for any of these, two at most: what is below shall not jump.

    Of thousands the longest are measured: they are made by one pattern.
    """
    longest = nlargest(_MEASURED, texts, key=len)
    return 2 if any(type_.width("small", clean(text)) > room for text in longest) else 1


def _looked_at(sheet: Sheet, action: str, count: int) -> int | None:
    place = sheet.look.place(action)
    return None if place is None or not count else min(place, count - 1)


def _stop(sheet: Sheet, hot: Hot) -> None:
    """The place on the page; what it says is told in up to two lines below."""
    look = sheet.look
    hot = replace(hot, tail=look.px(8) + 2 * look.type.line("small"))
    sheet.ring(hot.action, hot.x, hot.y, hot.width, hot.height, sheet.look.px(4))
    sheet.hots.append(hot)
