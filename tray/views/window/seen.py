"""How the window was the last time: lets the first frame be painted before anybody is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from tray.desktop.appearance import Appearance
from tray.engine import files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAME = "window.json"
_LARGEST = 4096  # bytes
_SIDES = (100, 10_000)  # what a window's width and height can be, pixels at scale 1
_PICKS = ("scope", "days", "rank")
_turn = Lock()  # the colours are kept from one thread, the rest from another


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Where a person left the window: its page, its size (pixels at scale 1), what they picked."""

    page: str = "usage"
    size: tuple[float, float] | None = None
    picked: Mapping[str, str] = field(default_factory=dict)  # on the pages: scope, days, rank


def recall(state: Path) -> Appearance | None:
    """The appearance kept in the state folder; None where there is none that makes sense."""
    kept = _read(state)
    try:
        dark, scale = kept["dark"], float(kept["scale"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return Appearance(dark=dark, scale=scale) if isinstance(dark, bool) and 1 <= scale <= 4 else None


def recall_stay(state: Path) -> Stay:
    """Where the window was left; what makes no sense is as if it had never been."""
    kept = _read(state)
    page, size = kept.get("page"), kept.get("size")
    return Stay(
        page=page if isinstance(page, str) else "usage", size=_size(size), picked=_picked(kept.get("picked"))
    )


def keep(state: Path, seen: Appearance) -> None:
    """Write it down where it differs; a folder that can't be written costs the next start a moment."""
    if recall(state) != seen:
        _write(state, {"dark": seen.dark, "scale": seen.scale})


def keep_stay(state: Path, stay: Stay) -> None:
    """The same of the stay; without a size, or without anything picked, that stays as it is kept."""
    before = recall_stay(state)
    stay = Stay(page=stay.page, size=stay.size or before.size, picked=stay.picked or before.picked)
    if stay != before:
        size = stay.size and [round(side, 2) for side in stay.size]
        _write(state, {"page": stay.page, "size": size, "picked": dict(stay.picked)})


def _size(found: object) -> tuple[float, float] | None:
    match found:
        case [int() | float() as width, int() | float() as height]:
            if all(_SIDES[0] <= side <= _SIDES[1] for side in (width, height)):
                return float(width), float(height)
    return None


def _picked(found: object) -> dict[str, str]:
    if not isinstance(found, dict):
        return {}
    return {key: found[key] for key in _PICKS if isinstance(found.get(key), str)}


def _read(state: Path) -> dict[str, Any]:
    try:
        kept = json.loads(files.read(state / _NAME, limit=_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(state: Path, changed: dict[str, object]) -> None:
    with _turn:
        try:
            files.replace(state / _NAME, json.dumps({**_read(state), **changed}).encode())
        except OSError:
            return
