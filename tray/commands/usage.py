"""`usage` and `scan`: what the agents' transcripts come to, brought up to date first."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tray.commands import fail, json_text, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from typing import Any

    from tray.engine.paths import Places
    from tray.metrics.opened import Index
    from tray.metrics.tally import Row, Usage

SCHEMA = 1
_CSV = (
    *("period", "agent", "models", "sessions", "calls", "input_tokens", "output_tokens", "cache_read_tokens"),
    *("cache_write_tokens", "hidden_input_tokens", "hidden_output_tokens", "cost_usd", "unpriced_models"),
    "inexact_calls",
)


def usage(places: Places, asked: argparse.Namespace) -> int:
    """Print the report; what was asked wrongly is said before anything is read."""
    for name in ("since", "until"):
        day = getattr(asked, name)
        if day is not None and not _is_day(day):
            fail(f"--{name} {day!r} is no day; write it as 2026-11-21 or 20261121.")
            return 2
    if asked.timezone is not None:
        from tray.metrics.zones import UnknownZoneError, zone

        try:
            zone(asked.timezone)
        except UnknownZoneError as error:
            fail(f"{error}.")
            return 2
    try:
        return with_index(places, lambda index: _report(places, index, asked), write=not asked.no_wait)
    except FileNotFoundError:  # no scan has ever been made, and none is wanted now
        return _nothing(asked)


def scan(places: Places, asked: argparse.Namespace) -> int:
    """Bring the index up to date and say what it holds."""

    def run(index: Index) -> int:
        with progress() as told:
            found = index.scan(told[0], messages=told[1], rebuild=asked.rebuild)
        if asked.json:
            say(json_text({"schema": SCHEMA} | found._asdict()))
            return 0
        say(
            f"{found.files:,} transcripts, {found.sessions:,} sessions, {found.calls:,} calls; read"
            f" {found.files_read:,} files, {found.bytes_read / 1e6:,.1f} MB in {found.seconds:.1f} s"
            f"{'' if found.complete else '; not complete'}"
        )
        return 0

    return with_index(places, run)


def with_index(places: Places, run: Callable[[Index], int], *, write: bool = True) -> int:
    """Do it with the open index; what goes wrong is said in words."""
    import sqlite3

    from tray.metrics import open_index
    from tray.metrics.index import UnusableError, distrust

    try:
        try:
            with open_index(places, write=write) as index:
                return run(index)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # damage; whoever opens it next to write makes it anew
            distrust(places.index_file)
            if not write:
                raise
            with open_index(places) as index:
                return run(index)
    except UnusableError as error:
        fail(str(error))
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        why = "another program keeps it locked; try again in a moment" if busy else error
        fail(f"the index {places.index_file} can't be used: {why}")
    except sqlite3.DatabaseError as error:
        fail(f"the index {places.index_file} is damaged ({error}); `claudette-tray scan` mends it.")
    return 1


def _nothing(asked: argparse.Namespace) -> int:
    """A report without rows."""
    from tray.metrics.tally import Usage, row
    from tray.metrics.zones import zone

    name = zone(asked.timezone).name
    found = Usage(by=asked.by, timezone=name, rows=(), totals=row("total", "all", [], 0))
    _print(found, asked, complete=False)
    return 0


def _report(places: Places, index: Index, asked: argparse.Namespace) -> int:
    """Print what the index tells; for programs, which ask again and again, as it was if it still holds."""
    from tray.metrics import kept

    complete = False
    if not asked.no_wait:
        with progress() as told:
            complete = index.catch_up(told[0], messages=told[1])
    letters = sys.stdout.encoding if sys.stdout is not None else None  # what a terminal can't show is escaped
    question = kept.question(places, **(vars(asked) | {"complete": complete, "letters": letters}))
    if (asked.json or asked.csv) and (answer := kept.find(index.db, question)) is not None:
        say(answer)
        return 0
    count = kept.count(index.db)
    try:
        found = index.usage(
            asked.by,
            since=asked.since,
            until=asked.until,
            agent=asked.agent,
            project=asked.project,
            timezone=asked.timezone,
        )
    except ValueError as error:
        fail(f"{error}.")
        return 2
    if index.told is not None:
        fail(f"Claudette's database can't be read ({index.told}): what it recorded since is left out.")
    answer = _print(found, asked, complete=complete)
    if answer is not None and index.told is None:
        kept.keep(index.db, question, count, answer)
    return 0


def _print(found: Usage, asked: argparse.Namespace, *, complete: bool) -> str | None:
    """Print the report; what programs get is returned."""
    if asked.json or asked.csv:
        wanted = document(found, complete=complete, breakdown=asked.breakdown) if asked.json else None
        answer = csv_text(found) if wanted is None else json_text(wanted, indent=2)
        say(answer)
        return answer
    import shutil

    from tray.views.usage_table import table

    width = shutil.get_terminal_size((120, 24)).columns
    say(table(found, width, breakdown=asked.breakdown))
    if not complete:
        fail("this is what the index held; without --no-wait it is brought up to date first.")
    return None


def document(found: Usage, *, complete: bool, breakdown: bool = False) -> dict[str, Any]:
    """The report as JSON, schema 1 (docs/usage.md)."""
    return {
        "schema": SCHEMA,
        "by": found.by,
        "timezone": found.timezone,
        "complete": complete,
        "rows": [
            _values(row) | ({"breakdown": [_values(model) for model in row.breakdown]} if breakdown else {})
            for row in found.rows
        ],
        "totals": _values(found.totals),
    }


def csv_text(found: Usage) -> str:
    """The rows as CSV with the JSON's keys; lists are joined by ";", an unknown cost is an empty field."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, _CSV, lineterminator="\n")
    writer.writeheader()
    for row in found.rows:
        values = _values(row)
        writer.writerow(
            {key: ";".join(value) if isinstance(value, list) else value for key, value in values.items()}
        )
    return out.getvalue().rstrip("\n")


def _values(row: Row) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in _CSV}
    cost = None if row.cost_usd is None else round(row.cost_usd, 6)
    return found | {
        "models": list(row.models),
        "unpriced_models": list(row.unpriced_models),
        "cost_usd": cost,
    }


def _is_day(text: str) -> bool:
    from tray.metrics.days import number

    try:
        number(text)
    except ValueError:
        return False
    return True


@contextmanager
def progress() -> Iterator[tuple[Any, Any]]:
    """What a bar on a terminal's error output hears (transcripts, messages); nothing is drawn elsewhere."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda progress: None, None
        return
    from tray.views.progress import Bar

    with Bar(sys.stderr) as bar:
        yield bar, bar.messages
