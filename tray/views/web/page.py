"""The page's markup from values: what is inside it now, the document around that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray import __version__
from tray.core import insight_words as words
from tray.core import page_words
from tray.core.insights import Rank, Scope
from tray.core.screen import READING, TITLE, WAITING
from tray.core.tabs import TABS
from tray.views.web.activity_html import activity
from tray.views.web.insights_html import insights
from tray.views.web.markup import Html, el, join
from tray.views.web.usage_html import gauge, question, strip, usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.insights import Metrics
    from tray.core.screen import Consent, Screen, SignIn
    from tray.views.web.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that a page is made from, at one instant (Unix seconds).

    `screen` None: nothing was heard of the engine yet. `found` None: nothing was asked or answered yet.
    `waiting`: the answer to this look is on its way, `found` is one to another.
    `notice` is what the page itself has to say, `lost` that nobody keeps the data up to date.
    """

    now: float
    screen: Screen | None = None
    found: Metrics | None = None
    notice: str | None = None
    asking: bool = False
    lost: bool = False
    waiting: bool = False
    plan: bool = False
    consents: Mapping[str, Consent] = field(default_factory=dict)
    sign_ins: Mapping[str, SignIn] = field(default_factory=dict)


def document(view: View, shown: Shown) -> str:
    """The whole page; what is inside is exchanged by `page.js` from then on."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("title", TITLE),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("link", rel="icon", href="icon.png", type="image/png"),
        el("link", rel="stylesheet", href="style.css"),
        el("script", src="page.js", defer=True),
    )
    status = el("p", class_="heard", role="status", id="status")
    return f"<!doctype html>\n{el('html', head, el('body', inside(view, shown), status), lang='en')}\n"


def inside(view: View, shown: Shown) -> Html:
    """The content of a look."""
    consent = shown.consents.get(view.ask)
    if consent is not None:
        return _page(view, el("main", question(consent, view)), lost=False)
    # Not disabled while it asks: that would take the focus away from who has just pressed it.
    busy = {"aria_disabled": "true"} if shown.asking else {}
    label = "Asking…" if shown.asking else "Refresh"
    refresh = el("button", label, type="button", data_do="refresh", id="refresh", **busy)
    top = el("header", el("h1", TITLE), _tabs(view), refresh, class_="top")
    banner = shown.screen.banner if shown.screen else None
    strips = [strip("notice", told) for told in (banner, shown.notice) if told]
    panel = el(
        "div",
        _content(view, shown),
        role="tabpanel",
        aria_busy="true" if shown.waiting else None,
        id="panel",
        aria_labelledby=f"tab-{view.tab}",
    )
    content = join(top, el("main", *strips, panel), _foot())
    return _page(view, content, lost=shown.lost, said=shown.notice)


def _page(view: View, content: Html, *, lost: bool, said: str | None = None) -> Html:
    """`said` is told to those who hear the page, once."""
    kind = "lost" if lost else None
    return el("div", content, id="page", data_look=view.href(), data_said=said, class_=kind)


def _foot() -> Html:
    told = f"Claudette tray {__version__}. MIT licence. Not affiliated with the vendors whose usage it shows."
    return el("footer", el("p", told, class_="dim small"))


def _content(view: View, shown: Shown) -> Html:
    if view.tab == "usage":
        if shown.screen is None:
            return el("p", WAITING if shown.lost else READING, class_="dim empty")
        return usage(shown.screen, view, shown.sign_ins)
    bar = el("div", _scopes(view, shown.found), _windows(view), class_="bar")
    return join(bar, _figures(view, shown))


def _figures(view: View, shown: Shown) -> Html:
    """Activity or Insights in each of its states: reading, empty, partial, with a trouble, whole."""
    found = shown.found
    progress = [gauge(card.gauge) for card in (shown.screen.cards if shown.screen else ()) if card.gauge]
    if found is None:
        return join(el("p", READING, class_="dim empty"), *progress)
    told = states(found)
    if found.empty:
        lines = (
            el("p", page_words.NOTHING, class_="empty"),
            el("p", page_words.WILL_APPEAR, class_="dim empty"),
        )
        return join(told, *progress, *lines)
    now = int(shown.now * 1000)
    if view.tab == "activity":
        return join(told, *progress, activity(found, now, plan=shown.plan, walk=True))
    ranks = _picker(
        "rank", "Order", [(words.RANKS[one], view.href(rank=one), one is view.rank) for one in Rank]
    )
    return join(told, *progress, insights(found, now, rank=view.rank, ranks=ranks, walk=True))


def states(found: Metrics) -> Html:
    """What has to be known about all figures: what could not be read, what is still to be read."""
    return join(
        strip("alert", found.trouble) if found.trouble else None,
        strip("notice", page_words.LOWER_BOUND) if not found.complete else None,
    )


def _tabs(view: View) -> Html:
    tabs = [
        el(
            "a",
            title,
            href=view.href(tab=tab, mark=""),
            role="tab",
            id=f"tab-{tab}",
            aria_selected="true" if tab == view.tab else "false",
            aria_controls="panel",
            tabindex=0 if tab == view.tab else -1,
            data_go=True,
        )
        for tab, title in TABS.items()
    ]
    return el("nav", *tabs, role="tablist", class_="segments", data_walk="1", aria_label="Pages")


def _scopes(view: View, found: Metrics | None) -> Html | None:
    if found is None or not found.other_scope:
        return None
    shown = view.scope or (found.scope if found else Scope.MACHINE)
    choices = [(title, view.href(scope=one), one is shown) for one, title in words.SCOPES.items()]
    return _picker("scope", "What is counted", choices)


def _windows(view: View) -> Html | None:
    if view.tab != "insights":
        return None
    choices = [
        (label, view.href(days=one), one == view.days) for one, label in words.windows(view.days).items()
    ]
    return _picker("days", "Window", choices)


def _picker(key: str, label: str, choices: list[tuple[str, str, bool]]) -> Html:
    """One of a few: the chosen one is told by its ground, its weight and to those who hear the page."""
    parts = [
        el(
            "a",
            title,
            href=href,
            role="radio",
            id=f"{key}-{place}",
            aria_checked="true" if chosen else "false",
            tabindex=0 if chosen else -1,
            data_go=True,
        )
        for place, (title, href, chosen) in enumerate(choices)
    ]
    return el("div", *parts, role="radiogroup", class_="segments", data_walk="1", aria_label=label)
