"""Numbers that a chart was given, as they can be drawn: bounded, and short where there is little room."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_GREATEST = 1e300  # what lies beyond can't be divided with others
_SUFFIXES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def known(value: float | None) -> float | None:
    """The value, never below 0; None where it is no number."""
    if value is None or value != value or abs(value) == inf:  # noqa: PLR0124 - only NaN differs from itself
        return None
    return min(max(value, 0), _GREATEST)


def amount(value: float | None) -> float:
    """The value, 0 where it is no number."""
    return known(value) or 0


def part(value: float | None) -> float:
    """The value within 0..1; what is no number is 0."""
    return min(amount(value), 1.0)


def fitting(count: float, fits: Callable[[str], bool]) -> str:
    """The most exact way to write a count that fits: `1,234,567`, `1.2M`, `1M`; empty where none does."""
    return next((text for text in _written(count) if fits(text)), "")


def _written(count: float) -> tuple[str, ...]:
    if count >= 999.5e12:
        return ("999T+",)
    whole = f"{int(count):,}"
    for factor, suffix in _SUFFIXES:
        if count >= factor * 0.9995:  # 999,960 is 1.0M, not 1000.0k
            return whole, f"{count / factor:.1f}{suffix}", f"{count / factor:.0f}{suffix}"
    return (whole,)
