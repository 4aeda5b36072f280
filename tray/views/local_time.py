"""The time zone that a report names, and its clock, for the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo


def named(zone: str) -> tzinfo | None:
    """The zone of this IANA name; None, the system's, for "local" and where nobody knows the name."""
    from datetime import UTC
    from zoneinfo import ZoneInfo

    if zone.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, LookupError):  # no key, a folder, or a system that has no zones at all
        return None


def clock(at: int, tz: tzinfo | None) -> str:
    """The time of day of an instant (Unix milliseconds); `--:--` for what no calendar holds."""
    from datetime import datetime

    try:
        return f"{datetime.fromtimestamp(at / 1000, tz):%H:%M}"
    except (OverflowError, OSError, ValueError):
        return "--:--"
