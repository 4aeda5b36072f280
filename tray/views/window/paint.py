"""Pictures of the window, drawn with Pillow from hashable descriptions: equal values, equal pixels.

Straight edges lie on whole pixels; curves are drawn four times larger and averaged down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from PIL import Image, ImageDraw

from tray.views.icon import render
from tray.views.window.theme import mix, rgb

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen

    from tray.core.model import Face
    from tray.views.charts.specs import Chart

Kind = Literal["warning", "critical", "spent", "info", "battery"]
Style = Literal["live", "stale", "open"]  # "open": no reading, a hollow bar

_FINE = 4  # the enlargement at which curves are drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A level with a time mark; sizes are pixels, `fill` and `mark` parts of the width, 0..1.

    The mark stands out above and below by `reach`, so the picture is `height + 2 * reach` high.
    """

    width: int
    height: int
    reach: int
    stroke: int
    fill: float | None
    mark: float | None
    style: Style
    colour: str
    track: str
    ink: str  # the time mark
    ground: str  # what lies behind: the mark is set off with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A rounded rectangle; None as `fill` leaves the middle open (a focus ring)."""

    width: int
    height: int
    radius: int
    fill: str | None
    edge: str | None = None
    stroke: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A toggle: the knob's side tells it as well as the colour."""

    width: int
    height: int
    on: bool
    body: str
    knob: str
    edge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A small mark beside words: warning an open triangle, critical a solid one, spent a crossed disc."""

    kind: Kind
    size: int
    colour: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """The tray's own picture, as the icon shows it."""

    face: Face
    size: int


Spec: TypeAlias = "Bar | Panel | Switch | Sign | Battery | Chart"


def draw(spec: Spec) -> Image.Image:
    """The picture (RGBA) of a description."""
    match spec:
        case Bar():
            return _bar(spec)
        case Panel():
            return _panel(spec)
        case Switch():
            return _switch(spec)
        case Sign():
            return _sign(spec)
        case Battery():
            return render(spec.face, spec.size)
        case _:
            from tray.views.charts.draw import draw as draw_chart  # not before a page has charts

            return draw_chart(spec)


def filled(width: int, part: float) -> int:
    """The filled pixels of a bar: a little is seen as a little, nearly full never as full."""
    if part <= 0:
        return 0
    if part >= 1:
        return width
    return min(max(round(width * part), 2), width - 2)


def _mask(width: int, height: int, radius: float) -> Image.Image:
    big = Image.new("L", (width * _FINE, height * _FINE), 0)
    box = (0, 0, width * _FINE - 1, height * _FINE - 1)
    ImageDraw.Draw(big).rounded_rectangle(box, radius * _FINE, fill=255)
    return big.reduce(_FINE)


def _bar(bar: Bar) -> Image.Image:
    width, height = max(bar.width, 4), max(bar.height, 2)
    body = Image.new("RGB", (width, height), rgb(bar.track))
    pen = ImageDraw.Draw(body)
    if bar.style == "open":
        inner = _mask(width - 2 * bar.stroke, height - 2 * bar.stroke, height / 2 - bar.stroke)
        body.paste(rgb(bar.ground), (bar.stroke, bar.stroke), inner)
    elif bar.fill is not None and (full := filled(width, bar.fill)):
        pen.rectangle((0, 0, full - 1, height - 1), fill=rgb(bar.colour))
        if bar.style == "stale":
            _hatch(body, full, bar)
    picture = Image.new("RGBA", (width, height + 2 * bar.reach), (0, 0, 0, 0))
    body.putalpha(_mask(width, height, height / 2))  # pasted through a mask its rim would turn dark
    picture.paste(body, (0, bar.reach))
    if bar.mark is not None:
        pen = ImageDraw.Draw(picture)
        left = round((width - bar.stroke) * min(max(bar.mark, 0.0), 1.0))
        right, low = left + bar.stroke - 1, height + 2 * bar.reach - 1
        pen.rectangle(
            (left - bar.stroke, bar.reach, right + bar.stroke, low - bar.reach), fill=(*rgb(bar.ground), 255)
        )
        pen.rectangle((left, 0, right, low), fill=(*rgb(bar.ink), 255))
    return picture


def _hatch(body: Image.Image, full: int, bar: Bar) -> None:
    """Stripes over the filled part: an old reading differs by shape, not only by colour."""
    light = rgb(mix(bar.colour, bar.track, 0.6))
    step = max(bar.height - bar.height % 2, 4)
    stripes = Image.new("L", (full * _FINE, bar.height * _FINE), 0)
    pen = ImageDraw.Draw(stripes)
    for start in range(-step, full + step, step):
        x, half, tall = start * _FINE, step // 2 * _FINE, bar.height * _FINE
        pen.polygon([(x, tall), (x + half, tall), (x + half + tall, 0), (x + tall, 0)], fill=255)
    body.paste(light, (0, 0), stripes.reduce(_FINE))


