"""Made-up boards, one for each state that the icon knows."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tray.core.choices import Settings
from tray.core.model import (
    Active,
    Backend,
    Board,
    Entry,
    Kind,
    Problem,
    ProblemKind,
    Reason,
    Role,
    Snapshot,
    Window,
    Words,
)
from tray.core.progress import Progress

if TYPE_CHECKING:
    from tray.core.model import Instant

HOUR, DAY = 3600.0, 86_400.0

CLAUDE = Backend(kind=Kind.ANTHROPIC, id="anthropic", label="Claude Code", model="opus")
CODEX = Backend(kind=Kind.CODEX_NATIVE, id="codex", label="Codex", model="gpt-5.4")
ROUTER = Backend(
    kind=Kind.CUSTOM_OPENAI, id="openrouter", label="OpenRouter", model="auto", host="openrouter.ai"
)
OLLAMA = Backend(kind=Kind.OLLAMA, id="ollama", label="Ollama", model="qwen3-coder")


def _percent(now: Instant, key: str, label: str, used: str | None, resets_in: float, minutes: int) -> Window:
    scoped = key in ("week_opus", "week_sonnet")
    codex = key.startswith("codex")
    return Window(
        key=key,
        label=label,
        role=Role.SCOPED if scoped else Role.PLAN,
        words=Words.PERCENT_COUNTDOWN if codex else Words.PERCENT,
        unit="percent",
        used=None if used is None else Decimal(used),
        limit=Decimal(100),
        resets_at=now + resets_in,
        window_minutes=minutes,
        observed_at=now - 90,
        evidence="codex app-server" if codex else "usage API",
        model=label[6:-1] if scoped else None,
    )


def _claude(now: Instant, session: str | None, resets_in: float = 2.2 * HOUR) -> Snapshot:
    windows = (
        _percent(now, "session_5h", "Session (5h)", session, resets_in, 300),
        _percent(now, "week_all", "Week (all)", "31", 3.4 * DAY, 10_080),
        _percent(now, "week_opus", "Week (Opus)", "18", 3.4 * DAY, 10_080),
        Window(
            key="extra_usage",
            label="Extra usage",
            role=Role.EXTRA,
            words=Words.SPENT,
            unit="usd",
            used=Decimal("4.10"),
            limit=Decimal(50),
            observed_at=now - 90,
            evidence="usage API",
        ),
    )
    return Snapshot(
        source="anthropic", label="Claude Max", plan="Max", tier="MAX 20X", windows=windows, fetched_at=now
    )


def _only_session(snapshot: Snapshot) -> Snapshot:
    """A plan without weeks, whose known use would drive the icon where the session's is not known."""
    return replace(snapshot, windows=snapshot.windows[:1])


def _local(now: Instant, label: str, cost: str | None, evidence: str = "Claudette's database") -> Snapshot:
    def row(key: str, title: str, count: int) -> Window:
        return Window(
            key=key,
            label=title,
            role=Role.THROUGHPUT,
            words=Words.TOKENS,
            unit="tokens",
            used=Decimal(count),
            cost=None if cost is None else Decimal(cost),
            bounded=False,
            observed_at=now - 90,
            evidence=evidence,
        )

    rows = (row("local_session", "This session", 12_400), row("local_24h", "Last 24h", 184_000))
    return Snapshot(source="local", label=label, windows=rows)


def _half_read(now: Instant) -> Snapshot:
    """Local tokens while a first start reads what the clients have written so far."""
    told = Progress(files=43, files_total=120, size=230_000_000, size_total=1_020_000_000, left=17)
    return replace(
        _local(now, "Claude Code", "0.43", "Claude Code transcript"),
        note="Input and output tokens as the client's transcripts tell them; the dollars are an estimate.",
        progress=told,
    )


def _balance(now: Instant) -> Snapshot:
    left = Window(
        key="openrouter_credits",
        label="OpenRouter balance",
        role=Role.BALANCE,
        words=Words.REMAINING,
        unit="usd",
        used=Decimal("2.41"),
        limit=Decimal(5),
        balance=Decimal("2.59"),
        observed_at=now - 90,
        evidence="OpenRouter",
    )
    return Snapshot(source="openrouter", label="OpenRouter", windows=(left,))


def _codex(now: Instant) -> Snapshot:
    windows = (
        _percent(now, "codex_session", "Session (5h)", "37", 3 * HOUR, 300),
        _percent(now, "codex_week", "Weekly", "61", 4.5 * DAY, 10_080),
    )
    return Snapshot(source="codex", label="Codex Plus", plan="Plus", windows=windows)


def _board(now: Instant, backend: Backend | None, *entries: Entry, settings: Settings | None = None) -> Board:
    reason = Reason.NONE if backend is None else Reason.RECENT
    return Board(
        settings=settings or Settings(claude_code_usage=True),
        active=Active(backend=backend, reason=reason, used_at=None if backend is None else now - 30),
        entries=entries,
        demo=True,
    )


def _entry(snapshot: Snapshot | None, source: str = "", problem: Problem | None = None) -> Entry:
    name = snapshot.source if snapshot is not None else source
    at = None if problem is None else time.time()
    return Entry(source=name, snapshot=snapshot, problem=problem, problem_at=at)


def boards(now: Instant) -> dict[str, Board]:
    """A board for every state the icon knows, by the name in the menu."""
    slow = Problem(
        kind=ProblemKind.RATE_LIMITED,
        title="Asked too often: the server wants a pause",
        hint="The last numbers stay; nothing needs to be done.",
        retry_at=now + 600,
    )
    out = Problem(
        kind=ProblemKind.SIGNED_OUT, title="Sign-in needed", hint="Sign in with `claude auth login`."
    )
    return {
        "Plenty left": _board(now, CLAUDE, _entry(_claude(now, "12"))),
        "More than half used": _board(now, CLAUDE, _entry(_claude(now, "68"))),
        "Nearly used up": _board(now, CLAUDE, _entry(_claude(now, "91"))),
        "Used up": _board(now, CLAUDE, _entry(_claude(now, "100"))),
        "Reset, awaiting a reading": _board(now, CLAUDE, _entry(_only_session(_claude(now, "97", -60)))),
        "Stale": _board(now, CLAUDE, _entry(_claude(now, "42"), problem=slow)),
        "Sign-in needed": _board(now, CLAUDE, _entry(None, "anthropic", out)),
        "Unknown": _board(now, CLAUDE, _entry(_only_session(_claude(now, None)))),
        "Off (needs the opt-in)": _board(
            now,
            CLAUDE,
            _entry(_local(now, "Claude Code", "0.43", "Claude Code transcript")),
            settings=Settings(),
        ),
        "Codex": _board(
            now, CODEX, _entry(_codex(now)), _entry(_local(now, "Codex", "0.43", "Codex transcript"))
        ),
        "OpenRouter balance": _board(
            now, ROUTER, _entry(_balance(now)), _entry(_local(now, "OpenRouter", "0.43"))
        ),
        "Tokens without a cap": _board(now, OLLAMA, _entry(_local(now, "Ollama", None))),
        "Reading transcripts": _board(now, CLAUDE, _entry(_claude(now, "24")), _entry(_half_read(now))),
        "No agent": _board(now, None),
    }
