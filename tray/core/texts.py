"""Numbers and instants as short texts: percent, tokens, money, countdown, clock time."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo
    from decimal import Decimal

    from tray.core.model import Instant

UNKNOWN = "—"
_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
_DAY = 86_400


def percent(value: Decimal) -> str:
    """Floored, unclamped, as the vendors' own pages do: 99.9 -> `99%`, 104.7 -> `104%`."""
    return f"{int(value // 1)}%"


def tokens(count: Decimal | int) -> str:
    """`450 tok`, `12.4k tok`, `1.5M tok`, `2.3B tok`; negatives count as 0."""
    number = max(0, int(count))
    if number >= 999_950_000:
        return f"{number / 1e9:.1f}B tok"
    if number >= 1_000_000:
        return f"{number / 1_000_000:.1f}M tok"
    if number >= 1000:
        return f"{number / 1000:.1f}k tok"
    return f"{number} tok"


def cost(amount: Decimal | None) -> str | None:
    """US dollars of an estimate: `$0.003`, `$12.40`; nothing for 0 or less."""
    if amount is None or amount <= 0:
        return None
    return f"${amount:.2f}" if amount >= 1 else f"${amount:.3f}"


def money(amount: Decimal, unit: str) -> str:
    """Two decimals with the currency: `$2.59`, `CHF 2.59`, `-$1.00`; yen have no decimals."""
    digits = 0 if unit == "jpy" else 2
    sign = "-" if amount < 0 else ""
    mark = _SIGNS.get(unit, f"{unit.upper()} ")
    return f"{sign}{mark}{abs(amount):.{digits}f}"


def money_verbatim(amount: Decimal, unit: str) -> str:
    """The amount with the digits the vendor gave: `$12.50`, `$2.4100`."""
    return f"{_SIGNS.get(unit, f'{unit.upper()} ')}{amount:f}"


def countdown(seconds: float) -> str | None:
    """`1d 1h`, `1h 30m`, `12m`, `45s`, floored to two units; None when nothing is left."""
    left = int(seconds)
    if left <= 0:
        return None
    days, hours, minutes = left // _DAY, left % _DAY // 3600, left % 3600 // 60
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m" if minutes else f"{left}s"


def _local(at: Instant, tz: tzinfo | None) -> datetime | None:
    """Local time rounded to the minute (vendors' resets jitter by seconds); None outside the calendar."""
    try:
        return datetime.fromtimestamp(round(at / 60) * 60, tz)
    except (OverflowError, OSError, ValueError):
        return None


def clock(at: Instant, now: Instant, tz: tzinfo | None = None) -> str:
    """A clock time that needs no ticking: `14:30`, another day `Tue 09:00`, a far one `12 Dec 09:00`."""
    then, today = _local(at, tz), _local(now, tz)
    if then is None or today is None:
        return "at an unknown time"
    days = (then.date() - today.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    if abs(days) < 7:
        return f"{then:%a %H:%M}"
    year = f" {then.year}" if then.year != today.year else ""
    return f"{then.day} {then:%b}{year} {then:%H:%M}"


def age(seconds: float) -> str:
    """How old a reading is, coarsely: `just now`, `3 min ago`, `2 h ago`, `5 d ago`."""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // 3600)} h ago"
    return f"{int(seconds // _DAY)} d ago"


def size(done: int, total: int) -> str:
    """Bytes of all bytes, in the unit of all: `0.2 of 1.0 GB`, `3 of 40 MB`, `1 of 9 kB`."""
    for unit, scale, digits in (("GB", 1e9, 1), ("MB", 1e6, 0)):
        if total >= scale:
            return f"{done / scale:.{digits}f} of {total / scale:.{digits}f} {unit}"
    return f"{done / 1e3:.0f} of {total / 1e3:.0f} kB"


def duration(seconds: float) -> str:
    """How long it takes, coarsely and rather more than less: `5 s`, `20 s`, `3 min`, `2 h`."""
    left = max(seconds, 1.0)
    if left <= 55:
        return f"{math.ceil(left / 5) * 5} s"
    if left <= 5400:
        return f"{math.ceil(left / 60)} min"
    return f"{math.ceil(left / 3600)} h"


def iso(at: Instant | None) -> str | None:
    """UTC ISO-8601 ending in `Z`, seconds or milliseconds; None for None or what no calendar holds."""
    if at is None:
        return None
    from datetime import UTC

    try:
        moment = datetime.fromtimestamp(round(at, 3), UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace(
        "+00:00", "Z"
    )


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, cut at the end with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def tame(text: str) -> str:
    """Words on one line that can steer no terminal: names come from other programs' files."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
