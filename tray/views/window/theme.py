"""The colours of the window, light and dark, and the arithmetic that keeps them legible."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from tray.core.model import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours as `#rrggbb`, named by their use. Text colours keep 4.5:1 on `page`, `card` and their tints."""

    page: str
    card: str
    edge: str  # the hairline around a card
    text: str
    dim: str
    track: str  # the empty part of a bar
    key: str  # a button's face
    key_over: str  # the same under the pointer
    accent: str  # focus ring, primary button, links, the switch that is on
    on_accent: str
    marked: str  # the ground behind a switch that asks for attention
    alert: str  # the ground behind a problem
    notice: str  # the ground behind the banner
    well: str  # the ground of a picker
    chosen: str  # the face of its segment that is picked
    warning: str
    critical: str
    bar_normal: str  # fills need less contrast than text: 3:1 on `track`
    bar_warning: str
    bar_critical: str


LIGHT = Theme(
    page="#f3f4f6",
    card="#ffffff",
    edge="#dcdfe4",
    text="#1b1d21",
    dim="#5a616c",
    track="#e3e6eb",
    key="#eceef2",
    key_over="#e0e4ea",
    accent="#1f5fcc",
    on_accent="#ffffff",
    marked="#e3edfd",
    alert="#fdf3e4",
    notice="#e8eef8",
    well="#e6e8ed",
    chosen="#ffffff",
    warning="#8a5700",
    critical="#b92d2a",
    bar_normal="#1f8a56",
    bar_warning="#b06f00",
    bar_critical="#b92d2a",
)
DARK = Theme(
    page="#18191c",
    card="#232529",
    edge="#34373d",
    text="#eceef1",
    dim="#a9afb9",
    track="#3b3f46",
    key="#33373d",
    key_over="#3e434b",
    accent="#78acf8",
    on_accent="#10151c",
    marked="#27364d",
    alert="#352d1f",
    notice="#27303d",
    well="#2b2e33",
    chosen="#474c55",
    warning="#e9b04b",
    critical="#ff8078",
    bar_normal="#4cc38a",
    bar_warning="#e9b04b",
    bar_critical="#f5625b",
)


def theme(*, dark: bool) -> Theme:
    """The theme that the desktop asks for."""
    return DARK if dark else LIGHT


def band_colour(look: Theme, band: Band | None) -> str:
    """The colour of a level's words and sign; an ordinary level has none of its own."""
    match band:
        case Band.WARNING:
            return look.warning
        case Band.CRITICAL:
            return look.critical
        case Band.NORMAL | None:
            return look.text


def bar_colour(look: Theme, band: Band | None) -> str:
    """The colour of a level's bar."""
    match band:
        case Band.WARNING:
            return look.bar_warning
        case Band.CRITICAL:
            return look.bar_critical
        case Band.NORMAL | None:
            return look.bar_normal


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers, 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, part: float) -> str:
    """`colour` with `part` (0..1) of `other` in it."""
    pairs = zip(rgb(colour), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def faded(look: Theme) -> Theme:
    """The theme of data that nobody keeps up to date any more: everything steps back towards the page."""
    steady = {"page", "card", "edge", "notice"}
    names = [f.name for f in fields(look) if f.name not in steady]
    return replace(look, **{name: mix(getattr(look, name), look.card, 0.35) for name in names})
