"""The tray on any Icon class that keeps pystray's contract."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from tray.core.menu import Item, ItemKind
from tray.desktop.contract import Menu, MenuItem
from tray.desktop.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tray.desktop.icon_class import IconClass
    from tray.desktop.picture import Draw

_log = logging.getLogger(__name__)
_FOREIGN_SIZE = 64  # pixels; pystray's own classes take one image and scale it


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be seen: the newest wish, or what was done last."""

    picture: Picture | None = None
    title: str = ""
    items: tuple[Item, ...] = ()


class _Entry(MenuItem):  # type: ignore[misc]  # pystray has no types
    """A menu item that can be told from another one with the same text."""

    def __init__(self, action_id: str | None, *args: Any, **contract: Any) -> None:
        super().__init__(*args, **contract)
        self.action_id = action_id


class _ClickMenu(Menu):  # type: ignore[misc]  # pystray has no types
    """A menu whose default action is a click on the icon, with or without a default item."""

    def __init__(self, on_click: Callable[[], None], *entries: MenuItem) -> None:
        super().__init__(*entries)
        self._on_click = on_click

    def __call__(self, _: Any) -> None:
        self._on_click()


class IconHost:
    """A `TrayHost`. The newest wish is carried out on the tray's thread; what it overtook is never drawn."""

    def __init__(
        self,
        kind: IconClass,
        name: str,
        title: str,
        on_action: Callable[[str], None],
        on_activate: Callable[[], None],
        *,
        app_icon: str = "",
    ) -> None:
        self.available = False
        self.on_availability: Callable[[bool], None] = lambda _: None
        self.template = kind.template
        self._kind = kind
        self._on_action = on_action
        self._on_activate = on_activate
        self._lock = Lock()
        self._wanted = _Wanted()
        self._done = _Wanted()
        self._ready = self._pending = self._stopped = False
        self._early: list[Callable[[], None]] = []
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        own = {
            "label": title,
            "app_icon": app_icon,
            "on_shown": self._shown,
            "on_note": self._clicked,
        }
        self._icon = kind.make(name, title=title, menu=self._menu(()), **(own if kind.ours else {}))

    def run(self, on_ready: Callable[[], None]) -> None:
        """Block until `stop`; see `TrayHost`."""
        Thread(target=self._work, name="tray-actions", daemon=True).start()
        if not self._stopped:
            self._icon.run(setup=lambda _: self._set_up(on_ready))

    def stop(self) -> None:
        """End `run`. Safe to call twice, and from an action."""
        with self._lock:
            self._stopped = True
            ready = self._ready
        if ready:  # else `_set_up` sees it
            self._icon.stop()

    def show(self, images: Draw, face_key: Hashable, title: str) -> None:
        """Show a picture and its tooltip."""
        self._want(picture=Picture(face_key, images), title=title)

    def set_menu(self, items: tuple[Item, ...]) -> None:
        """Take a menu."""
        self._want(items=items)

    def notify(self, title: str, body: str, key: str) -> bool:
        """Show a notification; False where nobody does, or before `run` is ready."""
        if not self._ready:
            return False
        try:
            if self._kind.ours:
                return bool(self._icon.send_note(title, body, key))
            self._icon.notify(body, title)
        except Exception as error:  # noqa: BLE001 - GTK, Windows and osascript each fail in their own way
            _log.warning("the notification was not shown: %s", error)
            return False
        return bool(self._icon.HAS_NOTIFICATION)

    def post(self, call: Callable[[], None]) -> None:
        """Run a call on the tray's thread; what comes before `run` waits for it."""
        with self._lock:
            if not self._ready:
                self._early.append(call)
                return
        if self._kind.ours:
            self._icon.post(call)
        else:
            call()  # pystray's GTK classes hand each change to GLib themselves

    def _set_up(self, on_ready: Callable[[], None]) -> None:
        """On pystray's set-up thread, which `Icon.stop` waits for: nothing here may take long."""
        with self._lock:
            self._ready = True
            early, self._early = self._early, []
            stopped = self._stopped
        for call in early:
            self.post(call)
        if not self._kind.ours:
            self._shown(True)  # it can't tell
        self._jobs.put(on_ready)
        if stopped:
            self._icon.stop()

    def _want(self, **changes: Any) -> None:
        with self._lock:
            self._wanted = replace(self._wanted, **changes)
            if self._pending:
                return
            self._pending = True
        self.post(self._carry_out)

    def _carry_out(self) -> None:
        with self._lock:
            self._pending = False
            wanted, done = self._wanted, self._done
            self._done = wanted
        if wanted.items != done.items:
            self._icon.menu = self._menu(wanted.items)
        if wanted.title != done.title:
            self._icon.title = wanted.title
        if wanted.picture is not None:
            if wanted.picture != done.picture:
                ours = self._kind.ours
                self._icon.icon = wanted.picture if ours else wanted.picture.at(_FOREIGN_SIZE)
            self._icon.visible = True

    def _menu(self, items: tuple[Item, ...]) -> Menu:
        return _ClickMenu(self._clicked, *map(self._entry, items))

    def _entry(self, item: Item) -> MenuItem:
        if item.kind is ItemKind.SEPARATOR:
            return Menu.SEPARATOR
        action = item.action
        marked = item.kind in {ItemKind.CHECK, ItemKind.RADIO}
        return _Entry(
            action,
            self._kind.escape(item.text),
            Menu(*map(self._entry, item.items)) if item.items else lambda: self._chosen(action),
            checked=(lambda _: item.checked) if marked else None,
            radio=item.kind is ItemKind.RADIO,
            default=item.default,
            enabled=item.enabled and item.kind is not ItemKind.INFO,
        )

    def _chosen(self, action: str | None) -> None:
        if action is not None:
            self._jobs.put(lambda: self._on_action(action))

    def _clicked(self) -> None:
        self._jobs.put(self._on_activate)

    def _shown(self, shown: bool) -> None:  # noqa: FBT001 - the Icon classes' callback
        self.available = shown
        self._jobs.put(lambda: self.on_availability(shown))

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except Exception:  # noqa: BLE001 - one bad action must not end all later ones
                _log.exception("a tray action failed")
