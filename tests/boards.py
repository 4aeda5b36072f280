"""Small builders of boards, windows and sources for tests."""

from __future__ import annotations

from decimal import Decimal

from tray.core.choices import Settings
from tray.core.model import (
    Active,
    Activity,
    Backend,
    Board,
    ClaudetteActivity,
    DbState,
    Entry,
    Kind,
    OutsideActivity,
    Problem,
    ProblemKind,
    Reason,
    Role,
    Snapshot,
    Window,
    Words,
)
from tray.core.source import Outcome, Source
from tray.core.toggles import ToggleId

NOW = 1_795_350_600.0  # 2026-11-22 12:30:00 UTC, a Sunday
CLAUDE = Backend(kind=Kind.ANTHROPIC, id="anthropic", label="Claude Code", model="opus")
CODEX = Backend(kind=Kind.CODEX_NATIVE, id="codex", label="Codex", model="gpt-5.4")
OLLAMA = Backend(kind=Kind.OLLAMA, id="ollama", label="Ollama", model="qwen3")


def window(
    used: float | str | None = 42,
    *,
    key="session_5h",
    label="Session (5h)",
    role=Role.PLAN,
    words=Words.PERCENT,
    unit="percent",
    limit: float | None = 100,
    resets_in: float | None = 2 * 3600,
    minutes: int | None = 300,
    read_ago: float | None = 60.0,
    evidence="usage API",
    now=NOW,
    **more,
) -> Window:
    return Window(
        key=key,
        label=label,
        role=role,
        words=words,
        unit=unit,
        used=None if used is None else Decimal(str(used)),
        limit=None if limit is None else Decimal(str(limit)),
        resets_at=None if resets_in is None else now + resets_in,
        window_minutes=minutes,
        observed_at=None if read_ago is None else now - read_ago,
        evidence=evidence,
        **more,
    )


def tokens(count: int, *, key="local_session", label="This session", cost: str | None = None) -> Window:
    return window(
        count,
        key=key,
        label=label,
        role=Role.THROUGHPUT,
        words=Words.TOKENS,
        unit="tokens",
        limit=None,
        resets_in=None,
        minutes=None,
        bounded=False,
        evidence="Claudette's database",
        cost=None if cost is None else Decimal(cost),
    )


def snapshot(*windows: Window, source="cloud", label="Claude Max", **more) -> Snapshot:
    return Snapshot(source=source, label=label, windows=windows, fetched_at=NOW - 60, **more)


def problem(kind=ProblemKind.SERVER, *, quiet=False, **more) -> Problem:
    return Problem(kind=kind, title="It failed", hint="Wait.", quiet=quiet, **more)


def source(
    name="cloud",
    *,
    kinds=(Kind.ANTHROPIC,),
    toggle: ToggleId | None = None,
    files=False,
    live=True,
    fetch=lambda world, ask: Outcome(),
    **more,
) -> Source:
    return Source(
        id=name,
        name=name.title(),
        toggle=toggle,
        fetch=fetch,
        drives=lambda backend: backend.kind in kinds,
        watched=lambda paths: (),
        files=files,
        live=live,
        **more,
    )


CLOUD = source(
    toggle=ToggleId.CLAUDE_CODE_USAGE, greys_meter=True, off_note="Turn it on.", toggle_label="Cloud Usage"
)
BOTH = source("both", kinds=(Kind.CODEX_NATIVE,), toggle=ToggleId.CODEX_LIVE, files=True)
LOCAL = source("local", kinds=(Kind.CODEX_NATIVE, Kind.OLLAMA), files=True, live=False)
SOURCES = (CLOUD, BOTH, LOCAL)
ON = Settings(claude_code_usage=True)


def entry(*windows: Window, source="cloud", label="Claude Max", **more) -> Entry:
    return Entry(source=source, snapshot=snapshot(*windows, source=source, label=label), **more)


def active(backend=CLAUDE, used_ago: float | None = 30.0, reason=Reason.RECENT) -> Active:
    return Active(backend=backend, reason=reason, used_at=None if used_ago is None else NOW - used_ago)


def board(*entries: Entry, settings=ON, who=None, **more) -> Board:
    return Board(settings=settings, active=active() if who is None else who, entries=entries, **more)


def outside(backend=CLAUDE, ago=30.0) -> OutsideActivity:
    return OutsideActivity(backend=backend, at=NOW - ago)


def claudette(backend=CODEX, ago: float | None = 30.0, **more) -> ClaudetteActivity:
    more.setdefault("state", DbState.OK)
    return ClaudetteActivity(backend=backend, at=None if ago is None else NOW - ago, **more)


def activity(*seen: OutsideActivity, ours: ClaudetteActivity | None = None) -> Activity:
    return Activity(claudette=ours or ClaudetteActivity(), outside=seen)
