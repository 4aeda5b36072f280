"""OpenRouter's balance, for backends whose requests go there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.model import Backend, Kind
from tray.core.source import Source
from tray.core.toggles import ToggleId

if TYPE_CHECKING:
    from tray.core.source import Ask, Outcome, World

ID = "openrouter"


def _fetch(world: World, ask: Ask) -> Outcome:
    """Loads what asks with the first question: the window shows this source and never asks."""
    from tray.sources.openrouter.ask import fetch

    return fetch(world, ask)


def drives(backend: Backend) -> bool:
    """An OpenAI-compatible endpoint at openrouter.ai or below it, or Pi with one of OpenRouter's models."""
    match backend.kind:
        case Kind.OPENAI_API | Kind.CUSTOM_OPENAI:
            host = (backend.host or "").lower()
            return host == "openrouter.ai" or host.endswith(".openrouter.ai")
        case Kind.PI_SDK:
            provider, model = (backend.provider or "").lower(), (backend.model or "").lower()
            return provider == ID or model.startswith(f"{ID}/")
        case _:
            return False


SOURCE = Source(
    id=ID,
    name="OpenRouter",
    toggle=ToggleId.OPENROUTER_BALANCE,
    fetch=_fetch,
    drives=drives,
    watched=lambda paths: (),  # nothing on disk tells of a balance
    files=False,
    live=True,
    toggle_label="OpenRouter balance in usage meter",
    toggle_explanation="Asks openrouter.ai for the balance of your key.",
    experimental=True,
    usage_url="https://openrouter.ai/settings/credits",
)
