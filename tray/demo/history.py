"""A made-up developer's last months: sessions and commits, the same ones for the same instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

DAYS = 130  # how far back it goes
_MINUTE = 60_000  # milliseconds
_HOURS = (
    1,
    0,
    0,
    0,
    0,
    0,
    1,
    3,
    9,
    18,
    22,
    20,
    9,
    14,
    21,
    22,
    19,
    13,
    6,
    4,
    7,
    8,
    5,
    2,
)  # how likely each is
_DAY_LOADS = (8, 9, 9, 8, 6, 1, 2)  # sessions of a usual Monday ... Sunday


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A workspace, or a folder outside of Claudette (`inside` False), with what is usual in it."""

    name: str
    repository: str | None
    branch: str | None
    agent: str
    model: str
    share: int  # of all sessions, in parts
    inside: bool = True
    archived_for: int = 0  # days; 0: still at work


PROJECTS = (
    Project(
        name="usage-window", repository="meter", branch="usage-window", agent="claude", model="opus", share=7
    ),
    Project(
        name="fix-login",
        repository="shop",
        branch="fix/login-redirect",
        agent="claude",
        model="sonnet",
        share=5,
    ),
    Project(name="shop-search", repository="shop", branch="search", agent="codex", model="gpt-5.4", share=4),
    Project(
        name="notes", repository=None, branch="main", agent="claude", model="haiku", share=2, inside=False
    ),
    Project(
        name="weather-station",
        repository="weather-station",
        branch="main",
        agent="pi",
        model="qwen3-coder",
        share=2,
        inside=False,
    ),
    Project(
        name="old-importer",
        repository="meter",
        branch="importer",
        agent="codex",
        model="gpt-5.4",
        share=6,
        archived_for=16,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session; instants are Unix milliseconds, `cost` is None where the model has no price."""

    id: str
    project: Project
    start: int
    last: int
    ended: bool
    ok: bool | None
    turns: int
    input: int
    output: int
    cache_read: int
    cache_write: int
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of the developer."""

    project: Project
    at: int
    additions: int
    deletions: int


def history(now: int, tz: tzinfo | None) -> tuple[tuple[Session, ...], tuple[Commit, ...]]:
    """Sessions and commits up to `now` (Unix milliseconds), the oldest first; days are those of `tz`."""
    today = datetime.fromtimestamp(now / 1000, tz).date()
    sessions: list[Session] = []
    commits: list[Commit] = []
    for back in range(DAYS, -1, -1):
        day = today - timedelta(days=back)
        chance = Random(day.toordinal())  # noqa: S311 - nothing secret
        load = max(_DAY_LOADS[day.weekday()] + chance.randint(-3, 3), 0)
        for number in range(load):
            hour = chance.choices(range(24), _HOURS)[0]
            clock = datetime.combine(day, time(hour, chance.randrange(60)), tz)
            start = int(clock.astimezone(UTC).timestamp() * 1000)
            project = _pick(chance, back)
            length = chance.randint(4, 90) * _MINUTE
            if start + length < now - 9 * _MINUTE:
                name = f"demo-{day:%m%d}-{number}"
                sessions.append(_session(chance, name, project, start, start + length))
                commits += _commits(chance, project, start, start + length)
    sessions += _lately(now)
    return tuple(sorted(sessions, key=lambda one: one.start)), tuple(sorted(commits, key=lambda one: one.at))


def _pick(chance: Random, back: int) -> Project:
    usual = [one for one in PROJECTS if back >= one.archived_for]
    return chance.choices(usual, [one.share for one in usual])[0]


def _session(
    chance: Random, name: str, project: Project, start: int, last: int, *, ended: bool = True
) -> Session:
    turns = min(round(chance.lognormvariate(2.2, 1.1)) + 1, 400)
    out = turns * chance.randint(300, 900)
    read, write, fresh = turns * chance.randint(9_000, 30_000), turns * 2_400, turns * chance.randint(60, 900)
    price = {"opus": 25.0, "sonnet": 15.0, "haiku": 5.0, "gpt-5.4": 10.0}.get(project.model)
    ok = chance.random() > 0.09 if ended and project.inside else None
    return Session(
        id=name,
        project=project,
        start=start,
        last=last,
        ended=ended,
        ok=ok,
        turns=turns,
        input=fresh,
        output=out,
        cache_read=read,
        cache_write=write,
        cost=None if price is None else (out + fresh / 5 + read / 50 + write / 4) * price / 1e6,
    )


def _commits(chance: Random, project: Project, start: int, last: int) -> Iterator[Commit]:
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        yield Commit(
            project=project,
            at=chance.randint(start, last),
            additions=round(chance.lognormvariate(3.6, 1.0)),
            deletions=round(chance.lognormvariate(2.6, 1.0)),
        )


def _lately(now: int) -> Iterator[Session]:
    """What is on at this very moment: two at work, one left open, and how the last ones ended."""
    chance = Random(7)  # noqa: S311 - nothing secret
    told = (
        (0, 52, 1, False, None),
        (2, 24, 2, False, None),
        (1, 190, 70, False, None),
        (1, 235, 200, True, False),
        (0, 330, 262, True, True),
        (3, 410, 395, True, None),
        (0, 520, 470, True, True),
        (2, 640, 560, True, True),
        (2, 655, 610, True, False),
        (1, 900, 850, True, True),
    )
    for number, (place, since, until, ended, ok) in enumerate(told):
        made = _session(
            chance,
            f"demo-now-{number}",
            PROJECTS[place],
            now - since * _MINUTE,
            now - until * _MINUTE,
            ended=ended,
        )
        yield replace(made, ok=ok if ended else None)
