"""`status --json`, schema 1: a contract, documented in docs/status.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.core import present, texts
from tray.core.meter import (
    WindowState,
    band_of,
    driving_sources,
    is_exhausted,
    read_meter,
    state_of,
)
from tray.core.model import Snapshot

if TYPE_CHECKING:
    from datetime import tzinfo
    from decimal import Decimal

    from tray.core.model import Board, Entry, Instant, Window
    from tray.core.source import Source

SCHEMA = 1


def document(
    board: Board, sources: tuple[Source, ...], now: Instant, tz: tzinfo | None = None
) -> dict[str, Any]:
    """The whole answer; every source is listed, those of the active backend first."""
    meter = read_meter(board, sources, now)
    backend = board.active.backend
    drivers = driving_sources(board, sources)
    ordered = (*drivers, *(source for source in sources if source not in drivers))
    fraction = meter.fraction
    band = band_of(fraction)
    return {
        "schema": SCHEMA,
        "generated_at": texts.iso(now),
        "active": {
            "backend": backend.kind.value if backend else None,
            "backend_id": backend.id if backend else None,
            "label": backend.label if backend else None,
            "model": backend.model if backend else None,
            "reason": board.active.reason.value,
        },
        "meter": {
            "mode": meter.mode.value,
            "driving": meter.window.key if meter.window else None,
            "fraction": fraction,
            "band": band.value if band else None,
            "exhausted": meter.exhausted,
            "text": present.meter_text(board, meter),
            "tooltip": present.tooltip(board, sources, now, tz),
        },
        "snapshots": [_snapshot(board, source, now, active=source in drivers) for source in ordered],
    }


def _snapshot(board: Board, source: Source, now: Instant, *, active: bool) -> dict[str, Any]:
    entry = board.entry(source.id)
    off = source.greys_meter and not board.settings.is_on(source.toggle)
    snapshot = entry.snapshot or Snapshot(source=source.id, label=source.name)
    problem = entry.problem
    used_at = board.active.used_at if active else None
    return {
        "source": source.id,
        "label": snapshot.label,
        "plan": snapshot.plan,
        "tier": snapshot.tier,
        "note": source.off_note if off else present.note_text(snapshot),
        "experimental_disabled": off,
        "windows": [] if off else [_window(w, entry, used_at, now) for w in snapshot.windows],
        "problem": None
        if problem is None or off
        else {"kind": problem.kind.value, "title": problem.title, "hint": problem.hint},
    }


def _window(window: Window, entry: Entry, used_at: Instant | None, now: Instant) -> dict[str, Any]:
    state = state_of(window, entry, used_at, now)
    awaiting = state is WindowState.AWAITING
    return {
        "key": window.key,
        "label": window.label,
        # After its reset a window's last percent is wrong by definition: unknown until the next reading.
        "used": None if awaiting else _number(window.used),
        "limit": _number(window.limit),
        "unit": window.unit,
        "fraction": None if awaiting else window.fraction,
        "bounded": window.bounded,
        "exhausted": is_exhausted(window, now),
        "resets_at": texts.iso(window.resets_at),
        "window_minutes": window.window_minutes,
        "primary_text": texts.UNKNOWN if awaiting else present.primary_text(window),
        "secondary_text": None if awaiting else present.secondary_text(window, now),
        "observed_at": texts.iso(window.observed_at),
        "evidence": window.evidence,
        "state": state.value,
    }


def _number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole ones without a fraction, so that tokens stay integers."""
    if value is None or not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)
