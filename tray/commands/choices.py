"""`toggle`, `pin` and `login`: what a person chooses, by the running tray or straight into settings.json."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tray.commands import fail, say
from tray.core.active import find_backend
from tray.core.choices import Settings
from tray.engine import settings
from tray.engine.ipc import connect
from tray.engine.wire import ChannelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.source import Source
    from tray.engine.paths import Places

ANSWER_WAIT = 5.0  # seconds
LOCK_WAIT = 25.0  # seconds: another command at work has up to 20 for its refresh


def toggle(places: Places, name: str, value: str | None, *, yes: bool) -> int:
    """Switch a toggle; one that needs consent says what is done and asks (without a terminal: --yes)."""
    from tray.sources import ALL

    source = next(source for source in ALL if source.toggle == name)
    on = None if value is None else value == "on"
    turns_on = value != "off" and not settings.load(places).is_on(source.toggle)
    if turns_on and source.consent is not None and not _agreed(source, yes=yes):
        return 2
    # What is flipped by another command meanwhile turns on only with a consent that was given.
    consent = turns_on or yes or value == "on"
    message = {"do": "toggle", "name": name, "on": on, "consent": consent}
    answer = _apply(places, message, lambda: settings.switch(places, source, on=on, consent=consent))
    if answer is None:
        return 1
    now_on = answer.is_on(source.toggle) if isinstance(answer, Settings) else answer.get("on") is True
    say(f"{source.toggle_label} is {'on' if now_on else 'off'}.")
    return 0


def _agreed(source: Source, *, yes: bool) -> bool:
    if source.consent is None:
        return True
    from tray.views import text

    say(text.consent(source.consent))
    if yes:
        return True
    if not sys.stdin.isatty():
        fail("not a terminal: add --yes if you agree; nothing was changed.")
        return False
    say("")
    try:
        answer = input("Type yes to enable it, anything else to cancel: ")
    except EOFError:  # Ctrl-D leaves the line open
        say("")
        answer = ""
    if answer.strip().lower() == "yes":
        return True
    fail("cancelled; nothing was changed.")
    return False


def pin(places: Places, backend: str) -> int:
    """Pin a backend, or go back to Auto."""
    from tray.commands.status import known

    value = None
    if backend != "auto":
        found = find_backend(backend, known(places).activity)
        if found is None:
            fail(f"{backend!r} is neither a backend kind nor a known id; see `status --json`.")
            return 2
        value = backend
    message = {"do": "set", "name": "pin", "value": value}
    if _apply(places, message, lambda: settings.change(places, "pin", value)) is None:
        return 1
    say("The battery follows the agent used last." if value is None else f"The battery shows {backend}.")
    return 0


def _apply(
    places: Places, message: Mapping[str, object], change: Callable[[], Settings]
) -> Settings | dict[str, Any] | None:
    """By the running engine, so that it takes effect at once; without one, by the lock's next holder: us.

    The settings or the engine's answer; None where it failed, and that was said.
    """
    from tray.alone import change_alone, engine_or_lock
    from tray.engine.lock import EngineLock

    found = engine_or_lock(places, LOCK_WAIT)
    if found is None:
        fail("Another claudette-tray is at work and does not answer.")
        return None
    try:
        if isinstance(found, EngineLock):
            return change_alone(places, change)
        answer = found.ask(message, ANSWER_WAIT)
    except (settings.SettingsError, ChannelError) as error:
        fail(str(error))
        return None
    finally:
        found.release() if isinstance(found, EngineLock) else found.close()
    if answer.get("ok"):
        return answer
    fail(str(answer.get("error") or "The tray refused."))
    return None


def login(places: Places, *, remove: bool) -> int:
    """Keep OpenRouter's key in the system's secret store; read from a prompt or stdin, never argv."""
    from tray.core.source import VaultError
    from tray.outside import own_vault
    from tray.sources.gated import is_sendable

    vault = own_vault(places)
    try:
        if remove:
            vault.delete_own_key("openrouter")
            say("The OpenRouter key was taken out of the secret store.")
            return 0
        key = _read_key()
        if not key:
            fail("no key was given; nothing was changed.")
            return 2
        if not is_sendable(key):
            fail("that is no key: it has blanks or letters that no key has; nothing was changed.")
            return 2
        vault.set_own_key("openrouter", key)
    except VaultError as error:
        fail(f"{error.problem.title}. {error.problem.hint}")
        return 1
    say("The OpenRouter key is in the system's secret store.")
    client = connect(places)
    if client is not None:
        client.send({"do": "refresh"})
        client.close()
    return 0


def _read_key() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    from getpass import getpass

    try:
        return getpass("OpenRouter API key (not shown): ").strip()
    except (EOFError, KeyboardInterrupt):
        say("")
        return ""
