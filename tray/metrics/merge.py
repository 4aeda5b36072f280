"""Takes a file's records into the index: elects the copy of each call that counts, keeps the sums exact."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from tray.metrics.bulk import insert
from tray.metrics.packed import SLOT, SUMMED, decode, packed, quality, side

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from tray.metrics.packed import Packed, PackedCall
    from tray.metrics.stretch import Reading

_ADD_TO_SUM = """
ON CONFLICT DO UPDATE SET
  calls = calls + excluded.calls, input = input + excluded.input, output = output + excluded.output,
  cache_read = cache_read + excluded.cache_read, cache_write_5m = cache_write_5m + excluded.cache_write_5m,
  cache_write_1h = cache_write_1h + excluded.cache_write_1h, reasoning = reasoning + excluded.reasoning,
  web_searches = web_searches + excluded.web_searches, cost = cost + excluded.cost,
  costed = costed + excluded.costed
"""
_DROP_SUM = """
DELETE FROM sums WHERE slot = ? AND session = ? AND model = ? AND project = ? AND flags = ? AND calls = 0
"""
# A file's span holds its prompts too: they come before the first answer and after the last one.
_WIDEN = """
UPDATE files SET last = max(last, (SELECT max(at) FROM turns WHERE file = ?1)),
  first = min(CASE WHEN first > last THEN 1 << 62 ELSE first END, (SELECT min(at) FROM turns WHERE file = ?1))
