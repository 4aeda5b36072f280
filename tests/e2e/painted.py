"""What a panel makes of the icon's picture, pixel by pixel: the promise is kept on the screen, not on the bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from tests.e2e.desktop import HEIGHT, PANEL_HEIGHT, WIDTH
from tests.e2e.waiting import wait_for
from tray.views.icon import render

if TYPE_CHECKING:
    from tests.e2e.desktop import Desktop
    from tray.core.model import Face

# XFCE takes the largest picture, which scaled down is that of 22 px; LXQt the one that fits.
_SHOWN = {"xfce4-panel": 22, "lxqt-panel": 24}
_ALIKE = 20  # of 255 in any channel: what a curve scaled down may differ by; two faces differ by 100 and more
_PLACE = (WIDTH - PANEL_HEIGHT, HEIGHT - PANEL_HEIGHT, WIDTH, HEIGHT)  # the tray's last square


def expected(face: Face, bare: Image.Image, panel: str) -> Image.Image:
    """The tray's last square with a face in its middle; `bare` is the square without it."""
    shown = _SHOWN[panel]
    picture = render(face, shown)
    square = bare.convert("RGBA")
    edge = (PANEL_HEIGHT - shown) // 2
    square.alpha_composite(picture, (edge, edge))
    return square.convert("RGB")


def colours(picture: Image.Image) -> dict[tuple[int, int, int], int]:
    """How often each colour is in a picture."""
    return {colour: count for count, colour in picture.getcolors(picture.width * picture.height)}


def rgb(text: str) -> tuple[int, int, int]:
    """`#18191c` as a picture's pixel says it."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def distance(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of any pixel in any channel."""
    return max(high for _, high in ImageChops.difference(one, other).getextrema())


def wait_until_painted(desktop: Desktop, face: Face, timeout: float = 10) -> None:
    """Until the panel shows this face and nothing else."""
    wanted = expected(face, desktop.bare_panel().crop(_in_panel()), desktop.panel)
    desktop.screen.park()

    def alike() -> bool:
        return distance(desktop.screen.picture().crop(_PLACE), wanted) <= _ALIKE

    try:
        wait_for(alike, timeout, f"{face.shape} {face.level} painted")
    except AssertionError as error:
        off = distance(desktop.screen.picture().crop(_PLACE), wanted)
        raise AssertionError(f"{error}; a pixel differs by {off}") from None


def _in_panel() -> tuple[int, int, int, int]:
    left, top, right, bottom = _PLACE
    return left, top - (HEIGHT - PANEL_HEIGHT), right, bottom - (HEIGHT - PANEL_HEIGHT)
