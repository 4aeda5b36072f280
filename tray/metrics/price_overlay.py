"""The user's own prices: `prices.json` in our config folder; see docs/prices.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

OVERLAY = "prices.json"  # in our config folder

# The table's order of a row; the first two must be given.
_FIELDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
_SEARCH = "web_search"  # dollars per search
_MOST = 100_000  # dollars per million tokens; above it stands a slip of the pen


def read_overlay(file: Path | None) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """The entries in the table's form by lower-case model, and a sentence for each that can't be used.

    No file is no complaint; a file that can't be read is one, and no entry.
    """
    try:
        given = json.loads(file.read_bytes().decode("utf-8-sig")) if file is not None else {}
    except FileNotFoundError:
        return {}, ()
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not JSON"
        return {}, (f"prices.json can't be read ({why}); the shipped prices are used.",)
    if not isinstance(given, dict):
        return {}, ("prices.json is not an object of models; the shipped prices are used.",)
    found, complaints = {}, []
    for model, prices in given.items():
        wrong = _wrong(prices)
        if wrong:
            complaints.append(f"prices.json: {model!r} is left out: {wrong}.")
        else:
            row = [prices.get(field) for field in _FIELDS]
            found[model.strip().lower()] = {"base": row, "search": prices.get(_SEARCH) or 0.0}
    return found, tuple(complaints)


def _wrong(prices: object) -> str | None:
    """Why an entry can't be used."""
    if not isinstance(prices, dict):
        return 'it is not an object like {"input": 3, "output": 15}'
    for field in _FIELDS[:2]:
        if field not in prices:
            return f'"{field}" is missing'
    for field, value in prices.items():
        if field not in (*_FIELDS, _SEARCH):
            return f'"{field}" is no price we know'
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
            return f'"{field}" is not a number of dollars'
    return None
