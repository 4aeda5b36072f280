"""Sessions on a time line: a line for how long, and at its end a mark whose shape tells how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from tray.views.charts import pen
from tray.views.charts.amounts import part
from tray.views.charts.grid import Grain, grain, grown, within
from tray.views.charts.specs import Box

if TYPE_CHECKING:
    from tray.views.charts.specs import Dot, Inks, Outcome, Timeline

_LANE = 12  # pixels at scale 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Where things are: the axis from `left` to `right` at `base`; `lanes` above it, `pitch` apart."""

    grain: Grain
    left: int
    right: int
    base: int
    lanes: int
    pitch: int
    mark: int  # how large a mark is
    labels: bool


def height(lanes: int, scale: float) -> int:
    """The height at which so many lanes have all their room."""
    g = grain(scale)
    return max(lanes, 1) * g(_LANE) + 2 * g.margin + g.line + g(5) + g.row


def places(spec: Timeline) -> tuple[Box, ...]:
    """The sessions, from where they start to the end of their mark."""
    plan = _plan(spec)
    return tuple(within(_box(plan, dot), spec.width, spec.height) for dot in spec.dots)


def draw(spec: Timeline) -> Image.Image:
    """The picture (RGB)."""
    image = pen.paper(spec.width, spec.height, spec.inks.ground)
    plan = _plan(spec)
    if plan.right <= plan.left or plan.base <= 0:
        return image
    _axis(image, spec, plan)
    boxes = [_box(plan, dot) for dot in spec.dots]
    for place in _seen(boxes):
        _session(image, plan, spec.dots[place], boxes[place], spec.inks)
    if spec.focus is not None and 0 <= spec.focus < len(boxes):
        dot, box, g = spec.dots[spec.focus], boxes[spec.focus], plan.grain
        pen.block(image, grown(box, g.line), spec.inks.ground, box.height / 2)
        _session(image, plan, dot, box, spec.inks)
        pen.ring(image, grown(box, g.margin), g.ring, box.height / 2 + g.margin, spec.inks.focus)
    return image


def _seen(boxes: list[Box]) -> list[int]:
    """Without those that are hidden whole: a later mark lies on theirs, a line as long on their line."""
    covered: dict[tuple[int, int], int] = {}  # by where the mark is: how far to the left it is covered
    seen = []
    for place in reversed(range(len(boxes))):
        box = boxes[place]
        mark = (box.x + box.width, box.y)
        if mark not in covered or box.x < covered[mark]:
            covered[mark] = box.x
            seen.append(place)
    return seen[::-1]


def _axis(image: Image.Image, spec: Timeline, plan: _Plan) -> None:
    g, free = plan.grain, 0
    track = spec.inks.track
    line = Box(x=plan.left, y=plan.base, width=plan.right - plan.left + g.line, height=g.line)
    for where, label in spec.marks:
        x = _across(plan, where)
        pen.block(image, Box(x=x, y=0, width=g.line, height=plan.base + g(3)), track)
        wide = pen.wide(label, g.text)
        left = min(max(x - wide // 2, 0), max(spec.width - wide, 0))
        if plan.labels and left >= free and wide <= spec.width:
            pen.write(image, left, plan.base + g.line + g(5), label, g.text, spec.inks.dim, "lt")
            free = left + wide + g(4)
    pen.block(image, line, track)


def _session(image: Image.Image, plan: _Plan, dot: Dot, box: Box, inks: Inks) -> None:
    """The line and, set off from whatever lies below, the mark."""
    colour, halo = _colour(inks, dot.outcome), plan.grain.line
    x = box.x + box.width - plan.mark
    thick = max(min(plan.grain(2), plan.mark), 1)
    thick += (plan.mark - thick) % 2  # so that it lies in the middle of the mark
    line = Box(x=box.x, y=box.y + (box.height - thick) // 2, width=x + halo - box.x, height=thick)
    pen.stamp(image, x - halo, box.y - halo, inks.ground, _shape("ok", plan.mark + 2 * halo))
    if line.width > halo:
        pen.line(image, line, colour)
    pen.stamp(image, x, box.y, colour, _shape(dot.outcome, plan.mark))


def _colour(inks: Inks, outcome: Outcome) -> str:
    match outcome:
        case "ok":
            return inks.ok
        case "failed":
            return inks.failed
        case "open":
            return inks.open


@lru_cache(maxsize=64)
def _shape(outcome: Outcome, size: int) -> Image.Image:
    """A mask: a disc for what went well, a cross for what failed, a ring for what is open."""
    side = size * pen.FINE
    big = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(big)
    stroke = max(round(side * 0.28), pen.FINE)
    match outcome:
        case "ok":
            draw.ellipse((0, 0, side - 1, side - 1), fill=255)
        case "failed":
            near, far = stroke * 0.4, side - 1 - stroke * 0.4
            draw.line((near, near, far, far), fill=255, width=stroke)
            draw.line((near, far, far, near), fill=255, width=stroke)
        case "open":
            draw.ellipse((0, 0, side - 1, side - 1), fill=255)
            if side > 2 * stroke:
                draw.ellipse((stroke, stroke, side - 1 - stroke, side - 1 - stroke), fill=0)
    return big.reduce(pen.FINE)


def _across(plan: _Plan, where: float) -> int:
    return plan.left + round(part(where) * (plan.right - plan.left))


def _box(plan: _Plan, dot: Dot) -> Box:
    start, end = sorted((_across(plan, dot.start), _across(plan, dot.end)))
    half = plan.mark // 2
    lane = max(dot.lane, 0) % plan.lanes
    top = plan.base - (lane + 1) * plan.pitch + (plan.pitch - plan.mark) // 2
    left = min(start, end - half)
    return Box(x=left, y=top, width=end - half + plan.mark - left, height=plan.mark)


def _plan(spec: Timeline) -> _Plan:
    g = grain(spec.scale)
    labels = spec.height >= 3 * g.row and any(label for _, label in spec.marks)
    foot = g(5) + g.row if labels else 0
    base = spec.height - foot - g.line - min(g.margin, max(spec.height, 0) // 8)
    top = min(g.margin, max(base, 0) // 4)
    wanted = max((dot.lane + 1 for dot in spec.dots), default=1)
    least = g(5)
    lanes = max(min(wanted, (base - top) // least), 1)
    pitch = max(min(g(_LANE), (base - top) // lanes), 1)
    mark = max(min(g(8), pitch), 1)
    side = min(mark // 2 + g.margin, max(spec.width, 0) // 8)
    return _Plan(
        grain=g,
        left=side,
        right=spec.width - 1 - side,
        base=base,
        lanes=lanes,
        pitch=pitch,
        mark=mark,
        labels=labels,
    )
