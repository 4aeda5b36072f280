"""The activity as CSV: tidy rows `section,item,measure,value` below one header (docs/metrics-json.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tray.core.insight_words import WEEKDAYS
from tray.core.insights import BOUNDS
from tray.core.insights_json import document
from tray.core.texts import tame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from tray.core.insights import Metrics

HEADER = ("section", "item", "measure", "value")
_REPORT = ("schema", "scope", "generated_at", "timezone", "complete", "trouble")
_SERIES = {"commits_daily_14d": "commits", "tokens_daily_30d": "tokens", "cost_daily_30d": "cost_usd"}
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # also as wide letters

Row = tuple[str, str, str, object]


def text(found: Metrics, today: date) -> str:
    """The report; `today` is the local day on which it was made, the last one of every series.

    Texts that a spreadsheet would run as a formula begin with an apostrophe; unknown is an empty field.
    """
    lines = [HEADER, *(tuple(_cell(part) for part in row) for row in rows(found, today))]
    return "".join(",".join(_quoted(part) for part in line) + "\r\n" for line in lines)


def rows(found: Metrics, today: date) -> Iterator[Row]:
    """All values, each with where it belongs."""
    told = document(found)
    yield from _measures("report", "", {key: told[key] for key in _REPORT})
    yield "report", "", "window_days", found.analytics.window_days
    board = told["dashboard"]
    yield from _measures("dashboard", "", {key: value for key, value in board.items() if key not in _SERIES})
    for key, measure in _SERIES.items():
        first = today - timedelta(days=len(board[key]) - 1)
        for place, value in enumerate(board[key]):
            yield "daily", (first + timedelta(days=place)).isoformat(), measure, value
    for item, one in _named(told["workspaces"], "name"):
        latest = one.pop("latest_session")
        yield from _measures("workspace", item, one)
        if latest is not None:
            yield from _measures("workspace", item, {f"latest_{key}": value for key, value in latest.items()})
    yield from _analytics(told["analytics"])


def _analytics(told: Mapping[str, Any]) -> Iterator[Row]:
    for place, (item, leader) in enumerate(_named(told["leaderboard"], "workspace"), 1):
        yield from _measures("leaderboard", item, {"place": place} | leader)
    for name, day in zip(WEEKDAYS, told["heatmap"], strict=True):
        for hour, count in enumerate(day):
            yield "heatmap", f"{name} {hour:02}:00", "sessions", count
    labels = (*(f"up to {bound}" for bound in BOUNDS), f"{BOUNDS[-1] + 1} or more")
    for label, count in zip(labels, told["turn_histogram"], strict=True):
        yield "turns", label, "sessions", count
    for item, command in _named(told["slash_commands"], "name"):
        yield from _measures("slash_command", item, command)
    for item, session in _named(told["recent_sessions"], "id"):
        yield from _measures("recent_session", item, session)


def _named(entries: Iterable[dict[str, Any]], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries with their names; one that occurs again gets its number: `docs (2)`."""
    seen: dict[str, int] = {}
    for entry in entries:
        values = dict(entry)
        name = str(values.pop(key))
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})", values


def _measures(section: str, item: str, values: Mapping[str, object]) -> Iterator[Row]:
    for key, value in values.items():
        yield section, item, key, ";".join(map(str, value)) if isinstance(value, list) else value


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    told = tame(str(value))
    return f"'{told}" if told.lstrip(" ").startswith(_FORMULA) else told


def _quoted(cell: str) -> str:
    """As RFC 4180 wants it."""
    return '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell
