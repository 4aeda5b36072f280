"""What the page shows and does: the engine's news, the analyst's answers, a person's wishes. No HTTP here."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from tray.views.web.asking import Asking
from tray.views.web.page import Shown
from tray.views.window.insight_state import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.insights import Analyst
    from tray.views.web.view import View
    from tray.views.window.content import Content
    from tray.views.window.link import Message, News

_ERROR_FOR = 8.0  # seconds
LOST = "The tray has ended. Waiting for it to come back…"


class Site:
    """Any thread may call, once it is attached."""

    def __init__(
        self, content: Content, analyst: Callable[[], Analyst], clock: Callable[[], float] = time.time
    ) -> None:
        self._content, self._clock = content, clock
        self._send: Callable[[Message], bool] = lambda message: False
        self._again: Callable[[str], None] = lambda wish: None
        self._board: Any = None
        self._banner = content.banner
        self._error, self._error_until = "", 0.0
        self._refreshing = self._lost = False
        self._asking = Asking(analyst, self._changed)
        self._news = threading.Condition()
        self._version = 0
        self.ended = False  # the engine has, for good
        self.over = False  # nobody serves the page any more

    def attach(self, send: Callable[[Message], bool], again: Callable[[str], None]) -> None:
        """Before anything else. `send` takes a wish for the engine; False: none hears it.

        `again` is called with a wish where the engine asks the window to come forward.
        """
        self._send, self._again = send, again

    # --- what is seen

    def shown(self, view: View) -> Shown:
        """What a look sees now; the analyst is asked only for a tab that needs it."""
        now = self._clock()
        board, found, screen, current = self._board, None, None, True
        if board is not None:
            screen = self._content.screen(board, now, self._banner)
            if view.tab != "usage" and not view.ask:
                found, current = self._asking.metrics(Asked(scope=view.scope, days=view.days), view.rank)
        said = self._error if now < self._error_until else None
        return Shown(
            now=now,
            screen=screen,
            found=found,
            notice=LOST if self._lost else said,
            asking=self._refreshing,
            lost=self._lost,
            waiting=not current,
            plan=board is not None and self._content.plan(board),
            consents=self._content.consents,
            sign_ins=self._content.sign_ins,
        )

    @property
    def version(self) -> int:
        """Counts what has changed."""
        return self._version

    def wait(self, seen: int, timeout: float) -> int:
        """The version once it is another than `seen`, or after `timeout` seconds."""
        with self._news:
            self._news.wait_for(lambda: self._version != seen or self.over, timeout)
            return self._version

    def _changed(self) -> None:
        with self._news:
            self._version += 1
            self._news.notify_all()

    # --- what the engine says

    def hear(self, news: News) -> None:
        """A message of the engine, an answer, or that it is lost or gone."""
        match news.kind:
            case "gone":
                self.ended = self.over = True
            case "lost":
                self._lost, self._refreshing = True, False
            case "answer":
                self._hear_answer(news.wish, news.message)
            case "message":
                self._hear_message(news.message)
        self._changed()

    def _hear_message(self, message: Message) -> None:
        if "board" in message:
            self._board = self._content.read(message["board"])
            self._banner = message.get("banner") or self._banner
            self._lost = False
        elif "focus" in message:
            wish = message["focus"]
            self._again(wish if isinstance(wish, str) else "")

    def _hear_answer(self, wish: str, answer: Message) -> None:
        if wish == "refresh":
            self._refreshing = False
        if answer.get("error"):
            self._error, self._error_until = str(answer["error"]), self._clock() + _ERROR_FOR

    # --- what is wished

    def wish(self, told: object) -> bool:
        """Carry out a wish of the page; False where it is none.

        A switch that needs consent is turned on by nothing but the answer to its question; the engine sees
        to that as well.
        """
        match told:
            case {"do": "refresh"}:
                if not self._refreshing and self._send({"do": "refresh", "wait": True}):
                    self._refreshing = True
            case {"do": "toggle", "name": str(name), "on": bool(on)}:
                self._send({"do": "toggle", "name": name, "on": on, "consent": False})
            case {"do": "consent", "name": str(name)} if name in self._content.consents:
                self._send({"do": "toggle", "name": name, "on": True, "consent": True})
            case _:
                return False
        self._changed()
        return True

    def close(self) -> None:
        """Ask nobody any more; those who wait hear that it is over."""
        self.over = True
        self._changed()
        self._asking.close()
