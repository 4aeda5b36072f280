"""A person's coding agents (sign-ins, sessions, Claudette's database), and what our tray shows of them."""

from __future__ import annotations

import json
import sys
import time
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.claudette_db import ClaudetteDb
from tests.e2e.waiting import wait_for
from tray.core.model import Band, Face, Shape
from tray.desktop.picture import argb
from tray.views.icon import render

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.bus import Item
    from tests.e2e.desktop import Desktop
    from tests.e2e.person import Person

SIZE = 64  # of the compared pictures: the largest one that a panel is offered

# Made to be found again wherever they should not be.
CLAUDE_TOKEN = "fake-claude-access-SECRET0001"
CLAUDE_REFRESH = "fake-claude-refresh-SECRET0002"
ROUTER_KEY = "fake-router-key-SECRET0003"
CODEX_TOKEN = "fake-codex-access-SECRET0004"
PI_KEY = "fake-pi-key-SECRET0005"

_CLIENT = """
import json, os, pathlib, sys, time
here = pathlib.Path(sys.argv[0]).parent
(here / "client.pids").open("a").write(f"{os.getpid()}\\n")
assert sys.argv[1:] == ["app-server"], sys.argv
def hear(): return json.loads(sys.stdin.readline())
def say(**message): print(json.dumps(message), flush=True)
hello = hear(); say(id=hello["id"], result={}); hear(); ask = hear()
answer = here / "client.answer"
while not answer.exists(): time.sleep(0.05)
say(id=ask["id"], result=json.loads(answer.read_text()))
sys.stdin.read()
"""


class Scene:
    """Writes what the agents of one person would have written."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.home = person.home
        self.database = self.home / ".local" / "share" / "claudette" / "claudette.db"
        self.claude = self.home / ".claude"
        self.codex = self.home / ".codex"
        self.pi = self.home / ".pi" / "agent"
        self.settings = person.config / "claudette-tray" / "settings.json"
        self.state = person.state / "claudette-tray"
        programs = self.home / ".local" / "bin"
        programs.mkdir(parents=True)
        person.env["PATH"] = f"{programs}:{person.env['PATH']}"
        self.programs = programs

    # -- our own settings

    def set(self, **settings: object) -> None:
        """Write settings.json as a person with an editor would."""
        _write(self.settings, json.dumps(settings))

    # -- Claude Code

    def claude_login(
        self, token: str = CLAUDE_TOKEN, *, expires_in: float = 3600, account: str = "a-1", plan: str = "max"
    ) -> None:
        """Claude Code's sign-in and its account, as the client replaces them."""
        oauth = {
            "accessToken": token,
            "refreshToken": CLAUDE_REFRESH,
            "expiresAt": int((time.time() + expires_in) * 1000),
            "scopes": ["user:inference", "user:profile"],
            "subscriptionType": plan,
            "rateLimitTier": f"default_claude_{plan}_20x",
        }
        _write(self.home / ".claude.json", json.dumps({"oauthAccount": {"accountUuid": account}}))
        _write(self.claude / ".credentials.json", json.dumps({"claudeAiOauth": oauth}))

    def claude_works(self, session: str | None = None, *, model: str = "claude-opus-4-6") -> Path:
        """A turn in a session outside Claudette."""
        session = session or str(uuid.uuid4())
        line = {
            "type": "assistant",
            "sessionId": session,
            "cwd": "/home/dev/proj",
            "timestamp": _stamp(time.time()),
            "message": {"model": model, "role": "assistant", "usage": {"output_tokens": 5}},
        }
        return _append(self.claude / "projects" / "-home-dev-proj" / f"{session}.jsonl", line)

    # -- Codex

    def codex_login(self, account: str = "c-1") -> None:
        """Codex's ChatGPT login."""
        tokens = {"access_token": CODEX_TOKEN, "refresh_token": CODEX_TOKEN, "account_id": account}
        _write(self.codex / "auth.json", json.dumps({"auth_mode": "chatgpt", "tokens": tokens}))

    def codex_works(
        self,
        *,
        session: float | None = None,
        week: float | None = None,
        home: Path | None = None,
        read_ago: float = 0.0,
        resets_in: float = 9000.0,
    ) -> Path:
        """A turn of Codex; with percentages its session file tells the plan's use.

        The percentages were read `read_ago` seconds ago, the session resets in `resets_in` seconds from now.
        """
        now = time.time()
        name = str(uuid.uuid4())
        limits = {"limit_id": "codex", "plan_type": "plus", "primary": None, "secondary": None}
        for slot, used, minutes, left in (
            ("primary", session, 300, resets_in),
            ("secondary", week, 10080, 302_400),
        ):
            if used is not None:
                limits[slot] = {
                    "used_percent": used,
                    "window_minutes": minutes,
                    "resets_at": int(now + left),
                }
        day = datetime.fromtimestamp(now, UTC)
        folder = (home or self.codex) / "sessions" / f"{day:%Y}" / f"{day:%m}" / f"{day:%d}"
        path = folder / f"rollout-{day:%Y-%m-%dT%H-%M-%S}-{name}.jsonl"
        context = {"model": "gpt-5.4", "cwd": "/home/dev/proj"}
        _append(path, {"timestamp": _stamp(now), "type": "turn_context", "payload": context})
        count = {"type": "token_count", "info": None, "rate_limits": limits if session or week else None}
        return _append(path, {"timestamp": _stamp(now - read_ago), "type": "event_msg", "payload": count})

    def codex_client(self, answer: object | None) -> None:
        """A stand-in of Codex's program; with None it starts and keeps us waiting."""
        program = self.programs / "codex"
        program.write_text(f"#!{sys.executable} -IS\n{_CLIENT}")
        program.chmod(0o755)
        self.codex_answers(answer)

    def codex_answers(self, answer: object | None) -> None:
        """What the stand-in says from now on."""
        file = self.programs / "client.answer"
        file.unlink(missing_ok=True)
        if answer is not None:
            _write(file, json.dumps(answer))

    def codex_client_pids(self) -> list[int]:
        """The processes of the stand-in so far."""
        file = self.programs / "client.pids"
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    # -- Pi

    def pi_login(self, key: str = PI_KEY) -> None:
        """Pi's stored key of OpenRouter."""
        _write(self.pi / "auth.json", json.dumps({"openrouter": {"type": "api_key", "key": key}}))

    def pi_works(self, *, provider: str = "openrouter", model: str = "openai/gpt-5.4-mini") -> Path:
        """A turn of Pi."""
        name = str(uuid.uuid4())
        path = self.pi / "sessions" / "--home-dev-proj--" / f"2026-09-21T10-00-00-000Z_{name}.jsonl"
        _append(path, {"type": "session", "id": name, "cwd": "/home/dev/proj"})
        message = {"role": "assistant", "provider": provider, "model": model}
        return _append(path, {"type": "message", "message": message})

    # -- Claudette

    def claudette(
        self, backend: str | None = None, *entries: object, model: str | None = None
    ) -> ClaudetteDb:
        """A database with one selected session on a backend id; its messages are the test's business."""
        db = ClaudetteDb(self.database)
        if entries:
            db.backends(*entries)
        db.workspace("w1")
        db.session("s1", "w1", cli=str(uuid.uuid4()), at=time.time())
        db.select("w1", "s1")
        db.setting("model_provider:s1", backend)
        db.setting("model:s1", model)
        return db


