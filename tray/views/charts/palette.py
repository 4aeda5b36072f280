"""The colours of charts: the window's own, and the steps of the heatmap between two of them."""

from __future__ import annotations

from functools import lru_cache
from math import cbrt, ceil
from typing import TYPE_CHECKING

from tray.views.charts.specs import Inks
from tray.views.window.theme import rgb, theme

if TYPE_CHECKING:
    from tray.views.window.theme import Theme

LEVELS = 5  # of the heatmap, besides the empty cell
_FIRST = 0.3  # how far the least level is from the empty cell, towards the colour of values
_BEYOND = 0.35  # how far the greatest is from that, towards the text's

_Lab = tuple[float, float, float]


def inks(dark: bool) -> Inks:  # noqa: FBT001 - there is nothing else to say
    """The colours on a card, light or dark."""
    return inks_of(theme(dark=dark))


def inks_of(look: Theme) -> Inks:
    """The same for any theme of the window, as a faded one; `ground` is its card."""
    return Inks(
        ground=look.card,
        text=look.text,
        dim=look.dim,
        track=look.track,
        fill=look.accent,
        focus=look.text,  # a ring in the accent would be lost among the values
        ok=look.bar_normal,
        failed=look.bar_critical,
        open=look.dim,
    )


def level(count: float, most: float) -> int:
    """The step of a value: 0 only for none, LEVELS for the greatest, between them by its share."""
    if count <= 0 or most <= 0:
        return 0
    return max(ceil(LEVELS * min(count, most) / most), 1)


@lru_cache(maxsize=16)
def heat(inks: Inks) -> tuple[str, ...]:
    """The colours of the levels, 0 (the track) to LEVELS; even steps of lightness, each unlike the last.

    On a light ground more is darker, on a dark one lighter: it reads the same in grey. The last but one is
    the colour of values; the greatest goes one step beyond it.
    """
    parts = (_FIRST + (1 - _FIRST) * step / (LEVELS - 2) for step in range(LEVELS - 1))
    rising = [_between(inks.track, inks.fill, part) for part in parts]
    return inks.track, *rising, _between(inks.fill, inks.text, _BEYOND)


def _between(colour: str, other: str, part: float) -> str:
    """A colour on the way between two, where equal steps look equal (Oklab, after Björn Ottosson, 2020)."""
    one, two = _lab(colour), _lab(other)
    lightness, green_red, blue_yellow = (a + (b - a) * part for a, b in zip(one, two, strict=True))
    return _hex((lightness, green_red, blue_yellow))


def _lab(colour: str) -> _Lab:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in rgb(colour))
    )
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _hex(lab: _Lab) -> str:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    light = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    parts = (min(max(c, 0.0), 1.0) for c in light)
    shown = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in parts)
    return "#" + "".join(f"{round(c * 255):02x}" for c in shown)
