"""One look at what needs neither network nor credential, without an engine: for `status` when none runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import reducer
from tray.core.events import ActivityRead, Fetch, Fetched, ReadActivity, RefreshAsked
from tray.core.source import Depth

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.model import Activity, Board
    from tray.core.source import Source, World


def reread(
    board: Board, sources: tuple[Source, ...], world: World, read_activity: Callable[[], Activity]
) -> Board:
    """The board after reading the local files once; live questions that fall due are left to an engine."""
    now = world.now()
    state = reducer.State(board=board, sources=sources)
    state, waiting = reducer.step(state, RefreshAsked(local=True), now)
    effects = list(waiting)
    while effects:
        effect = effects.pop(0)
        match effect:
            case ReadActivity():
                state, more = reducer.step(state, ActivityRead(activity=read_activity()), now)
            case Fetch() if effect.ask.depth is Depth.FILES:
                outcome = state.source(effect.source).fetch(world, effect.ask)
                event = Fetched(source=effect.source, depth=Depth.FILES, outcome=outcome)
                state, more = reducer.step(state, event, now)
            case _:
                more = ()
        effects += more
    return state.board
