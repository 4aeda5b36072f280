"""Genuine transcripts of real clients: session, model, provider and folder are read from their ends."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tray.core.model import Kind
from tray.metrics.recent import scan

GENUINE = Path(__file__).parent.parent / "payloads" / "transcripts"
NOWHERE = GENUINE / "none"


def places(client):
    folder = GENUINE / client
    claude, codex, pi = (folder if client.startswith(name) else NOWHERE for name in ("claude", "codex", "pi"))
    return SimpleNamespace(claude_dirs=(claude,), codex_home=codex, pi_home=pi)


@pytest.mark.parametrize(
    ("client", "kind", "models", "providers"),
    [
        (
            "claude-2.0.77",
            Kind.ANTHROPIC,
            {"claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929"},
            {None},
        ),
        ("claude-2.1.197", Kind.ANTHROPIC, {"claude-opus-4-8", "claude-sonnet-4-5-20250929"}, {None}),
        ("codex-0.98.0", Kind.CODEX_NATIVE, {"gpt-5-codex"}, {"fake"}),
        ("codex-0.169.0", Kind.CODEX_NATIVE, {"gpt-5-codex"}, {"fake"}),
        ("pi-0.73.1", Kind.PI_SDK, {"fake-model", "claude-fake"}, {"fake", "fakeanth"}),
    ],
)
def test_a_genuine_transcript_names_what_it_ran(client, kind, models, providers):
    own, (seen,) = scan(
        places(client), frozenset()
    )  # which of its files is the newest depends on the checkout
    assert own is None
    assert seen.backend.kind is kind
    assert seen.backend.model in models
    assert seen.backend.provider in providers
    assert seen.folder == "/home/dev/proj"


def sessions(client):
    """Every session id in the file names of a client's folder."""
    stems = [path.stem for path in (GENUINE / client).rglob("*.jsonl") if not path.stem.startswith("agent-")]
    return frozenset(stem[-36:] for stem in stems)


@pytest.mark.parametrize(
    "client", ["claude-2.0.77", "claude-2.1.197", "codex-0.98.0", "codex-0.169.0", "pi-0.73.1"]
)
def test_sessions_that_claudette_knows_leave_nothing_outside(client):
    own, outside = scan(places(client), sessions(client))
    assert outside == ()
    assert own is not None
