"""The Usage tab from a `Screen`: header, a card for each source, switches; and the question before one."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from tray.core.model import Action, Band
from tray.views.web.markup import Html, el, hidden, join, name, part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.model import Face
    from tray.core.screen import Card, Consent, Gauge, Row, Screen, SignIn, ToggleRow, Trouble
    from tray.views.web.view import View

_SIGNS = {
    "warning": el("path", d="M8 2L15 14H1Z", class_="body"),
    "critical": join(
        el("circle", cx=8, cy=8, r=7, class_="body"), el("path", d="M8 4V9M8 11V12.5", class_="cut")
    ),
    "spent": el("path", d="M3 3L13 13M13 3L3 13", class_="stroke"),
    "info": join(el("circle", cx=8, cy=8, r=7, class_="body"), el("path", d="M8 7V12M8 3.5V5", class_="cut")),
}


def usage(screen: Screen, view: View, sign_ins: Mapping[str, SignIn]) -> Html:
    """Everything below the strip of tabs."""
    named = next((card for card in screen.cards[:1] if card.title == screen.title), None)
    asking = next((one for one in screen.toggles if one.needs_consent), None)
    moved = asking if any(card.greyed for card in screen.cards) else None
    cards = [
        _card(card, view, sign_ins, moved if card.greyed else None, headed=card is not named)
        for card in screen.cards
    ]
    rest = [toggle(one, view) for one in screen.toggles if one is not moved]
    switches = el("section", *rest, class_="card switches", aria_label="Switches") if rest else None
    return join(_header(screen, named), el("div", *cards, switches, class_="cards"))


def strip(kind: str, told: str) -> Html:
    """A tinted line of information; `kind` is "notice" or "alert"."""
    icon = sign("info" if kind == "notice" else "critical")
    return el("p", icon, el("span", told), class_=f"strip {kind}")


def sign(kind: str) -> Html:
    """A small sign before a text; its shape tells it too."""
    return el("svg", _SIGNS[kind], class_=f"sign {kind}", viewBox="0 0 16 16", aria_hidden="true")


def _header(screen: Screen, first: Card | None) -> Html:
    return el(
        "div",
        face(screen.face) if screen.face else None,
        el(
            "div",
            el("h2", name(screen.title), _badge(first)),
            el("p", name(screen.subtitle), class_="dim") if screen.subtitle else None,
        ),
        el("span", screen.freshness, class_="dim fresh") if screen.freshness else None,
        class_="who",
    )


def face(shown: Face) -> Html:
    """The battery as the icon shows it, in the page itself."""
    from tray.views.icon import render  # Pillow, which a page without it does not wait for

    file = io.BytesIO()
    render(shown, 64).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return el("img", src=Html(f"data:image/png;base64,{data}"), alt="", width=32, height=32)


def _badge(card: Card | None) -> Html | None:
    return el("span", card.badge, class_="badge") if card is not None and card.badge else None


def _card(
    card: Card, view: View, sign_ins: Mapping[str, SignIn], opt_in: ToggleRow | None, *, headed: bool
) -> Html:
    head = el(
        "header",
        el("h3", name(card.title), _badge(card)),
        el("span", card.freshness, class_="dim fresh") if card.freshness else None,
    )
    return el(
        "section",
        head if headed else hidden(card.title),
        *(() if card.greyed else map(_row, card.rows)),
        el("p", card.note, class_="dim") if card.note else None,
        gauge(card.gauge) if card.gauge else None,
        trouble(card.trouble, sign_ins) if card.trouble else None,
        toggle(opt_in, view) if opt_in else None,
        class_="card greyed" if card.greyed else "card",
    )


def _row(row: Row) -> Html:
    """A quota window: name and number, its bar, and below when it resets."""
    band = Band.CRITICAL if row.exhausted else row.band
    marked = band if band in (Band.WARNING, Band.CRITICAL) else None
    icon = sign("spent" if row.exhausted else marked.value) if marked else None
    drives = el("span", "in the tray", class_="badge") if row.driving else None
    when = " · ".join(told for told in (row.reset, row.as_of) if told)
    one_line = row.fill is None and not when
    other = el("span", row.secondary, class_="dim") if row.secondary else None
    below = el("div", el("span", when), other, class_="line dim small")
    evidence = " · ".join(
        told
        for told in (
            row.evidence,
            "the icon shows this one" if row.driving else None,
            f"the line marks {row.time_mark:.0%} of its time" if row.time_mark is not None else None,
        )
        if told
    )
    return el(
        "div",
        el(
            "div",
            el("span", name(row.label), drives, class_="label driving" if row.driving else "label"),
            el(
                "span",
                other if one_line else None,
                icon,
                el("strong", row.primary),
                class_=f"value {marked.value if marked else ''}",
            ),
            class_="line",
        ),
        _bar(row) if row.fill is not None else None,
        None if one_line else below,
        hidden(evidence) if evidence else None,
        class_="row",
        title=evidence or None,
    )


def _bar(row: Row) -> Html:
    """The quota's bar; a little is seen as a little, and how much of its time is over is a line on it."""
    fill = row.fill or 0.0
    mark = None
    if row.time_mark is not None:
        mark = el("rect", x=part(row.time_mark), y=0, width=1.5, height=12, class_="mark")
    style = {"stale": "stale", "awaiting_reading": "open", "unknown": "open"}.get(row.state, "live")
    value = el("rect", y=2, height=8, rx=4, width=part(max(fill, 0.012)), class_="fill") if fill > 0 else None
    return el(
        "svg",
        el("rect", y=2, width="100%", height=8, rx=4, class_="track"),
        value,
        mark,
        class_=f"bar {style} {row.band.value if row.band else 'normal'}",
        height=12,
        aria_hidden="true",
    )


