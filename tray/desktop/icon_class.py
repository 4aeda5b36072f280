"""Which Icon class this desktop gets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class IconClass:
    """A pystray Icon class and how it differs from the next one.

    Our own classes take `label`, `app_icon`, `on_shown` and `on_note` beside pystray's arguments, a `Picture`
    as icon, and have `post` and `send_note`; pystray's take a Pillow image and marshal by themselves.
    """

    make: Callable[..., Any]
    ours: bool = True
    template: bool = False  # pictures are shape alone
    escape: Callable[[str], str] = str  # of a menu item's text


def choose(env: Mapping[str, str], platform: str, load: Callable[[str], Any] = import_module) -> IconClass:
    """The class for this environment; a person's own PYSTRAY_BACKEND wins on Linux.

    Raises ImportError where that choice is unknown or can't be loaded, with the name in its text.
    """
    import tray.desktop.contract  # noqa: F401 - pystray must not pick a backend by itself

    if platform == "win32":
        from tray.desktop import windows

        return IconClass(make=windows.icon_class(load("pystray._win32")), escape=windows.escape)
    if platform == "darwin":
        from tray.desktop import macos

        return IconClass(make=macos.icon_class(load("pystray._darwin")), template=True)
    wish = env.get("PYSTRAY_BACKEND", "")
    if wish in {"appindicator", "gtk"}:
        return IconClass(make=_loaded(load, wish).Icon, ours=False)
    if wish not in {"", "dummy", "xorg"}:
        raise ImportError(f"PYSTRAY_BACKEND={wish}: not one of appindicator, gtk, xorg")
    from tray.desktop import linux

    return IconClass(make=partial(linux.Icon, x_only=wish == "xorg"))


def _loaded(load: Callable[[str], Any], wish: str) -> Any:
    """GTK's modules raise ValueError for a missing library, and other things without a display."""
    try:
        return load(f"pystray._{wish}")
    except Exception as error:
        raise ImportError(f"PYSTRAY_BACKEND={wish} can't be loaded here: {error}") from error
