"""Rows of the usage report: what they hold, and how they are added up."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"  # where a call tells no model, no folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the report. Tokens are whole numbers; `input_tokens` are the uncached ones.

    `hidden_*` come from a client's own sum for a session and are part of the sums. `cost_usd` (US dollars)
    leaves out the models of `unpriced_models`, and is None where nothing has a price. `inexact_calls` are
    those whose numbers the client recorded too low. `breakdown` has a row for each model, its name as
    `period`.
    """

    period: str
    agent: str
    models: tuple[str, ...]
    sessions: int
    calls: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    hidden_input_tokens: int
    hidden_output_tokens: int
    cost_usd: float | None
    unpriced_models: tuple[str, ...]
    inexact_calls: int
    breakdown: tuple[Row, ...] = ()

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The report: rows by period and agent, and their totals (period "total", agent "all")."""

    by: str
    timezone: str
    rows: tuple[Row, ...]
    totals: Row


class Tally:
    """A row that is being added up; no dataclass, which would cost a fast command a millisecond.

    `costs`: whether anything has a price, `unpriced`: whether anything has none; `elsewhere`: whether the
    cost of some calls stands on their session's last day.
    """

    __slots__ = (
        *(
            "calls",
            "input",
            "output",
            "cache_read",
            "cache_write",
            "hidden_input",
            "hidden_output",
            "inexact",
        ),
        *("cost", "costs", "unpriced", "elsewhere"),
    )

    def __init__(self) -> None:
        self.calls = self.input = self.output = self.cache_read = self.cache_write = 0
        self.hidden_input = self.hidden_output = self.inexact = 0
        self.cost = 0.0
        self.costs = self.unpriced = self.elsewhere = False

    def add(self, fresh: int, output: int, read: int, write_5m: int, write_1h: int) -> None:
        """Add tokens."""
        self.input += fresh
        self.output += output
        self.cache_read += read
        self.cache_write += write_5m + write_1h

    def spend(self, cost: float | None) -> None:
        """Add dollars; None for tokens whose price is unknown."""
        if cost is None:
            self.unpriced = True
        else:
            self.cost += cost
            self.costs = True


class Part:
    """The tallies of one period and agent, by model."""

    __slots__ = ("models", "sessions")

    def __init__(self) -> None:
        self.models: dict[str, Tally] = {}
        self.sessions = 0

    def of(self, model: str) -> Tally:
        """The tally of a model ("" for one that is not told)."""
        found = self.models.get(model)
        if found is None:
            found = self.models[model] = Tally()
        return found


def row(period: str, agent: str, parts: list[Part], sessions: int) -> Row:
    """The sum of parts."""
    models: dict[str, Tally] = {}
    whole = Tally()
    for part in parts:
        for model, tally in part.models.items():
            if len(parts) == 1:
                models[model] = tally
            else:
                _sum(models.setdefault(model, Tally()), tally)
            _sum(whole, tally)
    names = sorted(models)
    lines = tuple(_row(name or UNKNOWN, agent, models[name], (name,) if name else ()) for name in names)
    unpriced = tuple(line.period for line in lines if line.unpriced_models)
    return _row(
        period,
        agent,
        whole,
        tuple(name for name in names if name),
        sessions=sessions,
        unpriced=unpriced,
        breakdown=lines,
    )


def _sum(into: Tally, other: Tally) -> None:
    into.calls += other.calls
    into.input += other.input
    into.output += other.output
    into.cache_read += other.cache_read
    into.cache_write += other.cache_write
    into.hidden_input += other.hidden_input
    into.hidden_output += other.hidden_output
    into.inexact += other.inexact
    into.cost += other.cost
    into.costs = into.costs or other.costs
    into.unpriced = into.unpriced or other.unpriced
    into.elsewhere = into.elsewhere or other.elsewhere


def _row(
    period: str,
    agent: str,
    tally: Tally,
    models: tuple[str, ...],
    *,
    sessions: int = 0,
    unpriced: tuple[str, ...] | None = None,
    breakdown: tuple[Row, ...] = (),
) -> Row:
    known = tally.costs or not (tally.unpriced or tally.elsewhere)
    own = (period,) if tally.unpriced else ()
    return Row(
        period=period,
        agent=agent,
        models=models,
        sessions=sessions,
        calls=tally.calls,
        input_tokens=tally.input,
        output_tokens=tally.output,
        cache_read_tokens=tally.cache_read,
        cache_write_tokens=tally.cache_write,
        hidden_input_tokens=tally.hidden_input,
        hidden_output_tokens=tally.hidden_output,
        cost_usd=max(tally.cost, 0.0) if known else None,
        unpriced_models=own if unpriced is None else unpriced,
        inexact_calls=tally.inexact,
        breakdown=breakdown,
    )
