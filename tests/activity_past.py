"""Who did what when and where, worked out slowly and plainly from the facts, by the words of docs/metrics.md.

It shares no code with what it judges: dates by `zoneinfo`, sums by loops over all facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.activity_facts import Facts, Moment, Run, Said

HOUR, DAY, QUARTER = 3600, 86_400, 900
IN, OUT, READ = 5e-6, 25e-6, 0.5e-6  # dollars a token


@dataclass(kw_only=True)
class Spoken:
    """A session as its transcripts tell it."""

    id: str
    folder: str
    start: int
    last: int
    turns: int


@dataclass(kw_only=True)
class Session:
    """A session of the scope; `weight` of them where only a summary tells."""

    id: str
    place: str
    start: int
    signs: tuple[int, ...]  # of life
    turns: int
    end: int | None = None
    ended: bool = False
    good: int = 0
    weight: int = 1
    open: bool = False
    deleted: bool = False
    outside: bool = False
    summed: bool = False
    spoken: Spoken | None = None


@dataclass(kw_only=True)
class Use:
    """Tokens at an instant and a place; `cost` None: no price."""

    at: int
    place: str
    input: int
    output: int
    cache: int
    cost: float | None
    model: str


class Past:
    """All sessions, tokens and commits of a scope ("claudette" or "machine"); `days`: the window."""

    def __init__(self, facts: Facts, scope: str, days: int | None) -> None:
        self.facts, self.machine, self.days = facts, scope == "machine", days
        self.now, self.zone = facts.now, ZoneInfo(facts.zone)
        self.gone = {space.id for space in facts.spaces if space.state == "deleted"}
        self.spoken = _spoken(facts)
        self.run_ids = {run.id: run for run in facts.runs if known(run.start) is not None}
        self.unkept = {  # workspaces whose sessions a summary alone tells of
            left.space
            for left in facts.summaries
            if left.sessions and not any(run.space == left.space for run in self.run_ids.values())
        }
        self.places = {name: self._place(one) for name, one in self.spoken.items()}
        self.own = {
            name for name in self.spoken if name in self.run_ids or self._chat_home(name) in self.unkept
        }
        self.sessions = self._sessions()
        self.uses = self._uses()

    # --- whose is what

    def _chat_home(self, session: str) -> str | None:
        return next((chat.space for chat in self.facts.chats if chat.client == session), None)

    def _place(self, one: Spoken) -> str:
        if one.id in self.run_ids:
            return self.run_ids[one.id].space or ""
        home = self._chat_home(one.id)
        if home is not None:
            return home
        trees = [
            (len(space.worktree), space.id)
            for space in self.facts.spaces
            if space.worktree
            and space.id not in self.gone
            and f"{one.folder}/".startswith(f"{space.worktree}/")
        ]
        return max(trees)[1] if trees else one.folder

    def _sessions(self) -> list[Session]:
        found = [self._of_run(run) for run in self.run_ids.values()]
        for left in self.facts.summaries:
            start = known(left.first) if known(left.first) is not None else known(left.created)
            if left.space in self.unkept and start is not None:
                end = known(left.last)
                found.append(
                    Session(
                        id=left.space,
                        place=left.space,
                        start=start,
                        signs=(start, end or 0),
                        turns=int(left.turns / left.sessions + 0.5),
                        end=end,
                        ended=end is not None,
                        good=min(left.completed, left.sessions),
                        weight=left.sessions,
                        deleted=True,
                        summed=True,
                    )
                )
        for name, one in self.spoken.items():
            if self.machine and name not in self.own:
                found.append(
                    Session(
                        id=name,
                        place=self.places[name],
                        start=one.start,
                        signs=(one.start, one.last),
                        turns=one.turns,
                        outside=True,
                        spoken=one,
                    )
                )
        return found

    def _of_run(self, run: Run) -> Session:
        start = known(run.start)
        assert start is not None
        one = self.spoken.get(run.id) if self.machine else None
        return Session(
            id=run.id,
            place=run.space or "",
            start=start,
            signs=(start, run.last, one.last if one else 0),
            turns=run.turns,
            end=known(run.end),
            ended=run.end is not None,
            good=run.ok,
            open=run.end is None and run.space not in self.gone,
            deleted=run.space in self.gone,
            spoken=one,
        )

    # --- tokens

    def _uses(self) -> list[Use]:
        found = [
            Use(at=at, place=chat.space, input=fresh, output=output, cache=read, cost=cost, model="opus")
            for chat in self.facts.chats
            if not (self.machine and self._is_told(chat.id))
            for at, fresh, output, read, cost in _priced(chat.answers)
        ]
        if self.machine:
            for one in _answers(self.facts).values():
                cost = one.input * IN + one.output * OUT + one.cache * READ if one.priced else None
                place = self.places[one.session]
                tokens = {"input": one.input, "output": one.output, "cache": one.cache}
                model = "opus" if one.priced else "no-such-model"
                found.append(Use(at=one.at, place=place, cost=cost, model=model, **tokens))
        for left in self.facts.summaries:
            at = known(left.last) if known(left.last) is not None else known(left.first)
            if at is None or (self.machine and left.space in self.places.values()):
                continue
            seen = [row for chat in self.facts.chats if chat.space == left.space for row in chat.answers]
            fresh = max(left.input - sum(row[1] for row in seen), 0)
            output = max(left.output - sum(row[2] for row in seen), 0)
            cost = left.cost - sum(row[4] or 0 for row in seen)
            spent = cost if cost > 1e-6 else None
            if fresh or output or spent:
                tokens = {"input": fresh, "output": output, "cache": 0}
                found.append(Use(at=at, place=left.space, cost=spent, model="unknown", **tokens))
        return found

    def _is_told(self, chat: str) -> bool:
        """Whether a transcript tells of a chat: of its last client session, or of a former one of its."""
        clients = {one.client for one in self.facts.chats}
        mine = next(one for one in self.facts.chats if one.id == chat)
        if mine.client in self.spoken:
            return True
        if mine.space in self.gone:
            return False  # its former sessions were not looked for while it was there
        for run in self.facts.runs:
            if run.id in self.spoken and run.id not in clients and run.space == mine.space:
                for moment in (run.start, run.last):
                    earlier = [
                        (row[0], one.id)
                        for one in self.facts.chats
                        if one.space == run.space
                        for row in one.answers
                        if isinstance(moment, int) and row[0] <= moment
                    ]
                    if (max(earlier)[0], chat) in earlier if earlier else False:
                        return True
        return False

    # --- time

    def date(self, at: int) -> int:
        """The local day as an ordinal."""
        return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=at)).astimezone(self.zone).toordinal()

    def ago(self, at: int) -> int:
        return self.date(self.now) - self.date(at)

    def in_window(self, at: int) -> bool:
        return (self.days is None or at >= self.now - self.days * DAY) and at <= self.now

    # --- commits

    def made(self) -> list[Any]:
        """Git's commits in the folders outside, that Claudette has not seen, as far back as git is asked."""
        asked = self.folders()
        reach = min((self.now - max(self.days or 0, 90) * DAY, *asked.values()))
        homes = {home for folder, home in self.facts.trees if folder in asked}
        seen = {one.hash for one in self.facts.noted}
        recent = [one for one in self.facts.made if one.at >= reach]
        return [one for one in recent if one.repository in homes and one.hash not in seen]

    def folders(self) -> dict[str, int]:
        """The folders outside of Claudette, with when the first session there began."""
        found: dict[str, int] = {}
        for one in self.sessions:
            if one.outside and one.spoken and one.place == one.spoken.folder and one.place:
                found[one.place] = min(one.start, found.get(one.place, one.start))
        return found


