"""Counts, money and times as transcripts write them; what can't be one is 0 or None, never an error."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

_MILLISECOND = timedelta(milliseconds=1)
_ROUNDED = datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=500)  # rounds what is divided, half up

MOST = 10**12  # tokens of one call: beyond this a number is rubbish

_EARLIEST, _LATEST = 1_500_000_000_000, 4_102_444_800_000  # 2017 and 2100, in milliseconds


def count(value: object) -> int:
    """A count of tokens: whole and not negative, else 0."""
    if type(value) is int:
        return value if 0 <= value <= MOST else 0
    if isinstance(value, float) and 0 <= value <= MOST:
        return int(value)
    return 0


def dollars(value: object) -> float | None:
    """Money, finite and not negative; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 <= value < MOST else None


def millis(value: object) -> int | None:
    """Unix milliseconds of "2026-11-21T19:28:16.953Z"; None for what is no time of these years."""
    try:
        # What is no text raises TypeError, and so does a time without a zone.
        at = (datetime.fromisoformat(value) - _ROUNDED) // _MILLISECOND  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return at if _EARLIEST < at < _LATEST else None


def unix_millis(value: object) -> int | None:
    """Unix milliseconds that are written as such; None for what is no time of these years."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if _EARLIEST < value < _LATEST else None
