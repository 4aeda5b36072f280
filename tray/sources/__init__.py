"""The quota sources, one file or folder each; `ALL` lists them in the order they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.sources import anthropic, codex, local, openrouter

if TYPE_CHECKING:
    from tray.core.source import Source

ALL: tuple[Source, ...] = (anthropic.SOURCE, codex.SOURCE, openrouter.SOURCE, local.SOURCE)
