"""settings.json: read tolerantly, changed in one place only."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from tray.core.choices import Settings, Show
from tray.core.toggles import ToggleId
from tray.engine import files
from tray.engine.lock import BusyError, hold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tray.core.source import Source

    Check = Callable[[object], object]  # a JSON value in, the setting out; raises ValueError with the rule

_SIZE_MAX = 1 << 20
_TEXT_MAX = 200
_EMAILS_MAX = 20
_LOCK_SECONDS = 5.0
_SO = "so settings.json stays as it is; all else works on"


class Where(Protocol):
    """The places that settings need: `tray.engine.paths.Places` has them."""

    @property
    def config(self) -> Path: ...
    @property
    def state(self) -> Path: ...
    @property
    def settings_file(self) -> Path: ...


class SettingsError(Exception):
    """A setting that can't be read or changed; the message is one sentence for people."""


def load(places: Where) -> Settings:
    """The user's choices; the defaults where there is no file. Never raises.

    Where the file can't be read, every toggle is off and `trouble` says why. A single bad value is the same
    for its toggle alone; another setting takes its default.
    """
    try:
        return _parse(_read(places.settings_file))
    except SettingsError as error:
        return Settings(
            claude_code_usage=False,
            openrouter_balance=False,
            codex_live=False,
            readable=False,
            trouble=str(error),
        )


def change(places: Where, key: str, value: object) -> Settings:
    """Set one key, None takes it out, and return the settings as they are then. Raises `SettingsError`."""
    check = _CHECKS.get(key)
    if check is None:
        raise SettingsError(f"There is no setting named {key!r}.")
    if value is not None:
        try:
            check(value)
        except ValueError as rule:
            raise SettingsError(f'"{key}" {rule}.') from None
    return _write(places, key, lambda _: value)


def switch(places: Where, source: Source, *, on: bool | None, consent: bool) -> Settings:
    """Set a source's toggle; None flips it, from what the file says then and not what was seen before.

    Raises `SettingsError`, also where it would be on and needs a consent that is not given.
    """

    def choose(before: Settings) -> bool:
        wanted = not before.is_on(source.toggle) if on is None else on
        if wanted and source.consent is not None and not consent:
            raise SettingsError(f"{source.toggle_label} needs your consent first.")
        return wanted

    return _write(places, str(source.toggle), choose)


def _write(places: Where, key: str, choose: Callable[[Settings], object]) -> Settings:
    """The only writer: lock, read again, change the key, replace. Other keys keep their value and order.

    A file that can't be read is left alone.
    """
    try:
        with _locked(places):
            document = _read(places.settings_file)
            value = choose(_parse(document))
            changed = (
                {k: v for k, v in document.items() if k != key} if value is None else {**document, key: value}
            )
            if changed != document or (key in document and type(document[key]) is not type(value)):
                text = json.dumps(changed, ensure_ascii=False, indent=2) + "\n"
                # A half surrogate, legal in JSON and not in UTF-8, goes back to the escape it came from.
                files.replace(places.settings_file, text.encode(errors="backslashreplace"), durable=True)
    except OSError as error:
        folder = places.config if places.config.is_dir() else places.config.parent
        if places.settings_file.is_symlink():
            folder = places.settings_file.resolve().parent
        raise SettingsError(str(files.unwritable(folder, error, _SO))) from error
    return _parse(changed)


@contextmanager
def _locked(places: Where) -> Iterator[None]:
    files.private_folder(places.config)
    with ExitStack() as stack:
        try:
            # In the state folder: the config folder may be under version control.
            path = files.private_folder(places.state) / "settings.lock"
            stack.enter_context(hold(path, _LOCK_SECONDS))
        except BusyError:
            raise SettingsError("Another program is changing settings.json and does not end.") from None
        except OSError as error:
            raise SettingsError(str(files.unwritable(places.state, error, _SO))) from error
        yield


def _read(path: Path) -> dict[str, Any]:
    """The file's object; empty where there is no file. Raises `SettingsError` that names the line."""
    name = path.name
    try:
        data = files.read(path, limit=_SIZE_MAX)
    except FileNotFoundError:
        if path.is_symlink():  # its target may hold choices that we can't see
            raise SettingsError(f"{name} is a link to a file that is not there.") from None
        return {}
    except OSError as error:
        raise SettingsError(f"{name} can't be read: {error.strerror or error}.") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{name}, line {line}: not UTF-8 text.") from None
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        what = "the file is empty" if not text.strip() else error.msg
        raise SettingsError(f"{name}, line {error.lineno}: {what}.") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets a thousand deep
        raise SettingsError(f"{name}, line 1: not settings.") from None
    if not isinstance(document, dict):
        raise SettingsError(f"{name}, line 1: an object in braces is expected.")
    return document


def _parse(document: Mapping[str, Any]) -> Settings:
    values: dict[str, Any] = {}
    troubles = []
    for key, check in _CHECKS.items():
        if key not in document or (document[key] is None and key not in _TOGGLES):
            continue
        try:
            values[key.replace(".", "_")] = check(document[key])
        except ValueError as rule:
            fallback = "its default is used"
            if key in _TOGGLES:
                values[key] = False
                fallback = "it is off until then"
            troubles.append(f'settings.json: "{key}" {rule}; {fallback}.')
    return Settings(**values, trouble=" ".join(troubles) or None)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def _show(value: object) -> Show:
    try:
        return Show(value)  # type: ignore[arg-type]
    except ValueError:
        raise ValueError(f"must be one of {', '.join(Show)}") from None


def _line(value: object) -> str:
    """A value that may go into an HTTP header or a menu: one line, without control characters."""
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isprintable()
        and 0 < len(value.strip()) <= _TEXT_MAX
    ):
        return value.strip()
    raise ValueError(f"must be one line of printable ASCII, up to {_TEXT_MAX} characters")


def _emails(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and len(value) <= _EMAILS_MAX and all(map(_is_email, value)):
        return tuple(email.strip() for email in value)
    raise ValueError(f"must be a list of up to {_EMAILS_MAX} e-mail addresses")


def _is_email(value: object) -> bool:
    """Git takes nearly anything; what has no @ is rather a mistake."""
    return (
        isinstance(value, str)
        and value.isprintable()
        and value.strip().find("@") > 0
        and len(value) <= _TEXT_MAX
    )


_TOGGLES = tuple(str(toggle) for toggle in ToggleId)
_CHECKS: dict[str, Check] = {
    **dict.fromkeys(_TOGGLES, _flag),
    "show": _show,
    "pin": _line,
    "notifications": _flag,
    "anthropic.user_agent": _line,
    "commit_emails": _emails,
}
