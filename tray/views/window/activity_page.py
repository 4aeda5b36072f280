"""The Activity page: the dashboard's tiles, what is said beside them, and a card for each workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tray.core import page_words
from tray.core.insight_words import fair_use, notes, tiles, workspace_words
from tray.views.charts.palette import inks_of
from tray.views.window.cards import GAP, MARGIN, PAD, ground, pill
from tray.views.window.insight_top import begin, condition
from tray.views.window.lines import elide
from tray.views.window.sheet import Page, button_height
from tray.views.window.theme import faded
from tray.views.window.tiles import empty_tiles, tile_rows

if TYPE_CHECKING:
    from tray.core.insight_words import WorkspaceWords
    from tray.core.insights import Metrics
    from tray.views.window.insight_state import Shown
    from tray.views.window.sheet import Look, Role, Sheet

_FIRST = 12  # workspaces that are shown unasked
_TILES = 8


def activity_page(shown: Shown, look: Look) -> Page:
    """All of the page but the tabs."""
    sheet = begin(shown, look, dated=False)
    figures = condition(sheet, shown)
    found = shown.found
    if found is None:
        empty_tiles(sheet, _TILES)
    elif figures:
        if shown.other_scope:  # the answer is on its way
            sheet.look = replace(look, theme=faded(look.theme))
        _dashboard(sheet, shown, found)
        _workspaces(sheet, shown, found)
    sheet.y += look.px(2)
    return Page(body=sheet.part())


def _dashboard(sheet: Sheet, shown: Shown, found: Metrics) -> None:
    look = sheet.look
    today = datetime.fromtimestamp(found.generated_at / 1000, shown.tz).date()
    tile_rows(sheet, tiles(found, today), inks_of(look.theme))
    said = [*notes(found.dashboard), fair_use(found.dashboard, plan=shown.plan)]
    side = look.px(MARGIN + 4)
    for number, text in enumerate(part for part in said if part):
        sheet.paragraph(f"note{number}", side, look.width - 2 * side, text, "small", look.theme.dim)
        sheet.y += look.px(4)
    sheet.y += look.px(6)


def _workspaces(sheet: Sheet, shown: Shown, found: Metrics) -> None:
    look = sheet.look
    listed = found.workspaces
    if not listed:
        return
    left, right = look.px(MARGIN + 4), look.width - look.px(MARGIN + 4)
    sheet.text("workspaces", left, page_words.WORKSPACES, "heading", look.theme.text)
    drop = look.type.line("heading") - look.type.line("small")
    count = f"{len(listed):,}"
    sheet.text(
        "workspaces/count", right, count, "small", look.theme.dim, anchor="ne", y=sheet.y + drop * 3 // 4
    )
    sheet.y += look.type.line("heading") + look.px(6)
    cut = listed if "workspaces" in shown.whole else listed[:_FIRST]
    for place, one in enumerate(cut):
        _workspace(sheet, f"workspace{place}", workspace_words(one, found.generated_at))
    if len(cut) < len(listed):
        side = look.px(MARGIN)
        label = page_words.show_all(len(listed))
        sheet.button("whole:workspaces", label, side, width=look.width - 2 * side)
        sheet.y += button_height(look) + look.px(GAP)


def _workspace(sheet: Sheet, key: str, said: WorkspaceWords) -> None:
    """Name and age; repository and branch; what was done; the last session and its tokens."""
    look, theme = sheet.look, sheet.look.theme
    top, at = sheet.y, len(sheet.ops)
    left, right = look.px(MARGIN + PAD), look.width - look.px(MARGIN + PAD)
    room, line = right - left, look.type.line("heading")
    sheet.y += look.px(PAD - 4)
    age = elide(said.active or "", "small", room // 2, look.type)
    status = elide(said.status or "", "small", room // 3, look.type)
    taken = look.type.width("small", age) + look.px(10) if age else 0
    tag = look.type.width("small", status) + look.px(20) if status else 0
    ink = theme.dim if said.status else theme.text
    title = elide(said.title, "heading", room - taken - tag, look.type)
    sheet.text(f"{key}/title", left, title, "heading", ink)
    if status:
        pill(sheet, f"{key}/status", status, left + look.type.width("heading", title) + look.px(8), line)
    if age:
        drop = (line - look.type.line("small")) // 2
        sheet.text(f"{key}/active", right, age, "small", theme.dim, anchor="ne", y=sheet.y + drop)
    sheet.y += line
    lines: tuple[tuple[str, str | None, str | None], ...] = (
        ("place", said.place, None),
        ("session", said.session, said.work),
        ("tokens", said.tokens, None),
    )
    if not said.session:
        lines = (("place", said.place, None), ("work", said.work, None))
    for name, text, beside in lines:
        if not text:
            continue
        sheet.y += look.px(2)
        role: Role = "small"
        other = elide(beside or "", role, room * 3 // 5, look.type)
        edge = look.type.width(role, other) + look.px(10) if other else 0
        colour = theme.dim if name != "session" else theme.text
        sheet.text(f"{key}/{name}", left, elide(text, role, room - edge, look.type), role, colour)
        if other:
            sheet.text(f"{key}/{name}/beside", right, other, role, theme.dim, anchor="ne")
        sheet.y += look.type.line(role)
    sheet.y += look.px(PAD - 4)
    ground(sheet, key, at, top)
    sheet.y += look.px(GAP - 2)
