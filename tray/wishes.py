"""What a window is opened for, as one word between tray, command and window.

TOGGLE (to mark), `consent:TOGGLE`, `sign_in:SOURCE`, `page:PAGE`, `days:N` (Insights, with that window of
days), `about`; None is wherever it was left.
"""

from __future__ import annotations

from tray.sources import ALL


def arguments(wish: str | None) -> tuple[str, ...]:
    """What a window or page is started with for a wish."""
    head, _, tail = (wish or "").partition(":")
    match head:
        case "":
            return ()
        case "consent" | "sign_in" | "page" | "days":
            return (f"--{head.replace('_', '-')}", tail)
        case "about":
            return ("--about",)
        case _:
            return ("--focus", head)


def instead(wish: str | None) -> str:
    """The command that does without a window what the window was wanted for."""
    head, _, tail = (wish or "").partition(":")
    if head == "consent":
        return f"In a terminal: claudette-tray toggle {tail} on"
    if head == "sign_in":
        command = next((source.sign_in for source in ALL if source.id == tail), ())
        return f"In a terminal: {' '.join(command)}"
    return "In a terminal: claudette-tray status, or claudette-tray window --browser"
