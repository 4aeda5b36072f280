"""Each agent of the reader's list with genuine files of its client, parsed as the reader does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.opencode_stage import rebuilt
from tray.metrics.agents import Form
from tray.metrics.records import Records, outranks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.metrics.agents import Agent, State

GENUINE = Path(__file__).parent / "payloads" / "transcripts"

# Agent: folders below GENUINE whose wanted files are its own. A new agent needs a line here.
FILES = {
    "claude": ("claude-*/projects/**/*",),
    "codex": ("codex-*/sessions/**/*",),
    "pi": ("pi-*/sessions/**/*",),
    "omp": ("pi-*/sessions/**/*",),  # the same format, by its makers' own word: docs/sources/pi.md
    "opencode": ("opencode-*/storage/message/**/*",),
    "gemini": ("gemini-*/tmp/**/*",),
}
DUMPS = {"opencode": ("opencode-1.2.4", "opencode-1.18.33")}  # databases are kept as text

# What may stand where a record is expected; no client writes such things, yet files hold them.
HOSTILE = (
    b"",
    b"\r",
    b"\0" * 100,
    b"\xff\xfe\x80 \xc3(",
    b"no JSON",
    b"17",
    b"null",
    b"true",
    b'"text"',
    b"[]",
    b"{}",
    b'[{"type":"assistant"}]',
    b'{"type":',
    b'{"type":[],"id":{},"message":17,"timestamp":[],"payload":"x","sessionId":5,"$set":[]}',
    b'{"type":"\xff\xfe","id":"\xff","message":{"usage":"\xff"}}',
    b'{"id":"\\ud800","type":"\\udfff","timestamp":"\\udc00"}',
    b'{"type":"assistant","message":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"type":"message","message":' + b'{"a":' * 100_000,
    b'{"type":"x","n":-1,"m":' + b"9" * 5000 + b',"f":1e999,"z":-0.0,"t":NaN}',
    b'{"timestamp":-1,"type":"event_msg","payload":{"type":"token_count","info":-1}}',
    b'{"timestamp":"9999-99-99T99:99:99Z","type":"user","message":{}}',
)


def files(agent: Agent) -> list[Path]:
    """Genuine files of this agent that the repository holds as they are."""
    found = [path for pattern in FILES[agent.id] for path in GENUINE.glob(pattern)]
    return sorted(path for path in found if path.is_file() and agent.wanted(path.name))


def databases(agent: Agent, folder: Path) -> list[Path]:
    """Genuine databases of this agent, made again from their dumps."""
    return [rebuilt(name, folder / name) for name in DUMPS.get(agent.id, ())]


def parsed(agent: Agent, parts: Iterable[bytes], path: Path, state: State | None = None) -> dict[str, Any]:
    """What these stretches come to by the rules of `tray.metrics.stretch`: records by their keys.

    Between two of them the state goes through JSON, as it does in the index.
    """
    state = {} if state is None else state
    rows: dict[str, Any] = {}
    turns: dict[str, Any] = {}
    ledgers: dict[tuple[str, str], Any] = {}
    for part in parts:
        found = agent.parse(bytearray(part + b"torn"), len(part), state, str(path))
        assert isinstance(found, Records)
        for row in found.rows:
            if row.key not in rows or outranks(row, rows[row.key]):
                rows[row.key] = row
        for turn in found.turns:
            turns.setdefault(turn.key, turn)
        renewed = {ledger.session for ledger in found.ledgers}
        ledgers = {key: ledger for key, ledger in ledgers.items() if key[0] not in renewed}
        ledgers |= {(ledger.session, ledger.model): ledger for ledger in found.ledgers}
        kept = json.loads(json.dumps(state))
        assert kept == state
        state.clear()
        state.update(kept)
    return {"rows": rows, "turns": turns, "ledgers": ledgers}


def whole(agent: Agent, path: Path, state: State | None = None) -> dict[str, Any]:
    """What all of a file comes to."""
    return parsed(agent, (content(agent, path),), path, state)


def content(agent: Agent, path: Path) -> bytes:
    """What the reader hands to the parser; of a database nothing."""
    return b"" if agent.form is Form.DATABASE else path.read_bytes()


def broken(line: bytes) -> Iterable[bytes]:
    """A genuine line that is no record any more: cut off, or its values of the wrong kinds."""
    yield line[: len(line) // 2]
    yield line[:-1] + b"\xff" + line[-1:] + b"]"
    for wrong in (-1, 10**300, True, [], {}, None):
        found = json.loads(line)
        told = {key: value if key == "type" else wrong for key, value in found.items()}
        yield json.dumps(told, separators=(",", ":")).encode()


def named(text: str) -> set[str]:
    """The modules of `tray/metrics/` that a page names: `tray/metrics/pi.py` or `pi.py`."""
    return set(re.findall(r"`(?:tray/metrics/)?(\w+)\.py`", text))
