"""Pointer and keyboard of the window: hover, focus, scrolling, and what pressing comes to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.views.window.signin_page import FIELD, SEND

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from tray.views.window.canvas import Surface
    from tray.views.window.sheet import Hot, Page

_HINT_AFTER = 400  # milliseconds the pointer rests on a row before its evidence shows
_STEP = 48  # pixels of one turn of the wheel or one arrow key


class Hands:
    """Turns events into `press(action)`; knows what has the pointer (`over`, `hint`) and the keyboard."""

    def __init__(
        self,
        root: tk.Tk,
        body: Surface,
        foot: Surface,
        press: Callable[[str], None],
        refresh: Callable[[], None],
    ) -> None:
        self.over: str | None = None
        self.hint: str | None = None
        self.focus: str | None = None
        self._root, self._body = root, body
        self._press, self._refresh = press, refresh
        self._page: Page | None = None
        self._held: str | None = None  # where the button went down
        self._rest: str | None = None  # the timer of the hint
        self._resting: str | None = None
        for surface in (body, foot):
            self._bind_pointer(surface)
        self._bind_keys()

    def _bind_pointer(self, surface: Surface) -> None:
        canvas = surface.canvas
        canvas.bind("<Motion>", lambda e: self._moved(surface, e))
        canvas.bind("<Leave>", lambda _: self._point_at(surface, None))
        canvas.bind("<Button-1>", lambda e: self._down(surface, e))
        canvas.bind("<ButtonRelease-1>", lambda e: self._up(surface, e))

    def _bind_keys(self) -> None:
        root = self._root
        keys: dict[str, Callable[[], None]] = {
            "<Tab>": lambda: self._walk(1),
            "<Shift-Tab>": lambda: self._walk(-1),
            "<Escape>": self._escape,
            "<F5>": lambda: self._press("refresh"),
            "<Control-r>": lambda: self._press("refresh"),
            "<Control-w>": lambda: self._press("close"),
            "<Up>": lambda: self._scroll(-_STEP),
            "<Down>": lambda: self._scroll(_STEP),
            "<Prior>": lambda: self._scroll(-self._body.canvas.winfo_height() * 9 // 10),
            "<Next>": lambda: self._scroll(self._body.canvas.winfo_height() * 9 // 10),
        }
        if root.tk.call("tk", "windowingsystem") == "x11":
            keys["<ISO_Left_Tab>"] = keys["<Shift-Tab>"]  # what X makes of Shift with Tab
            keys["<Button-4>"], keys["<Button-5>"] = keys["<Up>"], keys["<Down>"]
        for name, do in keys.items():
            root.bind(name, lambda _, do=do: self._done(do))  # type: ignore[misc]  # a default binds the loop's value
        for name in ("<Return>", "<KP_Enter>"):
            root.bind(name, lambda _: self._enter(in_field=SEND))
        root.bind("<space>", lambda _: self._enter(in_field=None))
        root.bind("<MouseWheel>", self._wheel)
        root.bind("<FocusIn>", self._focus_came)

    @staticmethod
    def _done(do: Callable[[], None]) -> str:
        do()
        return "break"

    # --- pointer

    def _moved(self, surface: Surface, event: tk.Event[tk.Canvas]) -> None:
        self._point_at(surface, surface.at(event.x, event.y))

    def _point_at(self, surface: Surface, hot: Hot | None) -> None:
        action = hot.action if hot else None
        pressable = hot is not None and hot.stop
        surface.canvas.configure(cursor="hand2" if pressable else "")
        over = action if pressable else None
        row = action if hot is not None and not hot.stop else None
        if row != self._resting:
            self._resting = row
            if self._rest:
                self._root.after_cancel(self._rest)
                self._rest = None
            if row:
                self._rest = self._root.after(_HINT_AFTER, self._show_hint)
        hint = self.hint if self.hint == row else None
        if (over, hint) != (self.over, self.hint):
            self.over, self.hint = over, hint
            self._refresh()

    def _show_hint(self) -> None:
        self._rest, self.hint = None, self._resting
        self._refresh()

    def _down(self, surface: Surface, event: tk.Event[tk.Canvas]) -> None:
        hot = surface.at(event.x, event.y)
        self._held = hot.action if hot and hot.stop else None

    def _up(self, surface: Surface, event: tk.Event[tk.Canvas]) -> None:
        hot, held = surface.at(event.x, event.y), self._held
        self._held = None
        if hot is None or hot.action != held:
            return
        if held == FIELD:
            self._set_focus(FIELD)
        else:
            self._press(held)

    def _wheel(self, event: tk.Event[tk.Misc]) -> None:
        turns = event.delta if sys.platform == "darwin" else event.delta / 120
        self._scroll(round(-turns * _STEP))

    # --- keyboard

    def _stops(self) -> list[Hot]:
        page = self._page
        return [hot for hot in (*page.body.hots, *page.foot.hots) if hot.stop] if page else []

    def _walk(self, step: int) -> None:
        stops = [hot.action for hot in self._stops()]
        if not stops:
            return
        if self.focus in stops:
            place = (stops.index(self.focus) + step) % len(stops)
        else:
            place = 0 if step > 0 else -1
        self._set_focus(stops[place])
        self.reveal()

    def _set_focus(self, action: str) -> None:
        self.focus = action
        self._refresh()

    def _escape(self) -> None:
        if self._page is not None:
            self._press(self._page.escape)

    def _enter(self, in_field: str | None) -> str | None:
        """Return and Space press what has the focus; in the field, Space is a character and Return sends."""
        entry = self._body.entry
        if entry is not None and self._root.focus_get() is entry:
            if in_field:
                self._press(in_field)
            return None
        if self.focus and any(hot.action == self.focus for hot in self._stops()):
            self._press(self.focus)
        return "break"

    def _focus_came(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self._body.entry and self.focus != FIELD:
            self._set_focus(FIELD)

    def turn(self, page: Page, *, turned: bool) -> bool:
        """Take a page just laid out; True where that moved focus or hover, so that it is laid out again."""
        self._page = page
        before = (self.focus, self.over, self.hint)
        if turned:
            self.focus, self.over, self.hint = page.first, None, None
        elif self.focus is not None and all(hot.action != self.focus for hot in self._stops()):
            self.focus = page.first
        return before != (self.focus, self.over, self.hint)

    def settle(self) -> None:
        """After drawing: the toolkit's own focus follows ours into the field and out of it."""
        entry = self._body.entry
        owner = self._root.focus_get()
        if owner is None:
            return  # another program has the keyboard: leave it there
        if entry is not None and self.focus == FIELD:
            if owner is not entry:
                entry.focus_set()
        elif owner is not self._body.canvas:
            self._body.canvas.focus_set()

    # --- scrolling

    def _scroll(self, pixels: int) -> None:
        page, canvas = self._page, self._body.canvas
        if page is None or page.body.height <= canvas.winfo_height():
            return
        canvas.yview_moveto((canvas.canvasy(0) + pixels) / page.body.height)

    def reveal(self) -> None:
        """Scroll so that what has the focus is seen whole."""
        page, canvas = self._page, self._body.canvas
        hot = next((h for h in page.body.hots if h.action == self.focus), None) if page else None
        if page is None or hot is None:
            return
        top, height, air = canvas.canvasy(0), canvas.winfo_height(), _STEP // 2
        if hot.y - air < top:
            self._scroll(round(hot.y - air - top))
        elif hot.y + hot.height + air > top + height:
            self._scroll(round(hot.y + hot.height + air - top - height))
