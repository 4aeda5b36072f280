"""Local days of a time zone: its offset from UTC between one change and the next, in quarters of an hour."""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tray.metrics.packed import SLOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY = 96  # quarters of an hour
_QUARTER = SLOT // 1000  # seconds


class UnknownZoneError(ValueError):
    """No zone of that name; the text says so, to people."""


class Stretch(NamedTuple):
    """Slots from `first` up to, not with, `end`: the local slot is the UTC slot plus `shift`."""

    first: int
    end: int
    shift: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A time zone: its name, and its offset (seconds east of UTC) at an instant (Unix seconds)."""

    name: str
    offset: Callable[[int], int]

    def stretches(self, first: int, last: int) -> tuple[Stretch, ...]:
        """The stretches that cover the slots `first` to `last`, both included.

        Each day is looked at, and where two differ the slot of the change is searched for.
        """
        found: list[Stretch] = []
        start, shift = first, self._shift(first)
        at = first
        while at < last:
            following = min(at + DAY, last)
            other = self._shift(following)
            if other != shift:
                low, high = at, following  # `low` has the old offset, `high` the new one
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if self._shift(middle) == shift else (low, middle)
                found.append(Stretch(start, high, shift))
                start, shift = high, self._shift(high)
                at = high
            else:
                at = following
        return (*found, Stretch(start, last + 1, shift))

    def _shift(self, slot: int) -> int:
        return self.offset(slot * _QUARTER) // _QUARTER


class Calendar:
    """The local days of the slots from `first` to `last`; with `since` and `until` (days) of these only."""

    def __init__(
        self, zone: Zone, first: int, last: int, since: int | None = None, until: int | None = None
    ) -> None:
        clipped = [
            Stretch(
                part.first if since is None else max(part.first, since * DAY - part.shift),
                part.end if until is None else min(part.end, (until + 1) * DAY - part.shift),
                part.shift,
            )
            for part in zone.stretches(first, max(first, last))
        ]
        self.stretches = tuple(part for part in clipped if part.first < part.end)
        self._firsts = [part.first for part in self.stretches]

    def spans(self) -> Iterator[tuple[int, int, int, int]]:
        """(first slot, end, local day, UTC day) of all slots, cut at every midnight, local and UTC."""
        for part in self.stretches:
            first = part.first
            while first < part.end:
                day, utc_day = (first + part.shift) // DAY, first // DAY
                end = min((day + 1) * DAY - part.shift, (utc_day + 1) * DAY, part.end)
                yield first, end, day, utc_day
                first = end

    def day(self, slot: int) -> int | None:
        """The local day (days since 1970) that a slot lies in; None outside the calendar."""
        place = bisect_right(self._firsts, slot) - 1
        if place < 0 or slot >= self.stretches[place].end:
            return None
        return (slot + self.stretches[place].shift) // DAY


def first_instant(where: Zone, day: int) -> int:
    """When a local day (since 1970) begins, in Unix milliseconds; one that a zone left out: the next one."""
    slot = day * DAY
    return Calendar(where, slot - 2 * DAY, slot + 2 * DAY, since=day).stretches[0].first * SLOT


def zone(name: str | None = None) -> Zone:
    """The zone of this IANA name, or the system's. Raises `UnknownZoneError`."""
    if name is None:
        return Zone(name=_system_name(), offset=lambda at: time.localtime(at).tm_gmtoff)
    if name.upper() == "UTC":
        return Zone(name="UTC", offset=lambda at: 0)
    from datetime import datetime
    from zoneinfo import ZoneInfo

    try:
        known = ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # no key, a folder, or a system that has no zones at all
        raise UnknownZoneError(
            f"there is no time zone {name!r}; names are like Europe/Berlin, or UTC"
        ) from None

    def offset(at: int) -> int:
        found = datetime.fromtimestamp(at, known).utcoffset()
        return 0 if found is None else int(found.total_seconds())

    return Zone(name=name, offset=offset)


def _system_name() -> str:
    """The IANA name of the system's zone where it tells one, else "local"."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        try:
            name = os.readlink("/etc/localtime").rpartition("zoneinfo/")[2]  # noqa: PTH115
        except OSError:
            name = "" if time.timezone or time.daylight else "UTC"
    return name if name and not name.startswith(("/", ".")) else "local"
