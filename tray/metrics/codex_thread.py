"""One Codex thread as its rollout tells it: which lines are calls of its own, and how copies are known.

Facts by client version are in docs/sources/codex.md. What decides here:

- A `token_count` is a call where the thread's total has changed. Its key chains the totals from the thread's
  root on, so that it is the same in every fork's copy and in no other branch.
- A `token_usage_record` names the answer by its id; from a file's first one on nothing else is counted in it.
- A fork by an older client begins with all its ancestors' lines, written within milliseconds under new times.
  Turns have ids that begin with a time: one older than the thread is a copy, however slowly it was written.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Self

from msgspec import msgpack
from msgspec.structs import astuple

from tray.metrics.counts import millis
from tray.metrics.foreign import name, text
from tray.metrics.records import CallRow, Quality, Turn, outranks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.metrics.codex_lines import CountLine, Line, Payload, RecordLine

_GAP = 20  # milliseconds: copied lines follow each other faster, a model's first answer doesn't
_BACK = 1000  # milliseconds a clock may be set back within a burst; more: the copies kept their own times
_ASKED_MOST = 64  # prompts of one turn

_new_row = tuple.__new__
_link = msgpack.Encoder().encode

# Input, how much of it was cached and how much was written to the cache, output, how much of it was thought.
Vector = tuple[int, int, int, int, int]
_NOTHING: Vector = (0, 0, 0, 0, 0)


@dataclass(slots=True, kw_only=True)
class Thread:
    """What the lines so far came to: what a call needs to know, kept between stretches as JSON values.

    `heir`: it may begin with copies of another thread's lines. `burst` is the time of the last copied line
    while there may be more; `old` says that a copied turn is not over. `asked` are prompts whose call has not
    come yet: [turn id or "", at, project].
    """

    id: str = ""
    root: str = ""
    model: str | None = None
    project: str | None = None
    branch: str | None = None
    side: bool = False
    heir: bool = False
    old: bool = False
    burst: int | None = None
    records: bool = False
    chain: str = ""
    total: Vector | None = None
    peak: Vector | None = None
    turn: str = ""
    asked: list[list[Any]] = field(default_factory=list)

    @classmethod
    def load(cls, state: Mapping[str, Any], path: str) -> Self:
        """The thread as it was saved; a new one has its id from the file's name until a line tells it."""
        thread = cls(**state) if state else cls(id=_id_in(path), root="")
        thread.total = _vector(thread.total)
        thread.peak = _vector(thread.peak)
        return thread

    def save(self, state: dict[str, Any]) -> None:
        """Keep everything in `state`."""
        vectors = {"total": self.total and list(self.total), "peak": self.peak and list(self.peak)}
        state.update(asdict(self) | vectors)

    def meta(self, line: Line) -> None:
        """A `session_meta`: the first one is the thread's own, in a fork those of its ancestors follow."""
        payload = line.payload
        known = text(payload.id)
        if known is None:
            return
        if not self.root:
            self.root = self.id
            self._own(payload, known, millis(line.timestamp))
        elif known != self.id and not self.chain and not self.heir:
            self.heir, self.burst = True, millis(line.timestamp) or 0
        if not self.chain:
            self.root = known

    def _own(self, payload: Payload, known: str, at: int | None) -> None:
        self.id = known
        self.project = _folder(payload.cwd) or self.project
        self.branch = text(payload.git.branch) if payload.git is not None else None
        self.side = isinstance(payload.source, dict) and "subagent" in payload.source
        self.heir = bool(payload.forked_from_id)
        if self.heir and payload.history_mode != "paginated":
            self.burst = at or 0

    def copied(self, timestamp: str, turns: dict[str, Turn]) -> bool:
        """Whether the line of this time still belongs to the burst of copies."""
        at, before = millis(timestamp), self.burst
        if at is None or before is None:
            return before is not None
        if self.old or not before or -_BACK < at - before < _GAP:
            self.burst = at
            return True
        self._own_from_here(turns)
        return False

    def _own_from_here(self, turns: dict[str, Turn]) -> None:
        """The copies are over. A turn that was not answered among them is the fork's own."""
        self.burst = None
        for turn, at, project in [one for one in self.asked if one[0]]:
            self._told(turn, at, project, turns)
        self.asked = [one for one in self.asked if not one[0]]

    def context(self, line: Line, turns: dict[str, Turn]) -> None:
        """A `turn_context`: model and folder from here on, and a turn where it has an id."""
        payload = line.payload
        self.model = _model(payload.model) or self.model
        self.project = _folder(payload.cwd) or self.project
        turn = payload.turn_id or ""
        if turn and turn != self.turn:
            at = millis(line.timestamp)
            self.asked.clear()
            if self.heir:
                self._of_which_time(turn, at, turns)
            if at is not None and not self.side:
                if self.burst is None:
                    self._told(turn, at, self.project, turns)
                else:
                    self.asked.append([turn, at, self.project])
        self.turn = turn

    def _of_which_time(self, turn: str, at: int | None, turns: dict[str, Turn]) -> None:
        """Tell a copied turn from an own one by the times in the ids, where they have one."""
        if not (_is_timed(turn) and _is_timed(self.id)):
            return
        before, self.old = self.old, turn[:13] < self.id[:13]
        if self.old:
            self.burst = at or self.burst or 0
        elif before:
            self._own_from_here(turns)

    def settings(self, line: Line) -> None:
        """A `thread_settings_applied`."""
        settings = line.payload.thread_settings
        if settings is not None:
            self.model = _model(settings.model) or self.model

    def message(self, line: Line) -> None:
        """A `user_message` of a client whose turns have no ids: a turn once it is answered."""
        at = millis(line.timestamp)
        plain = line.payload.kind in {None, "plain"}
        if plain and at is not None and not self.side and len(self.asked) < _ASKED_MOST:
            self.asked.append(["", at, self.project])

    def record(
        self, line: RecordLine, quality: int, rows: dict[str, CallRow], turns: dict[str, Turn]
    ) -> None:
        """A `token_usage_record`: a call by itself."""
        if line.payload.usage is None:
            return
        if self.burst is None:
            self.records = True
        amount = astuple(line.payload.usage)
        key = line.payload.response_id or self._chained(amount, _NOTHING)
        self._call(key, line.timestamp, amount, quality, rows, turns)

    def counted(
        self, line: CountLine, quality: int, rows: dict[str, CallRow], turns: dict[str, Turn]
    ) -> bool:
        """A `token_count`: a call where the total is another one than before. False where it has none."""
        info = line.payload.info
        if info is None or info.total_token_usage is None:
            return False
        total, before = astuple(info.total_token_usage), self.total
        if total == before:
            return True
        used = info.last_token_usage
        last = _NOTHING if used is None else astuple(used)
        key = self._chained(total, last)
        self.total = total
        if before is None or self.peak or total[0] < before[0] or total[3] < before[3] or not last[0]:
            last, contained = self._uneven(total, before, last)
            quality = int(Quality.CONTAINED) if contained else quality
        self._call(key, line.timestamp, last, quality, rows, turns)
        return True

    def _uneven(self, total: Vector, before: Vector | None, last: Vector) -> tuple[Vector, bool]:
        """What a call used where only the total may tell it, or has gone back; and whether it is derived."""
        peak, back = self.peak or before, before is not None and not _above(total, before)
        if back:
            self.peak = peak
        elif self.peak and _above(total, self.peak):
            self.peak = None
        if last[0] + last[3]:
            return last, back
        if peak is None:
            return (_NOTHING if self.heir else total), False
        growth = tuple(now - then for now, then in zip(total, peak, strict=True))
        return (_NOTHING if min(growth) < 0 else growth), peak is not before  # type: ignore[return-value]

    def _chained(self, total: Vector, last: Vector) -> str:
        """The key of the next call."""
        chained = _link((self.chain or self.root or self.id, total, last))
        self.chain = key = blake2b(chained, digest_size=8).hexdigest()
        return key

    def _call(
        self,
        key: str,
        timestamp: str,
        amount: Vector,
        quality: int,
        rows: dict[str, CallRow],
        turns: dict[str, Turn],
    ) -> None:
        if self.asked:
            asked, self.asked = self.asked, []
            if self.burst is None:
                for number, (turn, at, project) in enumerate(asked):
                    self._told(turn or f"{key}:{number}", at, project, turns)
        given, cached, written, output, thought = amount
        if self.burst is not None or not given + output:
            return
        moment = millis(timestamp)
        if moment is None:
            return
        fresh = given - cached - written
        row = _new_row(
            CallRow,
            (
                key,
                "codex",
                self.id,
                moment,
                self.model,
                self.project,
                self.branch,
                max(fresh, 0),
                output,
                cached,
                written,
                0,
                thought,
                0,
                0,
                quality,
                self.side,
                None,
            ),
        )
        known = rows.get(key)
        if known is None or outranks(row, known):
            rows[key] = row

    def _told(self, key: str, at: int, project: str | None, turns: dict[str, Turn]) -> None:
        if len(key) < 16:
            key = f"{self.id}:{key}"  # an ordinal rather than an id
        turns.setdefault(key, Turn(key=key, session=self.id, at=at, project=project))


def _above(total: Vector, before: Vector) -> bool:
    return total[0] >= before[0] and total[3] >= before[3]


def _vector(value: Any) -> Vector | None:
    return None if value is None else tuple(value)


def _id_in(path: str) -> str:
    """The thread id at the end of a rollout's name, or the whole name where it has none."""
    stem = PurePath(path).stem
    return stem[-36:] if stem[-36:].count("-") == 4 else stem


def _is_timed(known: str) -> bool:
    """Whether an id is a UUID of version 7: its first 13 characters are a time in milliseconds."""
    return len(known) == 36 and known[14] == "7"


@lru_cache(maxsize=256)
def _model(raw: str | None) -> str | None:
    return name(raw)


@lru_cache(maxsize=256)
def _folder(raw: str | None) -> str | None:
    return text(raw)
