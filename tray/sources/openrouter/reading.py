"""OpenRouter's answers as one balance window. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tray.core.model import Role, Window, Words
from tray.metrics.foreign import mapping
from tray.sources.figures import decimal, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.model import Instant

_ZERO = Decimal(0)


def parse_credits(body: bytes, observed_at: Instant) -> tuple[Window | None, bool]:
    """The account's balance from `{"data": {total_credits, total_usage}}` (dollars), and whether it was one.

    An ordinary key may get 0 and 0 although the account has money: that is unknown, not exhausted, so there
    is no window then. `(None, False)`: not an answer of this API.
    """
    data = _data(body)
    total, used = decimal(data.get("total_credits")), decimal(data.get("total_usage"))
    if total is None or used is None:
        return None, False
    if total == 0 and used == 0:
        return None, True
    return _window(used, total, max(total - used, _ZERO), observed_at, "credits API"), True


def parse_key(body: bytes, observed_at: Instant) -> Window | None:
    """What the key may still spend, from `{"data": {limit, limit_remaining, usage}}` (dollars).

    `limit: null` is a key without a cap: what it has used is known, what the account holds is not. None: not
    an answer of this API.
    """
    data = _data(body)
    usage, limit, left = (decimal(data.get(name)) for name in ("usage", "limit", "limit_remaining"))
    if limit is None:
        uncapped = data.get("limit") is None and usage is not None
        return _window(usage, None, None, observed_at, "key API") if uncapped else None
    if left is None:
        left = None if usage is None else limit - usage
    if left is None:
        return None
    # A cap that is renewed daily or weekly starts anew, while `usage` counts the key's whole life.
    return _window(limit - left, limit, max(left, _ZERO), observed_at, "key API")


def _data(body: bytes) -> Mapping[str, Any]:
    return mapping(mapping(decode(body)).get("data"))


def _window(
    used: Decimal | None, limit: Decimal | None, left: Decimal | None, observed_at: Instant, evidence: str
) -> Window:
    return Window(
        key="openrouter_credits",
        label="OpenRouter balance",
        role=Role.BALANCE,
        words=Words.REMAINING,
        unit="usd",
        used=used,
        limit=limit,
        balance=left,
        bounded=limit is not None,
        observed_at=observed_at,
        evidence=evidence,
    )
