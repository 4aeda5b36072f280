"""What is worked out from an answer once, not for every frame in which it is shown."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_PLAIN = (int, float, str)
_KEPT = 4  # results: a page has a few lists


def once(work: Callable[P, R]) -> Callable[P, R]:
    """Remembers the last results. For arguments that are values, and the same objects from frame to frame.

    Equal ones that are other objects are worked out anew: comparing or hashing thousands of sessions would
    take as long. Numbers and texts count by value. Threads that meet work a thing out twice, at worst.
    """
    last: tuple[tuple[tuple[object, ...], R], ...] = ()

    @wraps(work)
    def remembered(*args: P.args, **more: P.kwargs) -> R:
        nonlocal last
        key = (*args, *more.values())
        hit = next((one for one in last if len(one[0]) == len(key) and all(map(_same, one[0], key))), None)
        if hit is None:
            hit = (key, work(*args, **more))
        last = (hit, *(one for one in last if one is not hit))[:_KEPT]
        return hit[1]

    return remembered


def _same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and isinstance(one, _PLAIN) and one == other)
