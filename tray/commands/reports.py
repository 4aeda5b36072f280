"""`ledger`, `doctor`, `open`, `integrate`, `quit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.commands import fail, json_text, say

if TYPE_CHECKING:
    from tray.engine.paths import Places


def ledger(places: Places, *, as_json: bool) -> int:
    """Every request and every credential read of the last 30 days."""
    from tray.core.texts import iso
    from tray.engine.ledger import read

    try:
        lines = read(places)
    except OSError as error:
        fail(f"the ledger can't be read: {error.strerror or error}")
        return 1
    if as_json:
        for line in lines:
            document = {
                "at": iso(line.at),
                "kind": line.kind,
                "place": line.place,
                "purpose": line.purpose,
                "result": line.result,
                "bytes": line.size,
            }
            say(json_text(document))
        return 0
    from tray.views import text

    say(text.ledger(lines))
    return 0


def doctor(places: Places) -> int:
    """What works here, what does not, and why."""
    from tray.doctor import report

    say(report(places))
    return 0


def open_page() -> int:
    """The claude.ai usage page in the system's browser; the address is printed too."""
    from tray.desktop.browser import has_browser, open_url
    from tray.sources import ALL

    url = next(source.usage_url for source in ALL if source.usage_url_name and source.usage_url)
    say(url)
    if not has_browser():  # a text browser would take the terminal over
        fail("no browser was found on this desktop.")
        return 1
    open_url(url).join(5.0)
    return 0


def integrate(*, remove: bool) -> int:
    """Menu entry, icons and start at login for this user."""
    from tray.desktop import integrate as desktop

    try:
        done = desktop.integrate(remove)
    except OSError as error:
        fail(f"{error.filename or 'the desktop'}: {error.strerror or error}; the tray works without this.")
        return 1
    say("\n".join(done))
    return 0


def quit_tray(places: Places) -> int:
    """End the running tray, headless engine or lone window."""
    from tray.program import ask_engine

    answer = ask_engine(places, {"do": "quit"})
    if not answer:
        fail("no claudette-tray is running.")
        return 1
    say("claudette-tray ends.")
    return 0
