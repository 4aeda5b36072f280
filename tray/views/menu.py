"""The tray's menu from a board: which lines, in which order, with which action ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core import present
from tray.core.active import find_backend
from tray.core.choices import Show
from tray.core.menu import SEPARATOR, Item, ItemKind
from tray.core.meter import Meter, Mode, driving_sources, read_meter, state_of
from tray.core.model import Backend, Kind

if TYPE_CHECKING:
    from datetime import tzinfo

    from tray.core.choices import Settings
    from tray.core.model import Board, Instant
    from tray.core.source import Source

# Everyone can pin these, whether they were ever seen at work or not.
_ALWAYS = (
    Backend(kind=Kind.ANTHROPIC, id="anthropic", label="Claude Code"),
    Backend(kind=Kind.CODEX_NATIVE, id="codex", label="Codex"),
)


def build(
    board: Board,
    sources: tuple[Source, ...],
    now: Instant,
    *,
    at_login: bool | None,
    extra: tuple[Item, ...] = (),
    tz: tzinfo | None = None,
) -> tuple[Item, ...]:
    """All of the menu. `at_login` None: this system can't start us at login. `extra` stands before Quit."""
    meter = read_meter(board, sources, now)
    greyed = meter.mode is Mode.DISABLED
    open_at = "open"
    if greyed:  # the way out of the greyed state is one click away
        toggle = next((s.toggle for s in driving_sources(board, sources) if s.greys_meter), None)
        open_at = f"open:{toggle}"
    status = Item(
        text=present.clickable(present.status_line(board, sources, now, tz), board, meter),
        kind=ItemKind.ITEM if greyed else ItemKind.INFO,
        action=open_at if greyed else None,
    )
    pages = [
        Item(text=f"Open {source.usage_url_name} usage page", action=f"page:{source.id}")
        for source in sources
        if source.usage_url and source.usage_url_name
    ]
    return (
        status,
        Item(text="Open usage window", action=open_at, default=True),
        *_window_lines(board, sources, meter, now, tz),
        SEPARATOR,
        Item(text="Refresh now", action="refresh"),
        *pages,
        SEPARATOR,
        Item(text="Backend", items=_backends(board)),
        Item(text="Experimental", items=_toggles(board.settings, sources, experimental=True)),
        Item(text="Sign in", items=_sign_ins(sources)),
        Item(text="Preferences", items=_preferences(board.settings, sources, at_login=at_login)),
        SEPARATOR,
        *extra,
        Item(text="About claudette-tray", action="about"),
        Item(text="Quit", action="quit"),
    )


def _window_lines(
    board: Board, sources: tuple[Source, ...], meter: Meter, now: Instant, tz: tzinfo | None
) -> list[Item]:
    """The windows of the active backend's sources, one line each."""
    if meter.mode is not Mode.ACTIVE:
        return []
    entries = [board.entry(source.id) for source in driving_sources(board, sources)]
    lines = [
        present.window_line(
            window, state_of(window, entry, board.active.used_at, now), board.settings.show, now, tz
        )
        for entry in entries
        if entry.snapshot is not None
        for window in entry.snapshot.windows
    ]
    return [Item(text=line, kind=ItemKind.INFO) for line in lines]


def _backends(board: Board) -> tuple[Item, ...]:
    activity = board.activity
    known = {b.id: b for b in (*_ALWAYS, *(seen.backend for seen in activity.outside))}
    known |= {b.id: b for b in activity.claudette.backends}
    pinned = find_backend(board.settings.pin, activity) if board.settings.pin else None
    if pinned is not None:
        known.setdefault(pinned.id, pinned)
    auto = Item(text="Auto (used last)", action="pin:auto", kind=ItemKind.RADIO, checked=pinned is None)
    return (
        auto,
        *(
            Item(
                text=backend.label,
                action=f"pin:{backend.id}",
                kind=ItemKind.RADIO,
                checked=pinned is not None and backend.id == pinned.id,
            )
            for backend in known.values()
        ),
    )


def _toggles(settings: Settings, sources: tuple[Source, ...], *, experimental: bool) -> tuple[Item, ...]:
    return tuple(
        Item(
            text=source.toggle_label,
            action=f"toggle:{source.toggle}",
            kind=ItemKind.CHECK,
            checked=settings.is_on(source.toggle),
            enabled=settings.readable,
        )
        for source in sources
        if source.toggle is not None and source.experimental is experimental
    )


def _sign_ins(sources: tuple[Source, ...]) -> tuple[Item, ...]:
    return tuple(
        Item(text=source.sign_in_name or source.name, action=f"sign_in:{source.id}")
        for source in sources
        if source.sign_in
    )


def _preferences(
    settings: Settings, sources: tuple[Source, ...], *, at_login: bool | None
) -> tuple[Item, ...]:
    shows = ((Show.LEFT, "Show what is left"), (Show.USED, "Show what is used"))
    login = Item(text="Start at login", action="at_login", kind=ItemKind.CHECK, checked=bool(at_login))
    notify = Item(
        text="Notifications", action="notifications", kind=ItemKind.CHECK, checked=settings.notifications
    )
    return (
        *(
            Item(text=text, action=f"show:{show}", kind=ItemKind.RADIO, checked=settings.show is show)
            for show, text in shows
        ),
        SEPARATOR,
        *((login,) if at_login is not None else ()),
        notify,
        *_toggles(settings, sources, experimental=False),
    )
