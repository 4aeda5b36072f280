"""The keys of the window, and what a turn of the wheel comes to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from tray.views.window.sheet import Key

_STEP = 48  # pixels of one turn of the wheel or one arrow key
_FAR = 1 << 20  # pixels: to the very end
_ARROWS: dict[str, tuple[Key, int]] = {
    "<Up>": ("up", -_STEP),
    "<Down>": ("down", _STEP),
    "<Left>": ("left", 0),
    "<Right>": ("right", 0),
    "<Home>": ("home", -_FAR),
    "<End>": ("end", _FAR),
}


def keys(
    root: tk.Tk,
    *,
    press: Callable[[str], None],
    walk: Callable[[int], None],
    escape: Callable[[], None],
    move: Callable[[Key], bool],
    scroll: Callable[[int], None],
    roll: Callable[[int], None],
    turn: Callable[[int], None],
) -> None:
    """Bind them all. `move` answers whether it took an arrow key; one that it did not scrolls by pixels.

    `roll` is the wheel.
    """
    x11 = root.tk.call("tk", "windowingsystem") == "x11"
    acts: dict[str, Callable[[], object]] = {
        "<Tab>": lambda: walk(1),
        "<Shift-Tab>": lambda: walk(-1),
        "<Escape>": escape,
        "<F5>": lambda: press("refresh"),
        "<Control-r>": lambda: press("refresh"),
        "<Control-w>": lambda: press("close"),
        "<Prior>": lambda: turn(-1),
        "<Next>": lambda: turn(1),
        "<Control-Tab>": lambda: press("tab:next"),
        "<Control-Shift-Tab>": lambda: press("tab:previous"),
        "<Control-Next>": lambda: press("tab:next"),
        "<Control-Prior>": lambda: press("tab:previous"),
        **{f"<Control-Key-{n}>": lambda n=n: press(f"tab:{n}") for n in (1, 2, 3)},  # type: ignore[misc]
    }
    for name, (key, pixels) in _ARROWS.items():
        acts[name] = lambda key=key, pixels=pixels: move(key) or scroll(pixels)  # type: ignore[misc,func-returns-value]
    if x11:
        acts["<ISO_Left_Tab>"] = acts["<Shift-Tab>"]  # what X makes of Shift with Tab
        acts["<Control-ISO_Left_Tab>"] = acts["<Control-Shift-Tab>"]
        acts["<Button-4>"], acts["<Button-5>"] = lambda: roll(-_STEP), lambda: roll(_STEP)
    for name, do in acts.items():
        root.bind(name, lambda _, do=do: _done(do))  # type: ignore[misc]  # a default binds the loop's value


def wheel(event: tk.Event[tk.Misc]) -> int:
    """Pixels of a turn of the wheel where it is an event of its own."""
    turns = event.delta if sys.platform == "darwin" else event.delta / 120
    return round(-turns * _STEP)


def _done(do: Callable[[], object]) -> str:
    do()
    return "break"
