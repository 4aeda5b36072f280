"""Where the activity pages have their figures from; everything is loaded when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.engine.paths import locate

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.insights import Analyst
    from tray.engine.paths import Places


def of_this_machine() -> Analyst:
    """Counts what the index, Claudette's database and git tell; reads them itself, and only reads."""
    return counting(locate())


def counting(places: Places, *, timezone: str | None = None) -> Analyst:
    """The same of any places, in days of a zone. Raises `UnknownZoneError`, a `ValueError`."""
    from tray.engine.settings import load
    from tray.metrics.analytics import Analyst as Counting
    from tray.metrics.git_commits import GitCommits

    def emails() -> tuple[str, ...]:
        return load(places).commit_emails

    return Counting(
        places, timezone=timezone, commits=GitCommits(places.data / "commits.json", emails=emails)
    )


def made_up() -> Analyst:
    """The demo's."""
    from tray.demo.insights import DemoAnalyst

    return DemoAnalyst()


def stamps() -> tuple[tuple[int, int, int] | None, ...]:
    """Another value once the index of transcripts or Claudette's database has been written to."""
    places = locate()
    files = (places.index_file, places.claudette_db)
    return tuple(_stamp(file.with_name(file.name + end)) for file in files for end in ("", "-wal"))


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
