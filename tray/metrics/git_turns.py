"""Which repositories are asked in the time there is: what waited, then the latest change, the slow last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.metrics.git_renew import Asked, Renewed

_PAUSE, _PAUSE_MOST = 60.0, 3600.0  # seconds until what took too long is tried again, doubled each time


class Turns:
    """Remembers, for one process and by its clock, what waits, was too slow or can't be read."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._late: dict[str, tuple[int, float]] = {}  # how often, and when it may be tried again
        self._failed: dict[str, tuple[str | None, bool]] = {}  # in which state, and whether git refuses it

    def due(self, stale: Iterable[Asked], now: float) -> list[Asked]:
        """Those to ask now, the first first."""
        ready = [
            one for one in stale if not self.failed(one) and self._late.get(one.common, (0, now))[1] <= now
        ]
        return sorted(
            ready,
            key=lambda one: (one.common in self._late, one.common not in self._waiting, -one.refs.changed),
        )

    def failed(self, one: Asked) -> bool:
        """Whether git can't read it as it is now: asking again would be in vain."""
        return one.common in self._failed and self._failed[one.common][0] == one.state

    def refused(self, one: Asked) -> bool:
        """Whether that is so since it belongs to somebody else."""
        return self.failed(one) and self._failed[one.common][1]

    def wait(self, waiting: Collection[str]) -> None:
        """Note which ones there was no time for."""
        self._waiting = set(waiting)

    def note(self, one: Asked, renewed: Renewed, now: float) -> None:
        """Note how it went with one that was asked and had time enough."""
        if renewed.late and renewed.entry is None:
            times = self._late.get(one.common, (0, now))[0]
            self._late[one.common] = times + 1, now + min(_PAUSE * 2**times, _PAUSE_MOST)
            return
        self._late.pop(one.common, None)
        if renewed.entry is None:
            self._failed[one.common] = one.state, renewed.refused
        else:
            self._failed.pop(one.common, None)
