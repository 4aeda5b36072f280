"""Extra usage: money spent on top of the plan, from minor units with their exponent. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tray.core.model import Role, Window, Words
from tray.metrics.foreign import mapping
from tray.sources.figures import decimal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tray.core.model import Instant

_CENTS = 2
_CURRENCY = re.compile(r"[a-z]{3}")


def extra_usage(root: Mapping[str, Any], observed_at: Instant, evidence: str) -> Window | None:
    """The row of extra usage, or None where it is off or not told.

    `spend{enabled, used{amount_minor, currency, exponent}, limit|cap}` goes before the older
    `extra_usage{is_enabled, used_credits, monthly_limit, currency, decimal_places}`. No limit is no cap.
    """
    spend, older = mapping(root.get("spend")), mapping(root.get("extra_usage"))
    enabled = spend.get("enabled", older.get("is_enabled"))
    if enabled is False or not (spend or older):
        return None
    if isinstance(spend.get("used"), dict):
        used, unit = _money(spend["used"])
        cap = spend.get("limit") if spend.get("limit") is not None else spend.get("cap")
        limit = _money(cap if isinstance(cap, dict) else {**spend["used"], "amount_minor": cap})[0]
    elif older.get("is_enabled") is True:
        used, unit = _money({**older, "amount_minor": older.get("used_credits")})
        cap = older.get("monthly_limit")
        limit = _money({**older, "amount_minor": cap})[0]
    else:
        return None
    if unit is None or (cap is not None and limit is None):
        return None  # "unlimited" would be a guess
    return Window(
        key="extra_usage",
        label="Extra usage",
        role=Role.EXTRA,
        words=Words.SPENT,
        unit=unit,
        used=used,
        limit=limit,
        bounded=limit is not None,
        observed_at=observed_at,
        evidence=evidence,
    )


def _money(value: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """Major units and the lower-case currency: 1234 and exponent 2 -> 12.34; cents of dollars by default."""
    currency = value.get("currency")
    unit = "usd" if currency is None else str(currency).strip().lower()
    exponent = decimal(value.get("exponent", value.get("decimal_places")))
    places = _CENTS if exponent is None else int(exponent)
    amount = decimal(value.get("amount_minor"))
    if amount is None or amount < 0 or not 0 <= places <= 6:
        return None, unit if _CURRENCY.fullmatch(unit) else None
    return amount.scaleb(-places), unit if _CURRENCY.fullmatch(unit) else None
