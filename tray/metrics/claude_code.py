"""Claude Code: where its transcripts lie; `claude_lines` parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.agents import Agent

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.source import Paths


def _roots(places: Paths) -> tuple[Path, ...]:
    return tuple(folder / "projects" for folder in places.claude_dirs)


AGENT = Agent(
    id="claude",
    label="Claude Code",
    version=1,
    roots=_roots,
    wanted=lambda file: file.endswith(".jsonl"),
    parser="tray.metrics.claude_lines:parse",
)
