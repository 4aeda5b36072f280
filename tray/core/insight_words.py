"""Each figure of the activity in words, the same in every view; `page_words` has what stands around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tray.core import texts
from tray.core.insights import BOUNDS, Rank, Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from tray.core.insights import Analytics, Dashboard, Leader, Metrics, RecentSession, SlashCount, Workspace

SCOPES = {Scope.MACHINE: "This machine", Scope.CLAUDETTE: "Claudette"}
RANKS = {Rank.SESSIONS: "Sessions", Rank.COMMITS: "Commits", Rank.TOKENS: "Tokens", Rank.COST: "Cost"}
WINDOWS = {1: "24 h", 7: "7 d", 30: "30 d", 90: "90 d", None: "All"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALL_TIME = "all time"
NO_WORKSPACE = "no workspace"
_FAIR = 3  # Claude sessions at once that nobody would call unusual
_RATES = ("success", "cache")
_ENDS = {True: "finished", False: "failed", None: "open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure of the dashboard; `spoken` has a text for each value of `series`. `rate` is 0..1."""

    key: str
    label: str
    value: str
    detail: str | None = None
    series: tuple[float | None, ...] = ()
    spoken: tuple[str, ...] = ()
    rate: float | None = None

    @property
    def is_rate(self) -> bool:
        """Whether it is a part of a whole, also while nobody knows which."""
        return self.key in _RATES


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceWords:
    """A workspace's card in words; parts without anything to say are None."""

    title: str
    place: str | None  # repository · branch
    status: str | None  # "archived"
    active: str | None  # "3 min ago"
    work: str | None  # "4 commits · +120 −30"
    session: str | None  # "claude · opus · 12 turns"
    tokens: str | None  # "12.4k in · 3.1k out · 1.5M cached"


def tiles(found: Metrics, today: date) -> tuple[Tile, ...]:
    """The dashboard, in the order in which it is shown."""
    board = found.dashboard
    commits = _days(today, board.commits_daily_14d, lambda n: many(int(n or 0), "commit"))
    spent = _days(today, board.cost_daily_30d, dollars)
    used = _days(today, board.tokens_daily_30d, lambda n: texts.tokens(int(n or 0)))
    idle = f"{board.idle_sessions:,} open and idle" if board.idle_sessions else None
    return (
        Tile(key="active", label="Active sessions", value=f"{board.active_sessions:,}", detail=idle),
        Tile(key="sessions", label="Sessions today", value=f"{board.sessions_today:,}", detail="last 24 h"),
        Tile(
            key="commits",
            label="Commits today",
            value=f"{board.commits_today:,}",
            detail="14 days",
            series=board.commits_daily_14d,
            spoken=commits,
        ),
        Tile(key="churn", label="Lines, 7 days", value=churn(board.additions_7d, board.deletions_7d)),
        Tile(
            key="tokens",
            label="Tokens, 30 days",
            value=short(board.input_tokens_30d + board.output_tokens_30d),
            detail=f"{short(board.cache_tokens_30d)} cached",
            series=board.tokens_daily_30d,
            spoken=used,
        ),
        Tile(
            key="cost",
            label="Cost, 30 days",
            value=dollars(board.cost_30d_usd),
            detail="≈ at list prices",
            series=board.cost_daily_30d,
            spoken=spent,
        ),
        Tile(
            key="success",
            label="Success, 30 days",
            value=rate(board.success_rate_30d),
            rate=board.success_rate_30d,
        ),
        Tile(
            key="cache",
            label="Cache hits, 30 days",
            value=rate(board.cache_hit_rate_30d),
            rate=board.cache_hit_rate_30d,
        ),
    )


def notes(board: Dashboard) -> tuple[str, ...]:
    """What has to be said beside the figures: what is missing in them and why."""
    told = []
    if board.inexact_calls_30d:
        told.append(
            f"{board.inexact_calls_30d:,} of {board.calls_30d:,} calls: output under-recorded by this client"
            " version."
        )
    if board.unpriced_models:
        told.append(f"Price unknown, left out of the cost: {', '.join(board.unpriced_models)}.")
    return tuple(told)


def fair_use(board: Dashboard, *, plan: bool) -> str | None:
    """A quiet line where many Claude sessions run at once; `plan`: a Pro or Max plan pays for them."""
    if not plan or board.active_claude_sessions <= _FAIR:
        return None
    return (
        f"{board.active_claude_sessions} Claude sessions at once: the plan's terms speak of ordinary,"
        " individual use."
    )


def workspace_words(one: Workspace, now: int) -> WorkspaceWords:
    """A card; `now` in Unix milliseconds."""
    work = []
    if one.commits:
        work.append(many(one.commits, "commit"))
    if one.additions or one.deletions:
        work.append(churn(one.additions, one.deletions))
    last = one.latest_session
    session = tokens = None
    if last is not None:
        turns = many(last.turns, "turn") if last.turns else None
        session = " · ".join(part for part in (last.agent, last.model, turns) if part)
        if last.input_tokens is not None or last.output_tokens is not None:
            tokens = f"{short(last.input_tokens or 0)} in · {short(last.output_tokens or 0)} out"
            if last.cache_tokens:
                tokens += f" · {short(last.cache_tokens)} cached"
    return WorkspaceWords(
        title=one.name,
        place=" · ".join(part for part in (one.repository, one.branch) if part and part != one.name) or None,
        status="archived" if one.status == "archived" else None,
        active=None if one.last_active is None else texts.age((now - one.last_active) / 1000),
        work=" · ".join(work) or None,
        session=session,
        tokens=tokens,
    )


