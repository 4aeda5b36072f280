"""Notifications through one interface: the tray's own way first, plyer where there is none."""

from __future__ import annotations

import logging
import threading
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

# What Windows' balloon holds; plyer raises in a thread of its own beyond it.
TITLE_MAX, BODY_MAX = 63, 255


class Notifier:
    """Shows a notification off the caller's thread; `ways` are tried in order until one shows it."""

    def __init__(self, *ways: Callable[[str, str, str], bool]) -> None:
        self._ways = ways

    def show(self, title: str, body: str, key: str) -> None:
        """Never blocks, never raises; several with one key replace each other where the desktop can."""
        threading.Thread(target=self._show, args=(title, body, key), name="notify", daemon=True).start()

    def _show(self, title: str, body: str, key: str) -> None:
        for way in self._ways:
            try:
                if way(title, body, key):
                    return
            except Exception as error:  # noqa: BLE001 - a desktop's failure is not the program's
                log.info("a way of notifying failed: %s", type(error).__name__)
        log.warning("%s: %s", title, body.replace("\n", "; "))


def by_plyer(title: str, body: str, key: str) -> bool:
    """The last resort. It tells nobody whether anything was shown; `key` is more than it knows."""
    del key
    from plyer import notification

    # A title that starts with "-" is read as an option by notify-send and lost.
    shown = title.lstrip("-")[:TITLE_MAX] or "claudette-tray"
    with warnings.catch_warnings():  # it names a package to install that nobody needs
        warnings.simplefilter("ignore")
        notification.notify(title=shown, message=body[:BODY_MAX], app_name="claudette-tray", timeout=10)
    return True
