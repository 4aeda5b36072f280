"""Wait for something to become true, and say how long it took."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(predicate: Callable[[], T], timeout: float, what: str, interval: float = 0.03) -> T:
    """The first true answer of `predicate`; AssertionError naming `what` after `timeout` seconds."""
    start = time.monotonic()
    while True:
        value = predicate()
        taken = time.monotonic() - start
        if value:
            print(f"{what}: {taken * 1000:.0f} ms")
            return value
        assert taken < timeout, f"not within {timeout:g} s: {what}"
        time.sleep(interval)
