"""The usage window on Tk: paints the pages of a `Visit`, keeps size and place, lets other threads call in."""

from __future__ import annotations

import queue
import time
import tkinter as tk
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from tray.core.tabs import TABS
from tray.views.window.canvas import Pictures, Surface
from tray.views.window.hands import Hands
from tray.views.window.place import Area, kept_whole, monitor_at, spot, tallest
from tray.views.window.root import Fonts
from tray.views.window.scroll import Scroller
from tray.views.window.sheet import Look, Page, Part
from tray.views.window.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.desktop.appearance import Appearance
    from tray.views.window.link import News
    from tray.views.window.visit import Visit

_WIDTH, _HEIGHT, _NARROWEST, _LOWEST = 380, 640, 300, 160  # pixels at scale 1
_FIRST_TICK = 30  # milliseconds after the first frame, so that it waits for nothing
_FRAME = 0.005  # seconds after which the rest of a page waits for the next frame
_FIRST_WAIT = 90  # milliseconds that the first frame waits for data, which is on its way already


class App:
    """One window. Everything here runs on Tk's thread but `post` and `call`."""

    def __init__(
        self,
        root: tk.Tk,
        visit: Visit,
        *,
        appearance: Appearance,
        fonts: Fonts,
        monitors: tuple[Area, ...] = (),
        icon: Path | None = None,
        size: tuple[float, float] | None = None,
        left: Callable[[tuple[float, float] | None], None] = lambda size: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`size` is what the person gave it (at scale 1), and `left` is told that at the end; None: never."""
        self.root = root
        self._visit, self._appearance, self._monitors, self._now = visit, appearance, monitors, now
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._asked: list[tuple[int, int]] = []  # sizes we set ourselves, newest last
        self._own_height = False  # the person has sized the window: its height is theirs
        self._size, self._left = size, left
        self._shown = self._closed = False
        self._kind = ""
        self._page = Page(body=Part())
        self._look_shown: Look | None = None
        self._tops: dict[str, float] = {}  # how far each page was scrolled, pixels
        self._pictures = Pictures()
        self._fonts = fonts
        self._width = self._natural_width()
        self.head = Surface(self.root, self._fonts, self._pictures)
        self.body = Surface(self.root, self._fonts, self._pictures)
        self.foot = Surface(self.root, self._fonts, self._pictures)
        self.body.canvas.pack(side="top", fill="both", expand=True)
        self._scroller = Scroller(self.body, self._pictures)
        self._hands = Hands(self.root, self.head, self.body, self.foot, visit.press, self.refresh)
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        self.root.bind("<Configure>", self._sized)
        self.root.bind("<<Called>>", self._answer_calls)
        if icon is not None and icon.exists():
            self._icon = tk.PhotoImage(master=self.root, file=str(icon))
            self.root.iconphoto(True, self._icon)

    @property
    def _scale(self) -> float:
        return self._appearance.scale

    def _natural_width(self) -> int:
        """The person's own, or what the design says, which widens with the size of the text."""
        if self._size is not None and not self._visit.alone:
            screen = max((area.width for area in self._monitors), default=self.root.winfo_screenwidth())
            return min(round(self._size[0] * self._scale), screen)
        return round(_WIDTH * self._scale * self._fonts.growth(self._scale))

    def _natural_height(self) -> int:
        """One height for all pages, so that nothing jumps; a lone question is as high as its words."""
        if self._visit.alone:
            return self._page.head.height + self._page.body.height + self._page.foot.height
        if self._size is not None:
            return round(self._size[1] * self._scale)
        return round(_HEIGHT * self._scale * self._fonts.growth(self._scale))

    # --- from other threads

    def post(self, news: News) -> None:
        self.call(lambda: self._visit.hear(news))

    def call(self, what: Callable[[], None]) -> None:
        """Have something done on Tk's thread soon; from any thread, at any time, also after the end."""
        self._calls.put(what)
        # Not running yet: the loop's first turn looks into the queue. Not any more: nobody cares.
        with suppress(RuntimeError, tk.TclError):
            self.root.event_generate("<<Called>>", when="tail")

    def _answer_calls(self, _event: object = None) -> None:
        while not self._closed and not self._calls.empty():
            self._calls.get()()

    # --- life

    def run(self) -> None:
        """Until the window is closed."""
        self.root.after(_FIRST_WAIT, self._first)
        self.root.after_idle(self._answer_calls)
        self.root.mainloop()

    def _first(self) -> None:
        if not self._shown:
            self.show()

    def show(self) -> None:
        """Paint, and only then let it be seen, in front and with the keyboard."""
        self._paint()
        if not self._shown:
            self._shown = True
            self.root.after(_FIRST_TICK, self._tick)
        self.root.deiconify()
        self.root.lift()
        self.root.focus_force()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._visit.leave()
            self._left(self._size)
            self.root.destroy()

    def _tick(self) -> None:
        """Once a second while somebody can see it: in the countdown only texts change."""
        if self.root.winfo_viewable():
            self._visit.tick()
            self._paint()
        self.root.after(1000, self._tick)

    def dress(self, appearance: Appearance) -> None:
        """The desktop has other colours or another scale now."""
        if appearance == self._appearance:
            return
        rescaled = appearance.scale != self._scale
        self._appearance = appearance
        if rescaled:
            self._fonts = Fonts(self.root, self._scale, self._fonts.zoom)
            self._width, self._own_height = self._natural_width(), False
            for surface in (self.head, self.body, self.foot):
                surface.renew(self._fonts)
        self.refresh()

    # --- what a visit asks for

    def after(self, milliseconds: int, what: Callable[[], None]) -> None:
        self.root.after(milliseconds, what)

    def copy(self, text: str) -> None:
        self.root.clipboard_clear()
        self.root.clipboard_append(text)

    def typed(self) -> str:
        """What stands in the field; it is empty afterwards."""
        entry = self.body.entry
        if entry is None:
            return ""
        text = entry.get()
        entry.delete(0, "end")
        return text

    def focus(self, action: str) -> None:
        self._hands.focus = action
        self.refresh()
        self._hands.reveal()

    def refresh(self) -> None:
        """Lay the page out again and touch what differs; the first time it also shows the window."""
        if self._shown:
            self._paint()
        else:
            self.show()

    # --- drawing

    def _look(self) -> Look:
        return Look(
            theme=theme(dark=self._appearance.dark),
            scale=self._scale,
            type=self._fonts,
            width=self._width,
            over=self._hands.over,
            hint=self._hands.hint,
            focus=self._hands.focus,
            marked=self._visit.marked,
            pointed=self._hands.pointed,
            held=self._hands.held,
        )

    def _paint(self) -> None:
        begun, look, now = time.perf_counter(), self._look(), self._now()
        page = self._visit.page(look, now)
        kind = self._visit.kind
        turned = kind != self._kind
        if self._hands.turn(page, turned=turned):
            look = self._look()
            page = self._visit.page(look, now)
        if page is self._page and look == self._look_shown and self._shown:
            return  # nothing is another
        if turned:
            self._tops[self._kind], self._kind = self.body.canvas.canvasy(0), kind
        # A page that only fills may take a few frames; one of another size or colour changes as a whole.
        fills = self._shown and _same_ground(look, self._look_shown)
        self._page, self._look_shown = page, look
        self.root.configure(background=look.theme.page)
        self._show_beside(self.head, page.head, look, "top")
        self._show_beside(self.foot, page.foot, look, "bottom")
        until = begun + _FRAME if fills else None
        self.body.show(page.body, look, kind if kind in TABS else "", until=until)
        if turned:
            top = self._tops.get(kind, 0.0) if kind in TABS else 0.0
            self.body.canvas.yview_moveto(top / max(page.body.height, 1))
        self._fit()
        self._scroller.dress(look)
        specs = self.head.specs() | self.body.specs() | self.foot.specs()
        self._pictures.keep(specs | self._scroller.specs())
        self._hands.settle()

    def _show_beside(self, surface: Surface, part: Part, look: Look, side: Literal["top", "bottom"]) -> None:
        """Head or foot; an empty one takes no room, where a canvas would still take a pixel."""
        surface.show(part, look)
        if part.height:
            surface.canvas.configure(height=part.height)
            surface.canvas.pack(side=side, fill="x", before=self.body.canvas)
        else:
            surface.canvas.pack_forget()

    # --- size and place

    def _fit(self) -> None:
        """Give the window its size, as far as the monitor has room, and keep it whole on there."""
        pointer = self.root.winfo_pointerxy()
        desktop = Area(x=0, y=0, width=self.root.winfo_screenwidth(), height=self.root.winfo_screenheight())
        own = pointer if not self._shown else (self.root.winfo_rootx(), self.root.winfo_rooty())
        area = monitor_at(*own, self._monitors, desktop)
        height = min(self._natural_height(), tallest(area, self._scale))
        size = (self._width, height)
        if not self._shown:
            self.root.minsize(round(_NARROWEST * self._scale), round(_LOWEST * self._scale))
            x, y = spot(pointer, *size, area, self._scale)
            self._ask(size, f"+{x}+{y}")
        elif not self._own_height and size != (self._asked or [size])[-1]:
            here = self._corner()
            x, y = kept_whole(*here, *size, area, self._scale)
            self._ask(size, f"+{x}+{y}" if (x, y) != here else "")

    def _corner(self) -> tuple[int, int]:
        """The corner of the window's frame, which `geometry` takes; winfo_x and winfo_y lie inside it."""
        _size, x, y = self.root.geometry().split("+")
        return int(x), int(y)

    def _ask(self, size: tuple[int, int], where: str) -> None:
        self._asked = [*self._asked[-7:], size]
        self.root.geometry(f"{size[0]}x{size[1]}{where}")

    def _sized(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is not self.root or not self._shown:
            return
        if (event.width, event.height) not in self._asked:
            self._own_height = True
            self._asked.append((event.width, event.height))
            if not self._visit.alone:
                self._size = (event.width / self._scale, event.height / self._scale)
        if event.width != self._width and self._own_height:
            self._width = event.width
            self._paint()


def _same_ground(look: Look, before: Look | None) -> bool:
    """Whether a page looks as it did but for what it tells."""
    return before is not None and (look.theme, look.scale, look.width) == (
        before.theme,
        before.scale,
        before.width,
    )
