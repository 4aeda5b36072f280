"""The usage window's screen from a board: which cards and rows stand where, and in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core import present, texts
from tray.core.choices import Show
from tray.core.meter import (
    Meter,
    Mode,
    WindowState,
    band_of,
    driving_sources,
    face_of,
    is_exhausted,
    read_meter,
    state_of,
)
from tray.core.model import Role, Words
from tray.core.schedule import newest_reading
from tray.core.screen import Card, Gauge, Row, Screen, SignIn, ToggleRow, Trouble

if TYPE_CHECKING:
    from datetime import tzinfo

    from tray.core.model import Board, Entry, Instant, Window
    from tray.core.progress import Progress
    from tray.core.source import Source

_SAME_READING = 600.0  # seconds within which two rows of a card count as read together
_TOLD_LATELY = 60.0  # seconds; a reading that goes on is told once a second
_UNREADABLE = "Off until settings.json is mended."


def screen(
    board: Board,
    sources: tuple[Source, ...],
    now: Instant,
    *,
    banner: str | None = None,
    tz: tzinfo | None = None,
) -> Screen:
    """All of the window: the sources of the active backend first, then the others that know something."""
    meter = read_meter(board, sources, now)
    drivers = driving_sources(board, sources)
    others = [source for source in sources if source not in drivers]
    cards = [_card(board, source, meter, now, tz, active=source in drivers) for source in (*drivers, *others)]
    backend = board.active.backend
    about = [backend.model or "", present.REASONS[board.active.reason]] if backend else []
    if board.demo:
        banner = "Demo: made-up numbers, nothing is read or sent"
    elif board.settings.trouble:
        banner = board.settings.trouble
        if not board.settings.readable:
            banner += " Every switch is off until it is mended."
    return Screen(
        title=present.name_of(board, meter),
        subtitle=" · ".join(part for part in about if part) or None,
        freshness=_freshness(meter.entry, now) if meter.entry else None,
        cards=tuple(card for card in cards if card is not None),
        toggles=tuple(_toggle(board, source) for source in sources if source.toggle),
        banner=banner,
        face=face_of(meter, board.settings.show),
    )


def _freshness(entry: Entry, now: Instant) -> str | None:
    at = newest_reading(entry)
    return f"updated {texts.age(now - at)}" if at is not None else None


def _card(
    board: Board, source: Source, meter: Meter, now: Instant, tz: tzinfo | None, *, active: bool
) -> Card | None:
    """A source's card; None where it has nothing to say about anything in use."""
    entry = board.entry(source.id)
    if source.greys_meter and not board.settings.is_on(source.toggle):
        if not active:
            return None
        return Card(source=source.id, title=source.name, note=source.off_note, greyed=True)
    snapshot = entry.snapshot
    trouble = _trouble(entry, now, tz) if active or snapshot is not None else None
    if snapshot is None:
        if trouble is None:
            waiting = (
                active and meter.mode is Mode.ACTIVE and source.live and board.settings.is_on(source.toggle)
            )
            return Card(source=source.id, title=source.name, note="No reading yet") if waiting else None
        return Card(source=source.id, title=source.name, trouble=trouble)
    gauge = _gauge(snapshot.progress, now)
    if not snapshot.windows and not active and gauge is None:
        return None
    used_at = board.active.used_at if active else None
    rows = [_row(w, entry, meter, board.settings.show, used_at, now, tz) for w in snapshot.windows]
    return Card(
        source=source.id,
        title=snapshot.label,
        badge=snapshot.tier,
        freshness=_freshness(entry, now),
        rows=tuple(rows),
        note=snapshot.note,
        gauge=gauge,
        trouble=trouble,
    )


def _gauge(progress: Progress | None, now: Instant) -> Gauge | None:
    """The reading of transcripts; told long ago it goes on no more, since its teller was killed, say."""
    if progress is None or progress.files >= progress.files_total:
        return None
    if progress.at is not None and now - progress.at > _TOLD_LATELY:
        progress = replace(progress, waits=True)
    return Gauge(
        text=present.reading_text(progress),
        pace=present.reading_pace(progress),
        fill=None if progress.waits else progress.share,
    )


