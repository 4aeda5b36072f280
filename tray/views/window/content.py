"""What a visit is given: the content of its pages, and the toolkit that shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.insights import Analyst
    from tray.core.screen import Consent, Screen, SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the pages are made from.

    `read` turns the engine's board message into a board, `screen` a board into what is shown at an instant;
    `banner` is an explanation to put on top (no tray on this desktop). `analyst` makes what answers for the
    activity pages; it is called on their own thread, as is `stamps`: another value, other data.
    """

    read: Callable[[Any], Any]
    screen: Callable[[Any, float, str | None], Screen]
    consents: Mapping[str, Consent] = field(default_factory=dict)  # by toggle name
    sign_ins: Mapping[str, SignIn] = field(default_factory=dict)  # by source
    banner: str | None = None
    usage_page: str = ""  # where "Open in browser" leads
    analyst: Callable[[], Analyst] | None = None
    stamps: Callable[[], object] = lambda: None
    plan: Callable[[Any], bool] = lambda _board: False  # of a board: whether a plan pays for what it shows


def content(banner: str | None, *, demo: bool = False) -> Content:
    """Joins sources, codec and words; the sources' own code that reads and asks is not run here."""
    from tray.core import layout
    from tray.core.codec import decode
    from tray.core.model import Board
    from tray.core.page_words import on_plan
    from tray.sources import ALL
    from tray.views.window import analysts

    def screen(board: Board, now: float, on_top: str | None) -> Screen:
        return layout.screen(board, ALL, now, banner=on_top)

    return Content(
        read=lambda data: decode(Board, data),
        screen=screen,
        consents={s.toggle.value: s.consent for s in ALL if s.toggle and s.consent},
        sign_ins={client.source: client for client in layout.sign_ins(ALL)},
        banner=banner,
        usage_page=next((s.usage_url for s in ALL if s.usage_url and s.usage_url_name), ""),
        analyst=analysts.made_up if demo else analysts.of_this_machine,
        stamps=(lambda: None) if demo else analysts.stamps,
        plan=lambda board: on_plan(board, ALL),
    )


class Desk(Protocol):
    """What a visit needs of the toolkit."""

    def refresh(self) -> None: ...
    def show(self) -> None: ...
    def close(self) -> None: ...
    def focus(self, action: str) -> None: ...
    def call(self, what: Callable[[], None]) -> None: ...
    def after(self, milliseconds: int, what: Callable[[], None]) -> None: ...
    def copy(self, text: str) -> None: ...
    def typed(self) -> str: ...
