"""Pointer and keyboard of the window: hover, focus, scrolling, and what pressing comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.views.window.keys import keys, wheel
from tray.views.window.signin_page import FIELD, SEND

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from tray.views.window.canvas import Surface
    from tray.views.window.sheet import Hot, Key, Page

_HINT_AFTER = 400  # milliseconds the pointer rests on a row before its evidence shows
_STEP = 48  # pixels, twice the air that is left around what is scrolled to


class Hands:
    """Turns events into `press(action)`; knows what has the pointer (`over`, `hint`) and the keyboard.

    `pointed` and `held` are the places inside of a chart or a list that have them, as `Look` tells.
    """

    def __init__(
        self,
        root: tk.Tk,
        head: Surface,
        body: Surface,
        foot: Surface,
        press: Callable[[str], None],
        refresh: Callable[[], None],
    ) -> None:
        self.over: str | None = None
        self.hint: str | None = None
        self.focus: str | None = None
        self.pointed: tuple[str, int] | None = None
        self._places: dict[str, int] = {}  # where the keyboard was last in each walk
        self._left: str | None = None  # what Esc took the keyboard from: Tab goes on there
        self._pressed: str | None = None
        self._root, self._body = root, body
        self._press, self._refresh = press, refresh
        self._page: Page | None = None
        self._at: tuple[int, int] | None = None  # where the pointer rests on the body
        self._held: str | None = None  # where the button went down
        self._rest: str | None = None  # the timer of the hint
        self._resting: str | None = None
        for surface in (head, body, foot):
            self._bind_pointer(surface)
        self._bind_keys()

    @property
    def held(self) -> tuple[str, int] | None:
        """The place that has the keyboard."""
        hot = self._focused()
        if hot is None or hot.walk is None:
            return None
        return hot.action, self._places.get(hot.action, hot.walk.start)

    def _bind_pointer(self, surface: Surface) -> None:
        canvas = surface.canvas
        canvas.bind("<Motion>", lambda e: self._moved(surface, e.x, e.y))
        canvas.bind("<Leave>", lambda _: self._gone(surface))
        canvas.bind("<Button-1>", lambda e: self._down(surface, e))
        canvas.bind("<ButtonRelease-1>", lambda e: self._up(surface, e))

    def _bind_keys(self) -> None:
        page = self._body.canvas.winfo_height
        keys(
            self._root,
            press=self._press,
            walk=self._walk,
            escape=self._escape,
            move=self._move,
            scroll=self._scroll,
            roll=self._roll,
            turn=lambda pages: self._scroll(pages * page() * 9 // 10),
        )
        for name in ("<Return>", "<KP_Enter>"):
            self._root.bind(name, lambda _: self._enter(in_field=SEND))
        self._root.bind("<space>", lambda _: self._enter(in_field=None))
        self._root.bind("<MouseWheel>", lambda event: self._roll(wheel(event)))
        self._root.bind("<FocusIn>", self._focus_came)

    # --- pointer

    def _moved(self, surface: Surface, x: int, y: int) -> None:
        self._at = (x, y) if surface is self._body else None
        hot, pointed = surface.at(x, y), None
        if hot is not None and hot.walk is not None:
            place = hot.walk.at(x - hot.x, surface.top(y) - hot.y)
            pointed = None if place is None else (hot.action, place)
        self._point_at(surface, hot, pointed)

    def _gone(self, surface: Surface) -> None:
        self._at = None
        self._point_at(surface, None)

    def _point_at(self, surface: Surface, hot: Hot | None, pointed: tuple[str, int] | None = None) -> None:
        action = hot.action if hot else None
        pressable = hot is not None and hot.stop and hot.walk is None
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
        if (over, hint, pointed) != (self.over, self.hint, self.pointed):
            self.over, self.hint, self.pointed = over, hint, pointed
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
        elif hot.walk is None:
            self._press(held)

    # --- keyboard

    def _hots(self) -> list[Hot]:
        page = self._page
        return [hot for part in (page.head, page.body, page.foot) for hot in part.hots] if page else []

    def _focused(self) -> Hot | None:
        return next((hot for hot in self._hots() if hot.stop and hot.action == self.focus), None)

    def _walk(self, step: int) -> None:
        """To the next stop. With no focus yet it begins in the body: the tabs come last."""
        stops = [hot.action for hot in self._hots() if hot.stop and (hot.tab or hot.action == self.focus)]
        if not stops or self._page is None:
            return
        at = self.focus or self._left
        if at in stops:
            place = (stops.index(at) + step) % len(stops)
        else:
            before = sum(hot.stop and hot.tab for hot in self._page.head.hots)
            place = before % len(stops) if step > 0 else -1
        self._set_focus(stops[place])
        self.reveal()

    def _move(self, key: Key) -> bool:
        """An arrow key, Home or End, where what has the focus knows it; False: it is free to scroll."""
        if self.focus == FIELD:
            return key not in {"up", "down"}  # the field's own
        hot = self._focused()
        if hot is None or (hot.walk is None and not hot.keys):
            return False
        if hot.walk is not None:
            before = self._places.get(hot.action, hot.walk.start)
            self._places[hot.action] = hot.walk.step(before, key)
            self.pointed = None  # the keyboard has the word until the pointer moves
            self._refresh()
            self.reveal()
            return True
        aim = dict(hot.keys).get(key)
        if aim is not None:
            self.focus = aim
            self._do(aim)
            self.reveal()
        return key in {"left", "right"} or aim is not None

    def _do(self, action: str) -> None:
        self._pressed = action
        self._press(action)

    def _set_focus(self, action: str) -> None:
        self.focus = action
        self._refresh()

    def _escape(self) -> None:
        """Out of a chart first, then what the page has it for."""
        hot = self._focused()
        if hot is not None and hot.walk is not None:
            self._left, self.focus = self.focus, None
            self._refresh()
        elif self._page is not None:
            self._press(self._page.escape)

    def _enter(self, in_field: str | None) -> str | None:
        """Return and Space press what has the focus; in the field, Space is a character and Return sends."""
        entry = self._body.entry
        if entry is not None and self._root.focus_get() is entry:
            if in_field:
                self._press(in_field)
            return None
        hot = self._focused()
        if hot is not None and hot.walk is None:
            self._do(hot.action)
        return "break"

    def _focus_came(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self._body.entry and self.focus != FIELD:
            self._set_focus(FIELD)

    def turn(self, page: Page, *, turned: bool) -> bool:
        """Take a page just laid out; True where that moved focus or hover, so that it is laid out again."""
        self._page = page
        before = (self.focus, self.over, self.hint)
        if turned:
            kept = self.focus if self.focus in {hot.action for hot in page.head.hots} else None
            self.focus = (
                kept if kept and kept == self._pressed else page.first
            )  # the tab just pressed keeps it
            self.over, self.hint, self.pointed, self._left = None, None, None, None
        elif self.focus is not None and self._focused() is None:
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
        if self._shift(pixels):
            self._point_at(self._body, None)  # something else lies under the pointer now

    def _roll(self, pixels: int) -> None:
        """By the wheel: the hand is at the pointer, and means what has come to lie under it."""
        if self._shift(pixels) and self._at is not None:
            self._moved(self._body, *self._at)

    def _shift(self, pixels: int) -> bool:
        """False: there is nothing to scroll."""
        page, canvas = self._page, self._body.canvas
        if page is None or page.body.height <= canvas.winfo_height():
            return False
        canvas.yview_moveto((canvas.canvasy(0) + pixels) / page.body.height)
        return True

    def reveal(self) -> None:
        """Scroll so that what has the focus is seen whole, or from its top where it is too high."""
        page, canvas = self._page, self._body.canvas
        hot = next((h for h in page.body.hots if h.action == self.focus), None) if page else None
        if page is None or hot is None:
            return
        top, height, air = canvas.canvasy(0), canvas.winfo_height(), _STEP // 2
        low = min(hot.y + hot.height + hot.tail, hot.y + height - 2 * air)
        if hot.y - air < top:
            self._scroll(round(hot.y - air - top))
        elif low + air > top + height:
            self._scroll(round(low + air - top - height))
