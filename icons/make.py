"""Draws the application icon's PNG sizes and the Windows .ico from the rectangles of claudette-tray.svg."""
# ruff: noqa: INP001 - a script beside its pictures, not a package

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageColor

from tray.views.brush import Box, Brush

HERE = Path(__file__).parent
NAME = "claudette-tray"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 256)

_GRID = 64  # the side of the SVG's view box


def draw(size: int) -> Image.Image:
    """The icon at one size, RGBA, every edge on the nearest whole pixel."""
    brush = Brush(size)
    scale = size / _GRID
    for shape in ET.parse(HERE / f"{NAME}.svg").iter("{http://www.w3.org/2000/svg}rect"):  # noqa: S314 - our own file
        x, y, width, height, radius = (
            float(shape.get(name, "0")) for name in ("x", "y", "width", "height", "rx")
        )
        area = Box(
            left=round(x * scale),
            top=round(y * scale),
            right=round((x + width) * scale),
            bottom=round((y + height) * scale),
        )
        red, green, blue = ImageColor.getrgb(shape.attrib["fill"])[:3]
        brush.box(area, (red, green, blue, 255), radius * scale)
    return brush.picture()


def main() -> None:
    """Writes every size beside the SVG."""
    pictures = {size: draw(size) for size in SIZES}
    for size, picture in pictures.items():
        picture.save(HERE / f"{NAME}-{size}.png", optimize=True)
    largest = pictures[ICO_SIZES[-1]]
    largest.save(
        HERE / f"{NAME}.ico",
        sizes=[(size, size) for size in ICO_SIZES],
        append_images=[pictures[size] for size in ICO_SIZES[:-1]],
    )


if __name__ == "__main__":
    main()
