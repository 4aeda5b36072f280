"""Who used what last: Claudette's database and the clients' own transcripts put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.model import Activity
from tray.metrics import claudette, recent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.source import Paths, Root


def watched(places: Paths) -> tuple[Root, ...]:
    """Where a change may tell that somebody has worked: Claudette's database and all transcripts."""
    from tray.metrics.roots import transcript_roots

    return (claudette.database_root(places), *transcript_roots(places))


def activity_reader() -> Callable[[Paths], Activity]:
    """A reader of the activity that remembers which sessions are Claudette's own.

    Without that memory a moment's lock of the database would turn Claudette's own transcripts into somebody
    else's, and the icon to another backend.
    """
    known: frozenset[str] = frozenset()
    look = claudette.reader()

    def read(places: Paths) -> Activity:
        nonlocal known
        found = look(places.claudette_db)
        if found.known_sessions is not None:
            known = found.known_sessions
        own, outside = recent.scan(places, known)
        moments = [at for at in (found.activity.at, own) if at is not None]
        return Activity(claudette=replace(found.activity, at=max(moments, default=None)), outside=outside)

    return read


def read_activity(places: Paths) -> Activity:
    """The activity, read once; a program that reads again and again keeps an `activity_reader`."""
    return activity_reader()(places)
