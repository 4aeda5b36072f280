"""A sign-in on its page: what is shown of it, and what its buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tray.views.window import signin_page
from tray.views.window.login import Login

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.screen import SignIn
    from tray.views.window.content import Desk
    from tray.views.window.login import Child
    from tray.views.window.sheet import Look, Page


class Signing:
    """One run of a client's own sign-in; `done` is called once, when it has succeeded."""

    def __init__(
        self,
        client: SignIn,
        desk: Desk,
        *,
        start: Callable[[tuple[str, ...], Callable[[], None]], Child] | None,
        done: Callable[[], object],
    ) -> None:
        self.source = client.source
        self._desk, self._when_done, self._told = desk, done, False
        self._login = Login(client, start=start, call=desk.call, changed=self._changed)

    @property
    def over(self) -> bool:
        """Whether the command has ended."""
        return self._login.state.over

    @property
    def done(self) -> bool:
        """Whether it ended well."""
        return self._login.state.done

    def page(self, look: Look) -> Page:
        return signin_page.signin_page(self._login.state, look)

    def press(self, action: str) -> Literal["again", "close"] | None:
        """Carry out an action of the page; answers what is the visit's to do."""
        child = self._login.child
        match action:
            case signin_page.SEND:
                text = self._desk.typed().strip()
                if child is not None and text:
                    child.type(text)
            case signin_page.COPY:
                self._desk.copy(self._login.state.url or "")
            case signin_page.CANCEL:
                if child is not None:
                    child.cancel()
                self._desk.refresh()
            case signin_page.AGAIN:
                return "again"
            case signin_page.CLOSE:
                return "close"
        return None

    def close(self) -> None:
        """End the command, where it still runs."""
        self._login.close()

    def _changed(self) -> None:
        if self.done and not self._told:
            self._told = True
            self._when_done()
        self._desk.refresh()
