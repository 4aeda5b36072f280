"""Prompt sizes (tokens) above which some vendor bills the whole request at another price.

The index keeps its sums apart by them, so that a price can be put on a sum. A change here makes what it keeps
useless: raise the parsers' versions with it.
"""

from __future__ import annotations

from bisect import bisect_left

BANDS = (32_000, 100_000, 128_000, 200_000, 256_000, 272_000, 512_000)


def band(prompt_tokens: int) -> int:
    """How many of BANDS a prompt (uncached input + cache read + cache writes) exceeds."""
    return bisect_left(BANDS, prompt_tokens)
