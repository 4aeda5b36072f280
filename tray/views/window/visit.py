"""One visit to the window: which page it is at, what was pressed, what the engine said. No toolkit here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from tray.core.screen import Screen
from tray.views.window.usage import Notice, usage_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.screen import ToggleRow
    from tray.views.window.content import Content, Desk
    from tray.views.window.link import Message, News
    from tray.views.window.login import Child, Login
    from tray.views.window.sheet import Look, Page

_ERROR_FOR = 8_000  # milliseconds
_MARKED_FOR = 2_400


class Visit:
    """Answers `page` for what is to be seen now and takes what was pressed; sends wishes to the engine.

    A page other than the usage is loaded when it is turned to: a click on the icon need not wait for it.
    """

    def __init__(
        self,
        content: Content,
        *,
        open_url: Callable[[str], object],
        start: Callable[[tuple[str, ...], Callable[[], None]], Child] | None = None,
    ) -> None:
        self._content, self._open_url, self._start = content, open_url, start
        self._board: Any = None
        self._screen: Screen | None = None
        self._notice = Notice()
        self._banner = content.banner
        self._toggle = ""  # the one whose consent is asked
        self._login: Login | None = None
        self._signed_in = False
        self._wanted: str | None = None  # a switch to mark as soon as it is there
        self._alone = False  # opened for one question only: its Cancel closes the window
        self._desk: Desk
        self._send: Callable[[Message], bool]
        self.kind: Literal["usage", "consent", "signin", "about"] = "usage"
        self.marked: str | None = None

    def attach(self, desk: Desk, send: Callable[[Message], bool]) -> None:
        """Before anything else. `send` takes a wish for the engine; False: none hears it."""
        self._desk, self._send = desk, send

    def begin(
        self,
        *,
        focus: str | None = None,
        consent_for: str | None = None,
        sign_in: str | None = None,
        about: bool = False,
    ) -> None:
        """What the window was opened for, beside showing the usage."""
        if consent_for and consent_for in self._content.consents:
            self._alone = True
            self._ask_consent(consent_for)
        elif sign_in and sign_in in self._content.sign_ins:
            self._alone = True
            self._sign_in(sign_in)
        elif about:
            self._alone = True
            self._show_about()
        elif focus:
            self._wanted = f"toggle:{focus}"

    # --- what is seen -------------------------------------------------------------------------------------

    def page(self, look: Look, now: float) -> Page:
        if self.kind == "consent":
            from tray.views.window.consent import consent_page

            return consent_page(self._content.consents[self._toggle], look)
        if self.kind == "signin" and self._login is not None:
            from tray.views.window.signin_page import signin_page

            return signin_page(self._login.state, look)
        if self.kind == "about":
            from tray.views.window.about import about_page

            return about_page(look)
        if self._board is None:
            waiting = "Reading…" if not self._notice.lost else "Waiting for the tray…"
            self._screen = Screen(title="Usage", subtitle=waiting, freshness=None, cards=(), toggles=())
        else:
            self._screen = self._content.screen(self._board, now, self._banner)
        return usage_page(self._screen, look, self._notice)

    # --- what the engine says -----------------------------------------------------------------------------

    def hear(self, news: News) -> None:
        match news.kind:
            case "gone":
                self._desk.close()
            case "lost":
                self._notice = Notice(text="The tray has ended. Waiting for it to come back…", lost=True)
                self._desk.refresh()
            case "answer":
                self._hear_answer(news.wish, news.message)
            case "message":
                self._hear_message(news.message)

    def _hear_message(self, message: Message) -> None:
        if "board" in message:
            self._board = self._content.read(message["board"])
            self._banner = message.get("banner") or self._banner
            if self._notice.lost:
                self._notice = Notice()
            self._desk.refresh()
            self._mark_wanted()
        elif "focus" in message:
            self._asked_for(message["focus"])

    def _hear_answer(self, wish: str, answer: Message) -> None:
        if answer.get("error"):
            self._say(str(answer["error"]))
            self._desk.after(_ERROR_FOR, self._hush)
        elif wish == "refresh":
            self._hush()

    def _asked_for(self, what: object) -> None:
        """A second opening: None, TOGGLE, `consent:TOGGLE`, `sign_in:SOURCE`, `about`; a question stays."""
        name = what if isinstance(what, str) else ""
        head, _, tail = name.partition(":")
        if self.kind == "usage":
            if head == "consent" and tail in self._content.consents:
                self._ask_consent(tail)
            elif head == "sign_in" and tail in self._content.sign_ins:
                self._sign_in(tail)
            elif name == "about":
                self._show_about()
            elif name:
                self._wanted = f"toggle:{name}"
        self._desk.show()
        self._mark_wanted()

    def _mark_wanted(self) -> None:
        if self._wanted is None or self._board is None or self.kind != "usage":
            return
        self.marked, self._wanted = self._wanted, None
        self._desk.focus(self.marked)
        self._desk.after(_MARKED_FOR, self._unmark)

    def _unmark(self) -> None:
        self.marked = None
        self._desk.refresh()

    def _say(self, text: str | None, *, asking: bool = False) -> None:
        self._notice = Notice(text=text, asking=asking)
        self._desk.refresh()

    def _hush(self) -> None:
        if not self._notice.lost:
            self._say(None)

    # --- what is pressed ----------------------------------------------------------------------------------

    def press(self, action: str) -> None:
        """Carry out an action of the page; one that is not on it is nothing."""
        head, _, tail = action.partition(":")
        match head:
            case "close":
                self._desk.close()
            case "refresh" | "retry":
                self._refresh()
            case "page":
                self._open_url(self._content.usage_page)
            case "link":
                self._open_url(tail)
            case "toggle":
                self._press_toggle(tail)
            case "sign_in":
                self._sign_in(tail)
            case "consent":
                self._answer_consent(action)
            case "signin":
                self._press_sign_in(action)
            case "about":
                self._back()
            case _:
                pass

    def _refresh(self) -> None:
        if not self._notice.asking and self._send({"do": "refresh", "wait": True}):
            self._say(None, asking=True)

    def _row(self, name: str) -> ToggleRow | None:
        return next((t for t in self._screen.toggles if t.id.value == name), None) if self._screen else None

    def _press_toggle(self, name: str) -> None:
        row = self._row(name)
        if row is None or not row.enabled:
            return
        if row.needs_consent and not row.on:
            self._ask_consent(name)
        else:
            self._send({"do": "toggle", "name": name, "on": not row.on, "consent": False})

    def _ask_consent(self, name: str) -> None:
        if name in self._content.consents:
            self._toggle, self.kind = name, "consent"
            self._desk.refresh()

    def _show_about(self) -> None:
        self.kind = "about"
        self._desk.refresh()

    def _answer_consent(self, action: str) -> None:
        from tray.views.window.consent import ACCEPT

        if action == ACCEPT:
            self._send({"do": "toggle", "name": self._toggle, "on": True, "consent": True})
            self._alone = False
        self._back()

    def _back(self) -> None:
        if self._alone:
            self._desk.close()
            return
        self.kind = "usage"
        self._desk.refresh()
        self._mark_wanted()

    # --- signing in ---------------------------------------------------------------------------------------

    def _sign_in(self, source: str) -> None:
        client = self._content.sign_ins.get(source)
        if client is None or (self._login is not None and not self._login.state.over):
            return
        from tray.views.window.login import Login

        self.kind, self._signed_in = "signin", False
        self._login = Login(client, start=self._start, call=self._desk.call, changed=self._login_changed)
        self._desk.refresh()

    def _login_changed(self) -> None:
        state = self._login.state if self._login is not None else None
        if state is not None and state.done and not self._signed_in:
            self._signed_in = True
            self._send({"do": "refresh"})
        self._desk.refresh()

    def _press_sign_in(self, action: str) -> None:
        login = self._login
        if login is None:
            return
        from tray.views.window import signin_page

        match action:
            case signin_page.SEND:
                text = self._desk.typed().strip()
                if login.child is not None and text:
                    login.child.type(text)
            case signin_page.COPY:
                self._desk.copy(login.state.url or "")
            case signin_page.CANCEL:
                if login.child is not None:
                    login.child.cancel()
                self._desk.refresh()
            case signin_page.AGAIN:
                self._sign_in(login.client.source)
            case signin_page.CLOSE:
                self._alone = self._alone and not login.state.done
                self._back()
            case _:
                pass

    def leave(self) -> None:
        """The window closes: nothing that it started stays behind."""
        if self._login is not None:
            self._login.close()