def _spoken(facts: Facts) -> dict[str, Spoken]:
    found: dict[str, Spoken] = {}
    for file in facts.files:
        shared = len({one.session for one in file.said}) > 1
        for name in {one.session for one in file.said}:
            mine = sorted((one for one in file.said if one.session == name), key=lambda one: one.at)
            last = mine[-1].at * 1000
            if shared:  # known to the quarter of an hour of the last answer
                end = (max(one.at for one in mine) // QUARTER + 1) * QUARTER * 1000 - 1
                last = min(end, max(one.at for one in file.said) * 1000)
            found[name] = Spoken(
                id=name,
                folder=mine[0].folder,
                start=mine[0].at,
                last=last // 1000,
                turns=len({one.key for one in mine if one.prompt}),
            )
    return found


def _answers(facts: Facts) -> dict[tuple[str, str], Said]:
    """Each answer once; of copies the one of the session whose id comes first."""
    found: dict[tuple[str, str], Said] = {}
    for file in facts.files:
        for one in file.said:
            if one.answer and (
                (file.agent, one.key) not in found or one.session < found[file.agent, one.key].session
            ):
                found[file.agent, one.key] = one
    return found


def _priced(answers: tuple[Any, ...]) -> list[Any]:
    """Dollars as recorded where any were, else by the price table."""
    if any(row[4] for row in answers):
        return [(*row[:4], row[4] or 0.0) for row in answers]
    return [(*row[:4], row[1] * IN + row[2] * OUT + row[3] * READ) for row in answers]


def known(moment: Moment | None) -> int | None:
    return moment if isinstance(moment, int) else None
