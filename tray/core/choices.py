"""What a person chooses: the switches, what is shown, the pin. Kept in settings.json."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tray.core.toggles import ToggleId


class Show(StrEnum):
    """Which side of the quota the battery and the tooltip tell first."""

    LEFT = "left"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The user's choices. Where settings.json can't be read, every toggle is off (`readable` False)."""

    claude_code_usage: bool = False
    openrouter_balance: bool = True
    codex_live: bool = True
    show: Show = Show.LEFT
    pin: str | None = None  # a backend kind or id; None is Auto
    notifications: bool = True
    anthropic_user_agent: str | None = None
    commit_emails: tuple[str, ...] = ()  # whose commits are the person's, besides those git is set to
    readable: bool = True
    trouble: str | None = None  # why it is not readable, for people: "settings.json, line 3: …"

    def is_on(self, toggle: ToggleId | None) -> bool:
        """Whether the gate is open; a source without a toggle is always on."""
        match toggle:
            case None:
                return True
            case ToggleId.CLAUDE_CODE_USAGE:
                return self.claude_code_usage
            case ToggleId.OPENROUTER_BALANCE:
                return self.openrouter_balance
            case ToggleId.CODEX_LIVE:
                return self.codex_live
