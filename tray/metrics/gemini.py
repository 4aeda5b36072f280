"""Gemini CLI: where its chats lie; `gemini_chats` parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.agents import Agent, Form

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.source import Paths


def _wanted(file: str) -> bool:
    return file.endswith(".jsonl") or (file.startswith("session-") and file.endswith(".json"))


def _roots(places: Paths) -> tuple[Path, ...]:
    return (places.gemini_home / "tmp",)


AGENT = Agent(
    id="gemini",
    label="Gemini CLI",
    version=1,
    roots=_roots,
    wanted=_wanted,
    parser="tray.metrics.gemini_chats:parse",
    form=Form.WHOLE,
)
