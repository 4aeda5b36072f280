"""Figures in a vendor's JSON: exact numbers, instants and names, read without ever raising."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tray.core.model import Instant

_LARGEST = Decimal(10) ** 15
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?")
_MILLISECONDS = 10**12  # from here on an epoch number counts milliseconds: as seconds it would be year 33658
_EARLIEST, _LATEST = 946_684_800, 7_258_118_400  # the years 2000 to 2200; outside is no quota's reset


def decode(body: bytes) -> Any:
    """The JSON value with exact decimals, or None where it is not JSON (HTML, cut off, nested too deep)."""
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, InvalidOperation, RecursionError):
        return None


def decimal(value: object) -> Decimal | None:
    """A finite number of a sensible size, also as text ("2.41"); anything else is unknown."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if -_LARGEST < value < _LARGEST else None
    if not isinstance(value, float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() and -_LARGEST < number < _LARGEST else None


def instant(value: object) -> Instant | None:
    """Unix seconds from ISO-8601 text (no zone: UTC) or an epoch number in seconds or milliseconds."""
    number = decimal(value)
    if number is not None:
        seconds = float(number / 1000 if number >= _MILLISECONDS else number)
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    else:
        return None
    return seconds if _EARLIEST <= seconds <= _LATEST else None


def name(value: object) -> str | None:
    """A short printable name, at most 60 characters, in one line; anything else is unknown."""
    if not isinstance(value, str):
        return None
    plain = "".join(letter for letter in value[:1000] if letter.isprintable())
    return " ".join(plain.split())[:60].strip() or None
