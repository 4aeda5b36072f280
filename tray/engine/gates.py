"""gates.json: the request gates by hashed credential, kept over restarts."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tray.core.gate import DAY, Gate
from tray.core.model import ProblemKind
from tray.engine.files import private_folder, read, replace, unwritable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.core.model import Instant

_KEPT_FOR = 30 * DAY  # tokens live for hours; a key that was not asked with for a month is gone
_KEPT = 200
_SIZE_LIMIT = 1 << 20  # bytes; 200 gates take about 40 KiB
_log = logging.getLogger(__name__)


class FileGates:
    """`tray.core.source.Gates` in one private file, replaced as a whole.

    A file that can't be read as gates is moved aside (`gates.json.bad`) and counts as no gates. Where the
    disk refuses a write, the gate is still kept for as long as the program runs.
    """

    def __init__(self, path: Path, *, now: Callable[[], Instant]) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._unsaved: dict[str, Gate] = {}

    def read(self, key: str) -> Gate:
        with self._lock:
            return self._load().get(key, Gate())

    def write(self, key: str, gate: Gate) -> None:
        with self._lock:
            gates = _pruned({**self._load(), key: gate}, self._now())
            try:
                private_folder(self._path.parent)
                document = {"schema": 1, "gates": {name: asdict(each) for name, each in gates.items()}}
                replace(self._path, json.dumps(document).encode())
                self._unsaved = {}
            except OSError as error:
                if not self._unsaved:
                    so = "so the waits between requests are lost when the program ends"
                    _log.warning("%s", unwritable(self._path.parent, error, so))
                self._unsaved = gates

    def _load(self) -> dict[str, Gate]:
        try:
            document = json.loads(read(self._path, limit=_SIZE_LIMIT))
            saved = {key: _gate(value) for key, value in document["gates"].items()}
        except OSError:
            saved = {}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            _log.warning("%s is not readable and was moved aside", self._path.name)
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_name(self._path.name + ".bad"))
            saved = {}
        return {**saved, **self._unsaved}


def _gate(value: Any) -> Gate:
    """A gate from its JSON object; raises ValueError or the like where it is not one."""
    kind = value["kind"]
    return Gate(
        not_before=_instant(value["not_before"]),
        stated=value["stated"] is True,
        failures=int(value["failures"]),
        limits=int(value["limits"]),
        latched=value["latched"] is True,
        kind=None if kind is None else ProblemKind(kind),
        requested_at=_instant(value["requested_at"]),
    )


def _instant(value: Any) -> Instant | None:
    if value is None:
        return None
    at = float(value)
    if not math.isfinite(at):
        raise ValueError
    return at


def _pruned(gates: dict[str, Gate], now: Instant) -> dict[str, Gate]:
    """Only the gates that still matter, the last used first."""
    young = {
        key: gate
        for key, gate in gates.items()
        if gate.latched or (gate.requested_at or 0) > now - _KEPT_FOR  # a latch has no end
    }
    newest = sorted(young, key=lambda key: young[key].requested_at or 0, reverse=True)[:_KEPT]
    return {key: young[key] for key in newest}
