"""The sign-in page: the client's command, what it prints, its address, a field for a code it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.views.window.lines import elide, wrap
from tray.views.window.paint import Panel, Sign
from tray.views.window.sheet import Field, Hot, Page, Picture, Sheet, button_height, buttons

if TYPE_CHECKING:
    from tray.core.screen import SignIn
    from tray.views.window.sheet import Look

CANCEL, CLOSE, SEND, AGAIN = "signin:cancel", "signin:close", "signin:send", "signin:again"
COPY, FIELD = "signin:copy", "signin:field"
_SHOWN = 11  # lines of output


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """How far a sign-in has come. `missing`: the program is not installed; `code` None: it still runs."""

    client: SignIn
    lines: tuple[str, ...] = ()
    url: str | None = None
    code: int | None = None
    cancelled: bool = False
    missing: bool = False

    @property
    def over(self) -> bool:
        return self.missing or self.code is not None

    @property
    def done(self) -> bool:
        """Signed in."""
        return self.code == 0 and not self.cancelled

    @property
    def said(self) -> str:
        """Where it stands, for people."""
        program = self.client.command[0]
        if self.missing:
            return f"“{program}” was not found. Install the client, or run its sign-in in a terminal."
        if self.code is None:
            return "Ending…" if self.cancelled else "Follow the page that the client opens in your browser."
        if self.cancelled:
            return "Cancelled. Nothing was changed by this window."
        if self.code == 0:
            return "Signed in. Usage is being read again."
        return f"The command ended with code {self.code}. What it printed is above."


def signin_page(state: SignInState, look: Look) -> Page:
    """Esc cancels while the command runs and closes the page afterwards."""
    theme, sheet = look.theme, Sheet(look)
    side = look.px(14)
    room = look.width - 2 * side
    name = state.client.name.rstrip("… ")
    sheet.y = look.px(16)
    sheet.lines("title", side, wrap(f"Sign in to {name}", "title", room, look.type), "title", theme.text)
    sheet.y += look.px(3)
    sheet.text(
        "command",
        side,
        elide("$ " + " ".join(state.client.command), "mono", room, look.type),
        "mono",
        theme.dim,
    )
    sheet.y += look.type.line("mono") + look.px(10)
    if not state.missing:
        _output(sheet, state, side, room)
    _said(sheet, state, side, room)
    if state.url and not state.over:
        _address(sheet, state.url, side, room)
    if not state.over:
        _field(sheet, side, room)
    sheet.y += look.px(12)
    foot = Sheet(look)
    if not state.over:
        buttons(foot, ((CANCEL, "Cancel", False),))
        return Page(body=sheet.part(), foot=foot.part(), first=FIELD, escape=CANCEL)
    again = () if state.done else ((AGAIN, "Try again", False),)
    buttons(foot, (*again, (CLOSE, "Close", True)))
    return Page(body=sheet.part(), foot=foot.part(), first=CLOSE, escape=CLOSE)


def _output(sheet: Sheet, state: SignInState, left: int, room: int) -> None:
    """The newest lines; the box keeps its height so that nothing jumps while the client prints."""
    look, theme = sheet.look, sheet.look.theme
    pad, line = look.px(9), look.type.line("mono")
    shown = [part for text in state.lines[-40:] for part in wrap(text, "mono", room - 2 * pad, look.type)][
        -_SHOWN:
    ]
    height = _SHOWN * line + 2 * pad
    box = Panel(
        width=room, height=height, radius=look.px(8), fill=theme.card, edge=theme.edge, stroke=look.px(1)
    )
    sheet.picture("output", left, sheet.y, box)
    top = sheet.y
    sheet.y += pad
    sheet.lines(
        "output/line", left + pad, shown or ("Starting…",), "mono", theme.text if shown else theme.dim
    )
    sheet.y = top + height + look.px(10)


def _said(sheet: Sheet, state: SignInState, left: int, room: int) -> None:
    look, theme = sheet.look, sheet.look.theme
    failed = state.missing or (state.code not in (None, 0) and not state.cancelled)
    size = look.px(15)
    colour = theme.critical if failed else theme.accent
    sign = Sign(kind="critical" if failed else "info", size=size, colour=colour, ground=theme.page)
    sheet.sign("said/sign", left, "body", sign)
    inset = size + look.px(8)
    sheet.paragraph("said", left + inset, room - inset, state.said, "body", theme.text)


def _address(sheet: Sheet, url: str, left: int, room: int) -> None:
    look, theme = sheet.look, sheet.look.theme
    sheet.y += look.px(10)
    sheet.text("address/why", left, "No page opened? Use this address:", "small", theme.dim)
    sheet.y += look.type.line("small") + look.px(3)
    copy = look.type.width("body", "Copy") + 2 * look.px(12)
    top = sheet.y
    drop = (button_height(look) - look.type.line("body")) // 2
    sheet.y += drop
    sheet.link(f"link:{url}", url, left, room - copy - look.px(10))
    sheet.y = top
    sheet.button(COPY, "Copy", left + room - copy, width=copy)
    sheet.y += button_height(look)


def _field(sheet: Sheet, left: int, room: int) -> None:
    look, theme = sheet.look, sheet.look.theme
    sheet.y += look.px(10)
    sheet.text("field/why", left, "Asked for a code? Paste it here:", "small", theme.dim)
    sheet.y += look.type.line("small") + look.px(4)
    high = button_height(look)
    send = look.type.width("body", "Send") + 2 * look.px(12)
    wide = room - send - look.px(8)
    edge = theme.accent if look.focus == FIELD else theme.dim
    line = look.px(1.5 if look.focus == FIELD else 1)
    box = Panel(width=wide, height=high, radius=look.px(6), fill=theme.card, edge=edge, stroke=line)
    sheet.ops.append(Picture(key="field/box", x=left, y=sheet.y, spec=box))
    inset = look.px(6)
    sheet.ops.append(
        Field(
            key=FIELD,
            x=left + inset,
            y=sheet.y + look.px(3),
            width=wide - 2 * inset,
            height=high - 2 * look.px(3),
        )
    )
    sheet.hots.append(Hot(action=FIELD, x=left, y=sheet.y, width=wide, height=high))
    sheet.button(SEND, "Send", left + room - send, width=send)
    sheet.y += high
