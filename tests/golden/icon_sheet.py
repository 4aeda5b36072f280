"""Every face of the icon: the strips that the golden test compares and the contact sheet in docs/screenshots."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from tray.core.model import Band, Face, Shape
from tray.views.font import font
from tray.views.icon import SIZES, render

SHEET = Path(__file__).parents[2] / "docs" / "screenshots" / "icon-states.png"

FACES = {
    "full": Face(shape=Shape.LEVEL, level=100, band=Band.NORMAL),
    "58% left": Face(shape=Shape.LEVEL, level=58, band=Band.NORMAL),
    "30% left": Face(shape=Shape.LEVEL, level=30, band=Band.WARNING),
    "10% left": Face(shape=Shape.LEVEL, level=10, band=Band.CRITICAL),
    "90% used": Face(shape=Shape.LEVEL, level=90, band=Band.CRITICAL),
    "empty": Face(shape=Shape.LEVEL, level=0, band=Band.CRITICAL),
    "exhausted": Face(shape=Shape.EXHAUSTED, level=0, band=Band.CRITICAL),
    "stale": Face(shape=Shape.STALE, level=58, band=Band.NORMAL),
    "stale low": Face(shape=Shape.STALE, level=10, band=Band.CRITICAL),
    "awaiting": Face(shape=Shape.AWAITING),
    "unknown": Face(shape=Shape.UNKNOWN),
    "off": Face(shape=Shape.OFF),
    "error": Face(shape=Shape.ERROR),
    "no cap": Face(shape=Shape.THROUGHPUT),
}

_PANELS = (("#202124", "#e8eaed", False), ("#f0f0f0", "#202124", False), ("#ffffff", "#202124", True))
_LEFT = 64
_CELL = 84
_GAP = 10


def strip(size: int, *, template: bool) -> Image.Image:
    """All faces at one size, side by side on nothing."""
    picture = Image.new("RGBA", (size * len(FACES), size))
    for i, face in enumerate(FACES.values()):
        picture.paste(render(face, size, template=template), (i * size, 0))
    return picture


def sheet() -> Image.Image:
    """All faces at all sizes on a dark and a light panel, and as templates (alpha only)."""
    height = 40 + sum(size + _GAP for size in SIZES)
    page = Image.new("RGB", (_LEFT + _CELL * len(FACES), height * len(_PANELS)))
    draw = ImageDraw.Draw(page)
    for row, (back, ink, template) in enumerate(_PANELS):
        top = row * height
        draw.rectangle((0, top, page.width, top + height), fill=back)
        for column, name in enumerate(FACES):
            draw.text((_LEFT + column * _CELL, top + 12), name, fill=ink, font=font(12))
        y = top + 36
        for size in SIZES:
            draw.text((12, y + size // 2 - 7), f"{size} px", fill=ink, font=font(12))
            for column, face in enumerate(FACES.values()):
                picture = render(face, size, template=template)
                page.paste(picture, (_LEFT + column * _CELL, y), picture)
            y += size + _GAP
    return page


if __name__ == "__main__":
    sheet().save(SHEET, optimize=True)
