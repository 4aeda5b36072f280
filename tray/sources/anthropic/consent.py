"""The question before Claude Code Usage is turned on: what is read, who is asked, what may not be allowed."""

from __future__ import annotations

import sys

from tray.core.screen import Consent


def consent(platform: str = sys.platform) -> Consent:
    """The words for this system; macOS adds that it asks about the keychain."""
    store = "Claude Code's keychain item" if platform == "darwin" else "Claude Code's file .credentials.json"
    asks = " macOS will ask you once to allow that." if platform == "darwin" else ""
    read = (
        f"What is read: the access token in {store} and the account's id in .claude.json, only while this is "
        f"on.{asks} Both are never renewed, changed or copied."
    )
    asked = (
        "Who is asked: api.anthropic.com, with that token, for the usage of your plan and nothing else. At "
        "most every 5 minutes while you work, every 30 minutes otherwise, and when you refresh."
    )
    kept = (
        "What is kept: percentages, amounts and reset times, on this computer only; turning this off drops "
        "them at once. Hashes of account and token tell accounts apart and remember how long to wait. "
        "`claudette-tray ledger` lists each request and each reading of the token."
    )
    return Consent(
        title="Show how much of your Claude plan is used?",
        paragraphs=(
            read,
            asked,
            kept,
            "It needs a Claude plan that Claude Code is signed in to; API keys have no plan to show.",
        ),
        warning=(
            "Anthropic does not document this address, and programmatic access may not be permitted under "
            "its Consumer Terms. Read them before you turn this on."
        ),
        link_label="Anthropic's Consumer Terms",
        link_url="https://www.anthropic.com/legal/consumer-terms",
        cancel="Cancel",
        accept="I understand, enable",
    )
