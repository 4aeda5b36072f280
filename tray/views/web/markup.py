"""HTML by construction: whatever is not markup already is text, so a hostile name stays a name."""

from __future__ import annotations

from html import escape

from tray.core.texts import clip

_LONGEST = 600  # characters of one text; nothing honest is longer
_NAME = 80  # characters of a name that are shown
_VOID = frozenset({"br", "img", "link", "meta", "source"})


class Html(str):
    """Markup that was made here and is put out as it is."""

    __slots__ = ()


Child = str | None  # an `Html` is put out as it is, any other text is escaped, None is nothing


def el(tag: str, *children: Child, **attributes: str | float | bool | None) -> Html:
    """An element. `class_` is `class`, other underscores are hyphens; True is a bare attribute, None none.

    Values of attributes are text, but for an `Html`, which is put out as it is.
    """
    told = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Html(f"<{tag}{told}>")
    return Html(f"<{tag}{told}>{join(*children)}</{tag}>")


def join(*children: Child) -> Html:
    """Elements and texts, one after the other."""
    return Html("".join(child if isinstance(child, Html) else text(child) for child in children if child))


def text(value: str) -> Html:
    """A text as markup: one line, bounded; controls, broken surrogates and marks that turn it are blanks."""
    return Html(escape(clean(value), quote=True))


def clean(value: str) -> str:
    """One line that any browser shows as it is meant: nothing in it turns, hides or breaks anything."""
    return "".join(letter if letter.isprintable() else " " for letter in value[:_LONGEST])


def name(value: str) -> Html:
    """A name from elsewhere, in whichever direction it is written; a long one is cut, its tip has all."""
    return el("bdi", clip(value, _NAME), title=value if len(value) > _NAME else None)


def hidden(value: str) -> Html:
    """A text for those who hear the page."""
    return el("span", value, class_="heard")


def _attribute(name_: str, value: str | float | bool | None) -> str:  # noqa: FBT001 - an attribute's value
    if value is None or value is False:
        return ""
    label = name_.rstrip("_").replace("_", "-")
    if value is True:
        return f" {label}"
    if isinstance(value, str):
        return f' {label}="{value if isinstance(value, Html) else text(value)}"'
    return f' {label}="{number(value)}"'


def number(value: float) -> str:
    """A number for geometry: at most two decimals, no exponent."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def part(value: float) -> str:
    """A part of a whole, 0..1, as a percentage for geometry; what is beyond is cut."""
    inside = min(max(value, 0.0), 1.0) if value == value else 0.0  # noqa: PLR0124 - NaN
    return f"{number(inside * 100)}%"
