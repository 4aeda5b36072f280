"""The reader on a home of its own: transcripts put there, scanned, and the index told by names, not ids."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.claude_transcripts import START, answer, dumped
from tests.fakes import fake_paths
from tray.metrics import index
from tray.metrics.agents import Agent
from tray.metrics.claude_code import AGENT
from tray.metrics.packed import SLOT, SUMMED, decode, hashed, quality, side
from tray.metrics.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.metrics.records import Records

_COUNTS = "input, output, cache_read, cache_write_5m, cache_write_1h"
_SUMS = f"""
SELECT slot, s.name, coalesce(m.name, ''), coalesce(p.name, ''), flags, calls, {_COUNTS}, reasoning, web_searches,
  costed
FROM sums x JOIN names s ON s.id = x.session LEFT JOIN names m ON m.id = x.model LEFT JOIN names p ON p.id = x.project"""
_TURNS = """
SELECT t.key, f.path, t.at, s.name, coalesce(p.name, ''), coalesce(c.name, '') FROM turns t
  JOIN files f ON f.id = t.file JOIN names s ON s.id = t.session LEFT JOIN names p ON p.id = t.project
  LEFT JOIN names c ON c.id = t.command"""
_LEDGERS = f"""
SELECT f.path, s.name, m.name, l.at, coalesce(p.name, ''), {_COUNTS}, web_searches, cost FROM ledgers l
  JOIN files f ON f.id = l.file JOIN names s ON s.id = l.session JOIN names m ON m.id = l.model
  LEFT JOIN names p ON p.id = l.project"""
_COVERED = f"""
SELECT s.name, coalesce(m.name, ''), c.flags, {_COUNTS}, web_searches FROM covered c
  JOIN names s ON s.id = c.session LEFT JOIN names m ON m.id = c.model"""
_HOLDS = "SELECT s.name, f.path FROM holds h JOIN names s ON s.id = h.session JOIN files f ON f.id = h.file"
_LINKS = "SELECT s.name, o.name FROM links l JOIN names s ON s.id = l.session JOIN names o ON o.id = l.owner"


class _Slow(Agent):
    """Claude Code, but something happens before each stretch is parsed."""

    before: Any

    def parse(self, *given: Any) -> Records:
        self.before()
        return super().parse(*given)


def slow(before: Callable[[], None], **changes: Any) -> Agent:
    """An agent whose parser does this first."""
    made = type("Slow", (_Slow,), {"before": staticmethod(before)})
    return made(*AGENT._replace(**changes))


class Stage:
    """A home with transcripts of Claude Code, and an index beside it."""

    def __init__(self, home: Path):
        self.home = home
        self.places = fake_paths(home)
        self.projects = self.places.claude_dirs[0] / "projects"
        self.projects.mkdir(parents=True)
        self.index = self.places.index_file

    def put(self, name: str, *values: Any) -> Path:
        """A file below projects/ with these lines: bytes as they are, all else as JSON lines."""
        path = self.projects / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(lines(*values))
        return path

    def append(self, name: str, *values: Any) -> Path:
        path = self.projects / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(lines(*values))
        return path

    def scan(self, **how: Any) -> bool:
        """One scan by a fresh connection."""
        with self.db() as db:
            return scan(db, self.places, **{"agents": (AGENT,), **how})

    @contextlib.contextmanager
    def db(self) -> Iterator[Any]:
        with contextlib.closing(index.connect(self.index, write=True)) as db:
            yield db

    def select(self, query: str) -> list[tuple[Any, ...]]:
        with self.db() as db:
            return [tuple(row) for row in db.execute(query)]

    def told(self) -> dict[str, Any]:
        """All that the index holds, by names; files by their names below projects/."""
        with self.db() as db:
            return told(db, os.fspath(self.projects) + os.sep)

    def scanned(self, **how: Any) -> dict[str, Any]:
        """What the index tells after one more scan, which must be complete; the sums are checked."""
        assert self.scan(**how)
        found = self.told()
        check_sums(found)
        check_links(found)
        del found["links"]  # one may tell of an owner that a better copy has outranked since
        return found

    def calls(self) -> dict[int, dict[str, Any]]:
        """The calls that count, by key."""
        return {key: named(row) for key, row in winners(self.told()["calls"]).items()}

    def total(self) -> tuple[int, int, int]:
        """(calls, input, output) of the sums, as a reader of numbers sees them."""
        ((calls, fresh, output),) = self.select(
            "SELECT coalesce(sum(calls), 0), coalesce(sum(input), 0), coalesce(sum(output), 0) FROM sums"
        )
        return calls, fresh, output


def lines(*values: Any) -> bytes:
    return b"".join(value if isinstance(value, bytes) else dumped(value) for value in values)


def told(db: Any, prefix: str) -> dict[str, Any]:
    """Every table by names. Sums that have become nothing tell nothing."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return [
            tuple(x.removeprefix(prefix) if isinstance(x, str) else x for x in row)
            for row in db.execute(query)
        ]

    return {
        "calls": Counter(_calls(db, prefix)),
        "sums": Counter(row for row in rows(_SUMS) if any(row[5:])),
        "turns": Counter(rows(_TURNS)),
        "ledgers": Counter(rows(_LEDGERS)),
        "covered": Counter(rows(_COVERED)),
        "holds": Counter(rows(_HOLDS)),
        "links": Counter(rows(_LINKS)),
    }


