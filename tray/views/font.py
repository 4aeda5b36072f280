"""The font of drawn text, shipped with the package, so that a picture is the same on every machine."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_FILE = Path(__file__).parent / "font" / "DejaVuSans.ttf"


@lru_cache(maxsize=16)
def font(pixels: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans at a height in pixels; laid out by Pillow itself, not by a library that may be missing."""
    return ImageFont.truetype(str(_FILE), pixels, layout_engine=ImageFont.Layout.BASIC)
