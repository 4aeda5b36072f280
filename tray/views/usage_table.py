"""The usage report on a terminal: a table as wide as it may be, and in words what its marks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tray.metrics.tally import Row, Usage

WIDE = 100  # columns from which on cache tokens and models have columns of their own

_FIRST = {
    "daily": "Date",
    "weekly": "Week of",
    "monthly": "Month",
    "session": "Session",
    "project": "Project",
    "model": "Model",
}
_LEAST = 10  # columns of a name that is cut


def table(usage: Usage, width: int, *, breakdown: bool = False) -> str:
    """The report as lines of at most `width` columns where that is possible at all."""
    if not usage.rows:
        return "Nothing was used in that time."
    models, cache = ["Models"], ["Cache create", "Cache read"]
    choices = [(models, cache), ([], cache)] if width >= WIDE else [([], [])]
    if usage.by == "model" or breakdown:  # the first column names the models
        choices = choices[-1:]
    for shown, caches in choices:  # the first that fits, else the last, with its names cut
        head = [_FIRST[usage.by], "Agent", *shown, "Input", "Output", *caches, "Total tokens", "Cost (USD)"]
        lines = _rows(usage, head, breakdown=breakdown)
        if _width(_widths(lines)) <= width:
            break
    return "\n".join([*_laid_out(lines, head.index("Input"), width), *_notes(usage, width)])


def _rows(usage: Usage, head: list[str], *, breakdown: bool) -> list[list[str] | None]:
    """The cells of all lines; None is a rule."""
    lines: list[list[str] | None] = [head, None]
    for row in usage.rows:
        lines += _lines(row, head)
        if breakdown:
            lines += [line for model in row.breakdown for line in _lines(model, head, "  " + model.period)]
    return [*lines, None, *_lines(usage.totals, head, "Total", models=False)]


def _lines(
    row: Row, head: Sequence[str], name: str | None = None, *, models: bool = True
) -> list[list[str] | None]:
    """A row's cells; further lines hold its further models."""
    mark = "~" if row.inexact_calls else ""
    cells = {
        head[0]: row.period if name is None else name,
        "Agent": row.agent if name is None else "",
        "Input": _number(row.input_tokens),
        "Output": mark + _number(row.output_tokens),
        "Cache create": _number(row.cache_write_tokens),
        "Cache read": _number(row.cache_read_tokens),
        "Total tokens": mark + _number(row.total_tokens),
        "Cost (USD)": _cost(row, mark),
    }
    listed = [f"- {model}" for model in row.models] if models and name is None else []
    first = [listed[0] if column == "Models" and listed else cells.get(column, "") for column in head]
    rest = listed[1:] if "Models" in head else []
    return [first, *([model if column == "Models" else "" for column in head] for model in rest)]


def _widths(lines: Iterable[list[str] | None]) -> list[int]:
    cells = [row for row in lines if row is not None]
    return [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _laid_out(lines: Sequence[list[str] | None], texts: int, width: int) -> list[str]:
    """Lines of text; the first `texts` columns are words, which give way; the others are numbers."""
    widths = _widths(lines)
    for column in range(texts):
        over = max(_width(widths) - width, 0)
        widths[column] -= min(over, max(widths[column] - _LEAST, 0))
    found = []
    for row in lines:
        if row is None:
            found.append("  ".join("-" * one for one in widths))
            continue
        laid = [
            _cut(cell, one).ljust(one) if column < texts else cell.rjust(one)
            for column, (cell, one) in enumerate(zip(row, widths, strict=True))
        ]
        found.append("  ".join(laid).rstrip())
    return found


def _notes(usage: Usage, width: int) -> list[str]:
    """What the marks mean, and what the sums hold or lack."""
    totals, notes = usage.totals, []
    if totals.inexact_calls:
        share = 100 * totals.inexact_calls / max(totals.calls, 1)
        percent = f"{share:.0f}" if share >= 1 else "less than 1"
        notes.append(
            "~ output under-recorded by this client version: "
            f"{_number(totals.inexact_calls)} of {_number(totals.calls)} calls ({percent} %)"
        )
    if totals.hidden_input_tokens or totals.hidden_output_tokens:
        notes.append(
            "Compaction & background, by the client's own sums: included are "
            f"{_number(totals.hidden_input_tokens)} input and {_number(totals.hidden_output_tokens)} output"
            " tokens that no line of a transcript tells"
        )
    if totals.unpriced_models:
        notes.append(f"Price unknown: {', '.join(totals.unpriced_models)} (their tokens are in no cost)")
    if not notes:
        return []
    from textwrap import wrap

    return ["", *(line for note in notes for line in wrap(note, max(width, 40), subsequent_indent="  "))]


def _number(count: int) -> str:
    return f"{count:,}"


def _cost(row: Row, mark: str) -> str:
    if row.cost_usd is None:
        return "unknown"
    return f"{mark}${row.cost_usd:,.2f}" + (" + ?" if row.unpriced_models else "")


def _cut(text: str, width: int) -> str:
    """The end of a path or name tells more than its beginning."""
    return text if len(text) <= width else "…" + text[len(text) - width + 1 :]
