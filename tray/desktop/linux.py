"""The icon on Linux: StatusNotifierItem, else XEmbed, else none until one of the two appears."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from tray.desktop import sni
from tray.desktop.dbus import session_address
from tray.desktop.watcher import later

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Timer

_log = logging.getLogger(__name__)
_GRACE = 3.0  # seconds for a panel to come (back) before we look for an older tray
_XFCE_SIZE = 22  # pixels: what XFCE's panel scales the largest picture to, unless a person set another size
_DOCKING = 0.5  # seconds for an older tray to take us


def xembed_icon(**arguments: Any) -> Any | None:
    """An icon for XEmbed trays; None where the display can't be opened."""
    try:
        from tray.desktop.xembed import Icon as XEmbedIcon

        return XEmbedIcon(**arguments)
    except Exception as error:  # noqa: BLE001 - python-xlib raises its own kinds for each way of not connecting
        _log.info("no X display for an XEmbed tray: %s", error)
        return None


class Icon(sni.Icon):
    """One icon, in whichever tray there is.

    `on_shown(shown)` comes on the main thread: some seconds after the start at the latest, then after each
    change. A panel that restarts within `_GRACE` changes nothing.
    """

    def __init__(
        self,
        name: str,
        *,
        on_shown: Callable[[bool], None],
        x_only: bool = False,
        env: Mapping[str, str] = os.environ,
        older: Callable[..., Any | None] = xembed_icon,
        later: Callable[[float, Callable[[], None]], Timer] = later,
        **contract: Any,
    ) -> None:
        super().__init__(
            name,
            address=session_address(env),
            register=not x_only,
            takes_largest=_XFCE_SIZE if "XFCE" in env.get("XDG_CURRENT_DESKTOP", "").split(":") else None,
            on_shown=lambda hosted: self.post(lambda: self._hosted(hosted=hosted)),
            **contract,
        )
        self._tell_shown = on_shown
        # Wayland's bars have no XEmbed, and to ask for the display would start Xwayland for good.
        self._may_embed = bool(env.get("DISPLAY")) and (x_only or not env.get("WAYLAND_DISPLAY"))
        self._patience = 0.0 if x_only else _GRACE
        self._older = older
        self._later = later
        self._timer: Timer | None = None
        self._fallback: Any | None = None
        self._has_host = self._docked = self._waited = False
        self._told: bool | None = None

    def _run(self) -> None:
        self._wait_for_host()
        super()._run()
        self._end_timer()
        self._end_fallback()

    def _show(self) -> None:
        super()._show()
        if self._waited:
            self._fall_back()

    def _update_icon(self) -> None:
        super()._update_icon()
        self._pass_on("icon", self._icon)

    def _update_title(self) -> None:
        super()._update_title()
        self._pass_on("title", self._title)

    def _pass_on(self, name: str, value: object) -> None:
        fallback = self._fallback
        if fallback:
            fallback.post(lambda: setattr(fallback, name, value))

    def _hosted(self, *, hosted: bool) -> None:
        self._has_host = hosted
        if hosted:
            self._end_timer()
            self._end_fallback()
            self._tell(shown=True)
        else:
            self._wait_for_host()

    def _wait_for_host(self) -> None:
        self._waited = False
        self._in(self._patience, self._fall_back)

    def _fall_back(self) -> None:
        self._waited = True
        if self._has_host or self._fallback or not self._visible:  # `_show` comes back to it
            return
        if self._may_embed:
            self._fallback = self._older(
                name=self._name,
                title=self._title,
                icon=self._icon,
                menu=self._menu,
                on_shown=lambda docked: self.post(lambda: self._embedded(docked=docked)),
            )
        if self._fallback:
            self._fallback.start()
            self._pass_on("visible", value=True)
            self._in(_DOCKING, self._give_up)
        else:
            self._give_up()

    def _embedded(self, *, docked: bool) -> None:
        self._docked = docked and self._fallback is not None
        if self._docked:
            self._tell(shown=True)
        elif self._fallback:
            self._in(_GRACE, self._give_up)

    def _give_up(self) -> None:
        if not (self._has_host or self._docked):
            self._tell(shown=False)

    def _tell(self, *, shown: bool) -> None:
        if shown != self._told:
            self._told = shown
            self._tell_shown(shown)

    def _in(self, delay: float, call: Callable[[], None]) -> None:
        self._end_timer()
        self._timer = self._later(delay, lambda: self.post(call))

    def _end_timer(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _end_fallback(self) -> None:
        if self._fallback:
            self._fallback.post(None)
            self._fallback = None
            self._docked = False
