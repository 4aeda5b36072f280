"""`window`: the usage window, or the same as a page in the browser, at what it is opened for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.commands import fail

if TYPE_CHECKING:
    import argparse

    from tray.engine.paths import Places


def window(places: Places, asked: argparse.Namespace) -> int:
    """Open it, or bring the open one forward; what was asked wrongly is said before anything is opened."""
    try:
        wanted = wish(asked)
    except ValueError as error:
        fail(f"{error}.")
        return 2
    page = asked.browser or asked.no_open
    if asked.demo:
        from tray.demo.window import run_demo_window

        return run_demo_window(wanted, page=page, no_open=asked.no_open)
    from tray import app

    if page:
        return app.open_page(places, wanted, no_open=asked.no_open)
    return app.open_window(places, wanted)


def wish(asked: argparse.Namespace) -> str | None:
    """What it is opened for, as a word of `tray.wishes`. Raises `ValueError` with a sentence."""
    if asked.days is not None:
        from tray.core.days import days_of, days_word

        return f"days:{days_word(days_of(asked.days))}"
    if asked.page is not None:
        return f"page:{asked.page}"
    focus: str | None = asked.focus
    return focus
