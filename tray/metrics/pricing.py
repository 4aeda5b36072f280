"""What tokens cost: the dated price table, the user's own prices over it, the arithmetic (docs/prices.md).

A price is in dollars per million tokens and stays a float; what is shown becomes a Decimal at the edge. A
model that is in neither table has no price: it is unknown, never free.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tray.metrics.bands import BANDS, band
from tray.metrics.model_names import is_day, names
from tray.metrics.price_overlay import read_overlay

_TABLE = Path(__file__).with_name("prices.jsonl")
_MILLION = 1_000_000
_FAST = ("fast", "priority")  # as Anthropic and OpenAI call the speed that costs more


class Rates(NamedTuple):
    """Dollars per million tokens."""

    input: float
    output: float
    cache_read: float
    cache_write_5m: float
    cache_write_1h: float


class Tier(NamedTuple):
    """The rates of requests in this band and above it; `fast` is `standard` where no faster speed is sold."""

    band: int
    standard: Rates
    fast: Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A model's price on one day: its tiers, the lowest first (of band 0), and dollars per web search."""

    tiers: tuple[Tier, ...]
    web_search: float = 0.0

    def cost(
        self,
        *,
        input: int,  # noqa: A002  # the vendors' word
        output: int,
        cache_read: int,
        cache_write_5m: int,
        cache_write_1h: int,
        web_searches: int = 0,
        band: int = 0,
        speed: str = "standard",
    ) -> float:
        """Dollars. `input` are the uncached tokens, `output` includes reasoning.

        Linear in the counts: sums over requests of one band and one speed may be given.
        """
        tier = self.tiers[0]
        for higher in self.tiers[1:]:
            if band >= higher.band:
                tier = higher
        rates = tier.fast if speed in _FAST else tier.standard
        tokens = (
            input * rates.input
            + output * rates.output
            + cache_read * rates.cache_read
            + cache_write_5m * rates.cache_write_5m
            + cache_write_1h * rates.cache_write_1h
        )
        return tokens / _MILLION + web_searches * self.web_search


class Prices:
    """The price book; a table is read at the first question, and one answer per model is kept.

    `overlay` is the user's file; `complaints` says what of it could not be used.
    """

    def __init__(self, overlay: Path | None = None, table: Path = _TABLE) -> None:
        own, self.complaints = read_overlay(overlay)
        self._own = {model: ((("", _price(model, entry)),)) for model, entry in own.items()}
        self._file = table
        self._text: bytes | None = None
        self._known: dict[str, tuple[tuple[str, Price], ...]] = {}

    def find(self, model: str | None, day: str) -> Price | None:
        """The price of a model, as a client writes it, on a day (YYYY-MM-DD, UTC); None: unknown."""
        if not model:
            return None
        history = self._known.get(model)
        if history is None:
            history = self._known[model] = self._history(model)
        found = None
        for begins, price in history:
            if begins <= day:
                found = price
        return found

    def _history(self, model: str) -> tuple[tuple[str, Price], ...]:
        wanted = list(dict.fromkeys(names(model)))
        for name in wanted:
            if name in self._own:
                return self._own[name]
        if self._text is None:
            self._text = _read(self._file)
        for name in wanted:
            if line := _line(self._text, name):
                return tuple((entry.get("from", ""), _price(name, entry)) for entry in line)
        for name in wanted:
            if line := _newest(self._text, name):
                return tuple((entry.get("from", ""), _price(name, entry)) for entry in line)
        return ()


def _read(table: Path) -> bytes:
    """The table, with a line end before its first line; empty while the installation is being replaced."""
    try:
        return b"\n" + table.read_bytes()
    except OSError:
        return b""


def _line(text: bytes, name: str) -> list[dict[str, Any]]:
    """A model's entries, the oldest first; the table is one JSON array a line, ["name",{...},...]."""
    start = text.find(b"\n[" + json.dumps(name).encode() + b",{") if name else -1
    if start < 0:
        return []
    entries: list[dict[str, Any]] = json.loads(text[start : text.index(b"\n", start + 1)])[1:]
    return entries


def _newest(text: bytes, name: str) -> list[dict[str, Any]]:
    """The entries of the newest dated release of this name: claude-sonnet-4 is claude-sonnet-4-20250514."""
    begin = b"\n[" + json.dumps(f"{name}-20").encode()[:-1]
    found, start = "", text.find(begin)
    while start >= 0:
        dated = text[start + 3 : text.index(b'"', start + 3)].decode()
        if is_day(dated[len(name) + 1 :]):
            found = max(found, dated)
        start = text.find(begin, start + 1)
    return _line(text, found)


def _price(model: str, entry: dict[str, Any]) -> Price:
    """{"base": [input, output, ...], "200000": [...], "fast": 2 or {"base": [...], ...}, "search": 0.01}."""
    fast = entry.get("fast")
    tiers = []
    for above in (0, *BANDS):
        key = str(above) if above else "base"
        if key not in entry:
            continue
        standard = _rates(model, entry[key])
        quick = standard  # a long request is not sold faster, unless the table says so
        if isinstance(fast, dict):
            quick = _rates(model, fast[key]) if key in fast else standard
        elif fast:
            quick = Rates(*(rate * fast for rate in standard))
        tiers.append(Tier(band(above + 1) if above else 0, standard, quick))
    return Price(tiers=tuple(tiers), web_search=entry.get("search", 0.0))


def _rates(model: str, row: list[float | None]) -> Rates:
    """A row of the table; what it lacks goes by Anthropic's rule for its models, others bill it as input."""
    told = [*row, None, None, None, None, None]
    uncached, output, read, write_5m, write_1h = told[0] or 0.0, told[1] or 0.0, told[2], told[3], told[4]
    by_rule = "claude" in model
    if read is None:
        read = uncached * 0.1 if by_rule else uncached
    if write_5m is None:
        write_5m = uncached * 1.25 if by_rule else uncached
    if write_1h is None:
        write_1h = uncached * 2 if by_rule else write_5m
    return Rates(uncached, output, read, write_5m, write_1h)
