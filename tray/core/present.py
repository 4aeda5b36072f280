"""Sentences: what tooltip, menu, notifications and command line say; all wording is put together here."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tray.core import texts
from tray.core.choices import Show
from tray.core.meter import Meter, Mode, WindowState, driving_sources, has_reset, read_meter
from tray.core.model import DbState, Reason, Role, Words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from tray.core.alerts import Alert
    from tray.core.model import Board, Instant, Snapshot, Window
    from tray.core.progress import Progress
    from tray.core.source import Source

TOOLTIP_MAX = 127  # characters; Windows holds no more
NO_AGENT = "No coding agent in use yet"
NOT_KNOWN = "No agent known: Claudette's database can't be read"
REASONS = {
    Reason.PINNED: "pinned",
    Reason.CLAUDETTE: "used last, in Claudette",
    Reason.RECENT: "used last",
    Reason.DEFAULT: "Claudette's default",
    Reason.NONE: "",
}


def used_percent(window: Window) -> str:
    """The used part: `42%`; Codex' own clients stop at 100, Anthropic's don't."""
    if window.used is None:
        return texts.UNKNOWN
    capped = window.words is Words.PERCENT_COUNTDOWN
    return texts.percent(min(max(window.used, Decimal(0)), Decimal(100)) if capped else window.used)


def left_percent(window: Window) -> str:
    """The part left, so that left and used add up to 100 as they are shown."""
    if window.used is None:
        return texts.UNKNOWN
    return f"{min(max(100 - int(window.used // 1), 0), 100)}%"


def primary_text(window: Window) -> str:
    """The window's main readout, always what is *used* (spec claudette.md 1.2.6, 1.4, 1.5, 2.5, 5.4)."""
    match window.words:
        case Words.PERCENT | Words.PERCENT_COUNTDOWN:
            return used_percent(window)
        case Words.REMAINING:
            if window.balance is not None:
                return f"{texts.money(window.balance, window.unit)} remaining"
            if window.used is not None:
                return f"{texts.money(window.used, window.unit)} used"
            return texts.UNKNOWN
        case Words.SPENT:
            if window.used is None:
                return texts.UNKNOWN
            cap = (
                f" / {texts.money(window.limit, window.unit)}" if window.limit is not None else " (unlimited)"
            )
            return texts.money(window.used, window.unit) + cap
        case Words.BALANCE:
            if window.balance is None:
                return texts.UNKNOWN
            return texts.money_verbatim(window.balance, window.unit)
        case Words.TOKENS:
            return texts.UNKNOWN if window.used is None else texts.tokens(window.used)


def secondary_text(window: Window, now: Instant) -> str | None:
    """The window's second line, or None."""
    match window.words:
        case Words.PERCENT_COUNTDOWN:
            left = texts.countdown(window.resets_at - now) if window.resets_at is not None else None
            return f"resets in {left}" if left else None
        case Words.REMAINING:
            known = window.used is not None and window.balance is not None
            return (
                f"{texts.money(window.used, window.unit)} used" if known and window.used is not None else None
            )
        case Words.TOKENS:
            spent = texts.cost(window.cost)
            return f"≈ {spent}" if spent else None
        case Words.PERCENT | Words.SPENT | Words.BALANCE:
            return None


def two_sides(window: Window, show: Show) -> tuple[str, str | None]:
    """A window's readout by the user's choice, and the other side: (`58% left`, `42% used`)."""
    match window.words:
        case Words.PERCENT | Words.PERCENT_COUNTDOWN:
            if window.used is None:
                return texts.UNKNOWN, None
            left, used = f"{left_percent(window)} left", f"{used_percent(window)} used"
            return (left, used) if show is Show.LEFT else (used, left)
        case Words.REMAINING:
            if window.balance is None or window.used is None:
                return primary_text(window), None
            left = f"{texts.money(window.balance, window.unit)} left"
            used = f"{texts.money(window.used, window.unit)} used"
            return (left, used) if show is Show.LEFT else (used, left)
        case Words.SPENT:
            return primary_text(window), None
        case Words.BALANCE:
            return f"{primary_text(window)} left" if window.balance is not None else texts.UNKNOWN, None
        case Words.TOKENS:
            return primary_text(window), secondary_text(window, 0.0)


def resets_text(window: Window, now: Instant, tz: tzinfo | None = None) -> str | None:
    """`resets 14:30`, `resets Tue 09:00`, `reset 14:30, awaiting a reading`: nothing in it ticks.

    None for a reading made after its own reset, as clocks that differ make them: the next one is unknown.
    """
    if window.resets_at is None:
        return None
    at = texts.clock(window.resets_at, now, tz)
    if window.resets_at > now:
        return f"resets {at}"
    if not has_reset(window, now):
        return None
    return f"reset {at}, awaiting a reading"


def name_of(board: Board, meter: Meter) -> str:
    """Who the meter speaks of: the plan's header, else the backend's label."""
    if meter.entry is not None and meter.entry.snapshot is not None and meter.window is not None:
        return meter.entry.snapshot.label
    backend = board.active.backend
    if backend is not None:
        return backend.label
    hidden = board.activity.claudette.state in (DbState.LOCKED, DbState.CORRUPT)
    return NOT_KNOWN if hidden else NO_AGENT


