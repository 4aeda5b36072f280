"""The names of the switches: the command line knows them without loading what they switch."""

from __future__ import annotations

from enum import StrEnum


class ToggleId(StrEnum):
    """What a person can switch: the names the CLI and settings.json use."""

    CLAUDE_CODE_USAGE = "claude_code_usage"
    OPENROUTER_BALANCE = "openrouter_balance"
    CODEX_LIVE = "codex_live"
