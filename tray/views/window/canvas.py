"""Draws parts of a page on Tk canvases: only what changed is touched, so nothing flickers."""

from __future__ import annotations

import threading
import time
import tkinter as tk
from typing import TYPE_CHECKING

from PIL import ImageTk

from tray.views.window.paint import draw
from tray.views.window.sheet import Field, Part, Picture, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from tray.views.window.paint import Spec
    from tray.views.window.root import Fonts
    from tray.views.window.sheet import Hot, Look, Op
    from tray.views.window.theme import Theme

_SLICE = 0.006  # seconds of drawing between two looks at what the person does
_LARGE = 20_000  # pixels of a picture that is drawn on another thread
_SPARE = 24  # pictures that are kept though nothing shows them: of a place pointed at, of the page before


class Pictures:
    """Drawn pictures for Tk, by description; what no canvas shows any more is let go."""

    def __init__(self, make: Callable[[Spec], Image.Image] = draw) -> None:
        self._make = make
        self._made: dict[Spec, ImageTk.PhotoImage] = {}
        self._drawn: dict[Spec, Image.Image] = {}  # large ones that Tk has not got yet
        self._drawing: dict[Spec, threading.Thread] = {}

    def name(self, spec: Spec) -> str:
        """Tk's name of the picture."""
        made = self._made.get(spec)
        if made is None:
            self._drawing.pop(spec, None)
            drawn = self._drawn.pop(spec, None)
            made = self._made[spec] = ImageTk.PhotoImage(self._make(spec) if drawn is None else drawn)
        return str(made)

    def prepare(self, op: Op) -> bool:
        """Have what an item shows drawn on another thread, where that takes long; True until it is."""
        if not isinstance(op, Picture) or op.spec in self._made:
            return False
        width, height = getattr(op.spec, "width", 0), getattr(op.spec, "height", 0)
        if width * height < _LARGE:
            return False
        drawing = self._drawing.get(op.spec)
        if drawing is None:
            drawing = threading.Thread(target=self._draw, args=(op.spec,), name="picture", daemon=True)
            self._drawing[op.spec] = drawing
            drawing.start()
        return drawing.is_alive()

    def _draw(self, spec: Spec) -> None:
        self._drawn[spec] = self._make(spec)

    def keep(self, used: set[Spec]) -> None:
        if len(self._made) > len(used) + _SPARE:
            self._made = {spec: made for spec, made in self._made.items() if spec in used}
        for spec in self._drawing.keys() - used:
            if not self._drawing[spec].is_alive():
                del self._drawing[spec]
                self._drawn.pop(spec, None)


