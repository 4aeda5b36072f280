"""What the screens show, as values: `core.present` makes them from a board, the views only draw them."""

from __future__ import annotations

from dataclasses import dataclass

from tray.core.model import Action, Band, Face
from tray.core.toggles import ToggleId

TITLE = "Claudette usage"  # of the window and the page
CANT_DRAW = 3  # the window's exit code: no toolkit or no display; the reason is the last line on its stderr
READING, WAITING = "Reading…", "Waiting for the tray…"  # before the first answer; while nobody answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One quota window, balance or throughput, in words and numbers.

    `fill` is the drawn part of the bar, 0..1, by the user's choice of left or used; None: no bar (unknown or
    no cap). `time_mark` is the elapsed part of the quota window, 0..1, drawn as a tick on the bar in the
    same direction as `fill`; None where the window's length or reset is unknown.
    """

    key: str
    label: str
    primary: str  # "58% left" / "42% used" / "12.4k tok"
    secondary: str | None = None  # the other side: "42% used", "≈ $0.43"
    reset: str | None = None  # "resets in 1h 30m · 14:30"; counts down while the window is open
    as_of: str | None = None  # "as of Sat 19:33", where it is older than its card
    fill: float | None = None
    time_mark: float | None = None
    band: Band | None = None
    exhausted: bool = False
    state: str = "live"  # live | stale | awaiting_reading | unknown
    driving: bool = False  # this row drives the icon
    evidence: str | None = None  # "usage API, 14:02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A problem beside the last good data."""

    title: str
    hint: str
    action: Action | None = None
    source: str = ""
    quiet: bool = False  # a dim hint line instead of a warning


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """How far a work is that goes on by itself; no quota. `fill` 0..1, None where nobody is at it now."""

    text: str
    pace: str | None = None  # "0.2 of 1.0 GB, about 20 s left"
    fill: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One source's block."""

    source: str
    title: str  # "Claude Max"
    badge: str | None = None  # the tier: "MAX 20X"
    freshness: str | None = None  # "updated 14:02", "as of Tue 09:00"
    rows: tuple[Row, ...] = ()
    note: str | None = None
    gauge: Gauge | None = None
    trouble: Trouble | None = None
    greyed: bool = False  # needs the opt-in: rows are not shown, the toggle is right there


@dataclass(frozen=True, slots=True, kw_only=True)
class ToggleRow:
    """A switch with its explanation."""

    id: ToggleId
    label: str
    explanation: str
    on: bool
    needs_consent: bool = False  # turning it on asks first
    enabled: bool = True  # False: settings.json can't be read; `explanation` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The question before Claude Code Usage is turned on."""

    title: str
    paragraphs: tuple[str, ...]
    warning: str
    link_label: str
    link_url: str
    cancel: str
    accept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The whole usage window, top to bottom."""

    title: str  # the active backend: "Claude Code", "No agent yet"
    subtitle: str | None  # model and why it is the active one: "opus · used last"
    freshness: str | None
    cards: tuple[Card, ...]
    toggles: tuple[ToggleRow, ...]
    banner: str | None = None  # "demo: made-up data", "No tray on this desktop: …"
    face: Face | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A client's own sign-in command, offered in menu and window."""

    source: str
    name: str  # "Claude Code…"
    command: tuple[str, ...]  # ("claude", "auth", "login")