def _panel(panel: Panel) -> Image.Image:
    """Drawn at size but for the corners, so that a large card costs next to nothing."""
    width, height = max(panel.width, 1), max(panel.height, 1)
    radius = min(panel.radius, width // 2, height // 2)
    inside = (*rgb(panel.fill), 255) if panel.fill else (0, 0, 0, 0)
    rim = (*rgb(panel.edge), 255) if panel.edge else inside
    picture = Image.new("RGBA", (width, height), inside)
    if panel.edge:
        ImageDraw.Draw(picture).rectangle((0, 0, width - 1, height - 1), outline=rim, width=panel.stroke)
    if not radius:
        return picture
    side = radius * 2
    whole = Image.new("RGBA", (side, side), (*rim[:3], 0))
    whole.paste(rim, (0, 0), _mask(side, side, radius))
    if panel.edge and side > 2 * panel.stroke:
        inner = _mask(side - 2 * panel.stroke, side - 2 * panel.stroke, radius - panel.stroke)
        middle = inside if panel.fill else (*rim[:3], 0)
        whole.paste(middle, (panel.stroke, panel.stroke), inner)
    for x in (0, 1):
        for y in (0, 1):
            corner = whole.crop((x * radius, y * radius, (x + 1) * radius, (y + 1) * radius))
            picture.paste(corner, (x * (width - radius), y * (height - radius)))
    return picture


def _switch(switch: Switch) -> Image.Image:
    width, height = switch.width, switch.height
    big = Image.new("RGBA", (width * _FINE, height * _FINE), (*rgb(switch.edge), 0))
    pen, line = ImageDraw.Draw(big), max(height // 10, 1) * _FINE
    pen.rounded_rectangle(
        (0, 0, width * _FINE - 1, height * _FINE - 1),
        height * _FINE / 2,
        fill=(*rgb(switch.body), 255),
        outline=(*rgb(switch.edge), 255),
        width=line,
    )
    gap = max(height // 5, 2) * _FINE
    size = height * _FINE - 2 * gap
    left = width * _FINE - gap - size if switch.on else gap
    pen.ellipse((left, gap, left + size - 1, gap + size - 1), fill=(*rgb(switch.knob), 255))
    return big.reduce(_FINE)


def _sign(sign: Sign) -> Image.Image:
    side = sign.size * _FINE
    big = Image.new("RGBA", (side, side), (*rgb(sign.colour), 0))
    pen, ink, ground = ImageDraw.Draw(big), (*rgb(sign.colour), 255), (*rgb(sign.ground), 255)
    stroke = max(side // 9, _FINE)
    match sign.kind:
        case "warning" | "critical":
            solid = sign.kind == "critical"
            triangle = [(side * 0.5, side * 0.1), (side * 0.96, side * 0.92), (side * 0.04, side * 0.92)]
            pen.polygon(triangle, fill=ink if solid else None, outline=ink, width=stroke)
            _exclaim(pen, side, stroke, ground if solid else ink)
        case "spent":
            pen.ellipse((0, 0, side - 1, side - 1), fill=ink)
            near, far = side * 0.3, side * 0.7
            pen.line((near, near, far, far), fill=ground, width=stroke)
            pen.line((near, far, far, near), fill=ground, width=stroke)
        case "info":
            pen.ellipse((0, 0, side - 1, side - 1), fill=ink)
            half = stroke * 0.6
            pen.rectangle((side / 2 - half, side * 0.44, side / 2 + half, side * 0.76), fill=ground)
            pen.rectangle(
                (side / 2 - half, side * 0.22, side / 2 + half, side * 0.22 + half * 2), fill=ground
            )
        case "battery":
            pen.rounded_rectangle(
                (0, side * 0.25, side * 0.86, side * 0.75), stroke, outline=ink, width=stroke
            )
            pen.rectangle((side * 0.88, side * 0.4, side - 1, side * 0.6), fill=ink)
            pen.rectangle((side * 0.2, side * 0.43, side * 0.5, side * 0.57), fill=ink)
    return big.reduce(_FINE)


def _exclaim(pen: Pen, side: int, stroke: int, ink: tuple[int, ...]) -> None:
    half = stroke * 0.55
    pen.rectangle((side / 2 - half, side * 0.36, side / 2 + half, side * 0.64), fill=ink)
    pen.rectangle((side / 2 - half, side * 0.71, side / 2 + half, side * 0.71 + half * 2), fill=ink)
