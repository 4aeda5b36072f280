"""Codex: the plan's quota from session files, Claudette's copy and Codex's own client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.model import Kind
from tray.core.source import Root, Source
from tray.core.toggles import ToggleId

if TYPE_CHECKING:
    from tray.core.model import Backend
    from tray.core.source import Ask, Outcome, Paths, World

ID = "codex"
NAME = "Codex"
_KINDS = frozenset({Kind.CODEX_NATIVE, Kind.CODEX_SUBSCRIPTION})


def _fetch(world: World, ask: Ask) -> Outcome:
    """Loads what reads and asks with the first question: the window shows this source and never asks."""
    from tray.sources.codex.fetch import FETCH

    return FETCH(world, ask)


def _drives(backend: Backend) -> bool:
    return backend.kind in _KINDS


def _watched(paths: Paths) -> tuple[Root, ...]:
    """Session folders and Claudette's copy; Codex's home changes with every start of its client, ours too."""
    from tray.metrics.claudette import database_root
    from tray.sources.codex.rollouts import FOLDERS

    folders = tuple(Root(path=paths.codex_home / name, recursive=True) for name in FOLDERS)
    return (*folders, database_root(paths))


SOURCE = Source(
    id=ID,
    name=NAME,
    toggle=ToggleId.CODEX_LIVE,
    fetch=_fetch,
    drives=_drives,
    watched=_watched,
    files=True,
    live=True,
    toggle_label="Codex live quota",
    toggle_explanation=(
        "Reads which account Codex uses and starts Codex's own client, "
        "which asks chatgpt.com with its own login."
    ),
    usage_url="https://chatgpt.com/codex/settings/usage",
    sign_in=("codex", "login"),
    sign_in_name="Codex…",
)
