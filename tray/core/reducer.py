"""Events in, a new state and effects out: the one place that decides what happens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tray.core import alerts, schedule
from tray.core.active import resolve
from tray.core.entries import merge, with_entry
from tray.core.events import (
    ActivityRead,
    Effect,
    Event,
    Fetch,
    Fetched,
    FilesChanged,
    NetworkBack,
    Notify,
    ReadActivity,
    ReadSettings,
    RefreshAsked,
    SettingsChanged,
    Started,
    Tick,
    Woke,
)
from tray.core.model import Activity, Board, DbState, Entry, Instant, ProblemKind
from tray.core.source import Ask, Depth, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.choices import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All the engine knows. `flying` are the fetches under way, `waiting` those to start when they end."""

    board: Board
    sources: tuple[Source, ...]
    marks: Mapping[str, alerts.Mark] = field(default_factory=dict)
    flying: frozenset[str] = frozenset()
    waiting: Mapping[str, Ask] = field(default_factory=dict)
    reading: bool = False  # the activity is being read
    reread: bool = False  # and must be read again, files changed meanwhile
    after_reading: frozenset[str] = frozenset()  # sources whose files are read once the activity is known
    asked: bool = False  # a person wants all live sources asked once it is known: it tells whose key to use

    def source(self, name: str) -> Source:
        """The source of an id."""
        return next(source for source in self.sources if source.id == name)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self.flying or self.waiting or self.reading)


def step(state: State, event: Event, now: Instant) -> tuple[State, tuple[Effect, ...]]:
    """One event; afterwards everything that has fallen due is asked as well."""
    match event:
        case Started():
            files = frozenset(source.id for source in state.sources if source.files)
            state, effects = _look(replace(state, after_reading=files))
        case Tick() | Woke():
            effects = ()  # what is due is asked below; "has reset" is derived from the instant, not stored
        case NetworkBack():
            state, effects = _retry_offline(state)
        case FilesChanged():
            state, effects = _files_changed(state, event.groups)
        case ActivityRead():
            state, effects = _activity_read(state, event.activity, now)
        case Fetched():
            state, effects = _fetched(state, event, now)
        case SettingsChanged():
            state, effects = _settings_changed(state, event.settings)
        case RefreshAsked():
            state, effects = _refresh(state, local=event.local)
    state, due = _ask_due(state, now)
    return state, (*effects, *due)


def _look(state: State) -> tuple[State, tuple[Effect, ...]]:
    if state.reading:
        return replace(state, reread=True), ()
    return replace(state, reading=True), (ReadActivity(),)


def _ask(state: State, source: Source, depth: Depth, *, manual: bool = False) -> Ask:
    entry = state.board.entry(source.id)
    return Ask(
        depth=depth,
        manual=manual,
        active=state.board.active,
        activity=state.board.activity,
        settings=state.board.settings,
        snapshot=entry.snapshot,
        account=entry.account,
        account_since=entry.account_since,
    )


def _fetch(
    state: State, source: Source, depth: Depth, *, manual: bool = False
) -> tuple[State, tuple[Effect, ...]]:
    """Start a fetch, or remember it behind the one under way: never two of a source at a time."""
    if depth is Depth.LIVE and not state.board.settings.is_on(source.toggle):
        depth = Depth.FILES
    if (depth is Depth.FILES and not source.files) or (depth is Depth.LIVE and not source.live):
        return state, ()
    ask = _ask(state, source, depth, manual=manual)
    if source.id in state.flying:
        queued = state.waiting.get(source.id)
        if queued is not None and queued.depth is Depth.LIVE:
            ask = replace(ask, depth=Depth.LIVE, manual=queued.manual or manual)
        return replace(state, waiting={**state.waiting, source.id: ask}), ()
    return replace(state, flying=state.flying | {source.id}), (Fetch(source=source.id, ask=ask),)


def _fetch_all(state: State, picked: list[tuple[Source, Depth, bool]]) -> tuple[State, tuple[Effect, ...]]:
    effects: list[Effect] = []
    for source, depth, manual in picked:
        state, more = _fetch(state, source, depth, manual=manual)
        effects += more
    return state, tuple(effects)


def _ask_due(state: State, now: Instant) -> tuple[State, tuple[Effect, ...]]:
    due = [
        (source, Depth.LIVE, False)
        for source in state.sources
        if source.id not in state.flying
        and (at := schedule.live_due(source, state.board, now)) is not None
        and at <= now
    ]
    return _fetch_all(state, due)


def _retry_offline(state: State) -> tuple[State, tuple[Effect, ...]]:
    """The network is back: those that failed for want of it may pass our own back-off, as a person may."""
    lost = (ProblemKind.OFFLINE, ProblemKind.TIMEOUT)
    failed = [
        (source, Depth.LIVE, True)
        for source in state.sources
        if (problem := state.board.entry(source.id).problem) is not None and problem.kind in lost
    ]
    return _fetch_all(state, failed)


