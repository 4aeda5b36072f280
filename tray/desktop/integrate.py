"""Make the desktop know the program: menu entry, icons, metadata and start at login, or take them away."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path

from tray.desktop.autostart import autostart, put, with_command
from tray.desktop.shipped import program, shipped

_ENTRY = "applications/claudette-tray.desktop"
_METAINFO = "metainfo/local.claudette.tray.metainfo.xml"


def integrate(remove: bool) -> list[str]:  # noqa: FBT001 - the command's one flag
    """Install for this user, or remove; returns what was done, one line each.

    Everything is written anew each time, so that a second run repairs a first one and follows a moved
    program. Windows and macOS get the start at login only. Raises OSError where the system refuses.
    """
    done = []
    if sys.platform not in {"win32", "darwin"}:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        done += remove_entries(data) if remove else install_entries(data, program())
        _touch(data / "icons" / "hicolor")
    autostart().turn(on=not remove)
    return [*done, "start at login: " + ("off" if remove else "on")]


def install_entries(data: Path, command: tuple[str, ...]) -> list[str]:
    """Menu entry, metadata and icons under `data` (`~/.local/share`)."""
    entry = shipped("packaging", "linux", Path(_ENTRY).name).read_text("utf-8")
    put(data / _ENTRY, with_command(entry, command).encode())
    put(data / _METAINFO, shipped("packaging", "linux", Path(_METAINFO).name).read_bytes())
    icons = _icons()
    for place, source in icons.items():
        put(data / place, source.read_bytes())
    return [f"menu entry: {data / _ENTRY}", f"metadata: {data / _METAINFO}", f"icons: {len(icons)}"]


def remove_entries(data: Path) -> list[str]:
    """Take away what `install_entries` wrote, of any version, and nothing else; missing files are fine."""
    icons = [path for path in data.glob("icons/hicolor/*/apps/claudette-tray.*") if path.is_file()]
    for path in (data / _ENTRY, data / _METAINFO, *icons):
        path.unlink(missing_ok=True)
    return ["menu entry: removed", "metadata: removed", f"icons: {len(icons)} removed"]


def _icons() -> dict[str, Path]:
    """Where under `~/.local/share` each of our icons belongs; a picture's name ends in its size."""
    folder = "icons/hicolor"
    found = {f"{folder}/scalable/apps/claudette-tray.svg": shipped("icons", "claudette-tray.svg")}
    for path in sorted(shipped("icons").glob("*.png")):
        size = re.search(r"\d+$", path.stem)
        if size:
            found[f"{folder}/{size[0]}x{size[0]}/apps/claudette-tray.png"] = path
    return found


def _touch(folder: Path) -> None:
    """Say that icons came or went: a cache older than its folder is not used, and none is made for us."""
    with suppress(FileNotFoundError):
        os.utime(folder)
