"""A sign-in in progress: the client's child process and how far it has come."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from tray.views.window.signin import SignInChild, find
from tray.views.window.signin_page import SignInState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.screen import SignIn


class Child(Protocol):
    """A running sign-in command, as `SignInChild` is one."""

    @property
    def lines(self) -> tuple[str, ...]: ...
    @property
    def url(self) -> str | None: ...
    @property
    def exit_code(self) -> int | None: ...
    @property
    def cancelled(self) -> bool: ...

    def type(self, text: str) -> bool: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...


def start_child(command: tuple[str, ...], on_change: Callable[[], None]) -> SignInChild:
    """Raises OSError where the program is missing or can't be started."""
    program = find(command[0], os.environ)
    if program is None:
        raise FileNotFoundError(command[0])
    return SignInChild((program, *command[1:]), os.environ, on_change)


class Login:
    """One run of a client's sign-in command.

    `call` carries a callable to the window's thread; there `changed` is called after output and at the end,
    once for a flood of either.
    """

    def __init__(
        self,
        client: SignIn,
        *,
        start: Callable[[tuple[str, ...], Callable[[], None]], Child] | None = None,
        call: Callable[[Callable[[], None]], None],
        changed: Callable[[], None],
    ) -> None:
        self.client = client
        self._call, self._changed = call, changed
        self._due = False
        self.child: Child | None = None
        with suppress(OSError):  # `state` says that it is missing
            self.child = (start or start_child)(client.command, self._ring)

    @property
    def state(self) -> SignInState:
        child = self.child
        if child is None:
            return SignInState(client=self.client, missing=True)
        # The code first: what was printed before the end is then surely among the lines.
        code = child.exit_code
        return SignInState(
            client=self.client, lines=child.lines, url=child.url, code=code, cancelled=child.cancelled
        )

    def close(self) -> None:
        if self.child is not None:
            self.child.close()

    def _ring(self) -> None:
        if not self._due:
            self._due = True
            self._call(self._answer)

    def _answer(self) -> None:
        self._due = False
        self._changed()
