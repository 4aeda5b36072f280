"""A picker: segments side by side, one of them picked; for the tabs and for what the pages count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.views.window.lines import elide
from tray.views.window.paint import Panel
from tray.views.window.sheet import Hot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.views.window.sheet import Look, Role, Sheet

_INSET, _RADIUS = 2, 7  # pixels at scale 1


def picker_height(look: Look, role: Role = "small") -> int:
    """How high a picker is, from the system's font."""
    return look.type.line(role) + 2 * look.px(3 + _INSET)


def picker(
    sheet: Sheet,
    group: str,
    options: Sequence[tuple[str, str]],
    picked: str,
    left: int,
    room: int,
    *,
    role: Role = "small",
    each_a_stop: bool = False,
) -> None:
    """Segments (value, label) over `room` at `y`; pressing one is `group:value`. Moves `y` below.

    Tab comes to the picked one, arrows lead to the others and pick them; with `each_a_stop` Tab comes to all.
    The picked one stands out by its raised face and by its bold label.
    """
    look, theme = sheet.look, sheet.look.theme
    top, high, inset = sheet.y, picker_height(look, role), look.px(_INSET)
    radius = look.px(_RADIUS)
    sheet.picture(
        f"{group}/well",
        left,
        top,
        Panel(width=room, height=high, radius=radius, fill=theme.well, edge=theme.edge, stroke=look.px(1)),
    )
    edges = _edges(options, left + inset, room - 2 * inset, _bold(role), look)
    for place, (value, label) in enumerate(options):
        action, here = f"{group}:{value}", value == picked
        x, wide = edges[place], edges[place + 1] - edges[place]
        if here or look.over == action:
            face = Panel(
                width=wide,
                height=high - 2 * inset,
                radius=radius - inset,
                fill=theme.chosen if here else theme.key_over,
                edge=theme.edge if here else None,
                stroke=look.px(1),
            )
            sheet.picture(f"{group}/face/{value}", x, top + inset, face)
        shown = _bold(role) if here else role
        words = elide(label, shown, wide - look.px(6), look.type)
        drop = (high - look.type.line(shown)) // 2
        ink = theme.text if here else theme.dim
        sheet.text(f"{group}/label/{value}", x + wide // 2, words, shown, ink, anchor="n", y=top + drop)
        sheet.ring(action, x, top + inset, wide, high - 2 * inset, radius - inset)
        sheet.hots.append(
            Hot(
                action=action,
                x=x,
                y=top,
                width=wide,
                height=high,
                tab=here or each_a_stop,
                keys=_keys(group, options, place),
            )
        )
    sheet.y += high


def natural_width(look: Look, options: Sequence[tuple[str, str]], role: Role = "small") -> int:
    """The room in which every label of a picker is seen whole."""
    words = sum(look.type.width(_bold(role), label) for _, label in options)
    return words + len(options) * look.px(12) + 2 * look.px(_INSET)


def _bold(role: Role) -> Role:
    return "strong" if role == "body" else "bold"


def _edges(options: Sequence[tuple[str, str]], left: int, room: int, role: Role, look: Look) -> list[int]:
    """Where segments begin and end: of one width, or wider for longer labels where these need it."""
    count = max(len(options), 1)
    words = [look.type.width(role, label) + look.px(12) for _, label in options]
    whole = sum(words)
    if whole and max(words) * count > room:
        return [left + room * sum(words[:place]) // whole for place in range(count + 1)]
    return [left + room * place // count for place in range(count + 1)]


def _keys(group: str, options: Sequence[tuple[str, str]], place: int) -> tuple[tuple[str, str], ...]:
    """Left and right lead to the neighbours, Home and End to the first and the last."""
    last = len(options) - 1
    aims = {"left": max(place - 1, 0), "right": min(place + 1, last), "home": 0, "end": last}
    return tuple((key, f"{group}:{options[aim][0]}") for key, aim in aims.items() if aim != place)
