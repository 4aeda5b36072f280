"""The tray icon: a board in, picture, tooltip and menu out; nothing is touched that did not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import present
from tray.core.meter import face_of, read_meter
from tray.views import menu
from tray.views.icon import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.menu import Item
    from tray.core.model import Board, Instant
    from tray.core.source import Source
    from tray.desktop.host import TrayHost


class TrayView:
    """Draws boards on a host. `update` may be called from any thread; the host skips equal values."""

    def __init__(
        self,
        host: TrayHost,
        sources: tuple[Source, ...],
        *,
        now: Callable[[], Instant],
        at_login: Callable[[], bool | None],
        extra: Callable[[], tuple[Item, ...]] = tuple,
    ) -> None:
        self._host = host
        self._sources = sources
        self._now = now
        self._at_login = at_login
        self._extra = extra

    def update(self, board: Board) -> None:
        """Show a board as it is now."""
        now = self._now()
        face = face_of(read_meter(board, self._sources, now), board.settings.show)
        template = self._host.template
        self._host.show(
            lambda size, times=1: render(face, size, times, template=template),
            (face, template),
            present.tooltip(board, self._sources, now),
        )
        self._host.set_menu(
            menu.build(board, self._sources, now, at_login=self._at_login(), extra=self._extra())
        )
