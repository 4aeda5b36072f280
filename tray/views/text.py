"""The command line's texts: status for a terminal, the ledger, the consent question."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tray.core import present, texts
from tray.core.layout import screen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.core.model import Board, Instant
    from tray.core.screen import Card, Consent, Row
    from tray.core.source import Source
    from tray.engine.ledger import Line

BAR = 20  # characters


def status(board: Board, sources: tuple[Source, ...], now: Instant) -> str:
    """What the window shows, as text: the status line, then each source with its windows."""
    seen = screen(board, sources, now)
    lines = [present.status_line(board, sources, now)]
    if seen.subtitle:
        lines.append(f"  {seen.subtitle}")
    if seen.banner:
        lines.append(f"! {seen.banner}")
    for card in seen.cards:
        lines += ["", *_card(card)]
    return "\n".join(lines)


def _card(card: Card) -> list[str]:
    head = " · ".join(part for part in (card.title, card.badge, card.freshness) if part)
    lines = [head]
    width = max((len(row.label) for row in card.rows), default=0)
    for row in card.rows:
        lines += _row(row, width)
    if card.note:
        lines.append(f"  {card.note}")
    if card.gauge:
        lines.append("  " + " ".join(part for part in (card.gauge.text, card.gauge.pace) if part))
    if card.trouble is not None:
        lines += [f"  {'' if card.trouble.quiet else '! '}{card.trouble.title}", f"    {card.trouble.hint}"]
    return lines


def _row(row: Row, width: int) -> list[str]:
    mark = "▸" if row.driving else " "
    bar = ""
    if row.fill is not None:
        full = round(row.fill * BAR)
        bar = "█" * full + "░" * (BAR - full) + "  "
    second = f" ({row.secondary})" if row.secondary else ""
    notes = [part for part in (row.reset, row.evidence if row.state != "live" else None) if part]
    if row.state == "stale":
        notes.append("stale")
    tail = f"  {', '.join(notes)}" if notes else ""
    return [f"{mark} {row.label:<{width}}  {bar}{row.primary}{second}{tail}"]


def watch_line(board: Board, sources: tuple[Source, ...], now: Instant) -> str:
    """The one line of `status --watch`."""
    return present.status_line(board, sources, now)


def ledger(lines: Iterable[Line]) -> str:
    """Time (UTC), kind, place, purpose, result and bytes of every request and credential read."""
    rows = [
        (
            texts.iso(line.at) or "",
            line.kind,
            line.place,
            line.purpose,
            line.result,
            "unknown" if line.size is None else str(line.size),
        )
        for line in lines
    ]
    if not rows:
        return "Nothing was asked and no credential was read in the last 30 days."
    rows.insert(0, ("time (UTC)", "kind", "place", "purpose", "result", "bytes"))
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def consent(question: Consent) -> str:
    """The same text as the window's confirmation."""
    wrap = textwrap.TextWrapper(width=88)
    return "\n\n".join(
        [
            question.title,
            *(wrap.fill(paragraph) for paragraph in question.paragraphs),
            wrap.fill(f"Warning: {question.warning}"),
            f"{question.link_label}: {question.link_url}",
        ]
    )
