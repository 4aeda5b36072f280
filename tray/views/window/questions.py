"""What stands in front of the pages until it is answered: consent, a sign-in, about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.views.window.content import Content, Desk
    from tray.views.window.link import Message
    from tray.views.window.login import Child
    from tray.views.window.sheet import Look, Page
    from tray.views.window.signing import Signing

Question = Literal["consent", "signin", "about"]


class Questions:
    """The one that is `open`, if any; `answered` is called when it no longer is.

    `alone`: the window was opened for it, so that leaving it closes the window. Each is loaded when it is
    asked.
    """

    def __init__(
        self,
        content: Content,
        *,
        start: Callable[[tuple[str, ...], Callable[[], None]], Child] | None,
        answered: Callable[[], None],
    ) -> None:
        self.open: Question | None = None
        self.alone = False
        self._content, self._start, self._answered = content, start, answered
        self._toggle = ""  # the one whose consent is asked
        self._signing: Signing | None = None
        self._desk: Desk
        self._send: Callable[[Message], bool]

    def attach(self, desk: Desk, send: Callable[[Message], bool]) -> None:
        self._desk, self._send = desk, send

    def begin(self, *, consent_for: str | None, sign_in: str | None, about: bool) -> bool:
        """Ask what the window was opened for; False where that is nothing that can be asked."""
        if consent_for and consent_for in self._content.consents:
            wish = ("consent", consent_for)
        elif sign_in and sign_in in self._content.sign_ins:
            wish = ("sign_in", sign_in)
        elif about:
            wish = ("about", "")
        else:
            return False
        self.alone = True
        return self.ask(*wish)

    def ask(self, what: str, of: str) -> bool:
        """`consent` of a toggle, `sign_in` of a source, `about`; False where there is no such question."""
        match what:
            case "consent" if of in self._content.consents:
                self._toggle, self.open = of, "consent"
            case "sign_in" if of in self._content.sign_ins:
                return self._sign_in(of)
            case "about":
                self.open = "about"
            case _:
                return False
        self._desk.refresh()
        return True

    def page(self, look: Look) -> Page:
        """The open one's."""
        if self.open == "consent":
            from tray.views.window.consent import consent_page

            return consent_page(self._content.consents[self._toggle], look)
        if self.open == "signin" and self._signing is not None:
            return self._signing.page(look)
        from tray.views.window.about import about_page

        return about_page(look)

    def press(self, action: str) -> None:
        """Carry out an action of its page."""
        match action.partition(":")[0]:
            case "consent":
                self._press_consent(action)
            case "signin":
                self._press_sign_in(action)
            case _:
                self._leave()

    def close(self) -> None:
        """The window closes: nothing that was started stays behind."""
        if self._signing is not None:
            self._signing.close()

    def _leave(self) -> None:
        if self.alone:
            self._desk.close()
            return
        self.open = None
        self._answered()

    def _press_consent(self, action: str) -> None:
        from tray.views.window.consent import ACCEPT

        if action == ACCEPT:
            self._send({"do": "toggle", "name": self._toggle, "on": True, "consent": True})
            self.alone = False
        self._leave()

    def _sign_in(self, source: str) -> bool:
        if self._signing is not None and not self._signing.over:
            return False
        from tray.views.window.signing import Signing

        self.open = "signin"
        self._signing = Signing(
            self._content.sign_ins[source],
            self._desk,
            start=self._start,
            done=lambda: self._send({"do": "refresh"}),
        )
        self._desk.refresh()
        return True

    def _press_sign_in(self, action: str) -> None:
        signing = self._signing
        if signing is None:
            return
        match signing.press(action):
            case "again":
                self._sign_in(signing.source)
            case "close":
                self.alone = self.alone and not signing.done
                self._leave()
            case None:
                pass
