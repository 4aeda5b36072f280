"""How colours look to people: contrast, lightness, the difference between two, and eyes that miss a cone.

Colours are `#rrggbb`. The matrices are those of Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, at severity 1, for linear RGB. The difference is
CIEDE2000 (CIE 142-2001), for the white of sRGB (D65); about 1 is the least that is seen side by side.
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING

from tray.views.window.theme import rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

Triple = tuple[float, float, float]

EYES: dict[str, tuple[Triple, Triple, Triple]] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# CIEDE2000 between colours that name different things, so that they are told apart in small marks as well; about
# 2 is the least that is noticed at a glance.
APART = 10
_WHITE = (0.95047, 1.0, 1.08883)


def linear(colour: str | Sequence[int]) -> Triple:
    """Linear RGB, 0..1, of `#rrggbb` or of a pixel."""
    values = rgb(colour) if isinstance(colour, str) else colour[:3]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in values)
    )
    return red, green, blue


def luminance(colour: str | Sequence[int]) -> float:
    """Relative luminance as WCAG 2 defines it, 0..1."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str | Sequence[int], other: str | Sequence[int]) -> float:
    """The contrast ratio of WCAG 2, 1..21."""
    low, high = sorted((luminance(colour), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen_by(eyes: str, colour: str) -> Triple:
    """L*a*b* of a colour as these eyes see it."""
    light = linear(colour)
    red, green, blue = (
        min(max(sum(part * value for part, value in zip(row, light, strict=True)), 0.0), 1.0)
        for row in EYES[eyes]
    )
    place = (
        0.4124564 * red + 0.3575761 * green + 0.1804375 * blue,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        0.0193339 * red + 0.1191920 * green + 0.9503041 * blue,
    )
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (part / white for part, white in zip(place, _WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def lightness(colour: str) -> float:
    """L*, 0..100."""
    return seen_by("all cones", colour)[0]


def difference(eyes: str, colour: str, other: str) -> float:
    """How different two colours look to these eyes."""
    return ciede2000(seen_by(eyes, colour), seen_by(eyes, other))


def ciede2000(one: Triple, other: Triple) -> float:
    """The difference of two L*a*b* colours; after the formulae of CIE 142-2001."""
    mean_chroma = (hypot(*one[1:]) + hypot(*other[1:])) / 2
    stretch = 1 + 0.5 * (1 - sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    polar = [(L, hypot(a * stretch, b), degrees(atan2(b, a * stretch)) % 360) for L, a, b in (one, other)]
    (L1, C1, h1), (L2, C2, h2) = polar
    turn = (h2 - h1 + 180) % 360 - 180 if C1 and C2 else 0.0
    hue = (h1 + turn / 2) % 360 if C1 and C2 else h1 + h2
    dL, dC, dH = L2 - L1, C2 - C1, 2 * sqrt(C1 * C2) * sin(radians(turn / 2))
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    T = (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )
    by_L = dL / (1 + 0.015 * (L - 50) ** 2 / sqrt(20 + (L - 50) ** 2))
    by_C = dC / (1 + 0.045 * C)
    by_H = dH / (1 + 0.015 * C * T)
    swing = 60 * exp(-(((hue - 275) / 25) ** 2))
    both = -sin(radians(swing)) * 2 * sqrt(C**7 / (C**7 + 25**7))
    return sqrt(by_L**2 + by_C**2 + by_H**2 + both * by_C * by_H)
