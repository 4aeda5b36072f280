"""Values written by other programs: JSON, texts and times, read without ever raising."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tray.core.model import Instant


_DIGITS = 400


def parse_json(text: str | bytes | None) -> Any:
    """The JSON value, or None where the text is absent, not JSON, or nested beyond reason."""
    if text is None:
        return None
    try:
        return json.loads(text, parse_int=_whole)
    except (ValueError, RecursionError):
        return None


def _whole(digits: str) -> int | float:
    """Python refuses to read numbers of more than 4,300 digits: one of them would cost its whole line."""
    return int(digits) if len(digits) < _DIGITS else math.nan


def mapping(value: object) -> Mapping[str, Any]:
    """A JSON object; anything else reads as an empty one."""
    return value if type(value) is dict or isinstance(value, Mapping) else {}


def text(value: object) -> str | None:
    """A text that says something; lone surrogates are replaced, since no file or socket takes them."""
    plain = value.strip() if isinstance(value, str) else ""
    return (plain if plain.isascii() else plain.encode("utf-8", "replace").decode()) or None


def name(value: object, most: int = 200) -> str | None:
    """A name for people, such as a model's: one printable line of at most `most` characters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in (text(value) or "")[:1000])
    return " ".join(plain.split())[:most].strip() or None


def instant(value: object) -> Instant | None:
    """Unix seconds of "2026-09-21 14:13:20" (UTC, as SQLite writes it); T, fraction and zone are fine too."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
