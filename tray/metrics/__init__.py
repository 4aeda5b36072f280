"""What is on this machine: the clients' own files and Claudette's database, read as numbers.

A notebook or script starts here; nothing heavy is loaded before it is asked for:

    from tray.engine.paths import locate
    from tray.metrics import open_index

    with open_index(locate()) as index:
        index.scan()
        for row in index.usage("monthly", agent="claude").rows:
            print(row.period, row.total_tokens, row.cost_usd)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.core.source import Paths
    from tray.metrics.opened import Index


def open_index(places: Paths, *, write: bool = True) -> Index:
    """The index of all transcripts of a user, made where it is missing; see `tray.metrics.opened.Index`.

    Without `write` it is opened read-only and can't `scan`; a missing one raises `FileNotFoundError`. Raises
    `tray.metrics.index.UnusableError` and `sqlite3.OperationalError` (locked by another process for long).
    """
    from tray.metrics.index import connect
    from tray.metrics.opened import Index

    return Index(connect(places.index_file, write=write), places)