def meter_text(board: Board, meter: Meter) -> str:
    """The shortest truth: `58% left`, `12.4k tok`, `off`, `—`."""
    if meter.mode is Mode.DISABLED:
        return "off"
    if meter.mode is Mode.HIDDEN or meter.window is None:
        return texts.UNKNOWN
    if meter.state is WindowState.AWAITING:
        return "reset, awaiting a reading"
    if meter.exhausted and meter.window.role is not Role.BALANCE:
        return "used up"
    return two_sides(meter.window, board.settings.show)[0]


def tooltip(board: Board, sources: tuple[Source, ...], now: Instant, tz: tzinfo | None = None) -> str:
    """One line of at most 127 characters, with clock times only: it stays true without a timer."""
    meter = read_meter(board, sources, now)
    line = clickable(_sentence(board, sources, meter, now, tz), board, meter)
    return texts.clip(f"Demo · {line}" if board.demo else line, TOOLTIP_MAX)


def clickable(line: str, board: Board, meter: Meter) -> str:
    """A line that can be clicked says what that does, where a click is the way out."""
    if meter.mode is not Mode.DISABLED:
        return line
    return f"{line} (click to {'turn it on' if board.settings.readable else 'see why'})"


def _sentence(
    board: Board, sources: tuple[Source, ...], meter: Meter, now: Instant, tz: tzinfo | None
) -> str:
    who = name_of(board, meter)
    if meter.mode is Mode.HIDDEN:
        return who
    if meter.mode is Mode.DISABLED:
        toggle = next((s.toggle_label for s in driving_sources(board, sources) if s.greys_meter), who)
        return f"{toggle} is off"
    window = meter.window
    if window is None:
        return f"{who}: {meter.problem.title if meter.problem else _why_empty(meter)}"
    what = _lower_first(window.label)
    resets = resets_text(window, now, tz)
    if meter.state is WindowState.AWAITING:
        return f"{who}: {what} {resets}"
    first, second = two_sides(window, board.settings.show)
    if window.role in (Role.PLAN, Role.SCOPED):
        if meter.exhausted:
            line = f"{who}: {what} used up"
        elif second is None:
            line = f"{who}: {what} unknown"
        else:
            line = f"{who}: {first} ({second}) of {what}"
    else:
        line = f"{who}: {first}" + (f" ({second})" if second else "")
        line += f", {what}" if window.role is Role.THROUGHPUT else ""
    if resets:
        line += f", {resets}"
    if meter.state is WindowState.STALE:
        known = window.observed_at
        line += f", as of {texts.clock(known, now, tz)}" if known is not None else ", of unknown age"
    return line


def _why_empty(meter: Meter) -> str:
    snapshot = meter.entry.snapshot if meter.entry is not None else None
    note = note_text(snapshot) if snapshot is not None else None
    return _lower_first(note.rstrip(".")) if note else "no reading yet"


def note_text(snapshot: Snapshot) -> str | None:
    """The sentences about a snapshot's numbers, also that not all is read yet."""
    progress = snapshot.progress
    reading = reading_text(progress) if progress and progress.files < progress.files_total else None
    return " ".join(part for part in (snapshot.note, reading) if part) or None


def reading_text(progress: Progress) -> str:
    """How many files are read: `Reading transcripts: 43 of 120 files.`, or left where nobody reads now."""
    if progress.waits:
        return f"{progress.files_total - progress.files} changed transcripts are still to be read."
    return f"Reading transcripts: {progress.files} of {progress.files_total} files."


def reading_pace(progress: Progress) -> str | None:
    """`0.2 of 1.0 GB, about 20 s left`, without what is not known; None where nobody reads."""
    size = texts.size(progress.size, progress.size_total) if progress.size_total else None
    left = f"about {texts.duration(progress.left)} left" if progress.left is not None else None
    return None if progress.waits else ", ".join(part for part in (size, left) if part) or None


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def status_line(board: Board, sources: tuple[Source, ...], now: Instant, tz: tzinfo | None = None) -> str:
    """The menu's first line, and `claudette-tray status`."""
    meter = read_meter(board, sources, now)
    line = _sentence(board, sources, meter, now, tz)
    if meter.window is not None and meter.problem is not None:
        line += f" · {meter.problem.title}"
    return f"Demo · {line}" if board.demo else line


def window_line(
    window: Window, state: WindowState, show: Show, now: Instant, tz: tzinfo | None = None
) -> str:
    """One window as a line of the menu: `Session (5h): 58% left, resets 14:30`."""
    resets = resets_text(window, now, tz)
    if state is WindowState.AWAITING:
        return f"{window.label}: {resets}"
    first, second = two_sides(window, show)
    line = f"{window.label}: {first}"
    if window.words is Words.TOKENS and second:
        line += f" ({second})"
    if resets:
        line += f", {resets}"
    if state is WindowState.STALE:
        known = window.observed_at
        line += f" (as of {texts.clock(known, now, tz)})" if known is not None else " (of unknown age)"
    return line


def alert_text(
    label: str, alerts: Iterable[Alert], now: Instant, tz: tzinfo | None = None
) -> tuple[str, str]:
    """A notification's title and body; several windows are several lines of one body."""
    lines = []
    for alert in alerts:
        window = alert.window
        resets = resets_text(window, now, tz)
        tail = f", {resets}" if resets else ""
        if alert.level == 0:
            lines.append(f"{window.label} is back: {left_percent(window)} left{tail}")
        elif alert.level >= 100:
            lines.append(f"{window.label} is used up{tail}")
        else:
            lines.append(f"{window.label}: {used_percent(window)} used, {left_percent(window)} left{tail}")
    return label, "\n".join(lines)