WHERE id = ?1 AND EXISTS (SELECT 1 FROM turns WHERE file = ?1)
"""
_EARLIEST = "ON CONFLICT DO UPDATE SET at = min(at, excluded.at)"
_REMEMBERED = 32  # files whose calls are kept at hand: the forks of one session come together


class Held(NamedTuple):
    """A call as one file holds it, its texts as ids of `names`."""

    file: int
    call: PackedCall


class Merger:
    """Writes readings; its caller holds the transaction and calls `flush` before that ends.

    `known`: the keys of all calls in the index, where the caller wants many files taken in quickly; without
    it each key is looked up. A merger whose transaction was rolled back must not be used again.
    """

    def __init__(self, db: sqlite3.Connection, known: set[int] | None = None) -> None:
        self._db = db
        self._known = known
        self._ids: dict[str, int] = {"": 0}
        if known is not None:
            self._ids.update(db.execute("SELECT name, id FROM names"))
        self._texts: dict[int, str] = {}
        self._sums: dict[tuple[int, int, int, int, int], list[Any]] = {}
        self._rows: dict[int, dict[int, PackedCall]] = {}
        self._new_keys: dict[int, int] = {}
        self._sessions: set[tuple[int, str]] = set()
        self._holds: set[tuple[int, int]] = set()
        self.changed: set[int] = set()  # sessions whose calls or ledgers differ now

    def put(
        self, file: int, agent: str, reading: Reading, *, reparsed: bool = False, new: bool = False
    ) -> None:
        """Take in what a reading of a file found; of a `new` one the index holds nothing yet.

        Where the file was read from its start again, what the index holds of it stays only outside the span
        that the new text covers: a file that was cut or replaced does not unmake the calls that it told of.
        With `reparsed` (another parser) nothing of it stays.
        """
        told = reading.packed
        ids = [self._id(text) for text in told.strings]
        if new:
            old, span = None, (1, 0)
        else:
            old = self._db.execute("SELECT calls FROM files WHERE id = ?", (file,)).fetchone()[0]
            span = (0, 1 << 62) if reparsed else (told.first, told.last) if reading.fresh else (1, 0)
        self._calls(file, old, told, ids, span)
        self._turns_and_ledgers(file, told, ids, span, whole=reparsed)
        self._db.execute(_WIDEN, (file,))
        sessions = {ids[row[1]] for row in told.sums}
        sessions.update(ids[turn[2]] for turn in told.turns)
        sessions.update(ids[ledger[0]] for ledger in told.ledgers)
        self._sessions.update((session, agent) for session in sessions)
        self._holds.update((session, file) for session in sessions)
        self.changed |= sessions

    def flush(self) -> None:
        """Write what was gathered since the last flush."""
        changed = [(*key, *values) for key, values in self._sums.items() if any(values)]
        self._sums.clear()
        insert(self._db, "INSERT INTO sums VALUES", changed, _ADD_TO_SUM)
        self._db.executemany(_DROP_SUM, [row[:5] for row in changed if row[5] < 0])
        self._db.executemany("INSERT OR IGNORE INTO sessions VALUES (?, ?)", self._sessions)
        self._db.executemany("INSERT OR IGNORE INTO holds VALUES (?, ?)", self._holds)
        self._sessions.clear()
        self._holds.clear()
        self._write_keys()

    def _write_keys(self) -> None:
        keys = sorted(self._new_keys)
        rows = list(zip(keys, map(self._new_keys.__getitem__, keys), strict=True))
        insert(self._db, "INSERT OR IGNORE INTO keys VALUES", rows)
        self._new_keys.clear()

    # --- calls

    def _calls(
        self, file: int, old: bytes | None, new: Packed, ids: list[int], span: tuple[int, int]
    ) -> None:
        """Take in calls; `old` is the blob of those that the file held before."""
        keys = array("q", new.keys).tolist()
        if old is None and not self._doubtful(keys):
            for slot, session, model, project, flags, *values in new.sums:
                self._add((slot, ids[session], ids[model], ids[project], flags), values)
            self._new_keys.update(dict.fromkeys(keys, file))
            if self._known is not None:
                self._known.update(keys)
            self._store(file, new.blob, new.first, new.last)
            return
        if old is not None and not keys and span == (1, 0):
            return
        self._write_keys()
        before = self._held(file) if old is not None else {}
        first, last = span
        after = {key: call for key, call in before.items() if not first <= call[1] <= last}
        for key, call in self._decoded(new.blob).items():
            known = after.get(key)
            if known is None or self._outranks(call, known):
                after[key] = call
        changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
        self._replace(file, before, after, changed)

    def _doubtful(self, keys: Iterable[int]) -> bool:
        """Whether the index may hold one of these calls already."""
        if self._known is not None:
            return not self._known.isdisjoint(keys)
        self._write_keys()  # the files before this one may hold it
        return any(self._db.execute("SELECT 1 FROM keys WHERE key = ?", (key,)).fetchone() for key in keys)

    def _replace(
        self, file: int, before: dict[int, PackedCall], after: dict[int, PackedCall], changed: Sequence[int]
    ) -> None:
        """Let a file hold other calls than before, and let the best copy of each count."""
        for key in changed:
            others = self._others(key, file)
            was = [*others, Held(file, before[key])] if key in before else others
            now = [*others, Held(file, after[key])] if key in after else others
            self._elect(key, was, now)
        strings: dict[str, int] = {"": 0}

        def number(text: int) -> int:
            return strings.setdefault(self._text(text), len(strings))

        calls: list[Any] = [  # PackedCall: mypy gives a starred rest one type
            (key, at, number(session), number(model), number(project), number(branch), *rest)
            for key, at, session, model, project, branch, *rest in after.values()
        ]
        whole = packed(list(strings), calls, [], [])
        self._store(file, whole.blob, whole.first, whole.last)
        self._remember(file, after)

    def _others(self, key: int, file: int) -> list[Held]:
        """The call as other files hold it."""
        holders = {row[0] for row in self._db.execute("SELECT file FROM copies WHERE key = ?", (key,))}
        holders.update(row[0] for row in self._db.execute("SELECT file FROM keys WHERE key = ?", (key,)))
        holders.discard(file)
        held = ((holder, self._held(holder).get(key)) for holder in sorted(holders))
        return [Held(holder, call) for holder, call in held if call is not None]

    def _elect(self, key: int, was: Sequence[Held], now: Sequence[Held]) -> None:
        """Note who holds a call now, and let the sums tell of the best copy."""
        old, new = self._best(was), self._best(now)
        if old is not None and (new is None or old.call != new.call):
            self._count(old.call, -1)
        if new is not None and (old is None or old.call != new.call):
            self._count(new.call, 1)
        self.changed.update(held.call[2] for held in (*was, *now))
        self._db.execute("DELETE FROM copies WHERE key = ?", (key,))
        if new is None:
            self._db.execute("DELETE FROM keys WHERE key = ?", (key,))
            if self._known is not None:
                self._known.discard(key)
            return
        self._db.execute("INSERT OR REPLACE INTO keys VALUES (?, ?)", (key, new.file))
        if self._known is not None:
            self._known.add(key)
        if len(now) > 1:
            copies = [(key, held.file, held is new) for held in now]
            self._db.executemany("INSERT INTO copies VALUES (?, ?, ?)", copies)
            links = {(held.call[2], new.call[2]) for held in now if held.call[2] != new.call[2]}
            self._db.executemany("INSERT OR IGNORE INTO links VALUES (?, ?)", links)

    def _best(self, copies: Sequence[Held]) -> Held | None:
        best: Held | None = None
        for copy in copies:
            if best is None or self._outranks(copy.call, best.call):
                best = copy
        return best

    def _outranks(self, call: PackedCall, other: PackedCall) -> bool:
        """`records.outranks` for packed calls; the names are looked at only where all else is equal."""
        mine, theirs = _rank(call), _rank(other)
        return mine > theirs or (mine == theirs and self._text(call[2]) < self._text(other[2]))

    def _count(self, call: PackedCall, sign: int) -> None:
        _, at, session, model, project, _, *counts, flags, cost = call
        values = [1, *counts, cost or 0.0, 0 if cost is None else 1]
        if sign < 0:
            values = [-value for value in values]
        self._add((at // SLOT, session, model, project, flags & SUMMED), values)

    def _add(self, key: tuple[int, int, int, int, int], values: list[Any]) -> None:
        known = self._sums.setdefault(key, values)
        if known is not values:
            for column, value in enumerate(values):
                known[column] += value

    # --- a file's calls

    def _held(self, file: int) -> dict[int, PackedCall]:
        """The calls that a file holds, by key."""
        known = self._rows.get(file)
        if known is None:
            row = self._db.execute("SELECT calls FROM files WHERE id = ?", (file,)).fetchone()
            known = self._decoded(row[0]) if row and row[0] is not None else {}
            self._remember(file, known)
        return known

    def _remember(self, file: int, calls: dict[int, PackedCall]) -> None:
        self._rows.pop(file, None)
        if len(self._rows) >= _REMEMBERED:
            del self._rows[next(iter(self._rows))]
        self._rows[file] = calls

    def _decoded(self, blob: bytes) -> dict[int, PackedCall]:
        """Calls of a blob by key, with the ids of `names` in place of its own numbers."""
        strings, calls = decode(blob)
        ids = [self._id(text) for text in strings]
        found: list[Any] = [  # PackedCall: mypy gives a starred rest one type
            (key, at, ids[s], ids[m], ids[p], ids[b], *rest) for key, at, s, m, p, b, *rest in calls
        ]
        return {call[0]: call for call in found}

    def _store(self, file: int, blob: bytes, first: int, last: int) -> None:
        self._rows.pop(file, None)
        self._db.execute(
            "UPDATE files SET calls = ?, first = ?, last = ? WHERE id = ?", (blob, first, last, file)
        )

    # --- the rest

    def _turns_and_ledgers(
        self, file: int, new: Packed, ids: list[int], span: tuple[int, int], *, whole: bool
    ) -> None:
        if span != (1, 0):
            self._db.execute("DELETE FROM turns WHERE file = ? AND at BETWEEN ? AND ?", (file, *span))
        if whole:
            self._db.execute("DELETE FROM ledgers WHERE file = ?", (file,))
        if new.turns:
            turns = [(key, file, at, ids[s], ids[p], ids[c]) for key, at, s, p, c in new.turns]
            insert(self._db, "INSERT INTO turns VALUES", turns, _EARLIEST)
        if new.ledgers:
            renewed = {(ids[ledger[0]], file) for ledger in new.ledgers}
            self._db.executemany("DELETE FROM ledgers WHERE session = ? AND file = ?", renewed)
            ledgers = [(file, ids[s], ids[m], at, ids[p], *rest) for s, m, at, p, *rest in new.ledgers]
            self._db.executemany("INSERT INTO ledgers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ledgers)

    def _id(self, text: str) -> int:
        known = self._ids.get(text)
        if known is None:
            found = None
            if self._known is None:  # else all names were read at the start
                found = self._db.execute("SELECT id FROM names WHERE name = ?", (text,)).fetchone()
            if found is None:
                known = self._db.execute("INSERT INTO names(name) VALUES (?)", (text,)).lastrowid or 0
            else:
                known = int(found[0])
            self._ids[text] = known
        return known

    def _text(self, number: int) -> str:
        known = self._texts.get(number)
        if known is None:
            found = self._db.execute("SELECT name FROM names WHERE id = ?", (number,)).fetchone()
            known = self._texts[number] = found[0] if found else ""
        return known


def _rank(call: PackedCall) -> tuple[bool, int, bool, int]:
    tokens = call[6] + call[7] + call[8] + call[9] + call[10]
    return (not side(call[13]), tokens, quality(call[13]) == 0, -call[1])
