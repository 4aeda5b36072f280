"""What happens on each event."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.boards import (
    BOTH,
    CLAUDE,
    CLOUD,
    CODEX,
    LOCAL,
    NOW,
    ON,
    SOURCES,
    active,
    activity,
    board,
    claudette,
    entry,
    outside,
    problem,
    snapshot,
    window,
)
from tray.core.alerts import Mark
from tray.core.choices import Settings
from tray.core.events import (
    ActivityRead,
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
from tray.core.model import DbState, Entry, ProblemKind
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


def test_start_looks_who_works_and_then_reads_files():
    after, effects = step(state(), Started(), NOW)
    assert effects == (ReadActivity(),)
    after, effects = step(after, ActivityRead(activity=activity(outside(CLAUDE))), NOW)
    assert {f[:2] for f in fetches(effects)} == {("both", Depth.FILES), ("local", Depth.FILES)}
    assert after.busy


def test_a_due_source_is_asked_once_while_the_answer_is_out():
    after, effects = step(state(board()), Tick(), NOW)
    assert fetches(effects) == [("cloud", Depth.LIVE, False)]
    after, effects = step(after, Tick(), NOW + 1)
    assert effects == ()


def test_waking_up_asks_what_fell_due_while_asleep():
    _, effects = step(state(), Woke(), NOW + 7200)
    assert fetches(effects) == [("cloud", Depth.LIVE, False)]


def test_toggle_off_drops_data_at_once_and_an_answer_on_its_way_is_not_taken():
    flying = replace(state(), flying=frozenset({"cloud"}))
    after, _ = step(flying, SettingsChanged(settings=Settings()), NOW)
    assert after.board.entry("cloud") == Entry(source="cloud")
    after, _ = step(after, live("cloud", Outcome(snapshot=snapshot(window()))), NOW)
    assert after.board.entry("cloud").snapshot is None


def test_toggle_on_asks_at_once():
    off = state(board(settings=Settings(), who=active(CODEX)))
    _, effects = step(off, SettingsChanged(settings=ON), NOW)
    assert ("cloud", Depth.LIVE, False) in fetches(effects)


def test_toggle_off_keeps_what_came_from_files():
    seen = board(entry(window(), source="both", problem=problem(), next_at=NOW + 99), who=active(CODEX))
    after, _ = step(state(seen), SettingsChanged(settings=replace(ON, codex_live=False)), NOW)
    kept = after.board.entry("both")
    assert kept.snapshot is not None
    assert (kept.problem, kept.next_at) == (None, None)


def test_toggle_off_forgets_what_was_told_of_its_windows():
    marks = {"cloud/a/week": Mark(level=80), "both/-/week": Mark(level=95)}
    after, _ = step(state(marks=marks), SettingsChanged(settings=Settings()), NOW)
    assert set(after.marks) == {"both/-/week"}


def test_files_wait_for_the_activity():
    after, effects = step(state(), FilesChanged(groups=frozenset({"local", "activity"})), NOW)
    assert effects == (ReadActivity(),)
    after, effects = step(after, FilesChanged(groups=frozenset({"both"})), NOW)
    assert effects == ()  # one look at a time; the second follows the first
    after, effects = step(after, ActivityRead(activity=activity(outside(CLAUDE))), NOW)
    assert ReadActivity() in effects
    assert {"local", "both"} <= {f[0] for f in fetches(effects)}


def test_settings_files_are_read_again():
    assert step(state(), FilesChanged(groups=frozenset({"settings"})), NOW)[1] == (ReadSettings(),)


def test_a_renewed_credential_is_tried_only_when_it_was_the_problem():
    changed = FilesChanged(groups=frozenset({"cloud"}))
    assert step(state(), changed, NOW)[1] == ()
    spoiled = board(replace(QUIET_BOARD.entry("cloud"), problem=problem(ProblemKind.EXPIRED), problem_at=NOW))
    assert fetches(step(state(spoiled), changed, NOW)[1]) == [("cloud", Depth.LIVE, False)]


def test_another_account_is_looked_for_when_the_active_credential_changes():
    changed = FilesChanged(groups=frozenset({"cloud"}))
    by_file = replace(state(), sources=(replace(CLOUD, credential_file=True),))
    assert fetches(step(by_file, changed, NOW)[1]) == [("cloud", Depth.LIVE, False)]
    idle = replace(by_file, board=replace(QUIET_BOARD, active=active(CODEX)))
    assert step(idle, changed, NOW)[1] == ()


def test_the_network_back_retries_only_what_failed_for_want_of_it():
    offline = board(
        replace(QUIET_BOARD.entry("cloud"), problem=problem(ProblemKind.OFFLINE), problem_at=NOW),
        entry(window(), source="both", problem=problem(ProblemKind.SERVER), problem_at=NOW),
    )
    assert fetches(step(state(offline), NetworkBack(), NOW)[1]) == [("cloud", Depth.LIVE, True)]


def test_a_locked_database_keeps_who_worked_last():
    seen = activity(ours=claudette(CODEX, 10))
    after, _ = step(state(), ActivityRead(activity=seen), NOW)
    locked = activity(ours=claudette(None, None, state=DbState.LOCKED))
    after, _ = step(after, ActivityRead(activity=locked), NOW)
    assert after.board.active.backend == CODEX
    assert after.board.activity.claudette.state is DbState.LOCKED


def test_a_crossed_threshold_is_one_notification_and_none_when_switched_off():
    first, _ = step(
        state(flying=frozenset({"cloud"})), live("cloud", Outcome(snapshot=snapshot(window(10)))), NOW
    )
    again = live("cloud", Outcome(snapshot=snapshot(window(96, read_ago=1))))
    _, effects = step(first, again, NOW)
    assert next(e for e in effects if isinstance(e, Notify)).alerts[0].level == 95
    hushed = replace(first, board=replace(first.board, settings=replace(ON, notifications=False)))
    assert not [e for e in step(hushed, again, NOW)[1] if isinstance(e, Notify)]


EVENTS = st.sampled_from(
    [
        Started(),
        Tick(),
        Woke(),
        NetworkBack(),
        RefreshAsked(),
        RefreshAsked(local=True),
        FilesChanged(groups=frozenset({"settings", "activity", "cloud", "local"})),
        FilesChanged(groups=frozenset({"both"})),
        ActivityRead(activity=activity(outside(CLAUDE, 1), ours=claudette(CODEX, 3))),
        ActivityRead(activity=activity()),
        SettingsChanged(settings=ON),
        SettingsChanged(settings=Settings()),
        SettingsChanged(settings=Settings(codex_live=False, pin="codex")),
        *(
            live(name, outcome)
            for name in ("cloud", "both")
            for outcome in (
                Outcome(snapshot=snapshot(window(99)), asked=True, account="a"),
                Outcome(problem=problem(), next_at=NOW + 300),
                Outcome(account="b"),
            )
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(EVENTS, st.floats(-50, 4000)), max_size=25))
def test_one_fetch_a_source_at_a_time_and_none_through_a_closed_toggle(events):
    now, seen = NOW, state()
    out: set[str] = set()
    for event, pause in events:
        now += pause
        if isinstance(event, Fetched):
            if event.source not in out:
                continue
            out.discard(event.source)
        if isinstance(event, ActivityRead) and not seen.reading:
            continue
        seen, effects = step(seen, event, now)
        for effect in effects:
            if isinstance(effect, Fetch):
                assert effect.source not in out
                out.add(effect.source)
                toggle = seen.source(effect.source).toggle
                assert effect.ask.depth is Depth.FILES or seen.board.settings.is_on(toggle)
        assert out == seen.flying
        off = not seen.board.settings.is_on(CLOUD.toggle)
        assert not (off and seen.board.entry("cloud").snapshot)
        assert BOTH in seen.sources
        assert LOCAL in seen.sources


def test_activity_from_the_future_counts_as_now():
    after, _ = step(
        state(), ActivityRead(activity=activity(outside(CLAUDE, -9e6), ours=claudette(CODEX, -5))), NOW
    )
    assert after.board.active.used_at == NOW
    assert after.board.activity.claudette.at == NOW
