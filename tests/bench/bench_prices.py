"""Looking up the prices of ten models in a process that has just begun."""

from __future__ import annotations

from tests.bench.watching import timed
from tray.metrics.pricing import Prices

MODELS = (
    *("claude-opus-5-5", "claude-opus-4-8", "claude-sonnet-4", "claude-haiku-4-5-20251001", "gpt-5.4"),
    *(
        "openai/gpt-5.3-codex",
        "openrouter/anthropic/claude-sonnet-4.6",
        "grok-code-fast-1",
        "kimi-k2.5",
        "nobodys",
    ),
)


def test_ten_prices(figures):
    def look():
        prices = Prices()
        assert [prices.find(model, "2026-11-25") is None for model in MODELS] == [False] * 9 + [True]

    figures.beat()
    figures.hold("ten prices, table read anew", [timed(look) for _ in range(25)], 5)
