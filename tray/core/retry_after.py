"""How long a server asks to be left alone: the Retry-After header or the body, in seconds."""

from __future__ import annotations

import json
import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.model import Instant

_SECONDS = re.compile(r"\d{1,12}(\.\d{1,9})?")


def stated_wait(headers: Mapping[str, str], body: bytes, now: Instant) -> float | None:
    """The wait a server states, in seconds above 0, or None where it states none (0 counts as none).

    `headers` has lower-case names. The header may hold seconds or an HTTP date; a JSON body may hold
    `retry_after` at the top or under `error`. The longer one counts.
    """
    waits = [_from_header(headers.get("retry-after", ""), now), _from_body(body)]
    return max((wait for wait in waits if wait > 0), default=None)


def _from_header(value: str, now: Instant) -> float:
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError, OSError):
        return 0


def _from_body(body: bytes) -> float:
    try:
        root: Any = json.loads(body)
    except (ValueError, RecursionError):
        return 0
    if not isinstance(root, dict):
        return 0
    for place in (root, root.get("error")):
        if isinstance(place, dict):
            value = place.get("retry_after")
            if isinstance(value, str) and _SECONDS.fullmatch(value.strip()):
                value = float(value)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return max(0.0, min(value, 1e12))  # in this order NaN comes out as 0
    return 0
