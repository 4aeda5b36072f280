"""The engine: one thread, one queue; events in, `reducer.step`, effects performed, results back as events."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from tray.core import reducer, schedule
from tray.core.events import (
    ActivityRead,
    Fetch,
    Fetched,
    Notify,
    ReadActivity,
    ReadSettings,
    SettingsChanged,
    Started,
    Tick,
    Woke,
)
from tray.core.model import Activity, Problem, ProblemKind
from tray.core.source import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.alerts import Mark
    from tray.core.choices import Settings
    from tray.core.events import Effect, Event
    from tray.core.model import Board, Instant
    from tray.core.source import Source, World

log = logging.getLogger(__name__)

LOOK = 60.0  # seconds between looks at the clock where the system does not announce that it slept
JUMP = 5.0  # seconds the wall clock may run off the monotonic one before that counts as sleep
GRACE = 1.5  # seconds that fetches get at the end
SAVE_LATER = 60.0  # seconds: a board that differs only in "last used" is not worth a write at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What the engine does to the outside; each member can be faked by argument."""

    world: World
    load_settings: Callable[[], Settings]
    read_activity: Callable[[], Activity]
    save: Callable[[Board, Mapping[str, Mark]], None]
    changed: Callable[[Board], None]  # on the engine's thread: hand over, don't work
    notify: Callable[[Notify], None]
    announces_sleep: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class _Stop:
    pass