class Surface:
    """One canvas that shows one `Part`.

    What was drawn for a page with a name is hidden while another one is shown, not thrown away: turning back
    to it touches only what has changed since.
    """

    def __init__(self, parent: tk.Misc, fonts: Fonts, pictures: Pictures) -> None:
        self.canvas = tk.Canvas(parent, highlightthickness=0, borderwidth=0, takefocus=0)
        self.fonts = fonts
        self.part = Part()
        self.entry: tk.Entry | None = None
        self._pictures = pictures
        self._page = ""
        self._kept: dict[str, dict[str, tuple[Op, int]]] = {}
        self._drawn: dict[str, tuple[Op, int]] = {}
        self._rest: list[Op] = []  # still to be drawn
        self._timer: str | None = None
        self._theme: Theme | None = None

    def show(self, part: Part, look: Look, page: str = "", *, until: float | None = None) -> None:
        """Bring the canvas to what the part of a page says; the same part again costs nothing.

        What can be seen is drawn at once, what one would have to scroll to in the moments after that; where
        `until` (`time.perf_counter`) has come, what can be seen is also gone on with after the next frame.
        """
        if page != self._page:
            self._turn(page)
        if part is self.part and look.theme is self._theme and self._drawn:
            return
        self._theme, self.part = look.theme, part
        self.canvas.configure(background=look.theme.page, scrollregion=(0, 0, look.width, part.height))
        for key in self._drawn.keys() - {op.key for op in part.ops}:
            self.canvas.delete(self._drawn.pop(key)[1])
        if self.entry is not None and not any(isinstance(op, Field) for op in part.ops):
            self.entry.destroy()
            self.entry = None
        height = self.canvas.winfo_height()
        fold = self.top(height) if height > 1 else part.height  # 1: not on the screen yet
        self._rest = [op for op in part.ops if op.y < fold]
        self._put_some(until)
        self._rest += [op for op in part.ops if op.y >= fold]
        self._stack()
        self._go_on_soon()

    def _put(self, op: Op) -> None:
        assert self._theme is not None
        self._drawn[op.key] = (op, self._draw(op, self._theme))

    def _put_some(self, until: float | None) -> None:
        """The first of what is still to be drawn."""
        while self._rest and (until is None or time.perf_counter() < until):
            if until is not None and self._pictures.prepare(self._rest[0]):
                return
            self._put(self._rest.pop(0))

    def _stack(self) -> None:
        """Lay the items over each other in the order of the part, where they are not."""
        order = [op.key for op in self.part.ops if op.key in self._drawn]
        if order != list(self._drawn):
            self._drawn = {key: self._drawn[key] for key in order}
            for _, item in self._drawn.values():
                self.canvas.tag_raise(item)

    def _go_on_soon(self) -> None:
        if self._timer is not None:
            self.canvas.after_cancel(self._timer)
        self._timer = self.canvas.after(1, self._go_on) if self._rest else None

    def _go_on(self) -> None:
        """Draw some more; what one does meanwhile comes first."""
        self._timer = None
        self._put_some(time.perf_counter() + _SLICE)
        self._stack()
        self._go_on_soon()

    def _turn(self, page: str) -> None:
        self._rest = []
        if self._page:
            self.canvas.itemconfigure(_tag(self._page), state="hidden")
            self._kept[self._page] = self._drawn
        else:
            for _, item in self._drawn.values():
                self.canvas.delete(item)
        self._page, self._drawn = page, self._kept.pop(page, {})
        if self._drawn:
            self.canvas.itemconfigure(_tag(page), state="normal")

    def renew(self, fonts: Fonts) -> None:
        """Forget all items: the fonts they were made with have changed."""
        self.canvas.delete("all")
        self._drawn, self._rest, self.fonts = {}, [], fonts
        self._kept.clear()

    def specs(self) -> set[Spec]:
        """The pictures of all that is drawn, seen or hidden, or is about to be."""
        drawn = [op for kept in (self._drawn, *self._kept.values()) for op, _ in kept.values()]
        return {op.spec for op in (*drawn, *self._rest) if isinstance(op, Picture)}

    def at(self, x: int, y: int) -> Hot | None:
        """The place under a point of the canvas's own window; what can be pressed before what only hints."""
        top = self.top(y)
        under = [h for h in self.part.hots if h.x <= x < h.x + h.width and h.y <= top < h.y + h.height]
        return next((h for h in reversed(under) if h.stop), under[-1] if under else None)

    def top(self, y: int) -> int:
        """A height of the canvas's own window as one of the part."""
        return y + int(self.canvas.canvasy(0))

    def _draw(self, op: Op, theme: Theme) -> int:
        before = self._drawn.get(op.key)
        if before is not None and type(before[0]) is not type(op):
            self.canvas.delete(self._drawn.pop(op.key)[1])
            before = None
        if before is None:
            return self._new(op, theme)
        was, item = before
        if was == op and not isinstance(op, Field):
            return item
        if (was.x, was.y) != (op.x, op.y):
            self.canvas.coords(item, op.x, op.y)
        match op:
            case Text():
                font = self.fonts.named[op.role]
                self.canvas.itemconfigure(item, text=op.text, fill=op.colour, font=font, anchor=op.anchor)
            case Picture() if not isinstance(was, Picture) or was.spec != op.spec:
                self.canvas.itemconfigure(item, image=self._pictures.name(op.spec))
            case Picture():
                pass
            case Field():
                self.canvas.itemconfigure(item, width=op.width, height=op.height)
                self._dress(theme)
        return item

    def _new(self, op: Op, theme: Theme) -> int:
        match op:
            case Text():
                font = self.fonts.named[op.role]
                return self.canvas.create_text(
                    op.x,
                    op.y,
                    text=op.text,
                    fill=op.colour,
                    font=font,
                    anchor=op.anchor,
                    tags=_tag(self._page),
                )
            case Picture():
                image = self._pictures.name(op.spec)
                return self.canvas.create_image(op.x, op.y, anchor="nw", image=image, tags=_tag(self._page))
            case Field():
                self.entry = tk.Entry(self.canvas, borderwidth=0, highlightthickness=0, relief="flat")
                self._dress(theme)
                return self.canvas.create_window(
                    op.x,
                    op.y,
                    anchor="nw",
                    window=self.entry,
                    width=op.width,
                    height=op.height,
                    tags=_tag(self._page),
                )

    def _dress(self, theme: Theme) -> None:
        assert self.entry is not None
        self.entry.configure(
            background=theme.card,
            foreground=theme.text,
            insertbackground=theme.text,
            selectbackground=theme.accent,
            selectforeground=theme.on_accent,
            font=self.fonts.named["body"],
        )


def _tag(page: str) -> str:
    """What the items of a page are known by; never a number, which would be an item's own."""
    return f"page-{page}"
