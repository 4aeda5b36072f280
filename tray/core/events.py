"""What can happen (events) and what the engine is to do about it (effects)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.core.alerts import Alert
    from tray.core.choices import Settings
    from tray.core.model import Activity
    from tray.core.source import Ask, Depth, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The engine runs: look at everything once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A due time has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Woke:
    """The machine slept, or the clock jumped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkBack:
    """There is a network again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesChanged:
    """Files of these watch groups changed: source ids, "activity", "settings"."""

    groups: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRead:
    """The local files were looked at: who worked last."""

    activity: Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A source has answered, well or badly."""

    source: str
    depth: Depth
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged:
    """settings.json reads differently."""

    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshAsked:
    """A person asks for fresh numbers; `local` means: only what needs no network and no credential."""

    local: bool = False


Event = (
    Started
    | Tick
    | Woke
    | NetworkBack
    | FilesChanged
    | ActivityRead
    | Fetched
    | SettingsChanged
    | RefreshAsked
)


# ---- effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Ask a source, off the engine's thread."""

    source: str
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadActivity:
    """Look who worked last, off the engine's thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSettings:
    """Read settings.json again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell the person; several alerts of one source are one notification."""

    source: str
    label: str
    alerts: tuple[Alert, ...]


Effect = Fetch | ReadActivity | ReadSettings | Notify
