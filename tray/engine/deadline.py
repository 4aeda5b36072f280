"""A deadline for calls that have none of their own."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """The result of `call` (or its exception), or TimeoutError after `seconds`.

    The call runs on a daemon thread: name look-up, a frozen D-Bus service and a server that sends one byte
    at a time can't be interrupted, only left behind.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
            future.set_exception(error)

    threading.Thread(target=run, name="deadline", daemon=True).start()
    return future.result(timeout=seconds)
