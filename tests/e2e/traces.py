"""What coding agents leave on a person's disk: Codex session files, Claude Code transcripts, Claudette's database."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.claudette_db import ClaudetteDb

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.person import Person

HOUR, DAY = 3600.0, 86_400.0


class Codex:
    """One Codex session that goes on: each `reads` appends a turn with its rate limits."""

    def __init__(self, person: Person) -> None:
        session = uuid.uuid4()
        self.file = person.home / ".codex" / "sessions" / "2026" / "01" / "02" / f"rollout-{session}.jsonl"
        self.file.parent.mkdir(parents=True)
        self._append("session_meta", {"id": str(session), "cwd": "/proj", "model_provider": "openai"})

    def reads(
        self,
        session: float,
        week: float = 31.0,
        *,
        ago: float = 0.0,
        resets_in: float = 2 * HOUR,
        week_resets_in: float = 4 * DAY,
    ) -> None:
        """A turn `ago` seconds ago that used so many percent; the windows reset so many seconds from now."""
        now = time.time()
        limits = {
            "primary": _limit(session, 300, now + resets_in),
            "secondary": _limit(week, 10_080, now + week_resets_in),
            "plan_type": "plus",
        }
        self._append("event_msg", {"type": "token_count", "info": None, "rate_limits": limits}, now - ago)

    def works(self) -> None:
        """A turn without a reading."""
        self._append("turn_context", {"cwd": "/proj", "model": "gpt-5.4"})

    def _append(self, kind: str, payload: dict[str, Any], at: float | None = None) -> None:
        stamp = datetime.fromtimestamp(at or time.time(), UTC).isoformat().replace("+00:00", "Z")
        with self.file.open("a") as file:
            file.write(json.dumps({"timestamp": stamp, "type": kind, "payload": payload}) + "\n")


def _limit(used: float, minutes: int, resets_at: float) -> dict[str, float]:
    return {"used_percent": used, "window_minutes": minutes, "resets_at": int(resets_at)}


def claude_code_works(person: Person) -> Path:
    """A transcript that Claude Code wrote just now."""
    session = uuid.uuid4()
    file = person.home / ".claude" / "projects" / "-proj" / f"{session}.jsonl"
    file.parent.mkdir(parents=True)
    message = {"model": "claude-opus-4-5", "role": "assistant", "usage": {"input_tokens": 1}}
    line = {"type": "assistant", "sessionId": str(session), "cwd": "/proj", "message": message}
    file.write_text(json.dumps(line) + "\n")
    return file


def ollama_in_claudette(person: Person, tokens: int = 12_000) -> ClaudetteDb:
    """Claudette's database with a session that talks to Ollama and has just used that many tokens."""
    db = ClaudetteDb(person.home / ".local" / "share" / "claudette" / "claudette.db")
    db.backends({"id": "ollama", "label": "Ollama", "kind": "ollama", "enabled": True})
    db.workspace("w1")
    db.session("s1", "w1")
    db.select("w1", "s1")
    db.setting("agent_backend:s1", "ollama")
    db.setting("model_provider:s1", "ollama")
    db.message("s1", at=time.time(), prompt=tokens, completion=0)
    return db