def _trouble(entry: Entry, now: Instant, tz: tzinfo | None) -> Trouble | None:
    problem = entry.problem
    if problem is None:
        return None
    hint = problem.hint
    if problem.retry_at is not None and problem.retry_at > now:
        hint = f"{hint} Next try {texts.clock(problem.retry_at, now, tz)}.".strip()
    return Trouble(
        title=problem.title, hint=hint, action=problem.action, source=entry.source, quiet=problem.quiet
    )


def _row(
    window: Window,
    entry: Entry,
    meter: Meter,
    show: Show,
    used_at: Instant | None,
    now: Instant,
    tz: tzinfo | None,
) -> Row:
    state = state_of(window, entry, used_at, now)
    awaiting = state is WindowState.AWAITING
    primary, secondary = present.two_sides(window, show)
    if awaiting:
        primary, secondary = texts.UNKNOWN, None
    fraction = None if awaiting or window.role is Role.THROUGHPUT else window.fraction
    fill = None
    if fraction is not None:
        used = show is Show.USED or window.words is Words.SPENT  # "$4 / $50" reads as what is used
        fill = min(max(fraction if used else 1 - fraction, 0.0), 1.0)
    elif awaiting or (window.bounded and window.role in (Role.PLAN, Role.SCOPED)):
        fill = 0.0  # an empty track: the bar is there, its value is not known
    return Row(
        key=window.key,
        label=window.label,
        primary=primary,
        secondary=secondary,
        reset=_reset(window, now, tz),
        as_of=_as_of(window, entry, now, tz) if state is WindowState.STALE else None,
        fill=fill,
        time_mark=_time_mark(window, show, now),
        band=band_of(fraction),
        exhausted=is_exhausted(window, now),
        state=state.value,
        driving=meter.window is not None
        and meter.entry is not None
        and meter.entry.source == entry.source
        and meter.window.key == window.key,
        evidence=_evidence(window, now),
    )


def _reset(window: Window, now: Instant, tz: tzinfo | None) -> str | None:
    """`resets in 1h 30m · 14:30`; only the open window counts down."""
    if window.resets_at is None:
        return None
    left = texts.countdown(window.resets_at - now)
    if left is None:
        return present.resets_text(window, now, tz)
    return f"resets in {left} · {texts.clock(window.resets_at, now, tz)}"


def _as_of(window: Window, entry: Entry, now: Instant, tz: tzinfo | None) -> str | None:
    """The age of a row that is older than the card says: Codex' credits come seldom, windows each turn."""
    newest = newest_reading(entry)
    if window.observed_at is None or newest is None or newest - window.observed_at < _SAME_READING:
        return None
    if window.role is Role.THROUGHPUT:  # sums have no age
        return None
    return f"as of {texts.clock(window.observed_at, now, tz)}"


def _time_mark(window: Window, show: Show, now: Instant) -> float | None:
    """The elapsed (or left) part of the window's time, beside which the bar can be judged."""
    if window.resets_at is None or not window.window_minutes or window.resets_at <= now:
        return None
    left = (window.resets_at - now) / (window.window_minutes * 60)
    if left > 1:
        return None
    return left if show is Show.LEFT else 1 - left


def _evidence(window: Window, now: Instant) -> str | None:
    if not window.evidence:
        return None
    if window.observed_at is None:
        return f"{window.evidence}, of unknown age"
    return f"{window.evidence}, {texts.age(now - window.observed_at)}"


def _toggle(board: Board, source: Source) -> ToggleRow:
    if source.toggle is None:
        msg = f"{source.id} has no toggle"
        raise ValueError(msg)
    on = board.settings.is_on(source.toggle)
    return ToggleRow(
        id=source.toggle,
        label=source.toggle_label,
        explanation=source.toggle_explanation if board.settings.readable else _UNREADABLE,
        on=on,
        needs_consent=source.consent is not None and not on,
        enabled=board.settings.readable,
    )


def sign_ins(sources: tuple[Source, ...]) -> tuple[SignIn, ...]:
    """The clients' own sign-in commands."""
    return tuple(
        SignIn(source=source.id, name=source.sign_in_name or source.name, command=source.sign_in)
        for source in sources
        if source.sign_in
    )
