"""Claude's plan: session, weeks and extra usage, from Anthropic's usage API. Off until a person opts in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tray.core.model import Kind
from tray.core.source import Root, Source
from tray.core.toggles import ToggleId
from tray.sources.anthropic.consent import consent

if TYPE_CHECKING:
    from tray.core.model import Backend
    from tray.core.source import Ask, Outcome, Paths, World

ID = "anthropic"


def _fetch(world: World, ask: Ask) -> Outcome:
    """Loads what asks with the first question: the window shows this source and never asks."""
    from tray.sources.anthropic.ask import fetch

    return fetch(world, ask)


def drives(backend: Backend) -> bool:
    """Both kinds are signed in with Claude Code's own credential."""
    return backend.kind in (Kind.ANTHROPIC, Kind.CUSTOM_ANTHROPIC)


def watched(paths: Paths, platform: str = sys.platform) -> tuple[Root, ...]:
    """The credential's file; a keychain can't be watched, so on macOS the transcripts' folders."""
    if platform == "darwin":
        return tuple(Root(path=folder / "projects", recursive=True) for folder in paths.claude_dirs)
    file = paths.claude_credentials
    return (Root(path=file.parent, names=frozenset({file.name})),)


SOURCE = Source(
    id=ID,
    name="Claude",
    toggle=ToggleId.CLAUDE_CODE_USAGE,
    fetch=_fetch,
    drives=drives,
    watched=watched,
    files=False,
    live=True,
    credential_file=sys.platform != "darwin",
    greys_meter=True,
    off_note="Claude Code Usage is off. Turn it on to see the limits of your plan.",
    toggle_label="Claude Code Usage",
    toggle_explanation="Reads Claude Code's sign-in and asks api.anthropic.com how much of the plan is used.",
    experimental=True,
    consent=consent(),
    usage_url="https://claude.ai/settings/usage",
    usage_url_name="claude.ai",
    sign_in=("claude", "auth", "login"),
    sign_in_name="Claude Code…",
    one_persons_plans=("pro", "max"),
)
