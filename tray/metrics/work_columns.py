"""Sessions and commits of Claudette as columns, taken apart from one text for each column.

A text that does not come apart into as many values as the others (a name with a line end in it), or a value
that is not what it should be, is looked at row by row.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import repeat
from operator import attrgetter, floordiv, mul, sub
from typing import TYPE_CHECKING, Generic, NamedTuple, Self, TypeVar

from tray.metrics.counts import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from tray.metrics.claudette_db import View

T = TypeVar("T")
_EPOCH, _AWARE = datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)  # noqa: DTZ001 - as SQLite writes it
_SECOND = timedelta(seconds=1)
_MILLI = timedelta(milliseconds=1)
_LATEST = 4_102_444_800_000  # 2100, in milliseconds: what is dated later, or before 1970, has no date
_PARTS = attrgetter("days", "seconds")


class Runs(NamedTuple):
    """Client sessions. `starts` in Unix milliseconds; `lasts` and `ends` as written ("" for none).

    What is asked of all rows again and again is kept: the `span` of the starts ((1, 0) for no row), the
    greatest of the `lasts`, the `places` there are.
    """

    ids: list[str]
    workspaces: list[str]  # "" for none
    starts: list[int]
    lasts: list[str]
    ends: list[str]
    turns: list[int]
    oks: list[bool]  # whether it ended well
    span: tuple[int, int]
    last: str
    places: frozenset[str]

    @classmethod
    def of(
        cls,
        ids: list[str],
        workspaces: list[str],
        starts: list[int],
        lasts: list[str],
        ends: list[str],
        turns: list[int],
        oks: list[bool],
    ) -> Self:
        """The columns, with what is kept of them."""
        span = (min(starts, default=1), max(starts, default=0))
        return cls(
            *(ids, workspaces, starts, lasts, ends, turns, oks),
            *(span, max(lasts, default=""), frozenset(workspaces)),
        )

    def within(self, values: list[T], since: int, until: int) -> list[T]:
        """Those of a column's values whose session began from `since` to `until`."""
        # Most stretches lie in the window as a whole, or outside of it.
        first, last = self.span
        if since <= first and last <= until:
            return values
        if last < since or until < first:
            return []
        return [value for value, at in zip(values, self.starts, strict=True) if since <= at <= until]


class Commits(NamedTuple):
    """Commits; `ats` in Unix milliseconds, 0 where no date can be read."""

    hashes: list[str]
    workspaces: list[str]
    ats: list[int]
    additions: list[int]
    deletions: list[int]


class Shape(NamedTuple, Generic[T]):
    """How a table becomes columns: (name, whether it must be there, what stands for NULL), and how."""

    wanted: tuple[tuple[str, bool, str], ...]
    quick: Callable[[list[list[str]]], T]
    careful: Callable[[Iterable[Sequence[Any]]], T]

    def _columns(self, view: View, table: str) -> list[str] | None:
        if not view.has(table, *(name for name, needed, _ in self.wanted if needed)):
            return None
        return [f"ifnull({name}, {bare})" if view.has(table, name) else bare for name, _, bare in self.wanted]

    def select(self, view: View, table: str) -> str | None:
        """The head of a statement for the texts; None where the table is not one we know."""
        names = self._columns(view, table)
        if names is None:
            return None
        # As a letter: `char(10)` would be called for each row, which takes as long as all the rest.
        return "SELECT " + ", ".join(f"group_concat({name}, '\n')" for name in names)

    def rows(self, view: View, table: str, span: tuple[int, int]) -> list[tuple[Any, ...]]:
        """The same, row by row."""
        names = self._columns(view, table) or []
        where = "WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
        return view.rows(f"SELECT {', '.join(names)} FROM {table} {where}", *span)  # noqa: S608

    def parse(self, texts: Sequence[Any] | None, rows: Callable[[], list[tuple[Any, ...]]]) -> T:
        """The columns; `rows` are asked where the texts can't be taken apart."""
        if texts is None or texts[0] is None:
            return self.careful(())
        try:
            parts = [str(column).split("\n") for column in texts]
            if len({len(part) for part in parts}) == 1:
                return self.quick(parts)
        except (ValueError, TypeError, OverflowError):
            pass
        return self.careful(rows())


def _quick_runs(parts: list[list[str]]) -> Runs:
    ids, workspaces, starts, lasts, ends, turns, oks = parts
    same: dict[str, str] = {}  # of some hundred workspaces each name once
    counted = {text: int(text) for text in set(turns)}  # few different ones
    return Runs.of(
        ids,
        list(map(same.setdefault, workspaces, workspaces)),
        _naive(starts),
        lasts,
        ends,
        list(map(counted.__getitem__, turns)),
        list(map("0".__ne__, oks)),
    )


def _careful_runs(rows: Iterable[Sequence[Any]]) -> Runs:
    """Row by row; one whose start can't be read is dropped."""
    found = []
    for name, workspace, start, last, end, turns, ok in rows:
        at = millis(start)
        if at is not None:
            found.append((str(name), str(workspace), at, str(last), str(end), count(turns), bool(ok)))
    return Runs.of(*([list(column) for column in zip(*found, strict=True)] or [[] for _ in range(7)]))


def _quick_commits(parts: list[list[str]]) -> Commits:
    hashes, workspaces, ats, additions, deletions = parts
    seconds = map(floordiv, map(sub, map(datetime.fromisoformat, ats), repeat(_AWARE)), repeat(_SECOND))
    moments = _checked(list(map(mul, seconds, repeat(1000))))
    same: dict[str, str] = {}
    return Commits(
        hashes,
        list(map(same.setdefault, workspaces, workspaces)),
        moments,
        list(map(int, additions)),
        list(map(int, deletions)),
    )


def _careful_commits(rows: Iterable[Sequence[Any]]) -> Commits:
    found = [
        (str(name), str(workspace), millis(at) or 0, count(more), count(less))
        for name, workspace, at, more, less in rows
    ]
    return Commits(*([list(column) for column in zip(*found, strict=True)] or [[] for _ in Commits._fields]))


def _naive(times: list[str]) -> list[int]:
    """Unix milliseconds of naive UTC texts. Raises where one is anything else."""
    since = map(sub, map(datetime.fromisoformat, times), repeat(_EPOCH))
    return _checked([(days * 86_400 + seconds) * 1000 for days, seconds in map(_PARTS, since)])


def _checked(moments: list[int]) -> list[int]:
    if moments and not (min(moments) > 0 and max(moments) < _LATEST):
        raise ValueError("no time of these years")
    return moments


def millis(value: object) -> int | None:
    """Unix milliseconds of a time as another program wrote it; None where it is none of these years."""
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]  # else a TypeError
        since = moment - (_EPOCH if moment.tzinfo is None else _AWARE)
    except (TypeError, ValueError, OverflowError):
        return None
    at = since // _MILLI
    return at if 0 < at < _LATEST else None


_NONE, _ZERO = "''", "0"
runs: Shape[Runs] = Shape(
    (
        ("id", True, _NONE),
        ("workspace_id", True, _NONE),
        ("started_at", True, _NONE),
        ("last_message_at", False, _NONE),
        ("ended_at", False, _NONE),
        ("turn_count", False, _ZERO),
        ("completed_ok", False, _ZERO),
    ),
    _quick_runs,
    _careful_runs,
)
commits: Shape[Commits] = Shape(
    (
        ("commit_hash", True, _NONE),
        ("workspace_id", True, _NONE),
        ("committed_at", True, _NONE),
        ("additions", False, _ZERO),
        ("deletions", False, _ZERO),
    ),
    _quick_commits,
    _careful_commits,
)
