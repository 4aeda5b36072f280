"""All agents whose transcripts are read: the explicit list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics import claude_code, codex, gemini, opencode, pi

if TYPE_CHECKING:
    from tray.metrics.agents import Agent

ALL: tuple[Agent, ...] = (claude_code.AGENT, codex.AGENT, pi.PI, pi.OMP, opencode.AGENT, gemini.AGENT)


def agent(agent_id: str) -> Agent:
    """The agent of this id. Raises `KeyError`."""
    return {one.id: one for one in ALL}[agent_id]
