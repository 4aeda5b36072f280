"""Every figure of the activity, worked out slowly and plainly by the words of docs/metrics.md."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from tests.activity_past import DAY, QUARTER, Past, Session, Use, known


class Oracle(Past):
    """What the facts come to in a scope ("claudette" or "machine") and a window of days."""

    def dashboard(self) -> dict[str, Any]:
        busy = [one for one in self.sessions if (one.open or one.outside) and self._is_now(one)]
        ended = [
            one
            for one in self.sessions
            if one.ended and 0 <= self.ago(one.start) < 30 and one.start <= self.now
        ]
        lately = {name: row for name, row in self.commits().items() if 0 <= self.ago(row[0]) < 14}
        month = [use for use in self.uses if 0 <= self.ago(use.at) < 30]
        weight = sum(one.weight for one in ended)
        return {
            "active": len(busy),
            "idle": sum(one.open for one in self.sessions) - sum(one.open for one in busy),
            "today": sum(one.weight for one in self.sessions if self.now - DAY <= one.start <= self.now),
            "commits": [sum(self.ago(row[0]) == 13 - n for row in lately.values()) for n in range(14)],
            "churn": [sum(row[n] for row in lately.values() if self.ago(row[0]) < 7) for n in (1, 2)],
            "tokens": [sum(u.input + u.output for u in month if self.ago(u.at) == 29 - n) for n in range(30)],
            "cost": [_cost([u for u in month if self.ago(u.at) == 29 - n]) for n in range(30)],
            "cost_30d": _cost(month),
            "io": [sum(use.input for use in month), sum(use.output for use in month)],
            "cache": sum(use.cache for use in month),
            "hits": _rate(sum(u.cache for u in month), sum(u.cache + u.input for u in month)),
            "success": _rate(sum(one.good for one in ended), weight),
            "unpriced": sorted({use.model for use in month if use.cost is None}),
        }

    def _is_now(self, one: Session) -> bool:
        """A sign of life in its row or in its transcript, whatever the scope counts."""
        spoken = self.spoken.get(one.id)
        return self._last(one, spoken.last if spoken else 0) >= self.now - 300

    def _last(self, one: Session, *more: int) -> int:
        """The last sign of life that is not dated ahead."""
        return max((at for at in (*one.signs, *more) if at <= self.now + 300), default=0)

    def commits(self) -> dict[str, tuple[int, int, int]]:
        """(instant, additions, deletions) by hash, each once, nothing of the future."""
        found: dict[str, tuple[int, int, int]] = {}
        for one in self.facts.noted:
            at = known(one.at)
            if at is not None and 0 <= self.ago(at) < 14:
                found.setdefault(one.hash, (at, one.more, one.less))
        for one in self.made():
            found.setdefault(one.hash, (one.at, one.more, one.less))
        return found

    def leaders(self) -> dict[str, tuple[int, int, int, int, float | None]]:
        """By place: sessions, commits, tokens, cache tokens, dollars; those with anything."""
        began = Counter[str]()
        for one in self.sessions:
            if self.in_window(one.start):
                began[one.place] += one.weight
        made = self._made_at()
        since = None if self.days is None else (self.now - self.days * DAY) // QUARTER
        used = [
            use
            for use in self.uses
            if self.ago(use.at) >= 0 and (since is None or use.at // QUARTER >= since)
        ]
        found = {}
        for place in {*began, *made, *(use.place for use in used)}:
            mine = [use for use in used if use.place == place]
            tokens, cache = sum(use.input + use.output for use in mine), sum(use.cache for use in mine)
            if began[place] or made[place] or tokens or cache or _cost(mine):
                found[place] = (began[place], made[place], tokens, cache, _cost(mine))
        return found

    def _made_at(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for noted in self.facts.noted:
            at = known(noted.at)
            if self.days is None if at is None else self.in_window(at):
                found[noted.space] += 1
        for left in self.facts.summaries:
            at = known(left.last) if known(left.last) is not None else known(left.created)
            if at is not None and self.in_window(at):
                kept = sum(noted.space == left.space for noted in self.facts.noted)
                found[left.space] += max(left.commits - kept, 0)
        asked = self.folders()
        trees = sorted((folder != home, folder, home) for folder, home in self.facts.trees if folder in asked)
        for name in {one.hash for one in self.made()}:
            same = [one for one in self.made() if one.hash == name and self.in_window(one.at)]
            holders = [folder for _, folder, _ in trees if any(folder in one.on for one in same)]
            homes = [folder for _, folder, home in trees if any(home == one.repository for one in same)]
            if same:
                found[(holders or homes)[0]] += 1
        return found

    def heatmap(self) -> list[list[int]]:
        cells = [[0] * 24 for _ in range(7)]
        for one in self.sessions:
            if self.in_window(one.start):
                local = datetime.fromtimestamp(one.start, self.zone)
                cells[local.weekday()][local.hour] += one.weight
        return cells

    def histogram(self) -> list[int]:
        bars = [0] * 8
        for one in self.sessions:
            if one.turns > 0 and self.in_window(one.start):
                bars[sum(one.turns > bound for bound in (2, 4, 8, 16, 32, 64, 128))] += one.weight
        return bars

    def commands(self) -> list[tuple[str, int, bool]]:
        kept: Counter[str] = Counter()
        for _, name, count in self.facts.commands:
            kept[name] += count
        typed: dict[str, set[str]] = {}
        mine = {one.key for file in self.facts.files for one in file.said if one.session in self.own}
        for file in self.facts.files if self.machine else ():
            for one in file.said:
                if one.prompt and one.command and one.key not in mine and self.in_window(one.at):
                    typed.setdefault(one.command, set()).add(one.key)
        found = [(name, kept[name] + len(typed.get(name, ())), name not in kept) for name in {*kept, *typed}]
        return sorted(found, key=lambda row: (-row[1], row[0]))

    def recent(self) -> list[tuple[str, int, int, int | None, bool | None]]:
        return sorted(
            (one.id, one.start, self._last(one), one.end, bool(one.good) if one.ended else None)
            for one in self.sessions
            if self._last(one) >= self.now - DAY
        )

    def cards(self) -> dict[str, tuple[Any, ...]]:
        """By place: status, commits, additions, deletions, last active, and the latest session."""
        found: dict[str, tuple[Any, ...]] = {}
        for space in self.facts.spaces:
            if space.id not in self.gone:
                rows = [one for one in self.facts.noted if one.space == space.id]
                sums = (len(rows), sum(one.more for one in rows), sum(one.less for one in rows))
                status = "archived" if space.state == "archived" else "active"
                found[space.id] = (status, *sums, *self._latest(space.id))
        for folder, first in self.folders().items():
            made = [one for one in self.facts.made if folder in one.on and one.at >= first]
            sums = (len(made), sum(one.more for one in made), sum(one.less for one in made))
            found[folder] = ("active", *sums, *self._latest(folder))
        return found

    def _latest(self, place: str) -> tuple[Any, ...]:
        mine = [one for one in self.sessions if one.place == place and not one.summed]
        if not mine:
            return (None, None)
        start = max(one.start for one in mine)
        return max(at for one in mine for at in one.signs), start


def _cost(uses: list[Use]) -> float | None:
    known = [use.cost for use in uses if use.cost is not None]
    return round(float(sum(known)), 9) if known or not uses else None


def _rate(part: float, whole: float) -> float | None:
    return part / whole if whole else None
