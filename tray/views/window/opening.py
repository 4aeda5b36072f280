"""What window and browser page are opened for: the arguments of their processes."""

from __future__ import annotations

import argparse

from tray.core.tabs import TABS


def opening(prog: str, description: str) -> argparse.ArgumentParser:
    """The arguments that both take, as `tray.wishes` writes them."""
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument("--focus", metavar="TOGGLE", help="mark this switch")
    parser.add_argument("--consent", metavar="TOGGLE", help="start with the question before this switch")
    parser.add_argument("--sign-in", metavar="SOURCE", help="start with the sign-in of this source")
    parser.add_argument("--about", action="store_true", help="start with About")
    parser.add_argument("--page", choices=tuple(TABS), help="start at this page")
    parser.add_argument("--days", metavar="N|all", help="start at Insights, with this window of days")
    parser.add_argument("--banner", metavar="TEXT", help="an explanation on top")
    parser.add_argument("--demo", action="store_true", help="show made-up activity, keep nothing")
    return parser
