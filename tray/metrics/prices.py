"""What a model costs: the price table of Claudette 0.27, dollars per million tokens, for estimates only."""

from __future__ import annotations

from decimal import Decimal

_MILLION = 1_000_000

# (prefix of the model id, prompt, completion). The first prefix that matches wins, so the order matters.
_TABLE: tuple[tuple[str, Decimal, Decimal], ...] = tuple(
    (prefix, Decimal(prompt), Decimal(completion))
    for prefix, prompt, completion in (
        ("gpt-5.4-mini", "0.25", "2.00"),
        ("gpt-5.4", "1.25", "10.00"),
        ("gpt-5.3-codex", "1.25", "10.00"),
        ("gpt-5.3", "1.25", "10.00"),
        ("gpt-4o-mini", "0.15", "0.60"),
        ("gpt-4o", "2.50", "10.00"),
        ("claude-fable-5", "10", "50"),
        ("claude-opus-5", "5", "25"),
        ("claude-opus-4-8", "5", "25"),
        ("claude-opus-4-7", "5", "25"),
        ("claude-opus-4-6", "5", "25"),
        ("claude-opus-4-5", "5", "25"),
        ("claude-sonnet-5", "3", "15"),
        ("claude-sonnet-4-6", "3", "15"),
        ("claude-haiku-4-5", "1", "5"),
    )
)


def price(model: str | None) -> tuple[Decimal, Decimal] | None:
    """(prompt, completion) in dollars per million tokens, or None for a model that is not in the table.

    Case and everything up to the last "/" don't count: "openai/GPT-5.4-mini" is gpt-5.4-mini.
    """
    name = (model or "").lower().rpartition("/")[2]
    return next((row[1:] for row in _TABLE if name.startswith(row[0])), None)


def estimate(model: str | None, prompt: int, completion: int) -> Decimal | None:
    """Dollars for these tokens (below 0 counts as 0, cached ones don't count); None without a known price."""
    known = price(model)
    if known is None:
        return None
    return (max(prompt, 0) * known[0] + max(completion, 0) * known[1]) / _MILLION
