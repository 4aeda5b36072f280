"""OpenCode: where its database and its older files lie; `opencode_rows` reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.agents import Agent, Form

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.source import Paths


def _wanted(file: str) -> bool:
    if file.endswith(".json"):
        return file.startswith("msg_")
    return file.startswith("opencode") and file.endswith(".db")


def _entered(folder: str) -> bool:
    """Only `storage/message/<session>`: snapshots, logs and parts are many, and none of our business."""
    return folder in ("storage", "message") or folder.startswith("ses_")


def _roots(places: Paths) -> tuple[Path, ...]:
    return (places.opencode_data,)


AGENT = Agent(
    id="opencode",
    label="OpenCode",
    version=1,
    roots=_roots,
    wanted=_wanted,
    parser="tray.metrics.opencode_rows:parse",
    form=Form.DATABASE,
    entered=_entered,
    below=("storage/message",),
)
