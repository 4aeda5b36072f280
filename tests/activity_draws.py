"""Small histories of a person's work, drawn by hypothesis: the edges of days, windows and joins come often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from tests.activity_facts import Chat, Facts, File, Made, Noted, Run, Said, Space, Summary
from tests.activity_stage import ZONES

DAY = 86_400
# Noon; an hour after two changes of clocks; just after a local midnight of Los Angeles and of Kolkata.
NOWS = tuple(
    int(datetime.fromisoformat(f"{text}+00:00").astimezone(UTC).timestamp())
    for text in (
        *("2026-11-21 12:00:00", "2026-11-01 10:05:00", "2026-10-03 16:31:00"),
        *("2026-11-21 08:00:01", "2026-11-20 18:30:00"),
    )
)
WORKSPACES = ("w1", "w2", "gone", "old")
FOLDERS = ("/p", "/p/sub", "/p/sub/deep", "/q", "/trees/w1/src", "/link")
TREES = (("/p", "/p"), ("/p/sub", "/p"), ("/p/sub/deep", "/p"), ("/q", "/q"))
RUBBISH = ("nothing", "yesterday", "2026-13-40 10:00:00")
NAMES = ("review", "commit")


def moments(now: int, most: int = 100) -> st.SearchStrategy[int]:
    """Seconds: near now, at the edges of windows and of days, or anywhere; some in the future."""
    edges = st.sampled_from(
        (0, 299, 300, 301, DAY - 1, DAY, DAY + 1, 7 * DAY, 30 * DAY, 90 * DAY, -60, -3 * DAY)
    )
    midnights = st.integers(-1, min(most, 32)).flatmap(
        lambda days: st.sampled_from((-1, 0, 1)).map(
            lambda second: now % DAY + days * DAY - second - _shift(now)
        )
    )
    anywhere = st.integers(0, most * DAY)
    return st.one_of(edges, midnights, anywhere).map(lambda ago: now - ago)


def _shift(now: int) -> int:
    """So that a midnight is one of some zone's."""
    return (0, 8 * 3600, -19_800, -39_600)[now % 4]


