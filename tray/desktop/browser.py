"""Open a page in the system's browser without waiting for it."""

from __future__ import annotations

import os
import sys
import webbrowser
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def open_url(url: str, opener: Callable[[str], object] = webbrowser.open) -> Thread:
    """Ask the browser for an http(s) page on a thread of its own; a program about to end may join it.

    What the browser says is not used: `webbrowser` reports success also where nothing opened, and runs
    `$BROWSER` to its end. So show the address too. Raises ValueError for anything that is not a page.
    """
    if not url.startswith(("https://", "http://")):
        raise ValueError("not a web address")

    def ask() -> None:
        with suppress(OSError, webbrowser.Error):
            opener(url)

    thread = Thread(target=ask, name="browser", daemon=True)
    thread.start()
    return thread


def has_browser(env: Mapping[str, str] = os.environ) -> bool:
    """Whether a page can open outside the terminal, which `webbrowser` takes over where no screen is."""
    screen = env.get("DISPLAY") or env.get("WAYLAND_DISPLAY") or env.get("BROWSER")
    return sys.platform in {"win32", "darwin"} or bool(screen)
