"""Lines of Codex rollouts, and how several readings of them come together."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tray.metrics import codex_walk
from tray.metrics.records import outranks

GENUINE = Path(__file__).parent / "payloads" / "transcripts"
START = 1_795_000_000_000  # milliseconds
PARENT, CHILD, GRANDCHILD = (f"01a1ff99-{n}-7e00-8000-000000000000" for n in ("0001", "2001", "4001"))
PATH = f"/x/rollout-2026-11-21T19-33-51-{PARENT}.jsonl"


def stamp(ms):
    moment = datetime.fromtimestamp((START + ms) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(kind, payload, ms=0, **more):
    return json.dumps(
        {"timestamp": stamp(ms), **more, "type": kind, "payload": payload}, separators=(",", ":")
    )


def event(kind, ms=0, /, **payload):
    return line("event_msg", {"type": kind, **payload}, ms)


def meta(thread, ms=0, **more):
    return line("session_meta", {"id": thread, "cwd": "/src", "git": {"branch": "main"}, **more}, ms)


def usage(given, output=1, cached=0, **more):
    return {"input_tokens": given, "cached_input_tokens": cached, "output_tokens": output, **more}


def counted(ms, total, last=None, **more):
    info = {"total_token_usage": total, "last_token_usage": last} if last else {"total_token_usage": total}
    return event("token_count", ms, info={**info, "model_context_window": 258400}, rate_limits=None, **more)


def context(ms, turn=None, model="gpt-5.4", cwd="/src"):
    named = {"turn_id": turn} if turn else {}
    return line("turn_context", {**named, "cwd": cwd, "model": model}, ms)


def record(ms, response, used):
    return line("token_usage_record", {"response_id": response, "usage": used}, ms, ordinal=7)


def asked(ms, **more):
    return event("user_message", ms, message="hello", **more)


def joined(lines):
    return "".join(f"{one}\n" for one in lines).encode()


def parse(data, state=None, path=PATH):
    data = data if isinstance(data, bytes) else joined(data)
    return codex_walk.parse(data, len(data), {} if state is None else state, path)


def merged(*found):
    """Rows and turns of several stretches or files as the index has them."""
    rows, turns = {}, {}
    for records in found:
        for row in records.rows:
            if row.key not in rows or outranks(row, rows[row.key]):
                rows[row.key] = row
        for turn in records.turns:
            turns.setdefault(turn.key, turn)
    return rows, turns


def prompt(row):
    return row.input + row.cache_read + row.cache_write_5m


def prompts(found):
    return [prompt(row) for row in found.rows]


def genuine(version):
    return sorted((GENUINE / version).rglob("*.jsonl"))


def parent_lines(turns=True):
    """Two turns of a thread of an old client, each call told twice."""
    named = [PARENT.replace("0001", f"000{n}") if turns else None for n in (2, 3)]
    first, second = usage(100, 5, cached=60), usage(200, 7)
    total = usage(300, 12, cached=60)
    return [
        meta(PARENT, 0),
        asked(900),
        context(1000, named[0]),
        event("token_count", 1001, info=None),
        counted(2000, first, first),
        asked(60_000),
        context(60_100, named[1]),
        counted(60_200, first, first),
        counted(61_000, total, second),
    ]


def copies(lines, ms):
    """Lines as an old client's fork writes them: under the time of the fork."""
    return [json.dumps({**json.loads(one), "timestamp": stamp(ms)}, separators=(",", ":")) for one in lines]


def fork_lines(lines, own=CHILD, parent=PARENT, ms=100_000):
    """A fork of those lines with one turn of its own, that used 1000."""
    told = [json.loads(one)["payload"]["info"] for one in lines if '"total_token_usage"' in one]
    before, last = told[-1]["total_token_usage"], usage(1000, 18)
    grown = {key: before[key] + last[key] for key in last}
    return [
        meta(own, ms, forked_from_id=parent),
        *copies(lines, ms),
        asked(ms + 5),
        context(ms + 50, own.replace("001-", "002-")),
        counted(ms + 60, before, told[-1]["last_token_usage"]),
        counted(ms + 900, grown, last),
    ]
