"""One visit to the window: which page it is at, what was pressed, what the engine said. No toolkit here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.core.screen import READING, WAITING, Screen
from tray.views.window.pages import Pages
from tray.views.window.questions import Questions
from tray.views.window.tabs import tabs
from tray.views.window.usage import Notice, usage_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from tray.core.screen import ToggleRow
    from tray.core.tabs import Tab
    from tray.views.window.content import Content, Desk
    from tray.views.window.link import Message, News
    from tray.views.window.login import Child
    from tray.views.window.pages import MakeAsker
    from tray.views.window.questions import Question
    from tray.views.window.sheet import Look, Page

_ERROR_FOR = 8_000  # milliseconds
_MARKED_FOR = 2_400


class Visit:
    """Answers `page` for what is to be seen now and takes what was pressed; sends wishes to the engine.

    It is at one of the tabs' pages, or at a question in front of them. What is not shown at first is loaded
    when it is turned to: a click on the icon need not wait for it.
    """

    def __init__(
        self,
        content: Content,
        *,
        open_url: Callable[[str], object],
        start: Callable[[tuple[str, ...], Callable[[], None]], Child] | None = None,
        asker: MakeAsker | None = None,
        tz: tzinfo | None = None,
    ) -> None:
        self._content, self._open_url = content, open_url
        self._board: Any = None
        self._screen: Screen | None = None
        self._notice = Notice()
        self._banner = content.banner
        self._pages = Pages(content, tz=tz, asker=asker)
        self._questions = Questions(content, start=start, answered=self._answered)
        self._wanted: str | None = None  # a switch to mark as soon as it is there
        self._desk: Desk
        self._send: Callable[[Message], bool]
        self.marked: str | None = None

    def attach(self, desk: Desk, send: Callable[[Message], bool]) -> None:
        """Before anything else. `send` takes a wish for the engine; False: none hears it."""
        self._desk, self._send = desk, send
        self._pages.attach(desk)
        self._questions.attach(desk, send)

    @property
    def kind(self) -> Tab | Question:
        """What is shown."""
        return self._questions.open or self._pages.tab

    @property
    def tab(self) -> Tab:
        """The page that is shown, or is behind a question."""
        return self._pages.tab

    @property
    def picked(self) -> Mapping[str, str]:
        """What the person has picked on the pages, in words."""
        return self._pages.picked

    @property
    def alone(self) -> bool:
        """Whether the window was opened for one question only, whose end closes it."""
        return self._questions.alone

    def begin(
        self,
        *,
        focus: str | None = None,
        consent_for: str | None = None,
        sign_in: str | None = None,
        about: bool = False,
        tab: str = "usage",
        picked: Mapping[str, str] | None = None,
    ) -> None:
        """What the window was opened for; at the page `tab` with what is `picked` there, or at a question."""
        asked = self._questions.begin(consent_for=consent_for, sign_in=sign_in, about=about)
        self._pages.begin("usage" if asked or focus else tab, picked or {})
        if focus and not asked:
            self._wanted = f"toggle:{focus}"

    # --- what is seen -------------------------------------------------------------------------------------

    def page(self, look: Look, now: float) -> Page:
        if self._questions.open is not None:
            return self._questions.page(look)
        if self._board is None:
            waiting = WAITING if self._notice.lost else READING
            self._screen = Screen(title="Usage", subtitle=waiting, freshness=None, cards=(), toggles=())
        else:
            self._screen = self._content.screen(self._board, now, self._banner)
        if self.kind == "usage":
            return replace(usage_page(self._screen, look, self._notice), head=tabs("usage", look))
        return self._pages.layout(
            look,
            banner=self._screen.banner,
            notice=self._notice.text,
            plan=self._board is not None and self._content.plan(self._board),
            gauge=next((card.gauge for card in self._screen.cards if card.gauge), None),
        )

    def tick(self) -> None:
        """Once a second while the window can be seen."""
        if self._questions.open is None:
            self._pages.tick()

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
            self._pages.news()  # what the board tells has changed, so may have the rest
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
        """A second opening, for one of the wishes of `tray.wishes`; a question stays."""
        name = what if isinstance(what, str) else ""
        head, _, tail = name.partition(":")
        if self._questions.open is None and not self._questions.ask(head, tail) and name:
            match head:
                case "page":
                    self._pages.turn(tail)
                case "days":
                    self._pages.turn("insights")
                    self._pages.press(head, tail)
                case _:
                    self._wanted = f"toggle:{name}"
                    self._pages.turn("usage")
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
            case "tab":
                self._turn(tail)
            case "scope" | "days" | "rank" | "whole":
                if self._pages.press(head, tail):
                    self._desk.refresh()
            case "toggle":
                self._press_toggle(tail)
            case "sign_in":
                self._questions.ask(head, tail)
            case "consent" | "signin" | "about":
                self._questions.press(action)
            case _:
                pass

    def _turn(self, to: str) -> None:
        if self._questions.open is None and self._pages.turn(to):
            self._desk.refresh()

    def _refresh(self) -> None:
        self._pages.ask(anew=True)
        if not self._notice.asking and self._send({"do": "refresh", "wait": True}):
            self._say(None, asking=True)

    def _row(self, name: str) -> ToggleRow | None:
        return next((t for t in self._screen.toggles if t.id.value == name), None) if self._screen else None

    def _press_toggle(self, name: str) -> None:
        row = self._row(name)
        if row is None or not row.enabled:
            return
        if row.needs_consent and not row.on:
            self._questions.ask("consent", name)
        else:
            self._send({"do": "toggle", "name": name, "on": not row.on, "consent": False})

    def _answered(self) -> None:
        """Back from a question to the page behind it."""
        self._desk.refresh()
        self._mark_wanted()

    def leave(self) -> None:
        """The window closes: nothing that it started stays behind."""
        self._pages.close()
        self._questions.close()
