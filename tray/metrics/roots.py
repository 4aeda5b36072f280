"""The folders in which a change may be an agent's work: what is watched for all transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.source import Root
from tray.metrics.agents import Form
from tray.metrics.registry import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.core.source import Paths
    from tray.metrics.agents import Agent


def transcript_roots(paths: Paths, agents: Sequence[Agent] = ALL) -> tuple[Root, ...]:
    """Every agent's folders, each may be missing; of a database its folder alone, which holds its log too.

    Below that only what the agent names is watched with its sub-folders: there may be many others.
    """
    roots: dict[str, Root] = {}
    for agent in agents:
        for folder in agent.roots(paths):
            roots[str(folder)] = Root(path=folder, recursive=agent.form is not Form.DATABASE)
            for below in agent.below:
                roots[str(folder / below)] = Root(path=folder / below, recursive=True)
    return tuple(roots.values())