def _files_changed(state: State, groups: frozenset[str]) -> tuple[State, tuple[Effect, ...]]:
    effects: tuple[Effect, ...] = (ReadSettings(),) if "settings" in groups else ()
    touched = [source for source in state.sources if source.id in groups]
    files = frozenset(source.id for source in touched if source.files)
    renewed = [(source, Depth.LIVE, False) for source in touched if _worth_asking(state.board, source)]
    if files or "activity" in groups:
        state, more = _look(replace(state, after_reading=state.after_reading | files))
        effects += more
    state, more = _fetch_all(state, renewed)
    return state, effects + more


def _worth_asking(board: Board, source: Source) -> bool:
    """Whether a change of what a network-only source watches is worth a question.

    It is while the credential was the problem, and where the active backend's credential itself changed:
    it may be another account's. The gate and the cache of the source still have their say.
    """
    if source.files:
        return False
    problem = board.entry(source.id).problem
    if problem is not None and problem.kind in schedule.WAITS_FOR_OTHERS:
        return True
    backend = board.active.backend
    return source.credential_file and backend is not None and source.drives(backend)


def _until(activity: Activity, now: Instant) -> Activity:
    """No activity lies ahead of the clock: a file dated tomorrow would stay the newest until then."""
    ours = activity.claudette
    if ours.at is not None and ours.at > now:
        activity = replace(activity, claudette=replace(ours, at=now))
    if any(seen.at > now for seen in activity.outside):
        outside = tuple(replace(seen, at=min(seen.at, now)) for seen in activity.outside)
        activity = replace(activity, outside=outside)
    return activity


def _activity_read(state: State, activity: Activity, now: Instant) -> tuple[State, tuple[Effect, ...]]:
    board = state.board
    if activity.claudette.state in (DbState.LOCKED, DbState.CORRUPT):
        # A failure never erases data: who worked last in Claudette stays known while its file can't be read.
        kept = replace(board.activity.claudette, state=activity.claudette.state)
        activity = replace(activity, claudette=kept)
    activity = _until(activity, now)
    active = resolve(board.settings, activity, board.active)
    moved = active.backend != board.active.backend or active.chat_session != board.active.chat_session
    files = state.after_reading
    if moved:
        files |= frozenset(source.id for source in state.sources if source.files)
    board = replace(board, activity=activity, active=active)
    live = [(s, Depth.LIVE, True) for s in state.sources if s.live] if state.asked else []
    local = [(s, Depth.FILES, False) for s in state.sources if s.id in files and not (s.live and state.asked)]
    state = replace(state, board=board, reading=False, after_reading=frozenset(), asked=False)
    state, effects = _fetch_all(state, [*live, *local])
    if state.reread:
        state, more = _look(replace(state, reread=False))
        effects += more
    return state, effects


def _fetched(state: State, event: Fetched, now: Instant) -> tuple[State, tuple[Effect, ...]]:
    source = state.source(event.source)
    state = replace(state, flying=state.flying - {source.id})
    effects: tuple[Effect, ...] = ()
    if source.files or state.board.settings.is_on(source.toggle):  # else it was switched off meanwhile
        before = state.board.entry(source.id)
        entry = merge(before, event, now, live=source.live)
        state = replace(state, board=with_entry(state.board, entry))
        if entry.snapshot is not None and entry.snapshot is not before.snapshot:
            marks, told = alerts.judge(entry.snapshot, state.marks, now)
            state = replace(state, marks=marks)
            if told and state.board.settings.notifications:
                effects = (Notify(source=source.id, label=entry.snapshot.label, alerts=told),)
    queued = state.waiting.get(source.id)
    if queued is not None:
        left = {name: ask for name, ask in state.waiting.items() if name != source.id}
        state, more = _fetch(replace(state, waiting=left), source, queued.depth, manual=queued.manual)
        effects += more
    return state, effects


def _settings_changed(state: State, settings: Settings) -> tuple[State, tuple[Effect, ...]]:
    before = state.board.settings
    if settings == before:
        return state, ()
    board = replace(state.board, settings=settings)
    board = replace(board, active=resolve(settings, board.activity, board.active))
    opened = []
    marks = state.marks
    for source in state.sources:
        was, now_on = before.is_on(source.toggle), settings.is_on(source.toggle)
        if was and not now_on:
            # Off drops what was shown and cached at once; the gate is kept elsewhere and outlives this. What
            # came from files stays, only the live question's trouble is gone.
            kept = replace(board.entry(source.id), problem=None, problem_at=None, next_at=None)
            board = with_entry(board, kept if source.files else Entry(source=source.id))
            if not source.files:
                marks = {key: mark for key, mark in marks.items() if not key.startswith(f"{source.id}/")}
        if now_on and not was:
            opened.append((source, Depth.LIVE, False))
    moved = board.active.backend != state.board.active.backend
    state = replace(state, board=board, marks=marks)
    if moved:
        opened += [(source, Depth.FILES, False) for source in state.sources if source.files]
    return _fetch_all(state, opened)


def _refresh(state: State, *, local: bool) -> tuple[State, tuple[Effect, ...]]:
    files = frozenset(source.id for source in state.sources if source.files)
    asked = state.asked or not local
    return _look(replace(state, after_reading=state.after_reading | files, asked=asked))
