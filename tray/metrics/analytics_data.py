"""Gathers what the activity is counted from, and keeps it as long as it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tray.core.model import DbState
from tray.metrics import analytics_index as asked
from tray.metrics import analytics_usage as used
from tray.metrics import kept
from tray.metrics.analytics_places import Joined, join
from tray.metrics.analytics_source import IndexSource
from tray.metrics.claudette_db import ClaudetteDbError
from tray.metrics.claudette_work import Work, WorkReader
from tray.metrics.packed import SLOT
from tray.metrics.pricing import Prices
from tray.metrics.real_folders import RealFolders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.source import Paths
    from tray.metrics.analytics_index import Told
    from tray.metrics.analytics_source import Opened
    from tray.metrics.analytics_usage import Rest, Spending
    from tray.metrics.tally import Row
    from tray.metrics.zones import Zone

T = TypeVar("T")

_MOST = 12  # answers of the index that are kept: two scopes, the windows
_SAID = {
    DbState.ABSENT: "Claudette's database is not there.",
    DbState.EMPTY: "Claudette's database is empty.",
    DbState.LOCKED: "Claudette's database can't be read now: what it told last still counts.",
    DbState.CORRUPT: "Claudette's database is damaged: what it told last still counts.",
    DbState.OLD: "Claudette's database is of a kind that is not known: what it told last still counts.",
}


class Side(NamedTuple):
    """Claudette's side: what was done there, and what keeps it from being read now."""

    work: Work
    state: DbState

    @property
    def trouble(self) -> str | None:
        return _SAID.get(self.state)


class Data:
    """All that is read; a class, since it keeps what was."""

    def __init__(self, places: Paths, clock: Callable[[], float]) -> None:
        self._places = places
        self._reader = WorkReader(places.claudette_db, clock)
        self.index = IndexSource(places, clock)
        self._work = Work()
        self._told: tuple[object, Told] | None = None
        self._joined: tuple[Work, Told, Mapping[str, str], Joined] | None = None
        self._real = RealFolders()
        self._answers: dict[tuple[object, ...], Any] = {}
        self._state: object = None
        self._prices: tuple[str, Prices] | None = None

    def claudette(self) -> Side:
        """What Claudette's database says; where it can't be read, what it said last."""
        try:
            self._work = self._reader.read()
        except ClaudetteDbError as error:
            if error.state in (DbState.ABSENT, DbState.EMPTY):
                self._work = Work()
            return Side(self._work, error.state)
        return Side(self._work, DbState.OK)

    def prices(self) -> Prices:
        """The price book, read again when a file of it has changed."""
        question = kept.question(self._places)
        if self._prices is None or self._prices[0] != question:
            self._prices = (question, Prices(self._places.prices_file))
        return self._prices[1]

    def told(self, opened: Opened) -> Told:
        """What the transcripts tell."""
        if self._told is None or self._told[0] != opened.state:
            self._told = (opened.state, asked.told(opened.db))
        return self._told[1]

    def joined(self, work: Work, told: Told) -> Joined:
        """Both sides together."""
        trees = (home.worktree for home in work.homes.values() if home.worktree)
        real = self._real.of((*trees, *(one.folder for one in told.transcripts)))
        before = self._joined
        if before is None or before[0] is not work or before[1] is not told or before[2] != real:
            before = self._joined = (work, told, real, join(work, told, real))
            self._answers.clear()  # other places
        return before[3]

    def rests(self, opened: Opened, work: Work, joined: Joined | None) -> tuple[Rest, ...]:
        """What is left of deleted workspaces; with `joined` of those alone that no transcript tells of."""
        if not work.summaries:
            return ()
        wanted = tuple(one.workspace for one in work.summaries)
        known = self._kept(opened, ("sums", wanted), lambda: asked.workspace_sums(opened.db, wanted))
        told = set() if joined is None else {*joined.places.values()}
        return used.rests((one for one in work.summaries if one.workspace not in told), known)

    def by_day(
        self, opened: Opened, zone: Zone, span: tuple[int, int], left: tuple[Rest, ...], *, claudette: bool
    ) -> Spending:
        """Tokens and dollars by local day."""
        prices = self.prices()
        return self._kept(
            opened,
            ("days", prices, zone.name, span, left, claudette),
            lambda: used.by_day(opened.db, prices, zone, span, left, claudette=claudette),
        )

    def by_place(
        self,
        opened: Opened,
        zone: Zone,
        span: tuple[int | None, int],
        left: tuple[Rest, ...],
        joined: Joined | None,
    ) -> dict[str, Row]:
        """Tokens and dollars by place; without `joined` Claudette's own alone."""
        prices = self.prices()
        places = {} if joined is None else joined.places
        since, until = span
        slot = None if since is None else since // SLOT
        return self._kept(
            opened,
            ("places", prices, zone.name, slot, until, left, joined is None),
            lambda: used.by_place(
                *(opened.db, prices, zone, slot, until, left),
                place_of=lambda name: places.get(name, ""),
                claudette=joined is None,
            ),
        )

    def _kept(self, opened: Opened, question: tuple[object, ...], answer: Callable[[], T]) -> T:
        """An answer of the index, found anew where the index has changed since."""
        if self._state != opened.state:
            self._state = opened.state
            self._answers.clear()
        if question not in self._answers:
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[question] = answer()
        found: T = self._answers[question]
        return found
