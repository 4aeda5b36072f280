"""What a terminal can show: its width, letters and colours, and small charts made of characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tray.core.texts import tame

if TYPE_CHECKING:
    from collections.abc import Sequence

_EIGHTHS = "▏▎▍▌▋▊▉█"
_STEPS = "▁▂▃▄▅▆▇█"
_SHADES = "·░▒▓█"
_PLAIN_STEPS = "_.:-=+*#"
_PLAIN_SHADES = " .:+#"
_PLAIN = str.maketrans(
    {"·": "-", "—": "-", "–": "-", "−": "-", "…": "~", "≤": "<=", "≈": "~", "×": "x", "\ufffd": "?"}
    | {"●": "o", "✗": "x", "○": "."}
)
_CODES = {"strong": "1", "dim": "2", "value": "36", "good": "32", "bad": "31", "plain": ""}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A terminal: columns, the encoding of what is written to it, and whether it is to be coloured."""

    width: int
    letters: str = "utf-8"
    colour: bool = False

    @cached_property
    def drawn(self) -> bool:
        """Whether block elements can be shown; else ASCII takes their place."""
        try:
            (_EIGHTHS + _STEPS + _SHADES + "≤—●✗○").encode(self.letters)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def text(self, words: str) -> str:
        """Words that can be shown and steer nothing: names come from other programs' files."""
        if self.drawn:
            return tame(words)
        return tame(words).translate(_PLAIN).encode("ascii", "replace").decode()

    def ink(self, words: str, kind: str) -> str:
        """Ready words, in a colour where there are any: strong, dim, value, good, bad or plain."""
        code, inner = _CODES[kind], words.rstrip()  # blanks at the end of a line can still be cut off
        if not (self.colour and code and inner):
            return words
        return f"\x1b[{code}m{inner}\x1b[0m{words[len(inner) :]}"

    def cell(self, words: str, width: int, *, right: bool = False) -> str:
        """Words in a cell of a table: cut or filled to the width, at the left or the right."""
        shown = self.cut(self.text(words), width)
        fill = " " * (width - columns(shown))
        return fill + shown if right else shown + fill

    def cut(self, shown: str, width: int) -> str:
        """At most so many columns of words that can be shown; what is left out is marked at the end."""
        if columns(shown) <= width:
            return shown
        kept, used = "", 0
        for letter in shown:
            used += columns(letter)
            if used > width - 1:
                break
            kept += letter
        return kept + self.text("…") if width > 0 else ""

    def bar(self, part: float, width: int) -> str:
        """A bar of `part` (0..1) of the width, filled up with blanks; what is not nothing is seen."""
        part = min(max(part, 0.0), 1.0)
        if not self.drawn:
            full = max(round(part * width), 1 if part > 0 else 0)
            return "#" * full + " " * (width - full)
        eighths = max(round(part * width * 8), 1 if part > 0 else 0)
        full, rest = divmod(eighths, 8)
        shown = "█" * full + (_EIGHTHS[rest - 1] if rest else "")
        return shown + " " * (width - len(shown))

    def spark(self, values: Sequence[float | None]) -> str:
        """A character for each value; nothing is the lowest step, the unknown a question mark."""
        steps = _STEPS if self.drawn else _PLAIN_STEPS
        most = max((value for value in values if value is not None), default=0)
        shown = ""
        for value in values:
            if value is None:
                shown += "?"
            elif value <= 0 or most <= 0:
                shown += steps[0]
            else:
                shown += steps[max(1, round(value / most * (len(steps) - 1)))]
        return shown

    def shade(self, level: int) -> str:
        """The character of a level 0..4."""
        return (_SHADES if self.drawn else _PLAIN_SHADES)[level]


def columns(shown: str) -> int:
    """How many columns a terminal gives these words: wide letters take two, combining ones none."""
    if shown.isascii():
        return len(shown)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in shown
    )