class Engine:
    """Owns the state. `post` may be called from any thread; `run` is the body of the engine's own thread."""

    def __init__(
        self, shell: Shell, sources: tuple[Source, ...], board: Board, marks: Mapping[str, Mark]
    ) -> None:
        self._shell = shell
        self._state = reducer.State(board=board, sources=sources, marks=marks)
        self._queue: SimpleQueue[tuple[Event | _Stop, Callable[[Board], None] | None]] = SimpleQueue()
        self._waiting: list[Callable[[Board], None]] = []
        self._working: list[threading.Thread] = []
        self._saved: Board | None = None
        self._saved_at: Instant = 0.0
        self._ticked_at: Instant = 0.0
        self._rests_until: Instant = 0.0  # after an error of ours: what is due must not fail in a loop

    @property
    def board(self) -> Board:
        """The latest board; a value, safe on any thread."""
        return self._state.board

    def post(self, event: Event, done: Callable[[Board], None] | None = None) -> None:
        """Hand an event over. `done` is called once when nothing that it set off is under way any more."""
        self._queue.put((event, done))

    def stop(self) -> None:
        """End `run` soon; fetches under way give up or die with the process."""
        self._shell.world.stopping.set()
        self._queue.put((_Stop(), None))

    def run(self) -> None:
        """Loop until `stop`: wait for an event or a due time, step, perform."""
        self._step(Started())
        while True:
            event, done = self._next()
            if isinstance(event, _Stop):
                break
            if done is not None:
                self._waiting.append(done)
            self._step(event)
        self._save(now=True)
        self._let_fetches_end()

    def _next(self) -> tuple[Event | _Stop, Callable[[Board], None] | None]:
        """The next event; `Tick` at a due time, `Woke` when the wall clock ran on without us."""
        wall, steady = self._shell.world.now(), time.monotonic()
        try:
            item = self._queue.get(timeout=self._timeout(wall))
        except Empty:
            slept = abs((self._shell.world.now() - wall) - (time.monotonic() - steady)) > JUMP
            return (Woke() if slept else Tick()), None
        return item

    def _timeout(self, now: Instant) -> float | None:
        """Seconds until something is due; None: nothing is, the thread sleeps until an event comes."""
        due = schedule.next_event(self._state.sources, self._state.board, now)
        if self._saved is not self._state.board:
            later = self._saved_at + SAVE_LATER
            due = later if due is None else min(due, later)
        if self._state.flying and due is not None and due <= now:
            due = None  # what is due is already under way; its answer is the next event
        if not self._shell.announces_sleep():
            look = now + LOOK
            due = look if due is None else min(due, look)
        if due is None:
            return None
        return max(due - now, min(self._rests_until - now, LOOK), 0.01)

    def _step(self, event: Event) -> None:
        """One event; an error of ours does not end the engine, the next event is taken all the same."""
        try:
            self._carry_out(event)
        except Exception as error:  # noqa: BLE001 - a dead engine would leave an old number in the tray
            log.error("unexpected error at %s", _where(error))  # noqa: TRY400
            self._rests_until = self._shell.world.now() + LOOK

    def _carry_out(self, event: Event) -> None:
        now = self._shell.world.now()
        before = self._state
        self._state, effects = reducer.step(before, event, now)
        _log_edges(before.board, self._state.board)
        for effect in effects:
            self._perform(effect)
        changed = self._state.board is not before.board or self._a_reset_passed(now)
        if changed or isinstance(event, Started):
            self._shell.changed(self._state.board)
        self._ticked_at = now
        self._save()
        self._tell_waiting()

    def _a_reset_passed(self, now: Instant) -> bool:
        times = (at for entry in self._state.board.entries for at in schedule.resets(entry))
        return any(self._ticked_at < at <= now for at in times)

    def _tell_waiting(self) -> None:
        if self._waiting and not self._state.busy:
            waiting, self._waiting = self._waiting, []
            for done in waiting:
                done(self._state.board)

    def _save(self, *, now: bool = False) -> None:
        """Write the board: at once when a number changed, within a minute when only "last used" did."""
        board = self._state.board
        if board is self._saved:
            return
        at = self._shell.world.now()
        told = self._saved is not None and _essence(board) == _essence(self._saved)
        if told and not now and 0 <= at - self._saved_at < SAVE_LATER:
            return
        self._shell.save(replace(board, saved_at=at), self._state.marks)
        self._saved, self._saved_at = board, at

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Fetch():
                self._spawn(f"fetch-{effect.source}", lambda: self._fetch(effect))
            case ReadActivity():
                self._spawn("activity", self._read_activity)
            case ReadSettings():
                self.post(SettingsChanged(settings=self._shell.load_settings()))
            case Notify():
                self._shell.notify(effect)

    def _spawn(self, name: str, body: Callable[[], None]) -> None:
        # A thread for each fetch rather than a pool: there are at most a handful, none while idle, and a
        # daemon thread that hangs in a foreign call never keeps the program from ending.
        thread = threading.Thread(target=body, name=name, daemon=True)
        self._working = [*(other for other in self._working if other.is_alive()), thread]
        thread.start()

    def _let_fetches_end(self) -> None:
        """Give those under way a moment to end what they started (a client's process), then go."""
        deadline = time.monotonic() + GRACE
        for thread in self._working:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _fetch(self, effect: Fetch) -> None:
        source = self._state.source(effect.source)
        try:
            outcome = source.fetch(self._shell.world, effect.ask)
        except Exception as error:  # noqa: BLE001 - a source must not end the engine
            log.error("%s: unexpected error at %s", source.id, _where(error))  # noqa: TRY400
            outcome = Outcome(
                problem=Problem(
                    kind=ProblemKind.BAD_RESPONSE,
                    title=f"{source.name}: unexpected error ({type(error).__name__})",
                    hint="`claudette-tray doctor` tells more; please report it.",
                )
            )
        self.post(Fetched(source=source.id, depth=effect.ask.depth, outcome=outcome))

    def _read_activity(self) -> None:
        try:
            activity = self._shell.read_activity()
        except Exception as error:  # noqa: BLE001 - whatever it is, the last activity stays known
            log.error("reading the activity failed at %s", _where(error))  # noqa: TRY400
            activity = self.board.activity
        self.post(ActivityRead(activity=activity))


def _where(error: BaseException) -> str:
    """The kind and the line of code, never the message: it may quote what was being read."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else "?"
    return f"{place} ({type(error).__name__})"


def _essence(board: Board) -> tuple[object, ...]:
    """The board without the instants that move on every line an agent writes."""
    active = replace(board.active, used_at=None)
    return board.settings, active, board.entries, board.demo


def _log_edges(before: Board, after: Board) -> None:
    """One line when a source breaks, one when it recovers; never what was sent or received."""
    if before.entries is after.entries or before.settings is not after.settings:
        return  # what a switch takes away is neither broken nor mended
    for entry in after.entries:
        was, problem = before.entry(entry.source).problem, entry.problem
        if problem is not None and (was is None or was.kind is not problem.kind):
            log.log(logging.INFO if problem.quiet else logging.WARNING, "%s: %s", entry.source, problem.title)
        elif problem is None and was is not None:
            log.info("%s: working again", entry.source)
