"""One person at the desktop: own home and XDG folders, a browser that writes down, the program under test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT = Path(__file__).parents[2]


class Person:
    """A fresh user of the desktop; `stop` ends what is still running and tells what that was."""

    def __init__(self, folder: Path, desktop: Mapping[str, str]):
        self.home = folder / "home"
        self.config = self.home / ".config"
        self.state = self.home / ".local" / "state"
        self.log = folder / "program.log"
        self._urls = folder / "urls"
        self._browser = folder / "browser"
        run = folder / "run"
        for made in (self.config, self.state, run):
            made.mkdir(parents=True)
        run.chmod(0o700)
        self._browser.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >> '{self._urls}'\n")
        self._browser.chmod(0o755)
        self.env = {
            **desktop,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_STATE_HOME": str(self.state),
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_RUNTIME_DIR": str(run),
            "BROWSER": str(self._browser),
            "PYTHONPATH": str(_ROOT),  # this checkout, whatever is installed
            # Whatever a test forgets to redirect ends here and not in the world.
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "HTTP_PROXY": "http://127.0.0.1:9",
        }
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        """Start `claudette-tray` with arguments; its output goes to `log`."""
        return self.spawn([sys.executable, "-m", "tray", *arguments], **env)

    def spawn(self, command: list[str], **env: str) -> subprocess.Popen[bytes]:
        """Start any program as this person."""
        with self.log.open("ab") as log:
            started = subprocess.Popen(
                command,
                env={**self.env, **env},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started.append(started)
        return started

    def run(self, *arguments: str, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run one command of `claudette-tray` to its end; `text` is what is typed (through a pipe)."""
        return subprocess.run(
            [sys.executable, "-m", "tray", *arguments],
            env={**self.env, **env},
            cwd=self.home,
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def urls(self) -> list[str]:
        """The pages the browser was asked for."""
        return self._urls.read_text().splitlines() if self._urls.exists() else []

    def processes(self) -> dict[int, str]:
        """Everything alive that was started as this person, however indirectly: pid -> command."""
        return processes_with(f"HOME={self.home}")

    def windows(self) -> list[int]:
        """The usage windows' processes; one that starts a command is for a moment two of the same name."""
        found = [pid for pid, command in self.processes().items() if "tray.views.window" in command]
        return [pid for pid in found if _parent(pid) not in (None, *found)]

    def stop(self) -> dict[int, str]:
        """End what `start` and `spawn` began; what outlives that by two seconds is ended too and returned."""
        deaf = {started.pid: "did not end when told" for started in self._started if not end(started)}
        deadline = time.monotonic() + 2.0
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in left:
            kill(pid)
        return deaf | left


def processes_with(setting: str) -> dict[int, str]:
    """The processes whose environment has this `NAME=value`."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if setting.encode() in (entry / "environ").read_bytes().split(b"\0"):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if command:  # a zombie has none
                    found[int(entry.name)] = command.strip()
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
    return found


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it ended meanwhile
        return None


def end(process: subprocess.Popen[bytes], patience: float = 5.0) -> bool:
    """Terminate one process, kill it where it does not listen; whether it did."""
    listened = True
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            listened = False
            process.kill()
    process.wait()
    return listened


def kill(pid: int) -> None:
    """Kill by pid; gone already is fine."""
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return
