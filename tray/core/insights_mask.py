"""The activity without names: for a report that is shown to others. Numbers, agents and models stay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.core.insights import Analytics, Metrics, SlashCount, Workspace

TROUBLE = "Something could not be read; the same report with its names says what."
# What clients bring along says nothing about a person; every other command is one that somebody named.
COMMON = {
    *("add-dir", "agents", "approvals", "bashes", "bug", "clear", "compact", "config", "context"),
    *("cost", "diff", "doctor", "exit", "export", "fast", "feedback", "help", "hooks", "ide", "init"),
    *("login", "logout", "mcp", "memory", "mention", "model", "models", "new", "output-style"),
    *("permissions", "plan", "plugin", "pr-comments", "quit", "release-notes", "rename", "resume"),
    *("review", "rewind", "security-review", "sessions", "share", "skills", "stats", "status"),
    *("statusline", "tasks", "terminal-setup", "theme", "todos", "undo", "upgrade", "usage", "vim"),
}


def masked(found: Metrics) -> Metrics:
    """The same with neutral names: `Workspace 1`, `Repository A`, `branch 1`, `session 1`.

    Within one report a name that occurs twice gets the same new one. They are counted, not hashed: whoever
    guesses a folder's name could prove a hash.
    """
    return _Mask().metrics(found)


class _Mask:
    """What was called how so far; a class, since every part adds to it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def metrics(self, found: Metrics) -> Metrics:
        return replace(
            found,
            trouble=None if found.trouble is None else TROUBLE,
            workspaces=tuple(self._workspace(one) for one in found.workspaces),
            analytics=self._analytics(found.analytics),
        )

    def _workspace(self, one: Workspace) -> Workspace:
        last = one.latest_session
        return replace(
            one,
            id=self._name("workspace", one.id),
            name=self._name("Workspace", one.name),
            repository=self._known_or_none("Repository", one.repository, _letters),
            path=self._known_or_none("folder", one.path),
            branch=self._known_or_none("branch", one.branch),
            latest_session=None if last is None else replace(last, id=self._name("session", last.id)),
        )

    def _analytics(self, found: Analytics) -> Analytics:
        return replace(
            found,
            leaderboard=tuple(
                replace(
                    leader,
                    workspace=self._name("Workspace", leader.workspace),
                    repository=self._known_or_none("Repository", leader.repository, _letters),
                )
                for leader in found.leaderboard
            ),
            slash_commands=tuple(self._command(one) for one in found.slash_commands),
            recent_sessions=tuple(
                replace(
                    one,
                    id=self._name("session", one.id),
                    workspace=self._known_or_none("Workspace", one.workspace),
                )
                for one in found.recent_sessions
            ),
        )

    def _command(self, one: SlashCount) -> SlashCount:
        return one if one.name in COMMON else replace(one, name=self._name("command", one.name, joint="-"))

    def _known_or_none(self, kind: str, name: str | None, number: Callable[[int], str] = str) -> str | None:
        return None if name is None else self._name(kind, name, number)

    def _name(self, kind: str, name: str, number: Callable[[int], str] = str, *, joint: str = " ") -> str:
        if (kind, name) not in self._known:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._known[kind, name] = f"{kind}{joint}{number(self._counts[kind])}"
        return self._known[kind, name]


def _letters(number: int) -> str:
    """1 is `A`, 26 `Z`, 27 `AA`."""
    found = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        found = chr(ord("A") + place) + found
    return found
