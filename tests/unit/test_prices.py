"""The price table: which row a model id finds, and what tokens cost by it."""

from decimal import Decimal

import pytest

from tray.metrics.prices import estimate, price


@pytest.mark.parametrize(
    ("model", "prompt", "completion"),
    [
        ("openai/gpt-5.4-mini", "0.25", "2.00"),  # the longer prefix stands first
        ("gpt-5.4", "1.25", "10"),
        ("GPT-5.3-Codex", "1.25", "10"),
        ("gpt-4o-mini-2024-07-18", "0.15", "0.60"),
        ("gpt-4o", "2.50", "10"),
        ("claude-fable-5[1m]", "10", "50"),
        ("claude-opus-5-5", "5", "25"),
        ("claude-opus-4-8", "5", "25"),
        ("anthropic/claude-opus-4-5", "5", "25"),
        ("openrouter/anthropic/claude-sonnet-4-6", "3", "15"),
        ("claude-sonnet-5", "3", "15"),
        ("claude-haiku-4-5-20251001", "1", "5"),
    ],
)
def test_a_model_finds_its_price_by_prefix(model, prompt, completion):
    assert price(model) == (Decimal(prompt), Decimal(completion))


@pytest.mark.parametrize("model", [None, "", "opus", "llama3", "anthropic/claude-sonnet-4.6", "my-gpt-5.4"])
def test_an_unknown_model_has_no_price_and_no_estimate(model):
    assert price(model) is None
    assert estimate(model, 1_000_000, 1_000_000) is None


def test_tokens_cost_what_the_table_says():
    assert estimate("gpt-5.4", 1_000_000, 500_000) == Decimal("6.25")


def test_tokens_below_zero_cost_nothing():
    assert estimate("gpt-5.4", -100, -100) == 0
