"""What the battery tells: the driving window, freshness, bands, the icon's face."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tray.core.choices import Show
from tray.core.model import (
    Active,
    Band,
    Board,
    Entry,
    Face,
    Instant,
    Problem,
    ProblemKind,
    Role,
    Shape,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.core.source import Source

WARNING, CRITICAL = 0.60, 0.85  # of the quota used
STALE_AFTER = 10 * 60.0  # seconds of use after the reading

# Problems that end only when the person does something; the others pass, and the last value stays useful.
_PERSON_MUST_ACT = frozenset(
    {
        ProblemKind.SIGNED_OUT,
        ProblemKind.SCOPE,
        ProblemKind.ENV_TOKEN,
        ProblemKind.API_KEY,
        ProblemKind.FORBIDDEN,
        ProblemKind.UNREADABLE,
    }
)
# Problems that say nothing of a reading: nobody was asked.
_NO_ONE_ASKED = frozenset({ProblemKind.NO_CLIENT, ProblemKind.NO_KEY, ProblemKind.API_KEY})


class Mode(StrEnum):
    """Whether there is a meter: shown, greyed until the opt-in, or none because no agent is known."""

    ACTIVE = "active"
    DISABLED = "disabled"
    HIDDEN = "hidden"


class WindowState(StrEnum):
    """How far a number can be trusted now."""

    LIVE = "live"
    STALE = "stale"
    AWAITING = "awaiting_reading"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """The icon's subject: mode, the driving window with its state, and the problem in the way."""

    mode: Mode
    window: Window | None = None
    entry: Entry | None = None  # of the source that drives, or that would
    state: WindowState = WindowState.UNKNOWN
    problem: Problem | None = None
    exhausted: bool = False

    @property
    def fraction(self) -> float | None:
        """The used part, unclamped; None where it is not known now (a reset window's old percent is not)."""
        if self.window is None or self.state in (WindowState.AWAITING, WindowState.UNKNOWN):
            return None
        return self.window.fraction


def has_reset(window: Window, now: Instant) -> bool:
    """Whether the window's reset has passed since the reading: its percent is wrong by definition."""
    return (
        window.resets_at is not None
        and window.resets_at <= now
        and (window.observed_at is None or window.observed_at < window.resets_at)
    )


def state_of(window: Window, entry: Entry, used_at: Instant | None, now: Instant) -> WindowState:
    """How far a window's number can be trusted.

    `used_at` is the last activity of the backend this source drives, None for another source: an unused
    backend's reading stays live, however old.
    """
    if has_reset(window, now):
        return WindowState.AWAITING
    if window.used is None and window.balance is None:
        return WindowState.UNKNOWN
    if window.role is Role.THROUGHPUT:
        return WindowState.STALE if entry.problem is not None else WindowState.LIVE
    if window.observed_at is None:
        return WindowState.STALE  # a copy without a date: nobody can say how old it is
    problem = entry.problem
    failed_since = problem is not None and (entry.problem_at or now) >= window.observed_at
    if problem is not None and failed_since and problem.kind not in _NO_ONE_ASKED:
        return WindowState.STALE
    if used_at is not None and used_at - window.observed_at > STALE_AFTER:
        return WindowState.STALE
    return WindowState.LIVE


def is_exhausted(window: Window, now: Instant) -> bool:
    """At or over the cap, and not reset since."""
    return window.exhausted and not has_reset(window, now)


def belongs(window: Window, model: str | None) -> bool:
    """Whether a model-scoped window is about the active model; an unknown model belongs to every window."""
    if window.role is not Role.SCOPED or window.model is None or not model:
        return True
    words = [word for word in window.model.lower().replace("-", " ").split() if not word[0].isdigit()]
    return all(word in model.lower() for word in words)


def band_of(fraction: float | None) -> Band | None:
    """The band by use."""
    if fraction is None:
        return None
    if fraction >= CRITICAL:
        return Band.CRITICAL
    return Band.WARNING if fraction >= WARNING else Band.NORMAL


