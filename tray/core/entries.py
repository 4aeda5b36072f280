"""What an answer does to a source's entry: data and problem side by side, another account's put away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.source import Depth

if TYPE_CHECKING:
    from tray.core.events import Fetched
    from tray.core.model import Board, Entry, Instant


def merge(entry: Entry, event: Fetched, now: Instant, *, live: bool) -> Entry:
    """An entry after an answer: the last snapshot and the last problem stand side by side.

    Another account puts the old reading on the shelf and takes its own from there.
    """
    outcome = event.outcome
    if outcome.account is not None and outcome.account != entry.account:
        entry = _switch_account(entry, outcome.account, now)
    if outcome.snapshot is not None:
        entry = replace(entry, snapshot=outcome.snapshot)
    if event.depth is Depth.LIVE or not live or outcome.problem is not None:
        entry = replace(entry, problem=outcome.problem, problem_at=now if outcome.problem else None)
    if event.depth is Depth.LIVE:
        # A reading that is still young answered instead: that is no attempt, its age decides what is next.
        young = not outcome.asked and outcome.problem is None and outcome.next_at is not None
        entry = replace(
            entry,
            tried_at=entry.tried_at if young else now,
            asked_at=now if outcome.asked else entry.asked_at,
            next_at=outcome.next_at,
        )
    if outcome.unknown_keys:
        keys = tuple(sorted({*entry.unknown_keys, *outcome.unknown_keys}))[:50]
        entry = replace(entry, unknown_keys=keys)
    return entry


def _switch_account(entry: Entry, account: str, now: Instant) -> Entry:
    if entry.account is None:
        return replace(entry, account=account)
    old = entry.snapshot
    shelf = tuple(s for s in entry.shelf if s.account not in (account, entry.account))
    back = next((s for s in entry.shelf if s.account == account), None)
    if old is not None:
        shelf = (*shelf, replace(old, account=entry.account))[-4:]
    return replace(entry, account=account, account_since=now, snapshot=back, shelf=shelf, problem=None)


def with_entry(board: Board, entry: Entry) -> Board:
    """The board with one entry in the place of its old one."""
    others = [e for e in board.entries if e.source != entry.source]
    return replace(board, entries=tuple(sorted((*others, entry), key=lambda e: e.source)))
