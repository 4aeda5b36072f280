"""What each command of the command line does. Each returns the exit code; imports stay inside, for speed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Carry out a parsed command line."""
    from tray.engine.paths import locate

    if arguments.demo and arguments.command not in (None, "window"):
        fail("--demo shows the tray, or with `window` the window alone; no other command has made-up data.")
        return 2
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
                return status.watch(places, as_json=arguments.json, fresh=arguments.fresh)
            return status.once(places, as_json=arguments.json, fresh=arguments.fresh)
        case "refresh":
            from tray.commands import status

            return status.once(places, as_json=False, fresh=True)
        case "usage":
            from tray.commands import usage

            return usage.usage(places, arguments)
        case "scan":
            from tray.commands import usage

            return usage.scan(places, arguments)
        case "metrics":
            from tray.commands import metrics

            return metrics.metrics(places, arguments)
        case "window":
            from tray.commands import window

            return window.window(places, arguments)
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


_PLAIN = str.maketrans({"█": "#", "░": ".", "▸": ">", "·": "-", "—": "-", "…": "...", "≈": "~"})


def say(text: str, *, styled: bool = False) -> None:
    """An answer, on standard output; a terminal that can't show a character gets a replacement.

    `styled`: its maker has tamed and coloured it for this terminal. Raises OSError where it can't be written.
    """
    if sys.stdout is None:  # closed by the shell: `claudette-tray status >&-`
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), "standard output")
    if not styled and not _shows(text):
        # Names come from other programs' files: none of them may steer the terminal.
        tame = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)
        encoding = sys.stdout.encoding or "utf-8"
        text = tame if _shows(tame) else tame.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    try:
        print(text, flush=True)  # noqa: T201 - this is the output
    except OSError as error:
        with contextlib.suppress(OSError):  # else Python tries the rest again at its end, and complains
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        error.filename = "standard output"
        raise


def json_text(value: object, indent: int | None = None) -> str:
    """A document for standard output: readable where the terminal can show it, else in escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text if _shows(text) else json.dumps(value, indent=indent)


def _shows(text: str) -> bool:
    """Whether standard output takes this text as it is, and nothing in it is an order to a terminal."""
    try:
        text.encode((sys.stdout and sys.stdout.encoding) or "utf-8")
    except UnicodeEncodeError:
        return False
    return text.replace("\n", "").isprintable()


def fail(text: str) -> None:
    """A trouble, on the error output."""
    print(f"claudette-tray: {text}", file=sys.stderr)  # noqa: T201 - this is the output
