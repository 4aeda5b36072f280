"""The request gate of one credential: when it may be asked again, as pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from tray.core.model import Instant, ProblemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is remembered of one credential, keyed by its hash, kept over restarts.

    `not_before` is the earliest next request; `stated` says that the server named that wait (a person's
    refresh does not pass it); `failures` and `limits` count failures and 429s in a row; `latched` holds the
    gate shut (a 403) until the credential changes, that is: until another key is asked for.
    """

    not_before: Instant | None = None
    stated: bool = False
    failures: int = 0
    limits: int = 0
    latched: bool = False
    kind: ProblemKind | None = None  # of the last failure
    requested_at: Instant | None = None
