"""A page of the window as values: texts, pictures, fields and the places one can press. No toolkit here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from tray.views.window.lines import elide, wrap
from tray.views.window.paint import Panel, Sign, Spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.views.window.theme import Theme

Role = Literal["title", "heading", "strong", "body", "small", "bold", "mono"]  # "bold" is small too


Key = Literal["left", "right", "up", "down", "home", "end"]


class Typography(Protocol):
    """Measures text in the fonts of the page; pixels."""

    def width(self, role: Role, text: str) -> int: ...
    def line(self, role: Role) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of text; `x` is its left edge, right edge or middle by `anchor`, `y` its top."""

    key: str
    x: int
    y: int
    text: str
    role: Role
    colour: str
    anchor: Literal["nw", "ne", "n"] = "nw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its top left corner."""

    key: str
    x: int
    y: int
    spec: Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where the one text field of a page lies."""

    key: str
    x: int
    y: int
    width: int
    height: int


Op = Text | Picture | Field


class Walk(Protocol):
    """The places inside of a chart or a list; `start` is the one that has the keyboard first."""

    @property
    def start(self) -> int: ...
    def at(self, x: int, y: int) -> int | None:
        """The place under a point, pixels from the top left corner of the whole."""
        ...

    def step(self, place: int, key: Key) -> int:
        """Where a key leads."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hot:
    """A place that answers to pointer and keyboard: pressing it does `action`.

    `stop` False: it can't be pressed (a row that only shows a hint under the pointer). `tab` False leaves it
    out of the Tab order; `keys` are (key, action) pairs that are pressed while it has the keyboard, and lead
    there. Through a `walk` arrow keys and pointer move from place to place; pressing it does nothing.
    """

    action: str
    x: int
    y: int
    width: int
    height: int
    stop: bool = True
    tab: bool = True
    keys: tuple[tuple[str, str], ...] = ()
    walk: Walk | None = None
    tail: int = 0  # pixels below it that are to be seen with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one canvas shows: drawn in the order of `ops`, later over earlier."""

    ops: tuple[Op, ...] = ()
    hots: tuple[Hot, ...] = ()
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A scrolling body between a head and a foot that stay; `first` has the focus at the start.

    `escape` is for Esc.
    """

    body: Part
    foot: Part = field(default_factory=Part)
    head: Part = field(default_factory=Part)
    first: str | None = None
    escape: str = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All that a page needs to know about the screen and the person's attention."""

    theme: Theme
    scale: float
    type: Typography
    width: int
    over: str | None = None  # the action under the pointer
    hint: str | None = None  # the row whose evidence is shown
    focus: str | None = None  # the action that has the keyboard
    marked: str | None = None  # the action that asks for attention
    pointed: tuple[str, int] | None = None  # the place of a walk (its action, which) under the pointer
    held: tuple[str, int] | None = None  # the one that has the keyboard

    def place(self, action: str) -> int | None:
        """Which place of a walk the person looks at: the pointer says it before the keyboard does."""
        for spot in (self.pointed, self.held):
            if spot is not None and spot[0] == action:
                return spot[1]
        return None

    def px(self, size: float) -> int:
        """A size of the design (at scale 1) in whole pixels, at least 1."""
        return max(round(size * self.scale), 1)


