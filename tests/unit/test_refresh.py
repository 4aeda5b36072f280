"""A refresh that a person asks for: everything switched on, once it is known who works."""

from __future__ import annotations

from dataclasses import replace

from tests.boards import CLAUDE, NOW, SOURCES, activity, board, outside, snapshot, window
from tray.core.choices import Settings
from tray.core.events import ActivityRead, Fetch, Fetched, ReadActivity, RefreshAsked
from tray.core.model import Active, Entry
from tray.core.reducer import State, step
from tray.core.source import Depth, Outcome

QUIET_BOARD = board(
    Entry(source="cloud", tried_at=NOW, snapshot=snapshot(window(resets_in=9e5), account="a"), account="a")
)


def state(seen=QUIET_BOARD, **more):
    return State(board=seen, sources=SOURCES, **more)


def fetches(effects):
    return [(e.source, e.ask.depth, e.ask.manual) for e in effects if isinstance(e, Fetch)]


def live(source, outcome):
    return Fetched(source=source, depth=Depth.LIVE, outcome=outcome)


def refreshed(before):
    """What a refresh sets off, once it is known who works."""
    after, effects = step(before, RefreshAsked(), NOW)
    assert effects == (ReadActivity(),)
    return step(after, ActivityRead(activity=activity(outside(CLAUDE))), NOW)


def test_refresh_asks_every_switched_on_source():
    after, effects = refreshed(state())
    assert fetches(effects) == [
        ("cloud", Depth.LIVE, True),
        ("both", Depth.LIVE, True),
        ("local", Depth.FILES, False),
    ]
    _, effects = step(after, ActivityRead(activity=activity(outside(CLAUDE))), NOW)
    assert fetches(effects) == []


def test_a_refresh_knows_whose_key_to_ask_with():
    _, effects = refreshed(state(replace(QUIET_BOARD, active=Active())))
    assert {effect.ask.active.backend for effect in effects if isinstance(effect, Fetch)} == {CLAUDE}


def test_refresh_never_passes_a_closed_toggle():
    _, effects = refreshed(state(board(settings=Settings(codex_live=False))))
    assert fetches(effects) == [("both", Depth.FILES, True), ("local", Depth.FILES, False)]


def test_a_local_refresh_asks_no_network():
    after, effects = step(state(), RefreshAsked(local=True), NOW)
    assert fetches(effects) == []
    _, effects = step(after, ActivityRead(activity=activity(outside(CLAUDE))), NOW)
    assert {f[1] for f in fetches(effects)} == {Depth.FILES}


def test_a_refresh_during_a_fetch_is_asked_after_it():
    flying = replace(state(), flying=frozenset({"cloud"}))
    after, effects = refreshed(flying)
    assert ("cloud", Depth.LIVE, True) not in fetches(effects)
    _, effects = step(after, live("cloud", Outcome(asked=True)), NOW)
    assert fetches(effects) == [("cloud", Depth.LIVE, True)]