def gauge(told: Gauge) -> Html:
    """How far a work is: thin and grey, since it is no quota."""
    bar = None
    if told.fill is not None:
        bar = el(
            "svg",
            el("rect", width="100%", height=3, class_="track"),
            el("rect", width=part(told.fill), height=3, class_="fill"),
            class_="gauge",
            height=3,
            aria_hidden="true",
        )
    pace = el("span", told.pace) if told.pace else None
    return el("div", el("span", told.text), bar, pace, class_="progress dim small")


def trouble(told: Trouble, sign_ins: Mapping[str, SignIn]) -> Html:
    """What went wrong and what to do, beside the last good data."""
    if told.quiet:
        words = ". ".join(word for word in (told.title.rstrip("."), told.hint) if word)
        return el("p", words, class_="dim small")
    client = sign_ins.get(told.source) if told.action is Action.SIGN_IN else None
    way = el("p", "In a terminal: ", el("code", " ".join(client.command)), class_="small") if client else None
    retry = el("button", "Retry", type="button", data_do="refresh", id=f"retry-{told.source}")
    return el(
        "div",
        sign("critical"),
        el(
            "div",
            el("strong", told.title),
            el("p", told.hint, class_="small"),
            way,
            retry if told.action else None,
        ),
        class_="trouble",
    )


def toggle(row: ToggleRow, view: View) -> Html:
    """A switch; one that asks first leads to its question."""
    key = f"toggle-{row.id.value}"
    marked = " marked" if view.mark == row.id.value else ""
    label = el("span", el("span", row.label), el("span", row.explanation, class_="dim small"), class_="said")
    state = {"role": "switch", "aria_checked": "true" if row.on else "false", "id": key}
    knob = el("i", aria_hidden="true")
    if row.needs_consent and not row.on and row.enabled:
        href = view.href(ask=row.id.value, mark="")
        return el("a", label, knob, href=href, data_go=True, class_=f"switch{marked}", **state)
    return el(
        "button",
        label,
        knob,
        type="button",
        class_=f"switch{marked}",
        disabled=not row.enabled,
        data_do="toggle",
        data_name=row.id.value,
        data_on="false" if row.on else "true",
        **state,
    )


def question(consent: Consent, view: View) -> Html:
    """The confirmation before a switch is turned on; the first focus is Cancel: agreeing takes a decision."""
    link = el("a", consent.link_label, href=consent.link_url, target="_blank", rel="noopener noreferrer")
    back = view.href(ask="")
    return el(
        "section",
        el("h2", consent.title, id="question"),
        *(el("p", told) for told in consent.paragraphs),
        el("p", sign("critical"), el("span", consent.warning), class_="strip alert"),
        el("p", link),
        el(
            "div",
            el("a", consent.cancel, href=back, data_go=True, class_="button", id="cancel", data_first=True),
            el(
                "button",
                consent.accept,
                type="button",
                class_="primary",
                id="accept",
                data_do="consent",
                data_name=view.ask,
                data_then=back,
            ),
            class_="keys",
        ),
        class_="card question",
        role="alertdialog",
        aria_labelledby="question",
    )
