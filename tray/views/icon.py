"""The battery in the tray: a `Face` becomes a picture, drawn on whole pixels for each size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tray.core.model import Band, Face, Shape
from tray.views.brush import CLEAR, Box, Brush, Colour, box

if TYPE_CHECKING:
    from PIL import Image

SIZES = (16, 22, 24, 32, 48, 64)  # what panels ask for; sizes between them are drawn as well

_BLACK: Colour = (0, 0, 0, 255)
_SMALL = 22  # below: a slant or a curve of 1 px is only a blur, so marks are made of whole pixels

_QUESTION_7 = (
    ".####.",
    "##..##",
    "....##",
    "..###.",
    "..##..",
    "......",
    "..##..",
)
_QUESTION_10 = (
    ".######.",
    "########",
    "##....##",
    "......##",
    "....####",
    "...####.",
    "...##...",
    "........",
    "...##...",
    "...##...",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one picture.

    The battery brings its own dark `screen`, so that fills and marks look alike on every panel. The `rim`
    around it is a mid-tone: above 3:1 against a light panel (#f0f0f0) and against a dark one (#202124).
    """

    rim: Colour
    screen: Colour
    mark: Colour
    bands: dict[Band, Colour]  # apart in lightness too, for eyes that don't tell red from green
    faded: dict[Band, Colour]  # the same, of a reading that is not fresh


