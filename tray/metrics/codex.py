"""Codex: where its transcripts lie; `codex_walk` parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.agents import Agent

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.source import Paths


def _roots(places: Paths) -> tuple[Path, ...]:
    return places.codex_home / "sessions", places.codex_home / "archived_sessions"


AGENT = Agent(
    id="codex",
    label="Codex",
    version=1,
    roots=_roots,
    wanted=lambda file: file.endswith(".jsonl"),
    parser="tray.metrics.codex_walk:parse",
    lasting_keys=False,  # those of older versions hang on all rows before them
)
