"""A picture for the tray in the forms that desktops want; Pillow's images are only passed through."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable

SIZES = (16, 22, 24, 32, 48, 64)  # pixels; a panel takes the one that fits, a HiDPI one the double


class Image(Protocol):
    """The part of a Pillow image in mode RGBA that is used here."""

    @property
    def size(self) -> tuple[int, int]: ...
    def tobytes(self) -> bytes: ...
    def save(self, fp: Any, format: str) -> None: ...  # noqa: A002 - Pillow's own word


class Draw(Protocol):
    """Draws a picture of a size in pixels, or one so many times larger on the same grid."""

    def __call__(self, size: int, times: int = 1, /) -> Image: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """What to show: equal keys are equal pictures."""

    key: Hashable
    at: Draw = field(compare=False)


@lru_cache(maxsize=2)
def pixmaps(picture: Picture, *, takes_largest: int | None = None) -> list[tuple[int, int, bytes]]:
    """All sizes as StatusNotifierItem wants them: width, height, ARGB in network byte order.

    `takes_largest`: the host takes the largest of all and scales it down to this size. It gets one whose
    every 4 x 4 pixels become one, so that edges stay sharp.
    """
    images = [picture.at(size) for size in SIZES]
    if takes_largest is not None:
        images.append(picture.at(takes_largest, 4))
    return [(*image.size, argb(image)) for image in images]


def argb(image: Image) -> bytes:
    """RGBA -> ARGB, not premultiplied."""
    rgba = image.tobytes()
    turned = bytearray(len(rgba))
    turned[0::4], turned[1::4], turned[2::4], turned[3::4] = rgba[3::4], rgba[0::4], rgba[1::4], rgba[2::4]
    return bytes(turned)


def icon_resource(image: Image) -> bytes:
    """The bytes of a Windows icon resource: a 32-bit DIB, bottom row first, and an empty AND mask.

    The header's height counts the mask too, which is why it is doubled.
    """
    width, height = image.size
    rgba = image.tobytes()
    bgra = bytearray(len(rgba))
    bgra[0::4], bgra[1::4], bgra[2::4], bgra[3::4] = rgba[2::4], rgba[1::4], rgba[0::4], rgba[3::4]
    rows = [bytes(bgra[y * width * 4 : (y + 1) * width * 4]) for y in reversed(range(height))]
    mask = bytes((width + 31) // 32 * 4 * height)
    head = struct.pack("<IiiHHIIiiII", 40, width, height * 2, 1, 32, 0, len(bgra) + len(mask), 0, 0, 0, 0)
    return head + b"".join(rows) + mask


def png(image: Image) -> bytes:
    """The image as a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