def windows(picked: int | None) -> dict[int | None, str]:
    """The windows of days to choose from, with their labels; one of the person's own stands among them."""
    own = {} if picked in WINDOWS else {picked: f"{picked} d"}
    return dict(sorted({**WINDOWS, **own}.items(), key=lambda one: math.inf if one[0] is None else one[0]))


def leader_value(one: Leader, rank: Rank) -> str:
    """What a line of the leaderboard is ranked by, as text."""
    match rank:
        case Rank.SESSIONS:
            return many(one.sessions, "session")
        case Rank.COMMITS:
            return many(one.commits, "commit")
        case Rank.TOKENS:
            return texts.tokens(one.tokens)
        case Rank.COST:
            return dollars(one.cost_usd)


def leader_text(one: Leader) -> str:
    """All of a line of the leaderboard."""
    parts = (
        many(one.sessions, "session"),
        many(one.commits, "commit"),
        texts.tokens(one.tokens),
        f"{short(one.cache_tokens)} cached" if one.cache_tokens else None,
        dollars(one.cost_usd) if one.cost_usd else None,
    )
    return f"{one.workspace}: {', '.join(part for part in parts if part)}"


def heat_text(found: Analytics, day: int, hour: int) -> str:
    """A cell of the heatmap; `day` 0 is Monday."""
    count = found.heatmap[day][hour]
    return f"{WEEKDAYS[day]} {hour:02}:00–{(hour + 1) % 24:02}:00: {many(count, 'session')}"


def turn_labels() -> tuple[str, ...]:
    """The bars of the turn histogram: `≤2` ... `129+`."""
    return (*(f"≤{bound}" for bound in BOUNDS), f"{BOUNDS[-1] + 1}+")


def turn_text(found: Analytics, place: int) -> str:
    """A bar of the turn histogram."""
    low = 1 if place == 0 else BOUNDS[place - 1] + 1
    span = f"{low} turns or more" if place == len(BOUNDS) else f"{low} to {BOUNDS[place]} turns"
    return f"{span}: {many(found.turn_histogram[place], 'session')}"


def slash_text(one: SlashCount) -> str:
    """A slash command and how often it was used."""
    return f"/{one.name}: {slash_count(one)}"


def slash_count(one: SlashCount) -> str:
    """`12×`, `40× (all time)` where nobody noted when."""
    return f"{one.count:,}×{'' if one.dated else f' ({ALL_TIME})'}"


def recent_text(one: RecentSession, tz: tzinfo | None = None) -> str:
    """A dot of the time line."""
    start = datetime.fromtimestamp(one.started_at / 1000, tz)
    end = datetime.fromtimestamp(one.last_active / 1000, tz)
    return f"{start:%H:%M}–{end:%H:%M} · {place(one)} · {one.agent} · {ending(one)}"


def place(one: RecentSession) -> str:
    """Where a session took place."""
    return one.workspace or NO_WORKSPACE


def ending(one: RecentSession) -> str:
    """How a session ended: `finished`, `failed`, `ended` where nobody tells how, `open`."""
    return _ENDS[one.ok] if one.ok is not None or one.ended_at is None else "ended"


def measure(one: Leader, rank: Rank) -> float:
    """What a line of the leaderboard is ranked by, as a number; an unknown cost is 0."""
    match rank:
        case Rank.SESSIONS:
            return one.sessions
        case Rank.COMMITS:
            return one.commits
        case Rank.TOKENS:
            return one.tokens
        case Rank.COST:
            return one.cost_usd or 0.0


def short(count: int) -> str:
    """`450`, `12.4k`, `1.5M`, `2.3B`."""
    return texts.tokens(count).removesuffix(" tok")


def churn(additions: int, deletions: int) -> str:
    """`+1.2k −300`."""
    return f"+{short(additions)} −{short(deletions)}"


def dollars(amount: float | None) -> str:
    """`$1.23`, `$4,853.27`, `$0` for none, an em dash where it is unknown."""
    if amount is None:
        return texts.UNKNOWN
    if amount >= 1000:
        return f"${amount:,.2f}"
    return texts.cost(Decimal(str(amount))) or "$0"


def rate(part: float | None) -> str:
    """`85%`, an em dash where there is no data."""
    return texts.UNKNOWN if part is None else f"{round(part * 100)}%"


def many(count: int, word: str) -> str:
    """`1 session`, `1,200 sessions`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _days(
    today: date, series: tuple[float | None, ...], say: Callable[[float | None], str]
) -> tuple[str, ...]:
    first = today - timedelta(days=len(series) - 1)
    return tuple(f"{_day(first + timedelta(days=place))}: {say(value)}" for place, value in enumerate(series))


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
