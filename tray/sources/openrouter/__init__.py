"""OpenRouter's balance, for backends whose requests go there."""

from __future__ import annotations

from tray.core.choices import ToggleId
from tray.core.source import Source
from tray.sources.openrouter.ask import ID, fetch
from tray.sources.openrouter.keys import drives
from tray.sources.openrouter.reading import parse_credits, parse_key

__all__ = ["SOURCE", "parse_credits", "parse_key"]


SOURCE = Source(
    id=ID,
    name="OpenRouter",
    toggle=ToggleId.OPENROUTER_BALANCE,
    fetch=fetch,
    drives=drives,
    watched=lambda paths: (),  # nothing on disk tells of a balance
    files=False,
    live=True,
    toggle_label="OpenRouter balance in usage meter",
    toggle_explanation="Asks openrouter.ai for the balance of your key.",
    experimental=True,
    usage_url="https://openrouter.ai/settings/credits",
)
