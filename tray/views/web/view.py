"""What a browser page looks at: its tab, its choices, a question; all of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from tray.core.days import days_of, days_word
from tray.core.insights import DEFAULT_DAYS, Rank, Scope
from tray.core.tabs import TABS, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One look. `scope` None: what the analyst thinks best. `ask`: the switch whose question is shown.

    `mark`: a switch that was asked for elsewhere.
    """

    tab: Tab = "usage"
    scope: Scope | None = None
    days: int | None = DEFAULT_DAYS
    rank: Rank = Rank.SESSIONS
    ask: str = ""
    mark: str = ""

    def href(self, **changes: object) -> str:
        """The address of this look, or of one that differs in something."""
        other = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        told = {
            "tab": other.tab,
            "scope": other.scope.value if other.scope else "",
            "days": days_word(other.days),
            "rank": other.rank.value,
            "ask": other.ask,
            "mark": other.mark,
        }
        plain = {"tab": "usage", "days": str(DEFAULT_DAYS), "rank": Rank.SESSIONS.value}
        return "?" + urlencode({key: value for key, value in told.items() if value != plain.get(key, "")})


def look(query: str) -> View:
    """The view of an address's query; whatever makes no sense in it is as if it were not there."""
    try:
        told = {key: values[-1] for key, values in parse_qs(query, max_num_fields=16).items()}
    except ValueError:
        return View()
    tab = told.get("tab")
    return View(
        tab=tab if tab in TABS else "usage",
        scope=Scope(told["scope"]) if told.get("scope") in set(Scope) else None,
        days=_days(told.get("days", "")),
        rank=Rank(told["rank"]) if told.get("rank") in set(Rank) else Rank.SESSIONS,
        ask=told.get("ask", "")[:64],
        mark=told.get("mark", "")[:64],
    )


def _days(word: str) -> int | None:
    try:
        return days_of(word)
    except ValueError:
        return DEFAULT_DAYS


def wished(wish: str) -> View:
    """The look that is asked for by `consent:TOGGLE`, `page:PAGE`, `days:N`, or a TOGGLE to mark."""
    head, _, tail = wish.partition(":")
    match head:
        case "consent":
            return View(ask=tail)
        case "page":
            return View(tab=tail if tail in TABS else "usage")
        case "days":
            return View(tab="insights", days=_days(tail))
    return View(mark=head if not tail and head != "about" else "")
