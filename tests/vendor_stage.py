"""What the tests of the vendors share: one vendor with a credential, a clock, and HTTP that is mocked."""

import json
from pathlib import Path

from tests.fakes import Clock, FakeGates, FakeLedger, fake_world
from tray.core.choices import Settings
from tray.core.model import Active, Backend, Kind
from tray.core.model import Activity as Doing
from tray.core.source import Ask, Depth
from tray.engine.net import Network

PAYLOADS = Path(__file__).parent / "payloads"
USAGE = "https://api.anthropic.com/api/oauth/usage"
CREDITS, KEY = "https://openrouter.ai/api/v1/credits", "https://openrouter.ai/api/v1/key"
SECRET = "fake-access-token"
ON = Settings(claude_code_usage=True)
CLAUDE = json.loads((PAYLOADS / "anthropic" / "credentials.json").read_text())
PI = Backend(kind=Kind.PI_SDK, id="pi", label="Pi", provider="openrouter")
CUSTOM = Backend(kind=Kind.CUSTOM_OPENAI, id="mine", label="Mine", host="openrouter.ai")


def payload(name):
    return (PAYLOADS / name).read_bytes()


class Case:
    """One vendor with a usable credential, a moving clock, and HTTP that is mocked below httpx."""

    def __init__(self, source, url, answer, vault, tmp_path):
        self.source, self.url, self.answer, self.vault = source, url, answer, vault
        self.clock, self.ledger, self.gates, self.env = Clock(), FakeLedger(), FakeGates(), {}
        self.settings, self.active, self.activity = ON, Active(), Doing()
        self.root, self.snapshot, self.account = tmp_path, None, None

    def fetch(self, *, manual=False, depth=Depth.LIVE, net=None):
        world = fake_world(
            self.root,
            now=self.clock,
            env=self.env,
            net=net or Network(self.ledger),
            gates=self.gates,
            ledger=self.ledger,
            vault=self.vault,
        )
        ask = Ask(
            depth=depth,
            manual=manual,
            settings=self.settings,
            snapshot=self.snapshot,
            account=self.account,
            active=self.active,
            activity=self.activity,
        )
        outcome = self.source.fetch(world, ask)
        self.snapshot = outcome.snapshot or self.snapshot
        self.account = outcome.account or self.account
        for kept in (outcome, self.ledger.lines, self.gates.kept):
            assert SECRET not in repr(kept)
        return outcome


def window(outcome):
    (only,) = outcome.snapshot.windows
    return only
