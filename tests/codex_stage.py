"""What the tests of the Codex source share: a client that answers as told, and a user's desk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes import NOW, Clock, FakeGates, FakeLedger, FakeVault, fake_world
from tray.core.choices import Settings
from tray.core.source import Ask, Depth
from tray.sources import codex
from tray.sources.codex import parse
from tray.sources.codex.claudette_copy import Copy
from tray.sources.codex.fetch import Fetch

ANSWER = Path(__file__).parent / "payloads" / "codex" / "answer-0.169.0.json"
AUTH = {"tokens": {"access_token": "fake-access", "refresh_token": "fake-refresh", "account_id": "acc-fake"}}


class Client:
    """Codex's client: answers or raises, and counts its starts."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.starts = []

    def __call__(self, program, *, env, folder, stopping):
        self.starts.append(env)
        answer = self.answers.pop(0) if self.answers else parse.load(ANSWER.read_bytes())
        if isinstance(answer, Exception):
            raise answer
        return answer


class Desk:
    """One user with a fake client, whose entry is kept between fetches as the engine keeps it."""

    def __init__(self, home, *, client=None, auth=AUTH, program=Path("/opt/codex"), copy=None):
        self.home = home
        self.client = client or Client()
        self.clock = Clock()
        self.gates = FakeGates()
        self.ledger = FakeLedger()
        self.vault = FakeVault(files={} if auth is None else {home / ".codex" / "auth.json": auth})
        self.copy = copy
        fetch = Fetch(
            copy=Copy(lambda _db, _key: self.copy),
            ask_client=self.client,
            find_program=lambda _env, _home: program,
        )
        self.source = replace(codex.SOURCE, fetch=fetch)
        self.world = fake_world(
            home, now=self.clock, vault=self.vault, ledger=self.ledger, gates=self.gates, env={"PATH": "/bin"}
        )
        self.ask = Ask(depth=Depth.LIVE)

    def fetch(self, depth=Depth.LIVE, *, manual=False, live=True):
        ask = replace(self.ask, depth=depth, manual=manual, settings=Settings(codex_live=live))
        outcome = self.source.fetch(self.world, ask)
        self.ask = replace(
            ask, snapshot=outcome.snapshot or ask.snapshot, account=outcome.account or ask.account
        )
        return outcome

    def rollout(self, ago, used, name="a"):
        at = self.clock() - ago
        window = {"used_percent": used, "window_minutes": 300, "resets_at": int(NOW + 90_000)}
        payload = {"type": "token_count", "rate_limits": {"primary": window}}
        stamp = datetime.fromtimestamp(at, UTC).isoformat()
        path = self.home / ".codex" / "sessions" / f"rollout-{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(json.dumps({"timestamp": stamp, "type": "event_msg", "payload": payload}) + "\n")


def used(outcome, key="codex_session"):
    return next(w.used for w in outcome.snapshot.windows if w.key == key)
