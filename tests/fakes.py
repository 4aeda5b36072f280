"""Fakes of everything a fetch may touch: a world in memory that counts what was asked of it."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tray.core.gate import Gate
from tray.core.source import NetError, Reading, Reply, VaultError, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOW = 1_790_000_000.0  # 2026-09-21T14:13:20Z


@dataclass
class FakeNet:
    """Answers in order: a Reply, or a NetError to raise. An unexpected request fails the test."""

    answers: list[Reply | NetError] = field(default_factory=list)
    asked: list[SimpleNamespace] = field(default_factory=list)

    def get(
        self, url: str, *, source: str, purpose: str, headers: Mapping[str, str], timeout: float
    ) -> Reply:
        self.asked.append(
            SimpleNamespace(url=url, source=source, purpose=purpose, headers=dict(headers), timeout=timeout)
        )
        assert self.answers, f"unexpected request to {url}"
        answer = self.answers.pop(0)
        if isinstance(answer, NetError):
            raise answer
        return answer


@dataclass
class FakeGates:
    """Gates in a dict."""

    kept: dict[str, Gate] = field(default_factory=dict)

    def read(self, key: str) -> Gate:
        return self.kept.get(key, Gate())

    def write(self, key: str, gate: Gate) -> None:
        self.kept[key] = gate


@dataclass
class FakeLedger:
    """Ledger lines in a list."""

    lines: list[dict[str, object]] = field(default_factory=list)

    def add(self, *, kind: str, place: str, purpose: str, result: str, size: int | None = None) -> None:
        self.lines.append({"kind": kind, "place": place, "purpose": purpose, "result": result, "size": size})


@dataclass
class FakeVault:
    """Credentials in memory; `opened` names each store that was opened, misses too."""

    document: Mapping[str, object] | VaultError | None = None
    files: dict[Path, Mapping[str, object] | VaultError] = field(default_factory=dict)
    keys: dict[str, str | VaultError] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)

    def claude_document(self, *, purpose: str) -> Mapping[str, object] | None:
        self.opened.append("claude")
        if isinstance(self.document, VaultError):
            raise self.document
        return self.document

    def json_file(self, path: Path, *, purpose: str) -> Mapping[str, object] | None:
        self.opened.append(str(path))
        found = self.files.get(path)
        if isinstance(found, VaultError):
            raise found
        return found

    def own_key(self, name: str, *, purpose: str) -> str | None:
        self.opened.append(f"own:{name}")
        found = self.keys.get(name)
        if isinstance(found, VaultError):
            raise found
        return found


@dataclass
class FakeTranscripts:
    """Transcripts of which nothing is left to read, or what the test says."""

    reading: Reading = field(default_factory=Reading)
    asked: int = 0

    def catch_up(self) -> Reading:
        self.asked += 1
        return self.reading


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: float = NOW

    def __call__(self) -> float:
        return self.at


def fake_paths(root: Path) -> SimpleNamespace:
    """The places of a user whose home is `root`; nothing is created."""
    return SimpleNamespace(
        claudette_db=root / "claudette" / "claudette.db",
        claude_dirs=(root / ".claude",),
        claude_credentials=root / ".claude" / ".credentials.json",
        claude_json=root / ".claude.json",
        codex_home=root / ".codex",
        pi_home=root / ".pi" / "agent",
        omp_home=root / ".omp" / "agent",
        opencode_data=root / ".local" / "share" / "opencode",
        gemini_home=root / ".gemini",
        config=root / "config",
        data=root / "data",
        index_file=root / "data" / "index.db",
        prices_file=root / "config" / "prices.json",
        state=root / "state",
        store_file=root / "state" / "board.json",
        runtime=root / "runtime",
    )


def fake_world(
    root: Path = Path("/nonexistent"),
    *,
    now: Callable[[], float] | None = None,
    env: Mapping[str, str] | None = None,
    net: Any | None = None,
    gates: FakeGates | None = None,
    ledger: FakeLedger | None = None,
    vault: Any | None = None,
    transcripts: Any | None = None,
    paths: Any | None = None,
) -> World:
    """A World of fakes; give the members the test cares about."""
    return World(
        now=now or Clock(),
        paths=paths or fake_paths(root),
        env=env or {},
        net=net or FakeNet(),
        gates=gates or FakeGates(),
        ledger=ledger or FakeLedger(),
        vault=vault or FakeVault(),
        transcripts=transcripts or FakeTranscripts(),
        stopping=threading.Event(),
    )


def reply(body: object = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """An HTTP answer; `body` is bytes, text, or a value to write as JSON."""
    match body:
        case bytes():
            raw = body
        case str():
            raw = body.encode()
        case _:
            raw = json.dumps(body).encode()
    return Reply(status=status, headers=dict(headers or {}), body=raw)