# -- what the tray shows


@cache
def _pictures() -> dict[bytes, list[Face]]:
    """Every face by its picture; some levels look alike."""
    faces = [
        Face(shape=shape, level=level, band=band)
        for shape in (Shape.LEVEL, Shape.STALE)
        for level in range(0, 101, 2)
        for band in Band
    ]
    faces += [Face(shape=shape) for shape in Shape if shape not in (Shape.LEVEL, Shape.STALE)]
    faces.append(Face(shape=Shape.EXHAUSTED, band=Band.CRITICAL))
    found: dict[bytes, list[Face]] = {}
    for face in faces:
        found.setdefault(argb(render(face, SIZE)), []).append(face)
    return found


def faces(item: Item) -> list[Face]:
    """The faces whose picture the tray item offers; several where levels look alike."""
    offered = {width: bytes(data) for width, _, data in item.get("IconPixmap")}
    return _pictures().get(offered[SIZE], [])


def wait_for_face(desktop: Desktop, timeout: float = 15, **face: Any) -> Face:
    """Until the tray item shows this face (shape, level, band)."""
    wanted = Face(**face)
    item = desktop.item()
    try:
        wait_for(lambda: wanted in faces(item), timeout, f"face {wanted.shape}")
    except AssertionError as error:
        raise AssertionError(f"{error}; it shows {faces(item)[:1]}: {item.tooltip()}") from None
    return wanted


def wait_for_tooltip(desktop: Desktop, *parts: str, timeout: float = 15) -> str:
    """The tooltip, once all these parts are in it."""
    item = desktop.item()
    try:
        return wait_for(lambda: _with(item.tooltip(), parts), timeout, f"tooltip with {parts}")
    except AssertionError as error:
        raise AssertionError(f"{error}; it says {item.tooltip()!r}") from None


def _with(text: str, parts: tuple[str, ...]) -> str:
    return text if all(part in text for part in parts) else ""


def status(person: Person, *arguments: str, **env: str) -> dict[str, Any]:
    """`status --json` as a command of its own."""
    done = person.run("status", "--json", *arguments, **env)
    assert (done.returncode, done.stderr) == (0, ""), done
    return json.loads(done.stdout)


def snapshot(document: dict[str, Any], source: str) -> dict[str, Any]:
    """One source of `status --json`."""
    return next(s for s in document["snapshots"] if s["source"] == source)


def windows(document: dict[str, Any], source: str) -> dict[str, dict[str, Any]]:
    """The windows of one source by key."""
    return {window["key"]: window for window in snapshot(document, source)["windows"]}


def ledger(person: Person) -> list[dict[str, Any]]:
    """The ledger's lines."""
    done = person.run("ledger", "--json")
    assert done.returncode == 0, done
    return [json.loads(line) for line in done.stdout.splitlines()]


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole, as the clients do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.new")
    made.write_text(text)
    made.replace(path)


def _append(path: Path, line: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
    return path


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
