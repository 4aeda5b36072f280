"""Credentials, read and never written: files of other clients, the macOS keychain, our own secret store."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

from tray.core.model import Action, Problem, ProblemKind
from tray.core.source import VaultError
from tray.engine.deadline import within
from tray.engine.private_file import json_object, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tray.core.source import Ledger, Paths

T = TypeVar("T")

SERVICE = "claudette-tray"  # of our own keys in the system's secret store
CLAUDE_SERVICE = "Claude Code-credentials"
_KEYCHAIN_DEADLINE = 30.0  # seconds: macOS may ask the person for permission
_STORE_DEADLINE = 5.0  # a frozen secret service never answers
_PERSON_DEADLINE = 60.0  # storing a key: the desktop may ask for the password of its keyring
_NOT_FOUND = 44  # exit code of `security` for "no such item"
_STORE = "system secret store"


class Keyring(Protocol):
    """What we use of the `keyring` module."""

    def get_keyring(self) -> object: ...
    def get_password(self, service_name: str, username: str) -> str | None: ...
    def set_password(self, service_name: str, username: str, password: str) -> None: ...
    def delete_password(self, service_name: str, username: str) -> None: ...


class SystemVault:
    """`tray.core.source.Vault` on this computer. Each opened store is a line of the ledger, a miss too."""

    def __init__(
        self,
        paths: Paths,
        ledger: Ledger,
        env: Mapping[str, str],
        *,
        platform: str = sys.platform,
        run: Callable[..., subprocess.CompletedProcess[bytes]] = subprocess.run,
        keyring: Callable[[], Keyring] | None = None,
        store_deadline: float = _STORE_DEADLINE,
    ) -> None:
        self._paths = paths
        self._ledger = ledger
        self._env = env
        self._platform = platform
        self._run = run
        self._keyring = keyring or _load_keyring
        self._store_deadline = store_deadline
        self._left = _done()  # ends when the last call that was left behind does

    def claude_document(self, *, purpose: str) -> Mapping[str, object] | None:
        if self._platform != "darwin":
            return self.json_file(self._paths.claude_credentials, purpose=purpose)
        for service in keychain_services(self._env):
            found = self._keychain(service, purpose)
            if found is not None:
                return found
        return None

    def json_file(self, path: Path, *, purpose: str) -> Mapping[str, object] | None:
        raw, result = read_bytes(path)
        document = None
        if raw is not None:
            document = json_object(raw)
            result = "found" if document is not None else "not JSON"
        self._note(str(path), purpose, result, None if raw is None else len(raw))
        if document is None and result != "none":
            raise VaultError(_unreadable(path.name, result))
        return document

    def own_key(self, name: str, *, purpose: str) -> str | None:
        def look() -> str | None:
            keyring = self._keyring()
            return keyring.get_password(SERVICE, name) if _has_keys(keyring) else None

        key = self._ask_store(look, f"{_STORE}: {name}", purpose, self._store_deadline)
        return key.strip() or None if key else None

    def set_own_key(self, name: str, key: str) -> None:
        """Keeps a key in the system's secret store. Raises `VaultError`."""
        self._ask_store(
            lambda: self._keyring().set_password(SERVICE, name, key),
            f"{_STORE}: {name}",
            "store the key you entered",
            _PERSON_DEADLINE,
            nothing="stored",
        )

    def delete_own_key(self, name: str) -> None:
        """Removes our key from the system's secret store; nothing happens where there is none."""

        def delete() -> None:
            if self._keyring().get_password(SERVICE, name) is not None:
                self._keyring().delete_password(SERVICE, name)

        self._ask_store(delete, f"{_STORE}: {name}", "remove the key", _PERSON_DEADLINE, nothing="removed")

    def _note(self, place: str, purpose: str, result: str, size: int | None) -> None:
        self._ledger.add(kind="credential", place=place, purpose=purpose, result=result, size=size)

    def _keychain(self, service: str, purpose: str) -> Mapping[str, object] | None:
        """One item of the login keychain, through Apple's own tool, which Claude Code uses as well."""
        account = self._env.get("USER") or "root"  # another account's item holds MCP logins only
        command = ["/usr/bin/security", "find-generic-password", "-s", service, "-a", account, "-w"]
        document, size = None, None
        try:
            done = self._run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_KEYCHAIN_DEADLINE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            result = "no answer in time"
        except OSError:
            result = "not available"
        else:
            result = {0: "found", _NOT_FOUND: "none"}.get(done.returncode, f"refused ({done.returncode})")
            if done.returncode == 0:
                size = len(done.stdout)
                document = json_object(_unhexed(done.stdout.strip()))
                result = "found" if document is not None else "not JSON"
        self._note(f"macOS keychain: {service}", purpose, result, size)
        if document is None and result != "none":
            raise VaultError(_unreadable("The keychain item of Claude Code", result))
        return document

    def _ask_store(
        self, call: Callable[[], T], place: str, purpose: str, deadline: float, nothing: str = "none"
    ) -> T:
        """What `call` gives, within the deadline; raises `VaultError` with the reason in plain words.

        `nothing` is the ledger's word where the call gives None.
        """
        given: list[T] = []
        reason, done = "no answer in time", threading.Event()

        def work() -> T:
            try:
                return call()
            finally:
                done.set()

        if self._left.is_set():  # else an earlier call still hangs, and this one would too
            try:
                given.append(within(deadline, work))
                reason = nothing if given[0] is None else "found"
            except TimeoutError:
                self._left = done
            except Exception as error:  # noqa: BLE001 - keyring's backends raise what they like
                reason = _store_reason(error)
        size = len(given[0]) if given and isinstance(given[0], str) else None
        self._note(place, purpose, reason, size)
        if not given:
            raise VaultError(_closed(reason))
        return given[0]


