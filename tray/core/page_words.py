"""What stands around the figures of the activity in every view: titles of sections, states, sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import screen
from tray.core.insight_words import ALL_TIME, RANKS, heat_text, many

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.core.insights import Analytics, Rank, RecentSession
    from tray.core.model import Board
    from tray.core.source import Source

WORKSPACES = "Workspaces"
LEADERBOARD = "Leaderboard"
HEATMAP = "When sessions start"
TURNS = "Turns in a session"
SLASH = "Slash commands"
RECENT = "Last 24 hours"

READING = screen.READING
NOTHING = "No data yet"
WILL_APPEAR = "Your sessions, commits and tokens appear here as soon as an agent has worked on this machine."
LOWER_BOUND = "Not every transcript has been read: every figure is a lower bound."
STAYS = "What could be read before stays below."
NONE_IN_WINDOW = "Nothing in this time."
NO_COMMANDS = "No slash command yet."
NONE_RECENT = "No session was active in the last 24 hours."
FEWER, MORE = "fewer", "more"  # the ends of the heatmap's scale
POINT_OR_WALK = "Point at one, or walk them with the arrow keys."
ALL_OF_ONE = "Point at one, or walk them with the arrow keys, to read all its figures here."
UNREADABLE = "The activity can't be read"


def window_text(days: int | None) -> str:
    """The window picked, in words."""
    match days:
        case None:
            return ALL_TIME
        case 1:
            return "last 24 hours"
        case _:
            return f"last {days} days"


def ranked(found: Analytics, rank: Rank) -> str:
    """What the leaderboard is about: `last 30 days · by commits`."""
    return f"{window_text(found.window_days)} · by {RANKS[rank].lower()}"


def busiest(found: Analytics) -> tuple[int, int] | None:
    """The cell of the heatmap with the most sessions; None where all are empty."""
    cells = [(count, day, hour) for day, row in enumerate(found.heatmap) for hour, count in enumerate(row)]
    count, day, hour = max(cells, key=lambda cell: cell[0], default=(0, 0, 0))
    return (day, hour) if count else None


def heat_sum(found: Analytics) -> str:
    """What the heatmap tells at rest."""
    cell = busiest(found)
    return f"Busiest: {heat_text(found, *cell)}" if cell else NONE_IN_WINDOW


def turns_sum(found: Analytics) -> str:
    """What the turn histogram tells at rest."""
    return many(sum(found.turn_histogram), "session")


def outcomes(recent: tuple[RecentSession, ...]) -> tuple[tuple[str, str], ...]:
    """How the sessions of the time line ended: (outcome, words), those that there are."""
    counts = {True: 0, False: 0, None: 0}
    for one in recent:
        counts[one.ok] += 1
    said = {True: ("ok", "finished"), False: ("failed", "failed"), None: ("open", "open or not known")}
    return tuple((said[ok][0], f"{count:,} {said[ok][1]}") for ok, count in counts.items() if count)


def in_all(shown: int, count: int) -> str:
    """What a list tells at rest: `6 in all`, `8 of 20`."""
    return f"{count:,} in all" if shown >= count else f"{shown:,} of {count:,}"


def show_all(count: int) -> str:
    """The button below a list that is cut."""
    return f"Show all {count:,}"


def on_plan(board: Board, sources: Iterable[Source]) -> bool:
    """Whether a plan for one person pays for the sessions that `fair_use` speaks of."""
    words = {source.id: source.one_persons_plans for source in sources}
    return any(
        word in (one.snapshot.plan or "").lower().split()
        for one in board.entries
        if one.snapshot
        for word in words.get(one.source, ())
    )
