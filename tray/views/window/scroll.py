"""The slim scroll bar of the window."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

from tray.views.window.paint import Panel
from tray.views.window.theme import mix

if TYPE_CHECKING:
    from tray.views.window.canvas import Pictures, Surface
    from tray.views.window.paint import Spec
    from tray.views.window.sheet import Look


class Scroller:
    """A slim thumb at the right edge, there only while the page is taller than the window."""

    def __init__(self, surface: Surface, pictures: Pictures) -> None:
        self._canvas, self._pictures = surface.canvas, pictures
        self._bar = tk.Canvas(surface.canvas, highlightthickness=0, borderwidth=0, takefocus=0)
        self._thumb = self._bar.create_image(0, 0, anchor="nw")
        self._grip = 0.0
        self._span = (0.0, 1.0)
        self._look: Look | None = None
        self._panel: Panel | None = None
        self._canvas.configure(yscrollcommand=self._changed)
        self._bar.bind("<Button-1>", self._take)
        self._bar.bind("<B1-Motion>", self._drag)

    def dress(self, look: Look) -> None:
        self._look = look
        self._changed(*self._canvas.yview())

    def specs(self) -> set[Spec]:
        return {self._panel} if self._panel else set()

    def _changed(self, first: float | str, last: float | str) -> None:
        self._span = (float(first), float(last))
        look, height = self._look, self._canvas.winfo_height()
        if look is None or self._span[1] - self._span[0] >= 0.999 or height <= 1:
            self._bar.place_forget()
            return
        wide = look.px(8)
        long = max(round(height * (self._span[1] - self._span[0])), look.px(24))
        self._panel = Panel(
            width=wide - look.px(3),
            height=long,
            radius=look.px(2),
            fill=mix(look.theme.dim, look.theme.page, 0.45),
        )
        self._bar.configure(background=look.theme.page, width=wide, height=height)
        self._bar.itemconfigure(self._thumb, image=self._pictures.name(self._panel))
        top = self._span[0] / max(1 - (self._span[1] - self._span[0]), 0.001) * (height - long)
        self._bar.coords(self._thumb, look.px(1), round(top))
        self._bar.place(relx=1.0, rely=0.0, anchor="ne")

    def _take(self, event: tk.Event[tk.Canvas]) -> None:
        self._grip = event.y / max(self._canvas.winfo_height(), 1) - self._span[0]

    def _drag(self, event: tk.Event[tk.Canvas]) -> None:
        self._canvas.yview_moveto(event.y / max(self._canvas.winfo_height(), 1) - self._grip)