@dataclass(slots=True)
class Sheet:
    """Gathers the ops of one part from top to bottom; `y` is where the next thing goes."""

    look: Look
    y: int = 0
    ops: list[Op] = field(default_factory=list)
    hots: list[Hot] = field(default_factory=list)

    def part(self) -> Part:
        return Part(ops=tuple(self.ops), hots=tuple(self.hots), height=self.y)

    def text(
        self,
        key: str,
        x: int,
        text: str,
        role: Role,
        colour: str,
        *,
        anchor: Literal["nw", "ne", "n"] = "nw",
        y: int | None = None,
    ) -> None:
        top = self.y if y is None else y
        self.ops.append(Text(key=key, x=x, y=top, text=text, role=role, colour=colour, anchor=anchor))

    def picture(self, key: str, x: int, y: int, spec: Spec) -> None:
        self.ops.append(Picture(key=key, x=x, y=y, spec=spec))

    def paragraph(self, key: str, x: int, room: int, text: str, role: Role, colour: str) -> None:
        """Wrapped text; moves `y` below it."""
        self.lines(key, x, wrap(text, role, room, self.look.type), role, colour)

    def lines(self, key: str, x: int, lines: Iterable[str], role: Role, colour: str) -> None:
        for number, line in enumerate(lines):
            self.text(f"{key}/{number}", x, line, role, colour)
            self.y += self.look.type.line(role)

    def sign(self, key: str, x: int, role: Role, kind: Sign, *, y: int | None = None) -> None:
        """A sign centred on a line of text that starts at `y`."""
        top = self.y if y is None else y
        self.picture(key, x, top + (self.look.type.line(role) - kind.size) // 2, kind)

    def ring(self, action: str, x: int, y: int, width: int, height: int, radius: int) -> None:
        """The focus ring around a place, where it has the keyboard."""
        if self.look.focus != action:
            return
        out = self.look.px(2) + self.look.px(1)
        spec = Panel(
            width=width + 2 * out,
            height=height + 2 * out,
            radius=radius + out,
            fill=None,
            edge=self.look.theme.accent,
            stroke=self.look.px(2),
        )
        self.picture(f"ring/{action}", x - out, y - out, spec)

    def button(
        self, action: str, label: str, x: int, *, width: int | None = None, primary: bool = False
    ) -> int:
        """A button at `y`, `button_height` high; answers its width in pixels."""
        look, theme = self.look, self.look.theme
        natural = look.type.width("body", label) + 2 * look.px(12)
        wide, high, radius = width or natural, button_height(look), look.px(6)
        over = look.over == action
        if primary:
            face, ink, edge = theme.accent, theme.on_accent, theme.text if over else None
        else:
            face, ink, edge = theme.key_over if over else theme.key, theme.text, theme.edge
        spec = Panel(width=wide, height=high, radius=radius, fill=face, edge=edge, stroke=look.px(1))
        self.picture(f"key/{action}", x, self.y, spec)
        top = self.y + (high - look.type.line("body")) // 2
        shown = elide(label, "body", wide - look.px(8), look.type)
        self.text(f"key/{action}/label", x + wide // 2, shown, "body", ink, anchor="n", y=top)
        self.ring(action, x, self.y, wide, high, radius)
        self.hots.append(Hot(action=action, x=x, y=self.y, width=wide, height=high))
        return wide

    def link(self, action: str, label: str, x: int, room: int, *, role: Role = "body") -> None:
        """A line of text that opens something; moves `y` below it."""
        look = self.look
        shown = elide(label, role, room, look.type)
        wide, high = look.type.width(role, shown), look.type.line(role)
        self.text(f"link/{action}", x, shown, role, look.theme.accent)
        if look.over == action:
            line = Panel(width=wide, height=look.px(1), radius=0, fill=look.theme.accent)
            self.picture(f"link/{action}/under", x, self.y + high - look.px(1), line)
        self.ring(action, x, self.y, wide, high, look.px(3))
        self.hots.append(Hot(action=action, x=x, y=self.y, width=wide, height=high))
        self.y += high


def button_height(look: Look) -> int:
    """The height of every button, from the system's font."""
    return look.type.line("body") + 2 * look.px(6)


def buttons(sheet: Sheet, labels: Iterable[tuple[str, str, bool]]) -> None:
    """A foot of equally wide buttons over the whole width: (action, label, primary) each."""
    look = sheet.look
    listed = tuple(labels)
    side, gap = look.px(12), look.px(8)
    wide = (look.width - 2 * side - gap * (len(listed) - 1)) // max(len(listed), 1)
    sheet.y += look.px(8)
    for place, (action, label, primary) in enumerate(listed):
        sheet.button(action, label, side + place * (wide + gap), width=wide, primary=primary)
    sheet.y += button_height(look) + look.px(12)