def _calls(db: Any, prefix: str) -> list[tuple[Any, ...]]:
    """All calls as their files hold them; what the index notes about copies is checked on the way."""
    found: list[tuple[Any, ...]] = []
    held: dict[int, dict[int, tuple[Any, ...]]] = {}  # key -> file -> call
    for file, path, first, last, blob in db.execute("SELECT id, path, first, last, calls FROM files"):
        if blob is None:
            continue
        strings, calls = decode(blob)
        assert len({call[0] for call in calls}) == len(calls), "a file holds a call twice"
        for key, at, session, model, project, branch, *rest in calls:
            assert first <= at <= last
            texts = (strings[number] for number in (session, model, project, branch))
            row = (key, path.removeprefix(prefix), at, *texts, *rest)
            found.append(row)
            held.setdefault(key, {})[file] = row
    holder = dict(db.execute("SELECT key, file FROM keys"))
    assert holder.keys() == held.keys()
    assert all(holder[key] in files for key, files in held.items())
    copies: dict[int, dict[int, int]] = {}
    for key, file, wins in db.execute("SELECT key, file, wins FROM copies"):
        copies.setdefault(key, {})[file] = wins
    best = winners(Counter(found))
    for key, files in held.items():
        if len(files) > 1:
            assert copies.pop(key) == {
                file: int(_rank(row) == _rank(best[key])) for file, row in files.items()
            } or (
                len({_rank(row) for row in files.values()})
                < len(files)  # equal in all that decides: either may win
            )
        else:
            assert not any(copies.pop(key, {}).values()) or True
    return found


def winners(calls: Counter[tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    """The copy of each call that counts: `records.outranks`, written down once more."""

    best: dict[int, tuple[Any, ...]] = {}
    for row in sorted(calls, key=_rank):
        best.setdefault(row[0], row)
    return best


def _rank(row: tuple[Any, ...]) -> tuple[Any, ...]:
    _, _, at, session, *_rest = row
    return side(row[14]), -sum(row[7:12]), quality(row[14]) != 0, at, session


def check_sums(found: dict[str, Any]) -> None:
    """The sums are those of the copies that count, no file holds a call twice."""
    held = Counter((row[0], row[1]) for row in found["calls"].elements())
    assert max(held.values(), default=1) == 1, "a file holds a call twice"
    sums: dict[tuple[Any, ...], list[int]] = {}
    for _, _, at, session, model, project, _, *counts, flags, cost in winners(found["calls"]).values():
        slot = sums.setdefault((at // SLOT, session, model, project, flags & SUMMED), [0] * 9)
        for column, value in enumerate((1, *counts, cost is not None)):
            slot[column] += value
    assert found["sums"] == Counter((*key, *values) for key, values in sums.items())


def check_links(found: dict[str, Any]) -> None:
    """A session is linked to the one that its calls are counted for."""
    best = winners(found["calls"])
    owners = {(row[3], best[row[0]][3]) for row in found["calls"]}
    assert {pair for pair in owners if pair[0] != pair[1]} <= set(found["links"])


def named(row: tuple[Any, ...]) -> dict[str, Any]:
    names = "key path at session model project branch input output read w5 w1 thinking web flags cost"
    return dict(zip(names.split(), row, strict=True))


def keys(*ids: str) -> set[int]:
    return {hashed("claude", one) for one in ids}


# --- calls that are known by a number


def numbered(number: int, session: str = "s-1", **counts: Any) -> dict[str, Any]:
    """A call a minute after the one before; `number` is its input, too."""
    return answer(
        f"m-{number}", START + number * 60_000, session=session, **{"input": number, "output": 10, **counts}
    )


def counted(stage: Stage, **how: Any) -> set[int]:
    assert stage.scanned(**how)
    return set(stage.calls())


def ids(*numbers: int) -> set[int]:
    return keys(*(f"m-{number}" for number in numbers))


def gone(stage: Stage) -> dict[str, bool]:
    return {
        Path(path).name: since is not None for path, since in stage.select("SELECT path, gone FROM files")
    }
