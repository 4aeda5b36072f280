"""Transcripts as Claude Code writes them, for tests: one line for each answer."""

from __future__ import annotations

import json
import os
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tray.metrics.index import connect

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.source import Paths

FOLDER = "/home/dev/proj"
MANY = 5 << 20  # bytes: more than the tray reads by itself


def answer(
    key: str,
    *,
    at: float,
    session: str = "s-1",
    folder: str = FOLDER,
    prompt: int = 100,
    output: int = 20,
    model: str | None = "claude-opus-4-5",
    whole: bool = True,
    filler: str = "",
) -> str:
    """A line; `at` in Unix seconds. `whole`: False as an old client leaves it, with a placeholder for the output."""
    stamp = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = {
        "id": key,
        "model": model,
        "role": "assistant",
        "content": [{"type": "text", "text": filler}],
        "stop_reason": "end_turn" if whole else None,
        "usage": {"input_tokens": prompt, "output_tokens": output, "cache_read_input_tokens": 5000},
    }
    line = {"type": "assistant", "sessionId": session, "cwd": folder, "timestamp": stamp, "message": message}
    return json.dumps(line) + "\n"


def transcript(claude: Path, session: str, *lines: str) -> Path:
    """Append lines to a session's file below Claude Code's config folder."""
    file = claude / "projects" / "-home-dev-proj" / f"{session}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as opened:
        opened.write("".join(lines))
    return file


def big(claude: Path, session: str, at: float = 1_790_000_000.0, turns: int = 6) -> Path:
    """A transcript of six answers that is too long to be read at once, last changed at `at`."""
    filler = "x" * (MANY // turns)
    lines = [answer(f"{session}-{n}", at=at + n, session=session, filler=filler) for n in range(turns)]
    file = transcript(claude, session, *lines)
    os.utime(file, (at, at))
    return file


def calls(paths: Paths) -> int:
    """How many calls the index counts."""
    with closing(connect(paths.index_file, write=False)) as db:
        found: int = db.execute("SELECT coalesce(sum(calls), 0) FROM sums").fetchone()[0]
        return found
