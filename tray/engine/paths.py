"""Where the clients keep their files and where we keep ours; every environment variable is read here."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

import platformdirs

APP = "claudette-tray"
_SOCKET_PATH_MAX = 100  # bytes; sun_path holds 104 to 108


class Places(NamedTuple):
    """The folders and files of one user, as `tray.core.source.Paths` names them."""

    claudette_db: Path
    claude_dirs: tuple[Path, ...]
    claude_credentials: Path
    claude_json: Path
    codex_home: Path
    pi_home: Path
    omp_home: Path
    opencode_data: Path
    gemini_home: Path
    config: Path
    data: Path
    state: Path
    runtime: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"

    @property
    def index_file(self) -> Path:
        return self.data / "index.db"

    @property
    def prices_file(self) -> Path:
        return self.config / "prices.json"

    @property
    def store_file(self) -> Path:
        return self.state / "board.json"

    @property
    def gates_file(self) -> Path:
        return self.state / "gates.json"

    @property
    def ledger_file(self) -> Path:
        return self.state / "ledger.jsonl"

    @property
    def lock_file(self) -> Path:
        return self.state / "engine.lock"

    @property
    def socket(self) -> Path:
        return self.runtime / "engine.sock"


def _given(name: str, home: Path) -> Path | None:
    """A folder named by an environment variable; empty counts as absent, `~` is expanded."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    return home / value[2:] if value.startswith(("~/", "~\\")) else Path(value)


def _claude_dirs(home: Path, xdg_config: Path) -> tuple[Path, ...]:
    """Claude Code's config folders: `CLAUDE_CONFIG_DIR` (a comma list is accepted), else the two defaults.

    Doubles are dropped by real path, since symlinked roots exist.
    """
    value = os.environ.get("CLAUDE_CONFIG_DIR", "").strip()
    if value:
        found = [Path(part.strip()).expanduser() for part in value.split(",") if part.strip()]
        found = [path.parent if path.name == "projects" else path for path in found]
    else:
        found = [home / ".claude", xdg_config / "claude"]
    return tuple({os.path.realpath(path): path for path in reversed(found)}.values())[::-1]


def _claudette_data(home: Path) -> Path:
    given = _given("CLAUDETTE_DATA_DIR", home)
    if given:
        return given
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "claudette"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming") / "claudette"
    return _xdg_data(home) / "claudette"


def _xdg_data(home: Path) -> Path:
    return _given("XDG_DATA_HOME", home) or home / ".local" / "share"


def _runtime() -> Path:
    """The folder of the socket: the session's runtime folder, else a private one under the temp folder."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and Path(given).is_dir():
        folder = Path(given) / APP
        if len(os.fsencode(folder / "engine.sock")) <= _SOCKET_PATH_MAX:
            return folder
    import tempfile  # brings all of Python's compression along

    owner = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"{APP}-{owner}"


def locate() -> Places:
    """The places for this environment; nothing is created here."""
    home = Path.home()
    xdg_config = _given("XDG_CONFIG_HOME", home) or home / ".config"
    claude_dirs = _claude_dirs(home, xdg_config)
    configured = bool(os.environ.get("CLAUDE_CONFIG_DIR", "").strip())
    first = claude_dirs[0] if configured else home / ".claude"
    return Places(
        claudette_db=_claudette_data(home) / "claudette.db",
        claude_dirs=claude_dirs,
        claude_credentials=first / ".credentials.json",
        claude_json=(first if configured else home) / ".claude.json",
        codex_home=_given("CODEX_HOME", home) or home / ".codex",
        pi_home=_given("PI_CODING_AGENT_DIR", home) or home / ".pi" / "agent",
        omp_home=home / ".omp" / "agent",
        opencode_data=_given("OPENCODE_DATA_DIR", home) or _xdg_data(home) / "opencode",
        gemini_home=home / ".gemini",
        config=platformdirs.user_config_path(APP, appauthor=False),
        data=platformdirs.user_data_path(APP, appauthor=False),
        state=platformdirs.user_state_path(APP, appauthor=False),
        runtime=_runtime(),
    )