def keychain_services(env: Mapping[str, str]) -> tuple[str, ...]:
    """The names of Claude Code's keychain item, the likeliest first.

    With `CLAUDE_CONFIG_DIR` set the client appends the first 8 hex digits of the folder's SHA-256.
    """
    folder = env.get("CLAUDE_CONFIG_DIR", "").split(",")[0].strip()
    if not folder:
        return (CLAUDE_SERVICE,)
    digest = hashlib.sha256(unicodedata.normalize("NFC", folder).encode()).hexdigest()
    return (f"{CLAUDE_SERVICE}-{digest[:8]}", CLAUDE_SERVICE)


def _unhexed(raw: bytes) -> bytes:
    """`security -w` prints a value with other than ASCII letters as hex digits."""
    try:
        return raw if raw.startswith(b"{") else bytes.fromhex(raw.decode("ascii"))
    except ValueError:
        return raw


def _done() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@cache
def _load_keyring() -> Keyring:
    """The `keyring` module; on Linux with the Secret Service, unless the person chose something else.

    Left to itself it loads all its backends to find the best, and the one for macOS runs gcc and ld to look
    for Apple's libraries.
    """
    import keyring
    from keyring import core

    if sys.platform == "linux" and not (core.load_env() or core.load_config()):
        with contextlib.suppress(RuntimeError):  # there is none: keyring may know another one
            keyring.set_keyring(core.load_keyring("keyring.backends.SecretService.Keyring"))
    return keyring


def _has_keys(keyring: Keyring) -> bool:
    """Whether it can be looked into without asking the person; raises `_LockedError` where it is locked.

    The Secret Service would show a password prompt for a locked collection, and another one to make a
    collection where there is none: a reading is not worth that.
    """
    backend = keyring.get_keyring()
    parts = getattr(backend, "backends", [backend])  # a chain of backends, or one
    if not any(type(part).__module__ == "keyring.backends.SecretService" for part in parts):
        return True
    import secretstorage  # keyring's own way to the Secret Service

    with contextlib.closing(secretstorage.dbus_init()) as connection:
        try:
            default = secretstorage.Collection(connection, "/org/freedesktop/secrets/aliases/default")
            if default.is_locked():
                raise _LockedError
        except secretstorage.ItemNotFoundException:
            return False
    return True


class _LockedError(Exception):
    """The secret store is there and locked."""


def _store_reason(error: Exception) -> str:
    """The reason in plain words; keyring's own texts differ by backend and are not passed on."""
    import keyring.errors

    match error:
        case _LockedError() | keyring.errors.KeyringLocked() | keyring.errors.InitError():
            return "locked"
        case keyring.errors.NoKeyringError():
            return "no secret store"
        case _:
            return "refused"


def _closed(reason: str) -> Problem:
    hint = {
        "locked": "Unlock your desktop's keyring and refresh.",
        "no secret store": "Start one: GNOME Keyring, KWallet or KeePassXC.",
        "no answer in time": "It hangs; restart it, or log in to the desktop again.",
    }.get(reason, "Look at it with your desktop's password manager.")
    return Problem(
        kind=ProblemKind.UNREADABLE,
        title=f"The system's secret store could not be used: {reason}",
        hint=hint,
        action=Action.RETRY,
    )


def _unreadable(what: str, reason: str) -> Problem:
    hint = {
        "not JSON": "Its client may be writing it just now; it is read again by itself.",
        "no permission": "Let your user read it, or sign in again with its client.",
        "no answer in time": "Answer the question macOS asks about the keychain, then refresh.",
    }.get(reason, "Sign in again with its client to renew it.")
    return Problem(
        kind=ProblemKind.UNREADABLE,
        title=f"{what} could not be read: {reason}",
        hint=hint,
        action=Action.RETRY,
    )
