"""Who may see the page: one-time tokens open a door once, and a cookie keeps it open for one browser."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN_FOR = 120.0  # seconds that a token waits to be used
COOKIE = "claudette-tray"
_MOST = 8  # doors at once; the oldest falls shut


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An open door: the page's folder in the address, which is no secret, and the key that is one.

    Cookies are shared by all ports of an address. Each door has a folder of its own, so that a browser shows
    the key to no other server of this machine.
    """

    folder: str
    key: str


class Doors:
    """Keeps tokens and doors; any thread may ask. `clock` counts seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        make: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._clock, self._make = clock, make
        self._tokens: dict[str, float] = {}  # until when each is good
        self._doors: OrderedDict[str, Door] = OrderedDict()
        self._turn = threading.Lock()

    def token(self) -> str:
        """A new token; those before it are worth nothing any more."""
        with self._turn:
            token = self._make()
            self._tokens = {token: self._clock() + TOKEN_FOR}
            return token

    @property
    def waiting(self) -> bool:
        """Whether a token can still be used."""
        with self._turn:
            return any(until > self._clock() for until in self._tokens.values())

    def open(self, token: str) -> Door | None:
        """The door that a token opens, once; None for any other."""
        with self._turn:
            # All are compared, and each in constant time: how long it takes tells nothing.
            fits = [good for good in self._tokens if hmac.compare_digest(good.encode(), token.encode())]
            until = self._tokens.pop(fits[0]) if fits else None
            if until is None or until <= self._clock():
                return None
            door = Door(folder=self._make()[:16], key=self._make())
            self._doors[door.folder] = door
            while len(self._doors) > _MOST:
                self._doors.popitem(last=False)
            return door

    def fits(self, folder: str, key: str) -> bool:
        """Whether a key belongs to an open door's folder."""
        with self._turn:
            door = self._doors.get(folder)
        return door is not None and hmac.compare_digest(door.key.encode(), key.encode())
