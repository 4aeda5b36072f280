"""All sessions of a scope, each once, and what is counted of them. Pure; instants are Unix milliseconds."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tray.core.insights import BOUNDS
from tray.metrics.packed import SLOT
from tray.metrics.work_columns import millis
from tray.metrics.zones import DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tray.metrics.analytics_index import Transcript
    from tray.metrics.claudette_work import Summary
    from tray.metrics.work_columns import Runs
    from tray.metrics.zones import Zone

T = TypeVar("T", str, tuple[int, int])


class Legacy(NamedTuple):
    """What a summary alone tells of a deleted workspace's sessions, as one that weighs as much as all."""

    id: str
    start: int
    end: int | None
    turns: int
    weight: int
    good: int


class Latest(NamedTuple):
    """A place's last session; `transcript` where one tells of it."""

    id: str
    start: int
    turns: int
    transcript: Transcript | None


class Seen(NamedTuple):
    """A session with activity; `ok` None: still open, or nobody tells. `deleted`: its workspace is."""

    id: str
    place: str
    start: int
    last: int
    end: int | None
    ok: bool | None
    transcript: Transcript | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """`outside`: (place, session) of those that Claudette did not run. `told`: transcripts of those it did.

    `alive`: by session when its transcript was last written, whether or not that counts as one of the scope.
    """

    runs: tuple[Runs, ...] = ()
    deleted: tuple[Runs, ...] = ()
    legacy: tuple[Legacy, ...] = ()
    outside: tuple[tuple[str, Transcript], ...] = ()
    told: Mapping[str, Transcript] = field(default_factory=dict)
    alive: Mapping[str, int] = field(default_factory=dict)

    def _own(self) -> tuple[Runs, ...]:
        return (*self.runs, *self.deleted)

    def starts(self, since: int, until: int) -> Counter[int]:
        """How many began, by quarter of an hour (UTC)."""
        found: Counter[int] = Counter()
        for part in self._own():
            found.update([at // SLOT for at in part.within(part.starts, since, until)])
        found.update([one.started // SLOT for _, one in self.outside if since <= one.started <= until])
        for old in self.legacy:
            if since <= old.start <= until:
                found[old.start // SLOT] += old.weight
        return found

    def started(self, since: int, until: int) -> Counter[str]:
        """How many began, by place ("" for none)."""
        found: Counter[str] = Counter()
        for part in self._own():
            found.update(part.within(part.workspaces, since, until))
        found.update([place for place, one in self.outside if since <= one.started <= until])
        for old in self.legacy:
            if since <= old.start <= until:
                found[old.id] += old.weight
        return found

    def turns(self, since: int, until: int) -> tuple[int, ...]:
        """The histogram: sessions by their number of turns, those without any left out."""
        found: Counter[int] = Counter()
        for part in self._own():
            found.update(part.within(part.turns, since, until))
        found.update([one.turns for _, one in self.outside if since <= one.started <= until])
        for old in self.legacy:
            if since <= old.start <= until:
                found[old.turns] += old.weight
        bars = [0] * (len(BOUNDS) + 1)
        for count, number in found.items():
            if count > 0:
                bars[bisect_left(BOUNDS, count)] += number
        return tuple(bars)

    def success(self, since: int, until: int) -> float | None:
        """How many of those that ended, and of which somebody tells how, ended well: 0..1."""
        ended = good = 0
        for part in self._own():
            ends, oks = (part.within(column, since, until) for column in (part.ends, part.oks))
            known = [ok for ok, end in zip(oks, ends, strict=True) if end]
            ended, good = ended + len(known), good + sum(known)
        for old in self.legacy:
            if old.end is not None and since <= old.start <= until:
                ended, good = ended + old.weight, good + min(old.good, old.weight)
        return good / ended if ended else None

    def working(self, since: int, until: int) -> tuple[list[Seen], int]:
        """(those that are open and did something in between, how many others are open).

        Of a session outside of Claudette nobody tells whether it is open.
        """
        active: list[Seen] = []
        opened = 0
        fresh = {name for name, at in self.alive.items() if at >= since}
        for part in self.runs:
            opened += part.ends.count("")
            for number in _lately(part, since, fresh):
                name = part.ids[number]
                moments = (part.starts[number], millis(part.lasts[number]) or 0, self.alive.get(name, 0))
                at = _last(until, *moments)
                if not part.ends[number] and at >= since:
                    active.append(_seen(part, number, at, self.told.get(name)))
        idle = opened - len(active)
        active += self._lately_outside(since, until)
        return active, idle

    def recent(self, since: int, until: int) -> list[Seen]:
        """Those that did something in between, the last active first."""
        fresh = {name for name, one in self.told.items() if one.last >= since}
        found: list[Seen] = []
        for part in self._own():
            for number in _lately(part, since, fresh):
                one = self.told.get(part.ids[number])
                moments = (part.starts[number], millis(part.lasts[number]) or 0, one.last if one else 0)
                at = _last(until, *moments)
                if at >= since:
                    found.append(_seen(part, number, at, one))
        found += self._lately_outside(since, until)
        for old in self.legacy:
            last = _last(until, old.start, old.end or 0)
            if last >= since:
                ok = None if old.end is None else old.good > 0
                found.append(Seen(old.id, old.id, old.start, last, old.end, ok, None))
        return sorted(found, key=lambda one: (-one.last, -one.start, one.id))

    def _lately_outside(self, since: int, until: int) -> list[Seen]:
        found = []
        for place, one in self.outside:
            if one.last >= since and (at := _last(until, one.started, one.last)) >= since:
                found.append(Seen(one.id, place, one.started, at, None, None, one))
        return found

    def latest(self) -> tuple[dict[str, Latest], dict[str, int]]:
        """By place (deleted ones left out) its last session, and when something was last done there."""
        latest: dict[str, Latest] = {}
        texts: dict[str, str] = {}
        alive: dict[str, int] = {}
        rank: dict[str, tuple[int, int]] = {}
        newest = sorted(enumerate(self.runs), key=lambda one: -one[1].span[1])
        for order, part in newest:  # what comes later hardly matters
            if not _settled(part.places, rank, (part.span[1], len(newest))):
                for place, number in _newest(part.workspaces, part.starts).items():
                    start, name = part.starts[number], part.ids[number]
                    if place not in rank or (start, order) > rank[place]:
                        rank[place] = (start, order)
                        latest[place] = Latest(name, start, part.turns[number], self.told.get(name))
            for number in _with(part, self.told):
                place = part.workspaces[number]
                alive[place] = max(alive.get(place, 0), self.told[part.ids[number]].last)
        for part in sorted(self.runs, key=lambda part: part.last, reverse=True):
            if not _settled(part.places, texts, part.last):
                for place, number in _newest(part.workspaces, part.lasts).items():
                    texts[place] = max(texts.get(place, ""), part.lasts[number])
        for place, one in self.outside:
            alive[place] = max(alive.get(place, 0), one.last)
            if place not in latest or one.started >= latest[place].start:
                latest[place] = Latest(one.id, one.started, one.turns, one)
        written = {place: millis(text) or 0 for place, text in texts.items()}
        return latest, {
            place: max(one.start, written.get(place, 0), alive.get(place, 0)) for place, one in latest.items()
        }


def legacy(summaries: Iterable[Summary], deleted: Iterable[Runs]) -> Iterator[Legacy]:
    """Of the deleted workspaces whose sessions were not kept one by one."""
    detailed = {place for part in deleted for place in part.workspaces}
    for one in summaries:
        start = one.first if one.first is not None else one.created
        if one.sessions and one.workspace not in detailed and start is not None:
            turns = (2 * one.turns + one.sessions) // (2 * one.sessions)  # rounded, halves up
            yield Legacy(one.workspace, start, one.last, turns, one.sessions, one.completed)


def heatmap(starts: Mapping[int, int], zone: Zone) -> tuple[tuple[int, ...], ...]:
    """Sessions by local day of the week (Monday first) and hour; `starts` by quarter of an hour."""
    cells = [[0] * 24 for _ in range(7)]
    for slot, number in starts.items():
        local = slot + zone.offset(slot * (SLOT // 1000)) // (SLOT // 1000)
        cells[(local // DAY + 3) % 7][local % DAY // 4] += number  # day 0 was a Thursday
    return tuple(tuple(row) for row in cells)


def _seen(part: Runs, number: int, last: int, one: Transcript | None) -> Seen:
    end = millis(part.ends[number])
    ok = bool(part.oks[number]) if part.ends[number] else None
    return Seen(part.ids[number], part.workspaces[number], part.starts[number], last, end, ok, one)


def _last(until: int, *moments: int) -> int:
    """The last sign of life; one that is still to come is none, since a clock went wrong there. Else 0."""
    return max((at for at in moments if at <= until), default=0)


def _lately(part: Runs, since: int, fresh: Collection[str]) -> list[int]:
    """The rows that may have been active since then: by the day they tell, or since they are `fresh`."""
    # Claudette writes UTC: what is less than the day was before it.
    day = datetime.fromtimestamp(since / 1000, UTC).strftime("%Y-%m-%d")
    quiet = part.last < day  # as most stretches are
    found = [] if quiet else [number for number, last in enumerate(part.lasts) if last >= day]
    more = _with(part, fresh)
    return sorted({*found, *more}) if more else found


def _settled(places: Collection[str], found: Mapping[str, T], greatest: T) -> bool:
    """Whether all these places have more already than the `greatest` of what follows."""
    return all(place in found and found[place] > greatest for place in places)


def _with(part: Runs, ids: Collection[str]) -> list[int]:
    return [number for number, name in enumerate(part.ids) if name in ids] if ids else []


def _newest(places: list[str], values: list[int] | list[str]) -> dict[str, int]:
    """By place the row of its greatest value, of equal ones the later row."""
    # What comes last stays in a dict. Sorting rows that are nearly sorted is quicker than to compare each.
    order = sorted(range(len(values)), key=values.__getitem__)
    return dict(zip(map(places.__getitem__, order), order, strict=True))