_COLOURS = Palette(
    rim=(127, 135, 146, 255),
    screen=(30, 34, 40, 255),
    mark=(240, 243, 246, 255),
    bands={
        Band.NORMAL: (46, 190, 128, 255),
        Band.WARNING: (255, 196, 56, 255),
        Band.CRITICAL: (240, 72, 62, 255),
    },
    faded={
        Band.NORMAL: (58, 158, 118, 255),
        Band.WARNING: (214, 170, 70, 255),
        Band.CRITICAL: (205, 82, 75, 255),
    },
)
# macOS paints a template in the colour of its menu bar: only alpha speaks.
_TEMPLATE = Palette(
    rim=_BLACK,
    screen=CLEAR,
    mark=_BLACK,
    bands=dict.fromkeys(Band, _BLACK),
    faded=dict.fromkeys(Band, _BLACK),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The battery's parts at one size, all on whole pixels."""

    size: int
    stroke: int
    gap: int
    radius: int
    body: Box
    inside: Box  # within the rim: the screen and the marks
    cell: Box  # within the rim and its gap: the fill
    knob: Box  # the terminal


def frame(size: int) -> Frame:
    """The geometry at one size. 16 px: a body of 14 x 10 with a rim of 1 and a cell of 10 x 6 to fill."""
    stroke = max(1, round(size / 18))
    gap = max(1, round(size / 22))
    margin = size // 22
    knob = max(2, 2 * round(size / 28))  # even, as the body then is: marks of 2 px stand in its middle
    body = box(margin, 0, size - 2 * margin - knob, size).centred(
        size - 2 * margin - knob, 2 * round(size * 0.32) + size % 2
    )
    inside = body.inset(stroke)
    reach = body.centred(0, 2 * max(2, round(body.height * 0.2)) + size % 2)
    return Frame(
        size=size,
        stroke=stroke,
        gap=gap,
        radius=max(2, round(size / 8)),
        body=body,
        inside=inside,
        cell=inside.inset(gap),
        knob=Box(left=body.right, top=reach.top, right=body.right + knob, bottom=reach.bottom),
    )


def fill_width(level: int, cell: int) -> int:
    """Filled pixels of a cell: none only at level 0, all only at 100, in between at least 2."""
    if level <= 0:
        return 0
    if level >= 100:
        return cell
    return min(max(round(cell * level / 100), 2), cell - 1)


def _battery(brush: Brush, f: Frame, p: Palette) -> None:
    brush.box(f.knob, p.rim, f.radius / 2)
    brush.box(box(f.knob.left, f.knob.top, (f.knob.width + 1) // 2, f.knob.height), p.rim)
    brush.box(f.body, p.rim, f.radius)
    brush.box(f.inside, p.screen, f.radius - f.stroke)


def _fill(brush: Brush, f: Frame, level: int, colour: Colour) -> None:
    width = fill_width(level, f.cell.width)
    if width:
        brush.box(
            box(f.cell.left, f.cell.top, width, f.cell.height),
            colour,
            min(f.radius - f.stroke - f.gap / 2, width / 2) if f.size >= _SMALL else 0,
        )


def _stripes(brush: Brush, f: Frame, level: int, colour: Colour) -> None:
    """The fill of an old reading: lines whose ends still tell the level."""
    width = fill_width(level, f.cell.width)
    if not width:
        return
    lines = 2 if f.size < _SMALL else 3
    space = max(1, round(f.cell.height / (2 * lines - 1)))
    thick = (f.cell.height - (lines - 1) * space) // lines
    rows = f.cell.centred(f.cell.width, lines * thick + (lines - 1) * space)
    for i in range(lines):
        brush.box(box(f.cell.left, rows.top + i * (thick + space), width, thick), colour)


def _alarm(brush: Brush, f: Frame, p: Palette) -> None:
    """A dot on the corner: critical by shape, also where a full battery means all used."""
    side = 2 * max(2, round(f.size / 8))
    gap = f.stroke
    corner = box(f.size - side, max(0, f.body.top - side // 2), side, side)
    brush.box(corner.inset(-gap), CLEAR, (side + 2 * gap) / 2)
    brush.box(corner, p.bands[Band.CRITICAL], side / 2)


def _cross(brush: Brush, f: Frame, colour: Colour) -> None:
    area = f.inside.centred(f.cell.height, f.cell.height)
    if f.size < _SMALL:
        for row in range(area.height):
            step = round(row * (area.width - 2) / (area.height - 1))
            for left in (area.left + step, area.right - 2 - step):
                brush.box(box(left, area.top + row, 2, 1), colour)
        return
    w = f.size / 14
    for top, bottom, down in ((area.top, area.bottom, w), (area.bottom, area.top, -w)):
        brush.polygon(
            [
                (area.left, top + down),
                (area.left, top),
                (area.left + w, top),
                (area.right, bottom - down),
                (area.right, bottom),
                (area.right - w, bottom),
            ],
            colour,
        )


def _dots(brush: Brush, f: Frame, colour: Colour) -> None:
    dot = 2 * max(1, round(f.size / 18))
    space = max(1, round(f.size / 14))
    row = f.inside.centred(3 * dot + 2 * space, dot)
    for i in range(3):
        brush.box(box(row.left + i * (dot + space), row.top, dot, dot), colour, dot / 4 if dot > 2 else 0)


def _question(brush: Brush, f: Frame, colour: Colour) -> None:
    if f.size < 32:
        glyph = _QUESTION_7 if f.size < _SMALL else _QUESTION_10
        area = f.inside.centred(len(glyph[0]), len(glyph))
        for y, line in enumerate(glyph):
            for x, pixel in enumerate(line):
                if pixel == "#":
                    brush.box(box(area.left + x, area.top + y, 1, 1), colour)
        return
    w = max(2, round(f.size / 12))
    side = 2 * round(f.inside.height * 0.28) + w % 2
    area = f.inside.centred(side, f.inside.height - f.stroke)
    stem = area.centred(w, 0).left
    bend = area.top + side - w
    brush.arc(box(area.left, area.top, side, side), 180, 450, w, colour)
    brush.box(box(stem, area.bottom - w, w, w), colour)
    brush.box(Box(left=stem, top=bend, right=stem + w, bottom=area.bottom - w - max(1, f.gap - 1)), colour)


def _bang(brush: Brush, f: Frame, p: Palette) -> None:
    """An exclamation mark taller than the battery: the outline itself says that something is wrong."""
    w = max(2, round(f.size / 7.5))
    plate = box(0, 0, f.body.left + f.body.right, f.size).centred(w + 2 * f.gap, f.size)
    bar = plate.inset(f.gap)
    r = w / 3 if f.size >= _SMALL else 0
    brush.box(plate, p.screen, r + f.gap)
    brush.box(box(bar.left, bar.top, w, bar.height - w - f.gap), p.bands[Band.WARNING], r)
    brush.box(box(bar.left, bar.bottom - w, w, w), p.bands[Band.WARNING], r)


def _bars(brush: Brush, f: Frame, colour: Colour) -> None:
    heights = (0.5, 1.0, 0.7) if f.cell.width < 13 else (0.5, 1.0, 0.35, 0.75)
    count = len(heights)
    space = max(1, f.cell.width // (2 * count - 1))
    w = (f.cell.width - (count - 1) * space) // count
    row = f.cell.centred(count * w + (count - 1) * space, f.cell.height)
    for i, part in enumerate(heights):
        h = round(part * row.height)
        brush.box(box(row.left + i * (w + space), row.bottom - h, w, h), colour)


def _dashes(brush: Brush, f: Frame, colour: Colour) -> None:
    """An outline with gaps and no terminal: there is nothing in it, and nothing is wrong."""
    body = f.body
    space = max(2, round(f.size / 8))
    brush.box(body, colour, f.radius)
    brush.box(f.inside, CLEAR, f.radius - f.stroke)
    dash = (body.width - 2 * space) // 3
    for left in (body.left + dash, body.right - dash - space):
        brush.box(box(left, body.top, space, body.height), CLEAR)
    brush.box(body.centred(body.width, space), CLEAR)


@lru_cache(maxsize=64)
def _draw(face: Face, size: int, times: int, *, template: bool) -> Image.Image:
    p = _TEMPLATE if template else _COLOURS
    f = frame(size)
    brush = Brush(size)
    band = face.band or Band.NORMAL
    level = face.level
    if face.shape is not Shape.OFF:
        _battery(brush, f, p)
    match face.shape:
        case Shape.LEVEL if level is not None:
            _fill(brush, f, level, p.bands[band])
        case Shape.STALE if level is not None:
            _stripes(brush, f, level, p.faded[band])
        case Shape.AWAITING:
            _dots(brush, f, p.mark)
        case Shape.EXHAUSTED:
            _cross(brush, f, p.bands[Band.CRITICAL])
        case Shape.UNKNOWN | Shape.LEVEL | Shape.STALE:  # a level that nobody knows is not 0
            _question(brush, f, p.mark)
        case Shape.OFF:
            _dashes(brush, f, p.rim)
        case Shape.ERROR:
            _bang(brush, f, p)
        case Shape.THROUGHPUT:
            _bars(brush, f, p.bands[Band.NORMAL])
    if band is Band.CRITICAL and level is not None and face.shape in (Shape.LEVEL, Shape.STALE):
        _alarm(brush, f, p)
    return brush.picture(times)


def render(face: Face, size: int, times: int = 1, *, template: bool = False) -> Image.Image:
    """The picture of a face: RGBA, `size` x `size` pixels, a copy of the caller's own.

    `times` (1, 2 or 4) makes it larger with all its edges where they are, for whoever scales it down again.
    `template` is for macOS: black with alpha, the state and the level told by alpha alone.
    """
    return _draw(face, size, times, template=template).copy()
