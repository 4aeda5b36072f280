"""The command line: parses, hands over to `tray.commands`; with no command it starts the tray."""

from __future__ import annotations

import argparse
import gc
import sys
from typing import TYPE_CHECKING

from tray import __version__
from tray.core.tabs import TABS
from tray.core.toggles import ToggleId

if TYPE_CHECKING:
    from collections.abc import Sequence


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    root = argparse.ArgumentParser(
        prog="claudette-tray",
        description="A battery in the tray that tells how much of your coding agent's quota is left.",
        epilog="Without a command the tray starts; a second start opens the window of the first.",
    )
    root.add_argument("--version", action="version", version=f"claudette-tray {__version__}")
    root.add_argument("--headless", action="store_true", help="run without an icon")
    root.add_argument("--demo", action="store_true", help="show made-up data in every state; nothing is read")
    root.add_argument("--verbose", action="store_true", help="log more to the error output")
    # With `prog` nothing is formatted here, for which argparse would load half a dozen modules.
    commands = root.add_subparsers(dest="command", metavar="COMMAND", prog=root.prog)

    status = commands.add_parser("status", help="what is left, from what is known; never asks the network")
    status.add_argument("--json", action="store_true", help="as JSON, schema 1 (docs/status.md)")
    status.add_argument("--watch", action="store_true", help="go on, one line (or object) per change")
    status.add_argument("--fresh", action="store_true", help="ask first, where no wait forbids it")

    window = commands.add_parser("window", help="open the usage window")
    what = window.add_mutually_exclusive_group()
    what.add_argument("--focus", metavar="TOGGLE", help="mark this switch")
    what.add_argument("--page", choices=tuple(TABS), help="at this page; where you left it without")
    what.add_argument("--days", metavar="N|all", help="at Insights, over so many days")
    window.add_argument(
        "--browser", action="store_true", help="as a page in the browser, on this machine only"
    )
    window.add_argument("--no-open", action="store_true", help="print the page's address and open nothing")

    toggle = commands.add_parser("toggle", help="turn a switch on or off; without either it flips")
    toggle.add_argument("name", choices=[str(name) for name in ToggleId])
    toggle.add_argument("value", nargs="?", choices=["on", "off"])
    toggle.add_argument("--yes", action="store_true", help="I have read what is asked, and agree")

    pin = commands.add_parser("pin", help="show this backend whatever was used last")
    pin.add_argument("backend", metavar="BACKEND|auto", help="a kind or id as `status --json` prints it")

    login = commands.add_parser("login", help="keep a key in the system's secret store")
    login.add_argument("service", choices=["openrouter"])
    login.add_argument("--remove", action="store_true", help="take our key out of the store")

    usage = commands.add_parser("usage", help="tokens and dollars of every agent, from its transcripts")
    usage.add_argument(
        "by",
        nargs="?",
        default="daily",
        choices=["daily", "weekly", "monthly", "session", "project", "model"],
        help="what a row is; daily without it",
    )
    usage.add_argument("--since", metavar="DAY", help="from this day on, as 2026-11-21 or 20261121")
    usage.add_argument("--until", metavar="DAY", help="up to this day, which is included")
    usage.add_argument("--agent", metavar="NAME", help="of one agent: claude, codex, pi, claudette, ...")
    usage.add_argument("--project", metavar="FOLDER", help="in one folder, by its path or its last name")
    usage.add_argument("--timezone", metavar="ZONE", help="days of this zone, as Europe/Berlin or UTC")
    usage.add_argument("--breakdown", action="store_true", help="a line for each model below its row")
    usage.add_argument(
        "--no-wait", action="store_true", help="what the index holds now; nothing is read first"
    )
    form = usage.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, schema 1 (docs/usage.md)")
    form.add_argument("--csv", action="store_true", help="as CSV with the same keys")
    scan = commands.add_parser("scan", help="bring the index of all transcripts up to date")
    scan.add_argument("--rebuild", action="store_true", help="read every transcript again from its start")
    scan.add_argument("--json", action="store_true", help="what it came to, as JSON")

    _metrics(commands.add_parser("metrics", help="your own activity: sessions, commits, tokens, workspaces"))
    commands.add_parser("refresh", help="ask every switched-on source that no wait holds back")
    ledger = commands.add_parser("ledger", help="every request and credential read of the last 30 days")
    ledger.add_argument("--json", action="store_true", help="one JSON object a line")
    commands.add_parser("doctor", help="what works here, what does not, and why; safe to paste")
    commands.add_parser("open", help="open the claude.ai usage page in the browser")
    integrate = commands.add_parser("integrate", help="menu entry, icons and start at login for this user")
    integrate.add_argument("--remove", action="store_true", help="take them away")
    commands.add_parser("quit", help="end the running tray")
    return root


def _metrics(metrics: argparse.ArgumentParser) -> None:
    metrics.add_argument(
        "--scope",
        choices=["claudette", "machine"],
        help="Claudette alone, or that and every transcript; the latter, if there is one",
    )
    metrics.add_argument(
        "--days", default="30", metavar="N|all", help="the window of leaderboard, heatmap and the like; 30"
    )
    metrics.add_argument(
        "--rank",
        default="sessions",
        choices=["sessions", "commits", "tokens", "cost"],
        help="what the leaderboard is ordered by; sessions",
    )
    metrics.add_argument("--all", action="store_true", help="every row of the tables, not the first 15")
    metrics.add_argument("--timezone", metavar="ZONE", help="days of this zone, as Europe/Berlin or UTC")
    metrics.add_argument(
        "--no-wait", action="store_true", help="what the index holds now; nothing is read first"
    )
    metrics.add_argument("--mask", action="store_true", help="neutral names, for a report that others see")
    form = metrics.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, schema 1 (docs/metrics-json.md)")
    form.add_argument("--export", metavar="FILE", help="write a report: .html, .csv or .png")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 when it was done or an answer was printed, 1 when not, 2 for wrong usage."""
    arguments = parser().parse_args(argv)
    if arguments.command in (
        "usage",
        "scan",
        "metrics",
    ):  # these are to be quick: nothing in them logs or makes garbage
        gc.disable()
    else:
        _log(verbose=arguments.verbose)
    from tray import commands

    try:
        return commands.run(arguments)
    except _said() as error:  # looked up when something was raised: their modules bring sockets along
        commands.fail(str(error))
        return 1
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # `claudette-tray ledger | head`
            return 1
        commands.fail(f"{error.filename or 'the system'}: {error.strerror or error}")
        return 1
    except ImportError as error:  # PYSTRAY_BACKEND names what can't be loaded; a package is missing
        commands.fail(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if not gc.isenabled():
            gc.freeze()  # else Python looks for garbage in all that is there before it ends


def _log(*, verbose: bool) -> None:
    import logging

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="claudette-tray: %(message)s",
        stream=sys.stderr,
    )


def _said() -> tuple[type[Exception], ...]:
    """Errors whose text is for people."""
    from tray.engine.files import FolderError
    from tray.engine.wire import ChannelError

    return ChannelError, FolderError
