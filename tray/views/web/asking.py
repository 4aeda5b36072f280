"""Asks the analyst on a thread of its own, and remembers what it said."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.insights import reranked
from tray.views.window.insight_state import unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.insights import Analyst, Metrics, Rank
    from tray.views.window.insight_state import Asked

FRESH = 2.0  # seconds in which a thing is not asked twice
_KEPT = 8  # answers

log = logging.getLogger(__name__)


class Asking:
    """`make` builds the analyst on the thread that asks it, once it is needed; `changed` tells of news."""

    def __init__(
        self,
        make: Callable[[], Analyst],
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make, self._changed, self._clock = make, changed, clock
        self._news = threading.Condition()
        self._wanted: Asked | None = None  # the latest one wins
        self._known: dict[Asked, tuple[float, Metrics]] = {}
        self._last: Metrics | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    def metrics(self, want: Asked, rank: Rank) -> tuple[Metrics | None, bool]:
        """What is known of it now, ordered by `rank`, and that it is of this.

        What is no longer fresh is asked again meanwhile. While nothing is known of it, the last answer to
        anything stands in (False); None for none at all.
        """
        with self._news:
            at, found = self._known.get(want, (None, None))
            if (at is None or self._clock() - at >= FRESH) and not self._stopping:
                self._wanted = want
                self._news.notify_all()
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="analyst", daemon=True)
                    self._thread.start()
            told = found or self._last
        return None if told is None else reranked(told, rank), found is not None

    def close(self) -> None:
        """Ask nothing more."""
        with self._news:
            self._stopping = True
            self._news.notify_all()

    def _work(self) -> None:
        analyst = None
        while (want := self._next()) is not None:
            try:
                analyst = analyst or self._make()
                found = analyst.metrics(scope=want.scope, days=want.days)
            except Exception:  # the page goes on without
                log.exception("the activity can't be read")
                found = unanswered(want, self._known.get(want, (0.0, None))[1], int(time.time() * 1000))
            self._keep(want, found)
        if analyst is not None:
            analyst.close()

    def _next(self) -> Asked | None:
        with self._news:
            self._news.wait_for(lambda: self._wanted is not None or self._stopping)
            want, self._wanted = self._wanted, None
            return None if self._stopping else want

    def _keep(self, want: Asked, found: Metrics) -> None:
        with self._news:
            _, before = self._known.pop(want, (None, None))
            self._known[want] = (self._clock(), found)
            self._last = found
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
        if before is None or replace(before, generated_at=found.generated_at) != found:
            self._changed()
