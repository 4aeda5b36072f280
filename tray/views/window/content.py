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
