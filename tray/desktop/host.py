"""The tray as the views see it: values in, one callback out, whatever the desktop."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tray.core.menu import Item
    from tray.desktop.picture import Draw


class TrayHost(Protocol):
    """One icon with its tooltip, menu and notifications.

    `show`, `set_menu`, `notify`, `post` and `stop` may be called from any thread; equal values cost nothing.
    Callbacks run one after the other on a worker thread.
    """

    available: bool  # somebody shows the icon now
    on_availability: Callable[[bool], None]  # told once it is known, and after each change
    template: bool  # the desktop wants pictures that are shape alone (macOS colours them itself)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Block the main thread until `stop`. `on_ready` is called once the tray answers."""
        ...

    def stop(self) -> None:
        """End `run`; before it, make it return at once."""
        ...

    def show(self, images: Draw, face_key: Hashable, title: str) -> None:
        """Show a picture and its tooltip. `images(size)` is an RGBA image of that many pixels, square.

        `images(size, times)` is the same so many times larger. They are asked for as the desktop wants them,
        on any thread, and not again for an equal key.
        """
        ...

    def set_menu(self, items: tuple[Item, ...]) -> None:
        """Take a menu; an equal one is not rebuilt."""
        ...

    def notify(self, title: str, body: str, key: str) -> bool:
        """Show a notification instead of the last one with that key; False where nobody shows it.

        May wait some seconds for the desktop: not for the thread that owns the state.
        """
        ...

    def post(self, call: Callable[[], None]) -> None:
        """Run a call on the thread that owns the tray."""
        ...


def make_host(
    name: str,
    title: str,
    on_action: Callable[[str], None],
    on_activate: Callable[[], None],
    *,
    app_icon: str = "",
) -> TrayHost:
    """The tray of this desktop.

    `name` is the desktop entry's, `title` the application's name for people, `app_icon` an icon name or path
    for notifications. `on_action` gets the action id of a chosen menu item, `on_activate` is a click on the
    icon or on a notification. Raises ImportError where PYSTRAY_BACKEND names what can't be loaded.
    """
    from tray.desktop.icon_class import choose
    from tray.desktop.icon_host import IconHost

    return IconHost(choose(os.environ, sys.platform), name, title, on_action, on_activate, app_icon=app_icon)
