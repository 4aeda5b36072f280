"""ledger.jsonl: one line for every request, every credential read and every start of a client."""

from __future__ import annotations

import errno
import json
import logging
import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from tray.engine import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.core.model import Instant

KEPT_SECONDS = 30 * 86_400
_FIELD_MAX = 200  # characters: a host or a reason fits, a body or a token does not
_PRUNE_SECONDS = 86_400

_log = logging.getLogger(__name__)


class Where(Protocol):
    """The places that the ledger needs: `tray.engine.paths.Places` has them."""

    @property
    def state(self) -> Path: ...
    @property
    def ledger_file(self) -> Path: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry. `kind` is "request", "credential" or "client"; `size` in bytes, None where unknown."""

    at: Instant
    kind: str
    place: str
    purpose: str
    result: str
    size: int | None = None


def read(places: Where, now: Instant | None = None) -> list[Line]:
    """The lines of the last 30 days, oldest first; a torn or foreign line is skipped. Raises `OSError`."""
    oldest = (time.time() if now is None else now) - KEPT_SECONDS
    try:
        with places.ledger_file.open("rb") as file:
            return [line for line in map(_parse, file) if line is not None and line.at >= oldest]
    except FileNotFoundError:
        return []


class Ledger:
    """The ledger in the hands of its one writer, the engine that holds the lock; any thread may add."""

    def __init__(
        self, places: Where, now: Callable[[], Instant] = time.time, *, prune_bytes: int = 2 << 20
    ) -> None:
        self._places = places
        self._now = now
        self._turn = threading.Lock()
        self._pruned_at: Instant | None = None
        self._prune_floor = self._prune_size = prune_bytes
        self._broken = False

    def add(self, *, kind: str, place: str, purpose: str, result: str, size: int | None = None) -> None:
        """Write one line. A disk that refuses is logged once; the request is not lost for that."""
        line = Line(at=self._now(), kind=kind, place=place, purpose=purpose, result=result, size=size)
        with self._turn:
            try:
                self._prune_if_due(line.at)
                self._append(_pack(line))
            except OSError as error:
                if not self._broken:
                    so = "so the ledger lacks what is asked now"
                    _log.warning("%s", files.unwritable(self._places.state, error, so))
                self._broken = True
            else:
                if self._broken:
                    _log.warning("the ledger can be written again")
                self._broken = False

    def _append(self, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(self._places.ledger_file, flags, 0o600)
        try:
            written = os.write(handle, data)
        finally:
            os.close(handle)
        if written != len(data):  # the disk is full: the half line goes before the next one comes
            self._pruned_at = None
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _prune_if_due(self, now: Instant) -> None:
        """At the first line, once a day and when the file has grown: lines older than 30 days go.

        This also takes out what a crash tore, so that no line is ever appended to half a line.
        """
        path = self._places.ledger_file
        if self._pruned_at is None:
            files.private_folder(self._places.state)
        size = path.stat().st_size if path.exists() else 0
        if (
            self._pruned_at is not None
            and abs(now - self._pruned_at) < _PRUNE_SECONDS
            and size <= self._prune_size
        ):
            return
        if size:
            kept = b"".join(map(_pack, read(self._places, now)))
            if len(kept) != size:
                files.replace(path, kept)
            size = len(kept)
        self._pruned_at = now
        # A busy month may be larger than the bound: the next look comes when it has doubled.
        self._prune_size = max(self._prune_floor, 2 * size)


def _pack(line: Line) -> bytes:
    document = {
        "at": datetime.fromtimestamp(line.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kind": _clip(line.kind),
        "place": _clip(line.place),
        "purpose": _clip(line.purpose),
        "result": _clip(line.result),
        "bytes": line.size,
    }
    return json.dumps(document, ensure_ascii=False).encode(errors="replace") + b"\n"


def _parse(data: bytes) -> Line | None:
    try:
        document = json.loads(data)
        size = document["bytes"]
        return Line(
            at=datetime.fromisoformat(document["at"]).timestamp(),
            kind=_clip(document["kind"]),
            place=_clip(document["place"]),
            purpose=_clip(document["purpose"]),
            result=_clip(document["result"]),
            size=size if isinstance(size, int) else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _clip(text: str) -> str:
    """At most 200 characters, control characters written out: a terminal shows the line as it is."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:_FIELD_MAX])
    return shown[:_FIELD_MAX]
