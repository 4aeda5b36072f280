"""One bar of a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.views.charts import pen
from tray.views.charts.amounts import part
from tray.views.charts.specs import Box

if TYPE_CHECKING:
    from PIL import Image

    from tray.views.charts.specs import Level


def draw(spec: Level) -> Image.Image:
    """The picture (RGB)."""
    image = pen.paper(spec.width, spec.height, spec.inks.ground)
    round_end = spec.height / 2
    pen.block(image, Box(x=0, y=0, width=spec.width, height=spec.height), spec.inks.track, round_end)
    full = filled(spec.width, spec.height, part(spec.part))
    pen.block(image, Box(x=0, y=0, width=full, height=spec.height), spec.inks.fill, round_end)
    return image


def filled(width: int, height: int, share: float) -> int:
    """The filled pixels: a little is a dot, nearly all is not all."""
    if share <= 0:
        return 0
    if share >= 1:
        return max(width, 0)
    return max(min(max(round(width * share), height), width - 2), 0)
