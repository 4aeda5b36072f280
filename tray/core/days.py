"""A window of days as a word, `30` or `all`: on the command line, in addresses, in what is remembered."""

from __future__ import annotations

LONGEST = 36_500  # days
_ALL = "all"


def days_word(days: int | None) -> str:
    """The word of a window; None is all time."""
    return _ALL if days is None else str(days)


def days_of(word: str) -> int | None:
    """The window: a whole number of days from 1 on, None for `all`. Raises `ValueError` with a sentence."""
    if word == _ALL:
        return None
    if word.isascii() and word.isdigit() and len(word) < 9 and 1 <= int(word) <= LONGEST:
        return int(word)
    raise ValueError(f"--days {word!r} is no number of days; write 1 to {LONGEST}, or all")
