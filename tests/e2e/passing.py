"""Time that passes without waiting for it: instants in our own files are moved back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.scene import Scene


def forget_the_minute(scene: Scene) -> None:
    """Move the last request back by a minute in gates.json, as if that much time had passed."""

    def earlier(document: Any) -> None:
        for gate in document["gates"].values():
            gate["requested_at"] -= 61

    _change(scene.state / "gates.json", earlier)


def grow_old(scene: Scene, seconds: float) -> None:
    """Make the readings in the store older, where no program holds it."""

    def earlier(document: Any) -> None:
        for entry in document["board"]["entries"]:
            for name in ("asked_at", "tried_at"):
                entry[name] = entry[name] and entry[name] - seconds
            for window in entry["snapshot"]["windows"] if entry["snapshot"] else ():
                window["observed_at"] -= seconds
            if entry["snapshot"] and entry["snapshot"]["fetched_at"]:
                entry["snapshot"]["fetched_at"] -= seconds

    _change(scene.state / "board.json", earlier)
    forget_the_minute(scene)


def _change(file: Path, how: Callable[[Any], None]):
    """Change a JSON file in place of its owner, in one piece."""
    document = json.loads(file.read_text())
    how(document)
    changed = file.with_name("changed.json")
    changed.write_text(json.dumps(document))
    changed.replace(file)
