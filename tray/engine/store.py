"""board.json: the last board and what the notifications remember, kept for the next start and for the CLI."""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from tray.core.codec import decode, encode
from tray.core.model import Board, Instant
from tray.engine import files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 1
_SIZE_MAX = 16 << 20

_log = logging.getLogger(__name__)


class Where(Protocol):
    """The places that the store needs: `tray.engine.paths.Places` has them."""

    @property
    def state(self) -> Path: ...
    @property
    def store_file(self) -> Path: ...


class Found(StrEnum):
    """What reading the store came to."""

    OK = "ok"
    ABSENT = "absent"
    CORRUPT = "corrupt"
    NEWER = "newer"  # written by a later version: read as empty, kept aside
    UNREADABLE = "unreadable"  # there, and the system does not let us read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The store's content; an empty board where `found` is anything but OK."""

    found: Found
    board: Board = field(default_factory=Board)
    alerts: Mapping[str, Any] = field(default_factory=dict)  # JSON of `core.alerts`


def load(places: Where) -> Stored:
    """Read the store and change nothing; never raises. `board.saved_at` is the moment it was written."""
    try:
        document = json.loads(files.read(places.store_file, limit=_SIZE_MAX))
        schema = document["schema"]
        if isinstance(schema, int) and schema > SCHEMA:
            return Stored(found=Found.NEWER)
        if schema != SCHEMA:
            return Stored(found=Found.CORRUPT)
        board = decode(Board, document["board"])
    except FileNotFoundError:
        return Stored(found=Found.ABSENT)
    except OSError:
        return Stored(found=Found.UNREADABLE)
    except (ValueError, TypeError, KeyError, RecursionError):
        return Stored(found=Found.CORRUPT)
    alerts = document.get("alerts")
    return Stored(found=Found.OK, board=board, alerts=alerts if isinstance(alerts, dict) else {})


class Store:
    """The store in the hands of its one writer, the engine that holds the lock."""

    def __init__(self, places: Where) -> None:
        self._places = places
        self._written: tuple[Board, Mapping[str, Any]] | None = None
        self._broken = False

    def open(self) -> Stored:
        """Read the store; a corrupt one, or one of a later version, is moved aside so that it is not lost."""
        stored = load(self._places)
        path = self._places.store_file
        match stored.found:
            case Found.OK:
                self._written = (replace(stored.board, saved_at=None), stored.alerts)
            case Found.CORRUPT:
                _move(path, path.with_name(path.name + ".bad"))
            case Found.NEWER:
                _move(path, path.with_name(path.name + ".newer"))
            case Found.ABSENT | Found.UNREADABLE:
                pass
        return stored

    def save(self, board: Board, alerts: Mapping[str, Any], now: Instant) -> bool:
        """Write both if either differs from what was written last, dated `now`; False: the disk refused.

        A refusal is logged once; the next save tries again.
        """
        content = (replace(board, saved_at=None), dict(alerts))
        if content == self._written:
            return True
        document = {"schema": SCHEMA, "board": encode(replace(board, saved_at=now)), "alerts": content[1]}
        try:
            files.private_folder(self._places.state)
            files.replace(self._places.store_file, json.dumps(document, separators=(",", ":")).encode())
        except OSError as error:
            if not self._broken:
                so = "so what is read now is lost when the program ends"
                _log.warning("%s", files.unwritable(self._places.state, error, so))
            self._broken = True
            return False
        if self._broken:
            _log.warning("the store can be written again")
        self._broken = False
        self._written = content
        return True


def _move(path: Path, aside: Path) -> None:
    with contextlib.suppress(OSError):
        path.replace(aside)
