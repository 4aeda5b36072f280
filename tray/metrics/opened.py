"""The index for people who program: usage reports, single calls, sessions and slash commands.

Tokens are whole numbers, money is US dollars (floats), instants are Unix milliseconds (UTC), days are texts
like 2026-11-21 in the time zone that is asked for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from datetime import date

    from tray.core.source import Paths
    from tray.metrics.query import Query
    from tray.metrics.records import Call, Session, SlashCommand
    from tray.metrics.scan import Progress
    from tray.metrics.tally import Usage


class ScanResult(NamedTuple):
    """What a scan came to: what the index holds now, and what was read for it."""

    files: int  # transcripts that are there
    sessions: int
    calls: int  # each once, however many files hold it
    files_read: int
    bytes_read: int
    seconds: float
    complete: bool  # False where it was stopped early


class UnknownAgentError(ValueError):
    """Nobody is called so; the text lists who is known, to people."""


class Index:
    """An open index; a class, since it holds the connection. Use it in a `with`, or `close` it.

    `told` says of Claudette's database what kept it from being read, after a scan; None where nothing did.
    """

    def __init__(self, db: sqlite3.Connection, places: Paths) -> None:
        self.db = db
        self._places = places
        self.told: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def scan(
        self,
        told: Callable[[Progress], None] = lambda progress: None,
        stopped: Callable[[], bool] = lambda: False,
        messages: Callable[[int, int], None] | None = None,
        *,
        rebuild: bool = False,
    ) -> ScanResult:
        """Read what the clients have written since the last time.

        `told` hears of the progress, `stopped` is asked now and then whether to end early, `messages` hears
        how many of Claudette's messages are read, of how many that are to be read. With `rebuild`
        every transcript and Claudette's database are read again from their start; what was deleted stays.
        """
        begun = time.monotonic()
        last: list[Progress] = []

        def hear(progress: Progress) -> None:
            last[:] = [progress]
            told(progress)

        if rebuild:
            from tray.metrics.claudette_calls import forget
            from tray.metrics.index import transaction

            with transaction(self.db):  # a file of another parser's making is read again as a whole
                self.db.execute("UPDATE files SET parser = -1 WHERE gone IS NULL")
                forget(self.db)
        complete = self.catch_up(hear, stopped, messages)
        files, sessions, calls = self.db.execute(
            "SELECT (SELECT count(*) FROM files WHERE gone IS NULL), (SELECT count(*) FROM sessions),"
            " (SELECT coalesce(sum(calls), 0) FROM sums)"
        ).fetchone()
        return ScanResult(
            files=files,
            sessions=sessions,
            calls=calls,
            files_read=last[0].files if last else 0,
            bytes_read=last[0].size if last else 0,
            seconds=round(time.monotonic() - begun, 3),
            complete=complete,
        )

    def catch_up(
        self,
        told: Callable[[Progress], None] = lambda progress: None,
        stopped: Callable[[], bool] = lambda: False,
        messages: Callable[[int, int], None] | None = None,
    ) -> bool:
        """`scan` without a word on what the index holds then: whether it is complete."""
        from tray.metrics import scan

        complete = scan.scan(self.db, self._places, told=told, stopped=stopped)
        return complete and self.read_claudette(stopped, messages)

    def read_claudette(
        self,
        stopped: Callable[[], bool] = lambda: False,
        messages: Callable[[int, int], None] | None = None,
    ) -> bool:
        """Take in what Claudette has recorded since the last time; a part of `scan`.

        `messages` hears how many of its messages are read, of how many there are to be read.
        False where it was stopped early. Where the database can't be read, `self.told` says why, and what was
        known of it stays.
        """
        self.told = None
        if not self._places.claudette_db.exists():
            return True
        from tray.metrics.claudette_behind import is_behind

        if not is_behind(self.db, self._places.claudette_db):
            return True
        from tray.metrics.claudette_calls import take_in
        from tray.metrics.claudette_db import ClaudetteDbError

        try:
            return take_in(self.db, self._places.claudette_db, told=messages, stopped=stopped)
        except ClaudetteDbError as error:
            if error.state not in ("absent", "empty"):
                self.told = error.state.value
            return True

    def usage(
        self,
        by: str = "daily",
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        agent: str | None = None,
        project: str | None = None,
        timezone: str | None = None,
    ) -> Usage:
        """Tokens and dollars by "daily", "weekly", "monthly", "session", "project" or "model".

        `since` and `until` are days, both included; `project` a folder, or its last name; `timezone` an
        IANA name, the system's zone without one. Raises `ValueError`: `UnknownAgentError`,
        `UnknownZoneError`, a bad day or `by`.
        """
        from tray.metrics.days import number
        from tray.metrics.pricing import Prices
        from tray.metrics.query import BY, Query
        from tray.metrics.usage import usage
        from tray.metrics.zones import zone

        if by not in BY:
            raise ValueError(f"{by!r} is none of {', '.join(BY)}")
        query = Query(
            zone=zone(timezone),
            by=by,
            since=None if since is None else number(since),
            until=None if until is None else number(until),
            agent=agent,
            project=project,
        )
        self._check_agent(query)
        return usage(self.db, query, Prices(self._places.prices_file))

    def calls(
        self, *, since: int | None = None, until: int | None = None, agent: str | None = None
    ) -> Iterator[Call]:
        """Every answer of a model, once, in the order of time, from `since` to before `until` (milliseconds).

        `Call.key` is our own 64-bit name of it, in hexadecimal digits. What Claudette alone recorded is no
        call.
        """
        from tray.metrics.history import calls

        span = (0 if since is None else since, 1 << 62 if until is None else until)
        found = calls(self.db, since=span[0], until=span[1], agent=agent)
        return iter(sorted(found, key=lambda call: (call.at, call.key)))

    def sessions(self, *, agent: str | None = None) -> list[Session]:
        """Every conversation with an agent, the newest first."""
        from tray.metrics.sessions import sessions

        return sessions(self.db, agent)

    def slash_commands(
        self, *, since: int | None = None, until: int | None = None, agent: str | None = None
    ) -> list[SlashCommand]:
        """Slash commands typed from `since` to before `until` (milliseconds), the most used first."""
        from tray.metrics.sessions import slash_commands

        return slash_commands(self.db, since, until, agent)

    def agents(self) -> list[str]:
        """Every agent that can be asked for, whether it was ever used or not."""
        from tray.metrics.registry import ALL
        from tray.metrics.usage import agents

        return sorted({agent.id for agent in ALL} | set(agents(self.db)) | {"claudette"})

    # --- inside

    def _check_agent(self, query: Query) -> None:
        wanted = query.agent
        if wanted is None:
            return
        chats = self.db.execute("SELECT agent FROM chat_kinds")
        known = sorted({*self.agents(), *(agent for (agent,) in chats)})
        if not any(query.wants(name) for name in known):
            raise UnknownAgentError(f"there is no agent {wanted!r}; known are {', '.join(known)}")
