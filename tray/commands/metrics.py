"""`metrics`: a person's own activity, as text, as JSON, or as a report to keep or to show."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.commands import fail, json_text, say
from tray.core import page_words
from tray.core.days import days_of
from tray.core.insights import Rank, Scope

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tray.core.insights import Analyst, Metrics
    from tray.engine.paths import Places
    from tray.metrics.opened import Index

_NO_CLAUDETTE = "Claudette's database is not there, so nothing of Claudette is counted."


def metrics(
    places: Places,
    asked: argparse.Namespace,
    *,
    analyst: Callable[[Places, str | None], Analyst] | None = None,
) -> int:
    """Print or write the report; what was asked wrongly is said before anything is read."""
    from tray.commands import export

    try:
        days = days_of(asked.days)
        form = _form(asked.export)
        _check_zone(asked.timezone)
    except ValueError as error:
        fail(f"{error}.")
        return 2
    try:
        target = None if form is None else export.check(asked.export)
    except export.ExportError as error:
        fail(str(error))
        return 1
    complete = False
    if not asked.no_wait:
        from tray.commands.usage import progress, with_index

        def catch_up(index: Index) -> int:
            nonlocal complete
            with progress() as told:
                complete = index.catch_up(told[0], messages=told[1])
            return 0

        if code := with_index(places, catch_up):
            return code
    else:
        from tray.metrics.unread import is_behind

        complete = not is_behind(places)
    found = _ask(places, asked, days, analyst or _analyst, complete=complete)
    if form is None or target is None:
        _print(places, found, asked)
        return 0
    export.write(target, export.content(found, form, Rank(asked.rank)))
    _complain(found)
    say(str(target))
    return 0


def _form(name: str | None) -> str | None:
    from tray.commands import export

    if name is None:
        return None
    form = export.kind(name)
    if form is None:
        raise ValueError(f"--export {name!r} ends in no kind of report; known are {', '.join(export.KINDS)}")
    return form


def _check_zone(name: str | None) -> None:
    if name is not None:
        from tray.metrics.zones import zone

        zone(name)  # raises UnknownZoneError, which is a ValueError


def _ask(
    places: Places,
    asked: argparse.Namespace,
    days: int | None,
    analyst: Callable[[Places, str | None], Analyst],
    *,
    complete: bool,
) -> Metrics:
    """What the analyst finds, marked incomplete where not all was read first, without names if so wished."""
    from dataclasses import replace

    scope = None if asked.scope is None else Scope(asked.scope)
    asker = analyst(places, asked.timezone)
    try:
        found = asker.metrics(scope=scope, days=days, rank=Rank(asked.rank))
    finally:
        asker.close()
    found = replace(found, complete=found.complete and complete)
    if asked.mask:
        from tray.core.insights_mask import masked

        found = masked(found)
    if scope is Scope.CLAUDETTE and found.trouble is None and not places.claudette_db.exists():
        found = replace(found, trouble=_NO_CLAUDETTE)
    return found


def _print(places: Places, found: Metrics, asked: argparse.Namespace) -> None:
    if asked.json:
        from tray.core.insights_json import document

        say(json_text(document(found), indent=2))
        _complain(found)
        return
    import shutil

    from tray.views.metrics_text import report
    from tray.views.paper import Paper

    paper = Paper(
        width=shutil.get_terminal_size((100, 24)).columns,
        letters=(sys.stdout and sys.stdout.encoding) or "utf-8",
        colour=_coloured(),
    )
    told = report(found, paper, rank=Rank(asked.rank), every=asked.all, plan=_on_plan(places, found))
    say(told, styled=paper.colour)
    if not found.complete:
        fail(page_words.LOWER_BOUND)


def _complain(found: Metrics) -> None:
    """On the error output, for those who see the document only later."""
    if found.trouble is not None:
        fail(found.trouble)
    if not found.complete:
        fail(page_words.LOWER_BOUND)


def _coloured() -> bool:
    """Whether the output is a terminal that shows colours, and nobody objects (https://no-color.org)."""
    import os

    if sys.stdout is None or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return False
    kind = os.environ.get("TERM", "")
    if os.name == "nt":
        return bool(kind or os.environ.get("WT_SESSION"))
    return kind not in ("", "dumb")


def _analyst(places: Places, timezone: str | None) -> Analyst:
    from tray.views.window.analysts import counting

    return counting(places, timezone=timezone)


def _on_plan(places: Places, found: Metrics) -> bool:
    """Whether a plan pays for the Claude sessions, by what was stored; looked up where that would be told."""
    from tray.core.insight_words import fair_use

    if fair_use(found.dashboard, plan=True) is None:
        return False
    from tray.engine.store import load
    from tray.sources import ALL

    return page_words.on_plan(load(places).board, ALL)
