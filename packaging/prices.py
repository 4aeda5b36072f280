"""Renew the price table `tray/metrics/prices.jsonl` from litellm's list of models; see docs/prices.md.

    pip download litellm --no-deps -d DIR
    python packaging/prices.py DIR/litellm-*.whl

Takes the wheel, a folder that holds the package, or the list itself, and asks nobody. The table is history: a
model that is no longer in the list keeps its last price and the day it was last seen, and a new price is a
new entry that begins today. A table that was already renewed from the same list stays as it is, to the byte.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[1] / "tray" / "metrics" / "prices.jsonl"
LIST = "model_prices_and_context_window_backup.json"
MODES = ("chat", "completion", "responses")

# A row of prices, in this order: input, output, cache read, cache write for 5 minutes, for an hour.
FIELDS = (
    "input_cost_per_token",
    "output_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
    "cache_creation_input_token_cost_above_1hr",
)
# What stays when the list no longer tells it: the offer has ended (a fast mode), its price has not.
KEPT = ("fast", "search")

Row = list[float | None]
Entry = dict[str, Any]
Table = dict[str, list[Entry]]  # oldest entry first; the name "" holds the table's own day


def millions(cost: object) -> float | None:
    """Dollars per million tokens of dollars per token, without the noise of binary fractions."""
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 <= cost < 1:
        return None
    value = float(f"{cost * 1e6:.10g}")
    return int(value) if value.is_integer() else value


def row(prices: dict[str, Any], ending: str = "", below: Row | None = None) -> Row | None:
    """The row of the fields with this ending; None without input or output.

    Of the row below it (of shorter prompts, or of the usual speed) those prices go on that are not told anew;
    litellm bills it so. What that row lacks is no price of this vendor.
    """
    found = [millions(prices.get(field + ending)) for field in FIELDS]
    if found[0] is None or found[1] is None:
        return None
    if below is not None:
        known = [*below, *[None] * (len(FIELDS) - len(below))]
        pairs = zip(found, known, strict=True)
        found = [None if old is None else old if new is None else new for new, old in pairs]
    while found[-1] is None:
        found.pop()
    return found


def rows(prices: dict[str, Any], ending: str = "", usual: Row | None = None) -> dict[str, Row]:
    """The base row and those of long prompts: {"base": [2.5, 15], "272000": [5, 22.5]}; {} without any."""
    stairs = [step for step in prices.get("tiered_pricing") or () if "range" in step and not ending]
    stairs.sort(key=lambda step: step["range"][0])
    base = row(prices, ending, usual) or (row(stairs[0]) if stairs and stairs[0]["range"][0] == 0 else None)
    if base is None:
        return {}
    found = {"base": base}
    begin = f"{FIELDS[0]}_above_"
    sizes = {
        int(field.removeprefix(begin).split("k_tokens")[0])
        for field in prices
        if field.startswith(begin) and field.endswith(f"k_tokens{ending}")
    }
    for size in sorted(sizes):
        if long := row(prices, f"_above_{size}k_tokens{ending}", base):
            found[str(size * 1000)] = long
    for step in stairs[1:]:
        if long := row(step, below=base):
            found.setdefault(str(int(step["range"][0])), long)
    return found


def entry(prices: dict[str, Any]) -> Entry | None:
    """What the table keeps of a model of the list; None for a model without text or without a price."""
    if not isinstance(prices, dict) or prices.get("mode") not in MODES:
        return None
    found: Entry = dict(rows(prices))
    if not found or not any(found["base"][:2]):
        return None
    special = prices.get("provider_specific_entry") or {}
    if fast := special.get("fast") or rows(prices, "_priority", found["base"]):
        found["fast"] = fast
    search = (prices.get("search_context_cost_per_query") or {}).get("search_context_size_medium")
    if search:
        found["search"] = search
    return found


def models(listed: dict[str, Any]) -> dict[str, Entry]:
    """The list in the table's form; names in lower case, the first of equal ones counts."""
    found: dict[str, Entry] = {}
    for name in sorted(listed):
        if name.isprintable() and name.lower() not in found and (made := entry(listed[name])):
            found[name.lower()] = made
    return found


def agrees(old: object, new: object) -> bool:
    """Whether nothing that was known is different or gone; what is only told now completes it."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and agrees(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        longer = [*new, *[None] * len(old)]
        return all(value is None or value == other for value, other in zip(old, longer, strict=False))
    return old == new


def renewed(history: list[Entry], new: Entry, day: str) -> list[Entry]:
    """A model's entries after a look at the list of this day."""
    if not history:
        return [new]
    *before, last = history
    known = {key: value for key, value in last.items() if key not in {"from", "seen", "source"}}
    new = {**{key: known[key] for key in KEPT if key in known}, **new}
    if agrees(known, new):
        about = {key: last[key] for key in ("from", "source") if key in last}
        return [*before, {**about, **new}]
    kept = before if last.get("from") == day else [*before, {k: v for k, v in last.items() if k != "seen"}]
    return [*kept, {"from": day, **new}]


def merged(table: Table, new: dict[str, Entry], day: str) -> Table:
    """The table after a look at the list of this day; ValueError when the table is younger."""
    seen = table[""][-1]["seen"] if "" in table else day
    if day < seen:
        raise ValueError(f"the table is of {seen}, the list of {day}")
    found: Table = {"": [{"seen": day}]}
    for name in sorted({*table, *new} - {""}):
        history = table.get(name, [])
        if name in new:
            found[name] = renewed(history, new[name], day)
        else:
            found[name] = [*history[:-1], {"seen": seen, **history[-1]}]
    return found


def read(table: Path) -> Table:
    """The table of a file; an empty one where there is none."""
    lines = table.read_text("ascii").splitlines() if table.exists() else []
    return {name: entries for name, *entries in map(json.loads, lines)}


def written(table: Table) -> str:
    """One line a model, sorted by the line's bytes: the reader looks names up in the text itself."""
    lines = []
    for name, entries in table.items():
        ordered = [
            dict(sorted(made.items(), key=lambda pair: (pair[0] != "from", pair[0]))) for made in entries
        ]
        lines.append(json.dumps([name, *ordered], separators=(",", ":")) + "\n")
    return "".join(sorted(lines))


def listed(given: Path) -> dict[str, Any]:
    """The list of litellm, out of a wheel, a folder or the file itself."""
    if given.suffix == ".whl":
        with zipfile.ZipFile(given) as wheel:
            text = wheel.read(f"litellm/{LIST}")
    else:
        text = (next(iter(sorted(given.rglob(LIST)))) if given.is_dir() else given).read_bytes()
    found: dict[str, Any] = json.loads(text)
    return found


def main() -> None:
    """Renew the table."""
    asked = argparse.ArgumentParser(description="Renew the price table from litellm's list of models.")
    asked.add_argument("litellm", type=Path, help="the wheel, a folder with the package, or the list")
    asked.add_argument("--day", type=date.fromisoformat, default=datetime.now(UTC).date(), help="of the list")
    asked.add_argument("--table", type=Path, default=TABLE)
    given = asked.parse_args()
    old = read(given.table)
    new = merged(old, models(listed(given.litellm)), given.day.isoformat())
    given.table.write_text(written(new), "ascii", newline="\n")
    gone = sum("seen" in entries[-1] for name, entries in new.items() if name)
    print(
        f"{len(new) - 1} models, {len(new.keys() - old.keys() - {''})} of them new, {gone} no longer listed"
    )


if __name__ == "__main__":
    main()
