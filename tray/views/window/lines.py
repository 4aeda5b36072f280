"""Texts cut to the room they have: one line with an ellipsis, or several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.views.window.sheet import Role, Typography

_LONGEST = 600  # characters of one text that are measured or drawn; nothing honest is longer


def clean(text: str) -> str:
    """One line that any toolkit can draw: no controls, no broken surrogates, bounded."""
    kept = "".join(c if c.isprintable() else " " for c in text[: _LONGEST * 2])
    return " ".join(kept.split())[:_LONGEST]


def elide(text: str, role: Role, room: int, type_: Typography) -> str:
    """The text, or as much of it as fits into `room` pixels with an ellipsis."""
    text = clean(text)
    if type_.width(role, text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if type_.width(role, text[:middle].rstrip() + "…") <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def wrap(text: str, role: Role, room: int, type_: Typography) -> tuple[str, ...]:
    """The text in lines of at most `room` pixels; a word that is too long is broken."""
    lines: list[str] = []
    line = ""
    for word in clean(text).split(" "):
        longer = f"{line} {word}" if line else word
        if type_.width(role, longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and type_.width(role, line) > room:
            cut = _fitting(line, role, room, type_)
            lines.append(line[:cut])
            line = line[cut:]
    return (*lines, line) if line else tuple(lines)


def _fitting(word: str, role: Role, room: int, type_: Typography) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if type_.width(role, word[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low
