"""A few jobs at a time on threads of their own, until a deadline; what hangs is left behind."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_T = TypeVar("_T")


class Alongside(Generic[_T]):
    """Does the jobs in their order; a class, since threads that hang keep what they need of it."""

    def __init__(self, jobs: Sequence[Callable[[], _T]]) -> None:
        self._done: dict[int, _T] = {}  # by the job's number
        self._begun = 0
        self._jobs = jobs
        self._turn = threading.Condition()
        self._over = False
        self._failed: BaseException | None = None

    def run(self, threads: int, seconds: float, *, pause: float = 0.0) -> dict[int, _T]:
        """The results of what ended within `seconds`; no job begins after that. A job's error is raised.

        Each further thread begins `pause` seconds after the one before: for jobs that are quick unless they
        hang, where several at once would only get in each other's way.
        """
        end = time.monotonic() + seconds
        with self._turn:
            try:
                for number in range(min(threads, len(self._jobs))):
                    if self._begun == len(self._jobs):
                        break
                    threading.Thread(target=self._work, name=f"alongside {number}", daemon=True).start()
                    left = end - time.monotonic()
                    if pause and self._turn.wait_for(self._is_ended, max(min(pause, left), 0.0)):
                        break
                self._turn.wait_for(self._is_ended, max(end - time.monotonic(), 0.0))
            finally:
                self._over = True
            if self._failed is not None:
                raise self._failed
            return dict(self._done)

    def _is_ended(self) -> bool:
        return self._failed is not None or len(self._done) == len(self._jobs)

    def _work(self) -> None:
        while True:
            with self._turn:
                if self._over or self._begun == len(self._jobs):
                    return
                number = self._begun
                self._begun += 1
            try:
                result = self._jobs[number]()
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                with self._turn:
                    self._failed = self._failed or error
                    self._turn.notify_all()
                return
            with self._turn:
                self._done[number] = result
                if self._is_ended():
                    self._turn.notify_all()
