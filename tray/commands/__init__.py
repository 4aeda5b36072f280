"""What each command of the command line does. Each returns the exit code; imports stay inside, for speed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Carry out a parsed command line."""
    from tray.engine.paths import locate

    places = locate()
    match arguments.command:
        case None if arguments.demo:
            from tray.demo import run_demo

            return run_demo()
        case None:
            from tray import app

            if arguments.headless:
                return app.run_headless(places)
            return app.run_tray(places)
        case "status":
            from tray.commands import status

            if arguments.watch:
                return status.watch(places, as_json=arguments.json)
            return status.once(places, as_json=arguments.json, fresh=arguments.fresh)
        case "refresh":
            from tray.commands import status

            return status.once(places, as_json=False, fresh=True)
        case "window":
            from tray import app

            return app.open_window(places, arguments.focus)
        case "toggle":
            from tray.commands import choices

            return choices.toggle(places, arguments.name, arguments.value, yes=arguments.yes)
        case "pin":
            from tray.commands import choices

            return choices.pin(places, arguments.backend)
        case "login":
            from tray.commands import choices

            return choices.login(places, remove=arguments.remove)
        case "ledger":
            from tray.commands import reports

            return reports.ledger(places, as_json=arguments.json)
        case "doctor":
            from tray.commands import reports

            return reports.doctor(places)
        case "open":
            from tray.commands import reports

            return reports.open_page()
        case "integrate":
            from tray.commands import reports

            return reports.integrate(remove=arguments.remove)
        case "quit":
            from tray.commands import reports

            return reports.quit_tray(places)
        case _:
            fail(f"unknown command {arguments.command!r}")
            return 2


def say(text: str) -> None:
    """An answer, on standard output; a terminal that can't show a character gets a replacement."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)  # noqa: T201 - this is the output


def fail(text: str) -> None:
    """A trouble, on the error output."""
    print(f"claudette-tray: {text}", file=sys.stderr)  # noqa: T201 - this is the output
