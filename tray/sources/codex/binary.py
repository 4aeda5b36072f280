"""Where the codex program is: PATH first, then the places installers use that a desktop's PATH lacks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNIX = (
    "~/.local/bin",
    "~/.codex/bin",
    "~/.nix-profile/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/run/current-system/sw/bin",
    "/nix/var/nix/profiles/default/bin",
    "~/.npm-global/bin",
    "~/.bun/bin",
    "~/.volta/bin",
)
_WINDOWS = ("~/.local/bin", "~/AppData/Roaming/npm", "~/AppData/Local/Programs/codex")


def find(env: Mapping[str, str], home: Path, *, windows: bool = sys.platform == "win32") -> Path | None:
    """The codex program by its full path, never from the current folder, or None where there is none."""
    names = ("codex.exe", "codex.cmd") if windows else ("codex",)
    for folder in _folders(env.get("PATH", ""), home, windows=windows):
        for name in names:
            path = folder / name
            if path.is_file() and os.access(path, os.X_OK):
                return path
    return None


def _folders(path: str, home: Path, *, windows: bool) -> Iterator[Path]:
    yield from (Path(part) for part in path.split(os.pathsep) if part and Path(part).is_absolute())
    for place in _WINDOWS if windows else _UNIX:
        yield home / place[2:] if place.startswith("~/") else Path(place)
    if not windows:  # nvm keeps one folder per Node version: the newest first
        yield from sorted(home.glob(".nvm/versions/node/*/bin"), key=_version, reverse=True)


def _version(folder: Path) -> list[int]:
    """`.../v20.11.1/bin` as [20, 11, 1]."""
    return [int(part) if part.isdigit() else 0 for part in folder.parent.name.lstrip("v").split(".")]
