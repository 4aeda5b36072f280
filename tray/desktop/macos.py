"""The icon on macOS: pystray's class with a sharp template image, on the main thread, and no Dock icon.

Nothing here loads a macOS library when it is imported; `icon_class` gets pystray's module as an argument.
"""

from __future__ import annotations

import logging
import signal
import subprocess
from typing import TYPE_CHECKING, Any

from tray.desktop.picture import png

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

_POINTS = 18  # the height of a menu bar picture; the bar itself has 22 to 37
_SCALES = (1, 2)  # plain and Retina displays
_ACCESSORY = 1  # NSApplicationActivationPolicyAccessory: no Dock icon, no menu of its own
_DEADLINE = 5.0  # seconds for osascript
# The texts are arguments of the script, not part of it: nothing in them can be a command.
_SCRIPT = """on run argv
display notification (item 2 of argv) with title (item 1 of argv)
end run"""


def notify(
    title: str, body: str, run: Callable[..., subprocess.CompletedProcess[bytes]] = subprocess.run
) -> bool:
    """Show a notification through osascript; False where it failed."""
    texts = [text.replace("\0", "") for text in (title, body)]
    try:
        run(["osascript", "-e", _SCRIPT, "--", *texts], check=True, capture_output=True, timeout=_DEADLINE)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("osascript showed no notification: %s", type(error).__name__)
        return False
    return True


def icon_class(pystray_darwin: Any) -> type[Any]:
    """Pystray's Icon of its module `_darwin`, mended."""
    appkit = pystray_darwin.AppKit
    foundation = pystray_darwin.Foundation
    mach_signals = pystray_darwin.PyObjCTools.MachSignals

    class Icon(pystray_darwin.Icon):  # type: ignore[misc]  # pystray has no types
        """Takes a `Picture` as icon, in shape alone: macOS colours it for a light or a dark menu bar.

        A click opens the menu; there is no default action. AppKit may be touched on the main thread only, so
        all changes come through `post`.
        """

        _icon_image: Any
        _built: Any = None

        def __init__(
            self,
            name: str,
            *,
            label: str,
            app_icon: str,
            on_shown: Callable[[bool], None],
            on_note: Callable[[], None],
            **contract: Any,
        ) -> None:
            del app_icon, on_note  # osascript has neither
            self._label = label
            self._on_shown = on_shown
            super().__init__(name, **contract)

        def post(self, call: Callable[[], None]) -> None:
            """Run it on the main thread, soon."""
            foundation.NSOperationQueue.mainQueue().addOperationWithBlock_(call)

        def send_note(self, title: str, body: str, key: str) -> bool:
            """Show a notification; macOS puts it below the ones before it, whatever its key."""
            del key
            return notify(title or self._label, body)

        def _run(self) -> None:
            self._app.setActivationPolicy_(_ACCESSORY)
            for number in (signal.SIGINT, signal.SIGTERM):
                self._pass_signal(number)
            self._mark_ready()
            try:
                self._app.run()
            finally:
                self._status_bar.removeStatusItem_(self._status_item)

        def _pass_signal(self, number: int) -> None:
            """AppKit's loop runs no Python between events: a handler must be called through Mach."""
            handler = signal.getsignal(number)
            if callable(handler):
                mach_signals.signal(number, lambda _: handler(number, None))

        def _stop(self) -> None:
            self.post(super()._stop)

        def _show(self) -> None:
            super()._show()
            self._on_shown(True)

        def _update_icon(self) -> None:
            self._icon_image = None
            self._assert_image()
            self._icon_valid = True

        def _update_menu(self) -> None:
            """Build a menu once: pystray asks again after every click."""
            if self._menu is not self._built:
                super()._update_menu()
                self._built = self._menu

        def _assert_image(self) -> None:
            if self._icon_image:
                return
            size = appkit.NSMakeSize(_POINTS, _POINTS)
            self._icon_image = appkit.NSImage.alloc().initWithSize_(size)
            for scale in _SCALES:
                data = png(self._icon.at(_POINTS * scale))
                picture = appkit.NSBitmapImageRep.imageRepWithData_(
                    foundation.NSData.dataWithBytes_length_(data, len(data))
                )
                picture.setSize_(size)  # in points: this is what makes the double one a Retina picture
                self._icon_image.addRepresentation_(picture)
            self._icon_image.setTemplate_(True)
            self._status_item.button().setImage_(self._icon_image)

    return Icon
