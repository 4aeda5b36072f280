"""The last 24 hours as a time line: where each session stands, in which lane, and the hours below."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tray.views.charts.specs import Dot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from tray.core.insights import RecentSession
    from tray.views.charts.specs import Outcome

SPAN = 86_400_000  # milliseconds
APART = 0.012  # of the span: dots nearer than this are parted
_OUTCOMES: dict[bool | None, Outcome] = {True: "ok", False: "failed", None: "open"}


def dots(sessions: Sequence[RecentSession], now: int, lanes: int, *, apart: float = APART) -> tuple[Dot, ...]:
    """A dot for each session, in their order; `now` in Unix milliseconds, at most so many lanes.

    The first lane that is free takes a session; where none is, the one that is free again first.
    """
    free = [-1.0] * max(lanes, 1)  # where each lane's last session ends
    found: dict[int, Dot] = {}
    spans = [(_part(one.started_at, now), _part(one.last_active, now)) for one in sessions]
    for place in sorted(range(len(spans)), key=lambda place: (spans[place], place)):
        start, end = spans[place]
        lane = next((n for n, until in enumerate(free) if until + apart <= start), None)
        if lane is None:
            lane = min(range(len(free)), key=lambda n: free[n])
        free[lane] = max(free[lane], end)
        found[place] = Dot(start=start, end=max(start, end), outcome=_OUTCOMES[sessions[place].ok], lane=lane)
    return tuple(found[place] for place in range(len(spans)))


def marks(now: int, tz: tzinfo | None, hours: int = 3) -> tuple[tuple[float, str], ...]:
    """The full local hours below the line that `hours` divide, from left to right: `(0.25, "18:00")`."""
    end = datetime.fromtimestamp(now / 1000, UTC).replace(minute=0, second=0, microsecond=0)
    found = []
    for back in range(26):  # zones of half hours are marked where their clock shows a full one
        for part in (0, 15, 30, 45):
            at = end + timedelta(hours=1 - back, minutes=-part)
            local = at.astimezone(tz)
            place = (at.timestamp() * 1000 - (now - SPAN)) / SPAN
            if local.minute == 0 and local.hour % hours == 0 and 0 <= place <= 1:
                found.append((place, f"{local:%H:%M}"))
    return tuple(sorted(found))


def _part(at: int, now: int) -> float:
    return min(max((at - (now - SPAN)) / SPAN, 0.0), 1.0)
