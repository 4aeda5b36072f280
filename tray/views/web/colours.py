"""The page's colours as CSS variables: the window's own themes, so that there is one palette."""

from __future__ import annotations

from dataclasses import fields

from tray.views.charts.palette import heat, inks_of
from tray.views.window.theme import DARK, LIGHT, Theme


def variables() -> str:
    """Both themes; the desktop decides between them, also while the page is open."""
    dark = _block(DARK, "dark").replace("\n", "\n  ")
    light = _block(LIGHT, "light")
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n  {dark}\n}}\n"


def _block(theme: Theme, scheme: str) -> str:
    """`:root { --page: #f3f4f6; … }`."""
    named = {field.name.replace("_", "-"): getattr(theme, field.name) for field in fields(theme)}
    named |= {f"heat-{step}": colour for step, colour in enumerate(heat(inks_of(theme)))}
    told = "".join(f"\n  --{name}: {colour};" for name, colour in named.items())
    return f":root {{\n  color-scheme: {scheme};{told}\n}}"
