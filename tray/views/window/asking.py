"""Asks the analyst on a thread of its own: one question at a time, the latest one counts."""

from __future__ import annotations

import threading
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.views.window.insight_state import unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.insights import Analyst, Metrics
    from tray.views.window.insight_state import Asked

AGAIN = 60.0  # seconds after which an answer is asked for anew: "active" and "today" change by themselves
SOON = 5.0  # the same where it was not complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the analyst said to a question."""

    asked: Asked
    found: Metrics


class Asker:
    """`look` may be called as often as one likes: the analyst is asked where something may have changed.

    All of these are called on the thread: `make`, once, makes the analyst when it is first needed, `warm`
    before it loads what the answers will need; `stamps` tells, by any value that can be compared, whether the
    data is another; `told` gets each answer to the question that is still the latest. `clock` counts seconds.
    Nothing is done between two looks.
    """

    def __init__(
        self,
        make: Callable[[], Analyst],
        told: Callable[[Answer], None],
        *,
        stamps: Callable[[], object] = lambda: None,
        warm: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make, self._told, self._stamps, self._warm, self._clock = make, told, stamps, warm, clock
        self._turn = threading.Condition()
        self._wanted: tuple[Asked, bool] | None = None  # the question, and whether it is asked in any case
        self._latest: Asked | None = None
        self._over = False
        self._thread: threading.Thread | None = None
        self._analyst: Analyst | None = None
        self._last: Answer | None = None
        self._known: tuple[Asked, object, float] | None = (
            None  # what was answered, from which data, until when
        )

    def look(self, asked: Asked, *, anew: bool = False) -> None:
        """Have the question answered, where its answer may be another now, or `anew` in any case."""
        with self._turn:
            anew = anew or (self._wanted is not None and self._wanted[1])
            self._wanted, self._latest = (asked, anew), asked
            if self._thread is None and not self._over:
                self._thread = threading.Thread(target=self._run, name="activity", daemon=True)
                self._thread.start()
            self._turn.notify()

    def close(self) -> None:
        """No more answers; the thread ends by itself once the analyst has answered."""
        with self._turn:
            self._over = True
            self._turn.notify()

    def _run(self) -> None:
        while True:
            with self._turn:
                while self._wanted is None and not self._over:
                    self._turn.wait()
                if self._over or self._wanted is None:
                    break
                asked, anew = self._wanted
                self._wanted = None
            answer = self._answer(asked, anew=anew)
            with self._turn:
                counts = answer is not None and not self._over and asked == self._latest
            if answer is not None and counts:
                self._told(answer)
        if self._analyst is not None:
            self._analyst.close()

    def _answer(self, asked: Asked, *, anew: bool) -> Answer | None:
        """None: nothing can have changed."""
        try:
            stamps, now = self._stamps(), self._clock()
            if not anew and self._known is not None:
                question, seen, until = self._known
                if question == asked and seen == stamps and now < until:
                    return None
            if self._analyst is None:
                self._warm()
                self._analyst = self._make()
            found = self._analyst.metrics(scope=asked.scope, days=asked.days)
        except Exception:  # noqa: BLE001 - the page says so, and the next look tries again
            traceback.print_exc()
            self._known = None
            last = self._last
            before = last.found if last is not None and last.asked == asked else None
            found = unanswered(asked, before, int(time.time() * 1000))
        else:
            self._known = (asked, stamps, now + (AGAIN if found.complete else SOON))
        self._last = Answer(asked=asked, found=found)
        return self._last