@st.composite
def histories(draw: Any) -> Facts:
    now = draw(st.sampled_from(NOWS))
    at = moments(now)

    def some(what: st.SearchStrategy[Any], most: int) -> tuple[Any, ...]:
        return tuple(draw(st.lists(what, max_size=most)))

    count = st.integers(0, 40)
    dated = st.one_of(at, at, at, st.sampled_from(RUBBISH))
    spaces = (
        Space(id="w1", worktree="/trees/w1"),
        Space(
            id="w2",
            state=draw(st.sampled_from(("active", "archived"))),
            worktree=draw(st.sampled_from((None, "/p/sub"))),
        ),
        Space(id="gone", state="deleted"),
        Space(id="old", state="deleted"),
    )
    ids = [f"s{number}" for number in range(8)]
    runs = []
    for name in ids[: draw(st.integers(0, 4))]:
        start = draw(dated)
        first = start if isinstance(start, int) else draw(at)
        last = first + draw(st.sampled_from((0, 60, DAY)))
        end = draw(st.one_of(st.none(), st.just(last), st.sampled_from(RUBBISH)))
        space = draw(st.sampled_from((*WORKSPACES[:3], None)))
        ok, turns = draw(st.integers(0, 1)), draw(st.sampled_from((0, 1, 2, 3, 128, 129)))
        runs.append(Run(id=name, space=space, start=start, last=last, end=end, ok=ok, turns=turns))
    clients = draw(st.permutations(ids))
    chats = tuple(
        Chat(
            id=f"c{number}",
            space=draw(st.sampled_from(WORKSPACES)),
            client=draw(st.sampled_from((clients[number], None))),
            answers=some(st.tuples(at, count, count, count, st.sampled_from((None, 0.5, 2.0))), 2),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    files = [draw(_file(f"f{number}", ids, at)) for number in range(draw(st.integers(0, 3)))]
    files = _apart(files)
    spoken = {one.session for file in files for one in file.said}
    # Of a row without a date that a transcript tells of, the chats tell the workspace: not worked out here.
    runs = [
        replace(run, start=run.last) if run.id in spoken and isinstance(run.start, str) else run
        for run in runs
    ]
    alone = files and len({one.session for one in files[0].said}) == 1
    if alone and draw(st.booleans()):
        files.append(_fork(files[0], draw(st.sampled_from(("fork", "a-fork"))), draw(at)))
    noted = some(
        st.builds(
            Noted,
            hash=st.sampled_from("abcdef"),
            space=st.sampled_from(WORKSPACES[:3]),
            at=st.one_of(at, at, at, st.sampled_from(RUBBISH)),
            offset=st.integers(-11, 12),
            more=count,
            less=count,
        ),
        3,
    )
    made = some(
        st.builds(
            Made,
            hash=st.sampled_from("defghi"),
            repository=st.sampled_from(("/p", "/q")),
            at=at,
            more=count,
            less=count,
        ),
        3,
    )
    return Facts(
        now=now,
        zone=draw(st.sampled_from(ZONES)),
        spaces=spaces,
        runs=tuple(runs),
        noted=_same_commit({(one.hash, one.space): one for one in noted}.values()),
        summaries=tuple(
            draw(_summary(space, dated, count)) for space in draw(st.sets(st.sampled_from(WORKSPACES[2:])))
        ),
        chats=chats,
        commands=tuple(
            (space, name, draw(st.integers(1, 5)))
            for space, name in draw(
                st.sets(st.tuples(st.sampled_from(WORKSPACES[:3]), st.sampled_from(NAMES)), max_size=3)
            )
        ),
        files=tuple(files),
        made=tuple(draw(_held(one)) for one in _same_commit({one.hash: one for one in made}.values())),
        trees=TREES,
    )


@st.composite
def _file(draw: Any, name: str, ids: list[str], at: st.SearchStrategy[int]) -> File:
    """A transcript of one session, or a database of a client that holds several."""
    shared = draw(st.booleans())
    sessions = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2 if shared else 1, unique=True))
    said = []
    for session in sessions:
        begun, folder = draw(at), draw(st.sampled_from(FOLDERS[:5]))
        for number in range(draw(st.integers(1, 3))):
            said.append(
                Said(
                    key=f"{name} {session} {number}",
                    session=session,
                    at=begun + number * draw(st.sampled_from((60, 1000))),
                    folder=folder if number == 0 else draw(st.sampled_from(FOLDERS[:5])),
                    command=draw(st.sampled_from((None, *NAMES))),
                    prompt=number == 0 or draw(st.booleans()),
                    answer=draw(st.booleans()) or len(sessions) > 1,
                    input=draw(st.integers(1, 9)),
                    output=draw(st.integers(0, 9)),
                    cache=draw(st.integers(0, 9)),
                    priced=draw(st.sampled_from((True, True, False))),
                )
            )
    kept = [one for one in said if one.prompt or one.answer]
    return File(agent="opencode" if shared else draw(st.sampled_from(("claude", "codex"))), said=tuple(kept))


def _apart(files: list[File]) -> list[File]:
    """Each session in one file."""
    seen: set[str] = set()
    found = []
    for file in files:
        mine = tuple(one for one in file.said if one.session not in seen)
        seen |= {one.session for one in file.said}
        if mine:
            found.append(File(agent=file.agent, said=mine))
    return found


def _fork(file: File, session: str, at: int) -> File:
    """A session that begins with a copy of another one's lines and goes on."""
    parent = file.said[0].session
    copies = [one for one in file.said if one.session == parent]
    said = [Said(**{**vars(one), "session": session}) for one in copies]
    last = max(at, *(one.at for one in copies))
    said.append(Said(key=f"{session} on", session=session, at=last, folder=copies[0].folder, output=3))
    return File(agent=file.agent, said=tuple(said))


@st.composite
def _summary(draw: Any, space: str, dated: st.SearchStrategy[Any], count: st.SearchStrategy[int]) -> Summary:
    sessions = draw(st.integers(0, 3))
    return Summary(
        space=space,
        created=draw(dated),
        first=draw(st.one_of(st.none(), dated)),
        last=draw(st.one_of(st.none(), dated)),
        sessions=sessions,
        completed=draw(st.integers(0, 3)),
        turns=draw(st.integers(0, 9)),
        commits=draw(st.integers(0, 3)),
        input=draw(count),
        output=draw(count),
        cost=draw(st.sampled_from((0.0, 1.0, 4.5))),
    )


@st.composite
def _held(draw: Any, one: Made) -> Made:
    mine = [folder for folder, home in TREES if home == one.repository]
    return Made(**{**vars(one), "on": frozenset(draw(st.sets(st.sampled_from(mine))))})


def _same_commit(rows: Any) -> tuple[Any, ...]:
    """Whoever tells of a commit tells the same of it."""
    first: dict[str, Any] = {}
    found = []
    for one in rows:
        known = first.setdefault(one.hash, one)
        found.append(type(one)(**{**vars(one), "at": known.at, "more": known.more, "less": known.less}))
    return tuple(found)
