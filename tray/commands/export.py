"""A report as a file: which kinds there are, and how one is written."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.core.insights import Metrics, Rank

KINDS = (".html", ".csv", ".png")


class ExportError(Exception):
    """A report that can't be written; the text is one sentence for people."""


def check(name: str) -> Path:
    """The file that is meant, before anything is read for it. Raises `ExportError`."""
    target = Path(os.path.realpath(Path(name).expanduser()))  # a link stays, what it leads to is replaced
    if target.is_dir():
        raise ExportError(f"{target} is a folder; name a file in it.")
    if not target.parent.is_dir():
        raise ExportError(f"there is no folder {target.parent} to write the report into.")
    if target.exists() and not target.is_file():
        raise ExportError(f"{target} is no ordinary file.")
    return target


def kind(name: str) -> str | None:
    """The report's kind by the name's end; None where it is none of `KINDS`."""
    found = Path(name).suffix.lower()
    return found if found in KINDS else None


def content(found: Metrics, form: str, rank: Rank) -> bytes:
    """The report in one of the `KINDS`, as the bytes of its file."""
    if form == ".png":
        from tray.views.metrics_picture import png

        return png(found, rank)
    from tray.views.local_time import named

    tz = named(found.timezone)
    if form == ".html":
        from tray.core.tabs import TABS
        from tray.views.web.report import report

        return report(found, now=found.generated_at, title=TABS["activity"], rank=rank, tz=tz).encode()
    from datetime import datetime

    from tray.core.insights_csv import text

    today = datetime.fromtimestamp(found.generated_at / 1000, tz).date()
    return text(found, today).encode("utf-8-sig")  # the mark tells spreadsheets the encoding


def write(target: Path, data: bytes) -> None:
    """Put the report in its place at once, never a part of it; it belongs to the user as any file does.

    Raises `OSError`; what was there is whole then.
    """
    spare = target.parent / f".claudette-tray-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(spare, flags, 0o666), "wb") as file:  # less what the umask takes off
            file.write(data)
        with contextlib.suppress(FileNotFoundError):
            spare.chmod(stat.S_IMODE(target.stat().st_mode))  # it stays as closed as it was
        spare.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            spare.unlink(missing_ok=True)
        error.filename = str(target)
        raise
