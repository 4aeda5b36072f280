"""Git repositories made by the real git, with fixed dates and a person whose settings are ours to write."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from tray.metrics.git_commits import GitCommits

NOW = 1_790_000_000  # Unix seconds
DAY = 86_400
ME = "me@example.org"


class Stage:
    """A home, repositories in it, and somebody who counts."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self.home = self.root / "home"
        self.home.mkdir()
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "TZ": "UTC",
        }
        self.real = shutil.which("git") or ""
        self.calls = self.root / "calls"
        self.config("user.email", ME)
        self.config("user.name", "Me")
        self.config("init.defaultBranch", "main")
        self.config("protocol.file.allow", "always")

    def config(self, key: str, value: str) -> None:
        self.run(self.home, "config", "--global", key, value)

    def run(
        self, folder: Path, *question: str, at: int = NOW, committed: int | None = None, **more: str
    ) -> str:
        """The output of git; both dates are `at` unless told."""
        dates = {"GIT_AUTHOR_DATE": f"{at} +0000", "GIT_COMMITTER_DATE": f"{committed or at} +0000"}
        return subprocess.run(
            [self.real, *question],
            cwd=folder,
            env=self.environ | dates | more,
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        ).stdout.strip()

    def repository(self, name: str = "proj", *options: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True)
        self.run(folder, "init", "-q", *options)
        return folder

    def commit(
        self,
        folder: Path,
        *,
        lines: int = 1,
        at: int = NOW - DAY,
        email: str | None = None,
        file: str = "a.txt",
        committed: int | None = None,
    ) -> str:
        """Add lines to a file and commit it; the hash."""
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as out:
            out.write("".join(f"{at} {n}\n" for n in range(lines)))
        self.run(folder, "add", "-A")
        more = {"GIT_AUTHOR_EMAIL": email} if email else {}
        self.run(folder, "commit", "-q", "-m", "words", at=at, committed=committed, **more)
        return self.run(folder, "rev-parse", "HEAD")

    def counting(self, **more) -> GitCommits:
        """Counts with the person's settings; everything else by argument."""
        given = {"git": self.real, "environ": self.environ, "now": lambda: NOW, "seconds": 30.0} | more
        return GitCommits(self.root / "data" / "commits.json", **given)

    def script(self, text: str, name: str = "git") -> str:
        """A program of that text; its path."""
        path = self.root / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    def logged(self) -> str:
        """A git that notes each time it is asked; `asked` tells how often."""
        return self.script(f'echo "$@" >> "{self.calls}"\nexec "{self.real}" "$@"')

    def asked(self) -> int:
        """How often since the last time."""
        if not self.calls.exists():
            return 0
        number = len(self.calls.read_text().splitlines())
        self.calls.unlink()
        return number


def found(work) -> dict[str, tuple[int, int]]:
    """The commits by hash, with their lines."""
    assert len({commit.hash for _, commit in work.commits}) == len(work.commits)
    return {commit.hash: (commit.additions, commit.deletions) for _, commit in work.commits}
