"""Start at login: on, off and is it on, for XDG desktops, macOS and Windows. Each from its template."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

from tray.desktop.shipped import program, shipped

_NAME = "claudette-tray"
# Task Manager keeps its own switch here: 12 bytes, an odd first one means "disabled by the person".
_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


class Autostart(Protocol):
    """One system's way; `turn` raises OSError where the system refuses."""

    def is_on(self) -> bool: ...
    def turn(self, *, on: bool) -> None: ...


def autostart() -> Autostart:
    """The way of this system, for this user."""
    if sys.platform == "win32":
        import winreg

        return RunKey(registry=winreg, command=program())
    if sys.platform == "darwin":
        return LaunchAgent(folder=Path.home() / "Library" / "LaunchAgents", command=program())
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return XdgAutostart(folder=Path(config) / "autostart", command=program())


class XdgAutostart:
    """A desktop entry in `folder`; desktops' own settings switch it off with a key inside it."""

    def __init__(self, *, folder: Path, command: tuple[str, ...]) -> None:
        self._file = folder / f"{_NAME}.desktop"
        self._command = command

    def is_on(self) -> bool:
        try:
            text = self._file.read_text("utf-8", "replace")
        except OSError:
            return False
        return not re.search(
            r"^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$", text, re.MULTILINE
        )

    def turn(self, *, on: bool) -> None:
        if on:
            template = shipped("packaging", "linux", "claudette-tray-autostart.desktop").read_text("utf-8")
            put(self._file, with_command(template, self._command).encode())
        else:
            self._file.unlink(missing_ok=True)


class LaunchAgent:
    """A property list in `folder`, which launchd reads at the next login."""

    def __init__(self, *, folder: Path, command: tuple[str, ...]) -> None:
        self._file = folder / f"{_NAME}.plist"
        self._command = command

    def is_on(self) -> bool:
        import plistlib

        try:
            agent = plistlib.loads(self._file.read_bytes())
        except Exception:  # noqa: BLE001 - plistlib names no end of them; launchd can't read it either
            return False
        return isinstance(agent, dict) and not agent.get("Disabled", False)

    def turn(self, *, on: bool) -> None:
        import plistlib

        if on:
            agent = plistlib.loads(shipped("packaging", "macos", "claudette-tray.plist").read_bytes())
            put(self._file, plistlib.dumps(agent | {"ProgramArguments": list(self._command)}))
        else:
            self._file.unlink(missing_ok=True)


class RunKey:
    """A value under HKCU's Run key; `registry` is `winreg`."""

    def __init__(self, *, registry: Any, command: tuple[str, ...]) -> None:
        text = shipped("packaging", "windows", "claudette-tray.reg").read_text("ascii")
        found = re.search(r"^\[HKEY_CURRENT_USER\\(.+)\]\s+\"(.+)\"=", text, re.MULTILINE)
        assert found, "the template names one key and one value"
        self._key, self._value = found.groups()
        self._registry = registry
        self._command = subprocess.list2cmdline(command)

    def is_on(self) -> bool:
        approved = self._read(_APPROVED)
        if isinstance(approved, bytes) and approved and approved[0] % 2:
            return False
        return self._read(self._key) is not None

    def turn(self, *, on: bool) -> None:
        self._delete(_APPROVED)
        if on:
            reg = self._registry
            with reg.CreateKeyEx(reg.HKEY_CURRENT_USER, self._key, 0, reg.KEY_SET_VALUE) as key:
                reg.SetValueEx(key, self._value, 0, reg.REG_SZ, self._command)
        else:
            self._delete(self._key)

    def _read(self, path: str) -> object:
        reg = self._registry
        try:
            with reg.OpenKey(reg.HKEY_CURRENT_USER, path) as key:
                return reg.QueryValueEx(key, self._value)[0]
        except FileNotFoundError:
            return None

    def _delete(self, path: str) -> None:
        reg = self._registry
        try:
            with reg.OpenKey(reg.HKEY_CURRENT_USER, path, 0, reg.KEY_SET_VALUE) as key:
                reg.DeleteValue(key, self._value)
        except FileNotFoundError:
            return


def with_command(entry: str, command: tuple[str, ...]) -> str:
    """A desktop entry whose `Exec=claudette-tray …` lines start `command` instead, arguments kept."""
    words = " ".join(_quoted(word) for word in command)
    return re.sub(rf"^Exec={_NAME}\b", lambda _: f"Exec={words}", entry, flags=re.MULTILINE)


def _quoted(word: str) -> str:
    """A word of an Exec line: quoted for its splitter, then escaped as an entry's string, `%` doubled."""
    if re.search(r"[^A-Za-z0-9_./:@%+=,-]", word):
        word = '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'
    return word.replace("\\", "\\\\").replace("%", "%%")


def put(file: Path, content: bytes) -> None:
    """Write a file whole: readers see the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    draft.write_bytes(content)
    draft.replace(file)
