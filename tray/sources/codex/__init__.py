"""Codex: the plan's quota from session files, Claudette's copy and Codex's own client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.choices import ToggleId
from tray.core.model import Kind
from tray.core.source import Root, Source
from tray.metrics import claudette
from tray.sources.codex import appserver, binary, merge, rollouts
from tray.sources.codex.claudette_copy import Copy
from tray.sources.codex.fetch import AskClient, Fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tray.core.model import Backend
    from tray.core.source import Paths

_KINDS = frozenset({Kind.CODEX_NATIVE, Kind.CODEX_SUBSCRIPTION})


def make(
    *,
    read_setting: Callable[[Path, str], str | None] = claudette.read_setting,
    ask_client: AskClient = appserver.read_limits,
    find_program: Callable[[Mapping[str, str], Path], Path | None] = binary.find,
) -> Source:
    """A Codex source with a memory of its own (of Claudette's copy)."""
    return Source(
        id=merge.ID,
        name=merge.NAME,
        toggle=ToggleId.CODEX_LIVE,
        fetch=Fetch(copy=Copy(read_setting), ask_client=ask_client, find_program=find_program),
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


def _drives(backend: Backend) -> bool:
    return backend.kind in _KINDS


def _watched(paths: Paths) -> tuple[Root, ...]:
    """Session folders and Claudette's copy; Codex's home changes with every start of its client, ours too."""
    folders = tuple(Root(path=paths.codex_home / name, recursive=True) for name in rollouts.FOLDERS)
    return (*folders, claudette.database_root(paths))


SOURCE = make()
