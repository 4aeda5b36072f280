"""The page's style sheet and script as they are served: the palette, then the shipped files."""

from __future__ import annotations

from pathlib import Path

from tray.views.web.colours import variables

_HERE = Path(__file__).parent


def style() -> str:
    """The style sheet, with the palette in front."""
    return variables() + (_HERE / "style.css").read_text("utf-8")


def script() -> str:
    """The script."""
    return (_HERE / "page.js").read_text("utf-8")
