"""What the desktop looked like the last time: lets the first frame be painted before anybody is asked."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.desktop.appearance import Appearance
from tray.engine import files

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "window.json"
_LARGEST = 4096  # bytes


def recall(state: Path) -> Appearance | None:
    """The appearance kept in the state folder; None where there is none that makes sense."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        kept = json.loads(files.read(state / _NAME, limit=_LARGEST))
        dark, scale = kept["dark"], float(kept["scale"])
        if isinstance(dark, bool) and 1 <= scale <= 4:
            return Appearance(dark=dark, scale=scale)
    return None


def keep(state: Path, seen: Appearance) -> None:
    """Write it down where it differs; a folder that can't be written costs the next start a moment."""
    if recall(state) != seen:
        with suppress(OSError):
            files.replace(state / _NAME, json.dumps({"dark": seen.dark, "scale": seen.scale}).encode())
