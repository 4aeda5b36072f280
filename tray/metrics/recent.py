"""The newest transcript of each agent that Claudette does not know; of a file only its end is read.

Layouts: Claude Code `projects/<folder>/<session>.jsonl` with sub-agents in `<session>/subagents/` (or, in
2.0, `agent-<hex>.jsonl` beside the session), Codex `sessions/Y/M/D/rollout-<time>-<session>.jsonl`, Pi
`sessions/<folder>/<time>_<session>.jsonl`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.core.model import Backend, Instant, Kind, OutsideActivity
from tray.metrics import registry
from tray.metrics.foreign import mapping, name, parse_json, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from tray.core.source import Paths

_TAIL = 64 * 1024  # bytes
_MOST_TAILS = 32  # read per agent and scan: all newer ones being Claudette's own, the rest can't decide
_UUID_AT_END = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tail:
    """What the end of a transcript names; the newest mention of each counts."""

    model: str | None = None
    provider: str | None = None
    folder: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agent:
    """A client that may be the active one; where its transcripts lie, the reader's list knows."""

    id: str  # in `tray.metrics.registry`
    backend: Backend
    session: Callable[[Path], str | None]  # from the file's path; None where only the content tells
    line: Callable[[Mapping[str, Any]], _Tail]


def scan(places: Paths, known: AbstractSet[str]) -> tuple[Instant | None, tuple[OutsideActivity, ...]]:
    """(newest write to a transcript of Claudette's own, the newest other one of each agent, newest first).

    `known` holds the session ids that Claudette ran. Costs one stat per file and few reads.
    """
    found = [_scan_agent(agent, places, known) for agent in _AGENTS]
    own = max((at for at, _ in found if at is not None), default=None)
    outside = sorted((seen for _, seen in found if seen is not None), key=lambda seen: -seen.at)
    return own, tuple(outside)


def _scan_agent(
    agent: _Agent, places: Paths, known: AbstractSet[str]
) -> tuple[Instant | None, OutsideActivity | None]:
    files = sorted(
        (found for root in registry.agent(agent.id).roots(places) for found in _transcripts(root)),
        key=lambda f: f[0],
        reverse=True,
    )
    own: Instant | None = None
    outside: OutsideActivity | None = None
    tails = 0
    for at, file in files:
        path = Path(file)
        session = agent.session(path)
        if session in known:
            own = own or at
        elif outside is None and tails < _MOST_TAILS:
            tails += 1
            tail = _read_tail(agent, path)
            if tail.session in known:  # a sub-agent's file under a name of its own
                own = own or at
            else:
                outside = _outside(agent, at, session, tail)
        if outside is not None and (own is not None or not known):
            break
    return own, outside


def _outside(agent: _Agent, at: Instant, session: str | None, tail: _Tail) -> OutsideActivity:
    return OutsideActivity(
        backend=replace(agent.backend, model=tail.model, provider=tail.provider),
        at=at,
        session=session or tail.session,
        folder=tail.folder,
    )


def _transcripts(root: Path) -> Iterator[tuple[Instant, str]]:
    """(mtime, path) of every transcript that is not empty; folders behind links are left out (loops)."""
    folders = [os.fspath(root)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif entry.name.endswith(".jsonl") and (found := _stat(entry)) is not None:
                        yield found.st_mtime, entry.path
        except OSError:  # absent, or not ours to read
            continue


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The stat of a file that is not empty; None for a pipe, a dead link, or one that has just gone."""
    try:
        found = entry.stat() if entry.is_file() else None
    except OSError:
        return None
    return found if found is not None and found.st_size else None


def _read_tail(agent: _Agent, path: Path) -> _Tail:
    """What the last 64 KiB name, read from the last line backwards; a line torn at either end is no JSON."""
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - _TAIL, 0))
            lines = file.read(_TAIL).split(b"\n")
    except OSError:
        return _Tail()
    tail = _Tail()
    for line in reversed(lines):
        named = agent.line(mapping(parse_json(line)))
        tail = _Tail(
            model=tail.model or named.model,
            provider=tail.provider or named.provider,
            folder=tail.folder or named.folder,
            session=tail.session or named.session,
        )
    return tail


def _lower(value: object) -> str | None:
    found = text(value)
    return found.lower() if found else None


def _claude_session(path: Path) -> str | None:
    if not path.stem.startswith("agent-"):
        return path.stem
    return next((folder.parent.name for folder in path.parents if folder.name == "subagents"), None)


def _claude_line(line: Mapping[str, Any]) -> _Tail:
    message = mapping(line.get("message"))
    model = name(message.get("model"))
    return _Tail(
        model=None if model == "<synthetic>" else model,
        folder=text(line.get("cwd")),
        session=text(line.get("sessionId")),
    )


def _codex_session(path: Path) -> str | None:
    found = _UUID_AT_END.search(path.stem)
    return found[0] if found else None


def _codex_line(line: Mapping[str, Any]) -> _Tail:
    """`turn_context`, `session_meta`, `token_usage_record`, and `event_msg` with the thread's settings."""
    payload = mapping(line.get("payload"))
    named = {**mapping(payload.get("thread_settings")), **payload}
    if line.get("type") not in ("turn_context", "session_meta", "token_usage_record", "event_msg"):
        return _Tail()
    return _Tail(
        model=name(named.get("model")),
        provider=_lower(named.get("model_provider_id") or named.get("model_provider")),
        folder=text(named.get("cwd")),
        session=text(named.get("session_id")),
    )


def _pi_session(path: Path) -> str | None:
    return text(path.stem.rpartition("_")[2])


def _pi_line(line: Mapping[str, Any]) -> _Tail:
    if line.get("type") == "session":
        return _Tail(folder=text(line.get("cwd")), session=text(line.get("id")))
    named = mapping(line.get("message")) if line.get("type") == "message" else line
    return _Tail(
        model=name(named.get("model") or named.get("modelId")),
        provider=_lower(named.get("provider")),
    )


# Only these three decide who works now; the rows count all agents of the registry.
_AGENTS = (
    _Agent(
        id="claude",
        backend=Backend(kind=Kind.ANTHROPIC, id="anthropic", label="Claude Code"),
        session=_claude_session,
        line=_claude_line,
    ),
    _Agent(
        id="codex",
        backend=Backend(kind=Kind.CODEX_NATIVE, id="codex", label="Codex"),
        session=_codex_session,
        line=_codex_line,
    ),
    _Agent(
        id="pi",
        backend=Backend(kind=Kind.PI_SDK, id="pi", label="Pi"),
        session=_pi_session,
        line=_pi_line,
    ),
)
