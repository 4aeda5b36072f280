"""The menu as a value: items with an action id each; equal tuples are equal menus."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    """What an item looks like."""

    ITEM = "item"
    CHECK = "check"
    RADIO = "radio"
    SEPARATOR = "separator"
    INFO = "info"  # a line to read: shown, not clickable


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the menu.

    `action` is what the host hands to `on_action` when the line is chosen ("refresh", "pin:codex_native");
    None does nothing. `checked` counts for CHECK and RADIO only. `default` marks the one item that a click on
    the icon stands for. `items` makes it a submenu, whose own action is not used.
    """

    text: str = ""
    action: str | None = None
    kind: ItemKind = ItemKind.ITEM
    checked: bool = False
    enabled: bool = True
    default: bool = False
    items: tuple[Item, ...] = ()


SEPARATOR = Item(kind=ItemKind.SEPARATOR)
