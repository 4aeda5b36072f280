"""Claudette's saved copy of the Codex limits: one row without a date, dated only by seeing it change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tray.sources.codex.parse import COPY, Reading, load, reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.core.model import Instant

KEY = "codex:rate_limits:snapshot"  # in Claudette's app_settings


@dataclass(slots=True)
class Copy:
    """Reads the row and remembers its text: the only sign of its age is that it changes while we watch."""

    read_setting: Callable[[Path, str], str | None]
    _seen: dict[Path, tuple[str, Instant | None]] = field(default_factory=dict)

    def find(self, database: Path, now: Instant) -> Reading | None:
        """The copy: undated when first seen, else dated by the change; None where there is none."""
        text = self.read_setting(database, KEY)
        raw = load(text) if text is not None else None
        told = reading(raw, at=None, evidence=COPY)
        if text is None or told is None:
            return None
        before = self._seen.get(database)
        if before is None:
            self._seen[database] = (text, None)
        elif before[0] != text:
            self._seen[database] = (text, min(now, _written(database, now)))
        at = self._seen[database][1]
        return replace(told, at=at, windows=tuple(replace(w, observed_at=at) for w in told.windows))


def _written(database: Path, now: Instant) -> Instant:
    """When the database was last written: a change noticed late is not as new as the look at it."""
    times = []
    for path in (database, database.with_name(f"{database.name}-wal")):
        try:
            times.append(path.stat().st_mtime)
        except OSError:
            continue
    return max(times, default=now)