def driving_sources(board: Board, sources: Iterable[Source]) -> list[Source]:
    """The sources whose windows may drive the meter of the active backend, in their listed order."""
    backend = board.active.backend
    return [source for source in sources if backend is not None and source.drives(backend)]


def read_meter(board: Board, sources: Iterable[Source], now: Instant) -> Meter:
    """The meter of a board at an instant."""
    if board.active.backend is None:
        return Meter(mode=Mode.HIDDEN)
    drivers = driving_sources(board, sources)
    if any(source.greys_meter and not board.settings.is_on(source.toggle) for source in drivers):
        return Meter(mode=Mode.DISABLED)
    entries = [board.entry(source.id) for source in drivers]
    ranked = [
        (_rank(window, entry, board.active, now), -order, window, entry)
        for order, (entry, window) in enumerate(
            (entry, window) for entry in entries if entry.snapshot for window in entry.snapshot.windows
        )
    ]
    ranked = [item for item in ranked if item[0] is not None]
    main = entries[0] if entries else None
    problem = main.problem if main and main.problem and not main.problem.quiet else None
    if not ranked:
        return Meter(mode=Mode.ACTIVE, entry=main, problem=problem)
    _, _, window, entry = max(ranked, key=lambda item: item[:2])
    return Meter(
        mode=Mode.ACTIVE,
        window=window,
        entry=entry,
        state=state_of(window, entry, board.active.used_at, now),
        problem=problem,
        exhausted=is_exhausted(window, now),
    )


def _rank(window: Window, entry: Entry, active: Active, now: Instant) -> tuple[int, int, float] | None:
    """How strongly a window claims the icon; None: never.

    Plan windows before balances before throughput; within these exhausted first, then known by the highest
    use, then those awaiting a reading, then the unknown ones.
    """
    model = active.backend.model if active.backend else None
    match window.role:
        case Role.EXTRA:
            return None
        case Role.PLAN:
            tier = 3
        case Role.SCOPED:
            if not belongs(window, model):
                return None
            tier = 3
        case Role.BALANCE:
            tier = 2 if window.fraction is not None else 0
        case Role.THROUGHPUT:
            tier = 1
    if is_exhausted(window, now):
        return tier, 3, 0.0
    state = state_of(window, entry, active.used_at, now)
    if window.fraction is not None and state is not WindowState.AWAITING:
        return tier, 2, window.fraction
    return tier, 1 if state is not WindowState.UNKNOWN else 0, 0.0


def face_of(meter: Meter, show: Show) -> Face:
    """The icon's picture for a meter."""
    if meter.mode is Mode.DISABLED:
        return Face(shape=Shape.OFF)
    if meter.mode is Mode.HIDDEN:
        return Face(shape=Shape.UNKNOWN)
    if meter.problem is not None and meter.problem.kind in _PERSON_MUST_ACT:
        return Face(shape=Shape.ERROR)
    if meter.window is None:
        return Face(shape=Shape.UNKNOWN if meter.problem is None else Shape.ERROR)
    if meter.exhausted:
        return Face(shape=Shape.EXHAUSTED, band=Band.CRITICAL)
    if meter.state is WindowState.AWAITING:
        return Face(shape=Shape.AWAITING)
    fraction = meter.fraction
    if fraction is None:
        known = (
            meter.window.role in (Role.THROUGHPUT, Role.BALANCE) and meter.state is not WindowState.UNKNOWN
        )
        return Face(shape=Shape.THROUGHPUT if known else Shape.UNKNOWN)
    shape = Shape.STALE if meter.state is WindowState.STALE else Shape.LEVEL
    return Face(shape=shape, level=_level(fraction, show), band=band_of(fraction))


def _level(fraction: float, show: Show) -> int:
    """The filled part in even percents; only an empty or full quota gives 0 or 100."""
    part = min(max(fraction if show is Show.USED else 1.0 - fraction, 0.0), 1.0)
    if part in (0.0, 1.0):
        return int(part * 100)
    return min(max(round(part * 50) * 2, 2), 98)
