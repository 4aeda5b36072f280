"""Real clients from the npm registry, installed once into the user's cache folder."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import platformdirs
import pytest

if TYPE_CHECKING:
    from pathlib import Path

CODEX = "@openai/codex@0.169.0"
_MACHINE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x64"
# The package for this system alone: its program runs without node, which the other package wants newer than Debian's.
CLAUDE = f"@anthropic-ai/claude-code-linux-{_MACHINE}@2.1.330"


def codex() -> Path:
    """The program of Codex."""
    return installed(CODEX) / ".bin" / "codex"


def claude() -> Path:
    """The program of Claude Code."""
    return installed(CLAUDE) / CLAUDE.rpartition("@")[0] / "claude"


def installed(*packages: str) -> Path:
    """The `node_modules` folder with these packages, of exact versions; skips the test where npm is missing."""
    npm = shutil.which("npm")
    if npm is None or sys.platform == "win32":
        pytest.skip(f"npm is needed to install {', '.join(packages)}")
    folder = platformdirs.user_cache_path("claudette-tray-tests") / "+".join(packages).replace("/", "-")
    found = folder / "node_modules"
    if not found.exists():
        made = folder.with_name(f"{folder.name}.{os.getpid()}")
        made.mkdir(parents=True, exist_ok=True)
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        install = [npm, "install", "--prefix", str(made), *packages, *quiet]
        subprocess.run(install, check=True, timeout=240, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return found
