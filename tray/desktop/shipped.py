"""What was installed with the package: the files of `icons/` and `packaging/`, and the command to start."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def shipped(*parts: str) -> Path:
    """A file of `icons/` or `packaging/`: inside the package in a wheel, beside it in a checkout."""
    inside = _PACKAGE.joinpath(*parts)
    return inside if inside.exists() else _PACKAGE.parent.joinpath(*parts)


def program() -> tuple[str, ...]:
    """The command that starts the tray, with absolute paths and, on Windows, without a console.

    A desktop starts us with another PATH than the terminal has, and in any folder.
    """
    windows = sys.platform == "win32"
    script = Path(sysconfig.get_path("scripts"), "claudette-trayw.exe" if windows else "claudette-tray")
    if script.is_file():
        return (str(script),)
    python = Path(sys.executable)
    if windows:
        python = python.with_name("pythonw.exe")
    return (str(python), "-m", "tray")
