"""Days as numbers since 1970 and as the words of a report: a date, a week's Monday, a month."""

from __future__ import annotations

from datetime import date
from functools import cache

DAY_MS = 86_400_000  # milliseconds

_EPOCH = date(1970, 1, 1).toordinal()


@cache
def iso(day: int) -> str:
    """2026-11-21 of a day's number."""
    return date.fromordinal(day + _EPOCH).isoformat()


def monday(day: int) -> int:
    """The Monday of the day's ISO week; day 0 was a Thursday."""
    return day - (day + 3) % 7


def number(day: date | str) -> int:
    """The number of a date, or of a text like 2026-11-21 or 20261121. Raises `ValueError`."""
    found = date.fromisoformat(day.strip()) if isinstance(day, str) else day
    return found.toordinal() - _EPOCH
