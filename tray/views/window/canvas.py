"""Draws parts of a page on Tk canvases: only what changed is touched, so nothing flickers."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

from PIL import ImageTk

from tray.views.window.paint import draw
from tray.views.window.sheet import Field, Part, Picture, Text

if TYPE_CHECKING:
    from tray.views.window.paint import Spec
    from tray.views.window.root import Fonts
    from tray.views.window.sheet import Hot, Look, Op
    from tray.views.window.theme import Theme


class Pictures:
    """Drawn pictures for Tk, by description; what no canvas shows any more is let go."""

    def __init__(self) -> None:
        self._made: dict[Spec, ImageTk.PhotoImage] = {}

    def name(self, spec: Spec) -> str:
        """Tk's name of the picture."""
        made = self._made.get(spec)
        if made is None:
            made = self._made[spec] = ImageTk.PhotoImage(draw(spec))
        return str(made)

    def keep(self, used: set[Spec]) -> None:
        if len(self._made) > 2 * len(used) + 60:
            self._made = {spec: made for spec, made in self._made.items() if spec in used}


class Surface:
    """One canvas that shows one `Part`."""

    def __init__(self, parent: tk.Misc, fonts: Fonts, pictures: Pictures) -> None:
        self.canvas = tk.Canvas(parent, highlightthickness=0, borderwidth=0, takefocus=0)
        self.fonts = fonts
        self.part = Part()
        self.entry: tk.Entry | None = None
        self._pictures = pictures
        self._drawn: dict[str, tuple[Op, int]] = {}

    def show(self, part: Part, look: Look) -> None:
        """Bring the canvas to what the part says; the same part again costs nothing."""
        theme = look.theme
        self.canvas.configure(background=theme.page, scrollregion=(0, 0, look.width, part.height))
        order = [op.key for op in part.ops]
        moved = order != list(self._drawn)
        for key in self._drawn.keys() - set(order):
            self.canvas.delete(self._drawn.pop(key)[1])
        drawn = {op.key: (op, self._draw(op, theme)) for op in part.ops}
        if moved:
            for _, item in drawn.values():
                self.canvas.tag_raise(item)
        if self.entry is not None and not any(isinstance(op, Field) for op in part.ops):
            self.entry.destroy()
            self.entry = None
        self._drawn, self.part = drawn, part

    def renew(self, fonts: Fonts) -> None:
        """Forget all items: the fonts they were made with have changed."""
        self.canvas.delete("all")
        self._drawn, self.fonts = {}, fonts

    def specs(self) -> set[Spec]:
        return {op.spec for op in self.part.ops if isinstance(op, Picture)}

    def at(self, x: int, y: int) -> Hot | None:
        """The place under a point of the canvas's own window; what can be pressed before what only hints."""
        top = y + int(self.canvas.canvasy(0))
        under = [h for h in self.part.hots if h.x <= x < h.x + h.width and h.y <= top < h.y + h.height]
        return next((h for h in reversed(under) if h.stop), under[-1] if under else None)

    def _draw(self, op: Op, theme: Theme) -> int:
        before = self._drawn.get(op.key)
        if before is not None and type(before[0]) is not type(op):
            self.canvas.delete(before[1])
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
                    op.x, op.y, text=op.text, fill=op.colour, font=font, anchor=op.anchor
                )
            case Picture():
                return self.canvas.create_image(op.x, op.y, anchor="nw", image=self._pictures.name(op.spec))
            case Field():
                self.entry = tk.Entry(self.canvas, borderwidth=0, highlightthickness=0, relief="flat")
                self._dress(theme)
                return self.canvas.create_window(
                    op.x, op.y, anchor="nw", window=self.entry, width=op.width, height=op.height
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
