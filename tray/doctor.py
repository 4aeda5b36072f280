"""`doctor`: what works here, what does not, and why; fit to be pasted in public."""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from tray import __version__
from tray.commands.status import known
from tray.core import texts
from tray.core.present import status_line
from tray.engine import ledger
from tray.engine.lock import last_holder
from tray.metrics import index_report
from tray.metrics.price_overlay import OVERLAY, read_overlay
from tray.sources import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.core.model import Board, Entry
    from tray.core.source import Source
    from tray.engine.paths import Places

PACKAGES = ("pystray", "Pillow", "httpx", "keyring", "jeepney", "msgspec", "watchdog", "platformdirs")
_VARIABLES = (
    "CLAUDETTE_DATA_DIR",
    "CLAUDE_CONFIG_DIR",
    "CODEX_HOME",
    "PI_CODING_AGENT_DIR",
    "OPENCODE_DATA_DIR",
    "CLAUDETTE_TRAY_ANTHROPIC_URL",
    "CLAUDETTE_TRAY_OPENROUTER_URL",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
_SECRETS = ("CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENROUTER_API_KEY")


def report(places: Places) -> str:
    """All sections. No credential is opened for it: what is told of them is that their file is there."""
    board = known(places)
    now = time.time()
    sections = (
        ("Program", _program(places)),
        ("Desktop", _desktop()),
        ("Meter", [("status", status_line(board, ALL, now)), ("active", _active(board))]),
        ("Sources", [line for source in ALL for line in _source(board, source, now)]),
        ("Credentials (not opened)", _credentials(places)),
        ("Settings", [*_settings(board), *_prices(places)]),
        ("Transcripts", index_report.report(places, now)),
        ("Places", _places(places)),
        ("Environment", _environment()),
        ("Last in the ledger", _ledger(places)),
    )
    text = "\n\n".join(_section(title, lines) for title, lines in sections)
    return _without_home(text)


def _section(title: str, lines: Iterable[tuple[str, str]]) -> str:
    rows = list(lines)
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join([title, *(f"  {name:<{width}}  {value}" for name, value in rows)])


def _program(places: Places) -> list[tuple[str, str]]:
    from tray.program import ask_engine

    answer = ask_engine(places, {"do": "ping"})
    holder = last_holder(places)
    if answer:
        engine = f"runs as {answer.get('role')}, version {answer.get('version')}"
    elif holder is not None:
        engine = f"does not answer; process {holder.pid} ({holder.role}) held it last"
    else:
        engine = "not running"
    return [
        ("claudette-tray", __version__),
        ("engine", engine),
        ("Python", f"{platform.python_version()} on {platform.platform(terse=True)}"),
        ("packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES)),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _desktop() -> list[tuple[str, str]]:
    from tray.desktop import diagnose

    seen = diagnose.probe()
    missing = [text for text in (diagnose.missing_tray(seen), diagnose.missing_window(seen)) if text]
    return [*diagnose.lines(seen), *(("to do", text) for text in missing)]


def _active(board: Board) -> str:
    backend = board.active.backend
    if backend is None:
        return "none"
    return f"{backend.id} ({backend.kind}), model {backend.model or 'unknown'}, {board.active.reason}"


def _source(board: Board, source: Source, now: float) -> list[tuple[str, str]]:
    entry = board.entry(source.id)
    if source.toggle is not None and not board.settings.is_on(source.toggle) and not source.files:
        return [(source.id, "off")]
    lines = [(source.id, _reading(entry, now))]
    if entry.problem is not None:
        lines.append(("", f"{entry.problem.kind}: {entry.problem.title}. {entry.problem.hint}"))
    if entry.unknown_keys:
        lines.append(("", f"unknown JSON keys: {', '.join(entry.unknown_keys)}"))
    return lines


def _reading(entry: Entry, now: float) -> str:
    snapshot = entry.snapshot
    if snapshot is None:
        return "no reading"
    asked = f", last asked {texts.age(now - entry.asked_at)}" if entry.asked_at is not None else ""
    keys = ", ".join(window.key for window in snapshot.windows) or "no windows"
    return f"{snapshot.label}: {keys}{asked}"


def _credentials(places: Places) -> list[tuple[str, str]]:
    claude = "in the keychain" if sys.platform == "darwin" else _there(places.claude_credentials)
    return [
        ("Claude Code", claude),
        ("Codex", _there(places.codex_home / "auth.json")),
        ("Pi", _there(places.pi_home / "auth.json")),
        *((name, "set" if os.environ.get(name) else "not set") for name in _SECRETS),
    ]


def _there(path: Path) -> str:
    try:
        return f"{path}: present" if path.exists() else f"{path}: none"
    except OSError as error:
        return f"{path}: {error.strerror}"


def _settings(board: Board) -> list[tuple[str, str]]:
    chosen = board.settings
    lines = [
        *((str(s.toggle), "on" if chosen.is_on(s.toggle) else "off") for s in ALL if s.toggle is not None),
        ("show", str(chosen.show)),
        ("pin", chosen.pin or "auto"),
        ("notifications", "on" if chosen.notifications else "off"),
    ]
    return [*lines, ("trouble", chosen.trouble)] if chosen.trouble else lines


def _prices(places: Places) -> list[tuple[str, str]]:
    """What of the user's own prices can't be used."""
    return [("prices", complaint) for complaint in read_overlay(places.config / OVERLAY)[1]]


def _places(places: Places) -> list[tuple[str, str]]:
    return [
        ("settings", str(places.settings_file)),
        ("state", str(places.state)),
        ("channel", str(places.runtime)),
        ("Claudette", _there(places.claudette_db)),
        ("Claude Code", ", ".join(map(str, places.claude_dirs))),
        ("Codex", str(places.codex_home)),
        ("Pi", str(places.pi_home)),
        ("OMP", str(places.omp_home)),
        ("OpenCode", str(places.opencode_data)),
        ("Gemini CLI", str(places.gemini_home)),
    ]


def _environment() -> list[tuple[str, str]]:
    found = [(name, os.environ.get(name, "")) for name in _VARIABLES]
    addresses = ("_PROXY", "_URL", "_proxy")
    return [(name, _masked(v) if name.endswith(addresses) else v) for name, v in found if v] or [
        ("nothing", "set that matters here")
    ]


def _masked(value: str) -> str:
    """A proxy's address may hold a password, with any letter in it, and may come without its scheme."""
    return re.sub(r"^(\w+://)?.*@", r"\1***@", value, flags=re.DOTALL)


def _ledger(places: Places) -> list[tuple[str, str]]:
    try:
        lines = ledger.read(places)[-5:]
    except OSError as error:
        return [("trouble", error.strerror or str(error))]
    return [(texts.iso(line.at) or "", f"{line.kind} {line.place}: {line.result}") for line in lines] or [
        ("nothing", "was asked")
    ]


def _without_home(text: str) -> str:
    """`~` for the home folder: its name is the person's."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text
