"""What a client itself says that a call has cost, where it knows."""

from __future__ import annotations

from tray.metrics.counts import dollars

# Providers that are programs on the person's own computer.
_LOCAL = frozenset({"llama.cpp", "llamacpp", "lm-studio", "lmstudio", "ollama"})


def own_cost(value: object, provider: str | None) -> float | None:
    """US dollars: what the client says, 0 for a local model; None where it says 0, its word for "unknown"."""
    if (provider or "").lower() in _LOCAL:
        return 0.0
    return dollars(value) or None
