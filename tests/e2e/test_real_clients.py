"""Real Claude Code and Codex at work while the tray runs: their new transcripts are counted right, and at once."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests import npm_clients
from tests.e2e.models import Models
from tests.e2e.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.npm, pytest.mark.timeout(400)]  # a client is some hundred megabytes to fetch once

CONFIG = """
model = "gpt-5-codex"
model_provider = "standin"
[model_providers.standin]
name = "standin"
base_url = "{url}/v1"
env_key = "STANDIN_KEY"
wire_api = "responses"
"""


@pytest.fixture
def models(person) -> Iterator[Models]:
    """The vendors' models, on this machine; only they can be reached."""
    person.env["NO_PROXY"] = "127.0.0.1"
    with Models() as running:
        yield running


def claude_works(person, models, *more):
    """One turn of Claude Code, to its end."""
    program = npm_clients.claude()
    env = {
        "ANTHROPIC_BASE_URL": models.url,
        "ANTHROPIC_API_KEY": "dummy",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }
    ended(person.spawn([str(program), "-p", "say hello", "--output-format", "json", *more], **env), person)


def codex_works(person, models, *more):
    """One turn of Codex, to its end."""
    program = npm_clients.codex()
    folder = person.home / ".codex"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(CONFIG.format(url=models.url))
    command = [str(program), "exec", *more, "--skip-git-repo-check", "--json", "say hello"]
    ended(person.spawn(command, STANDIN_KEY="dummy"), person)


def ended(process, person):
    code = process.wait(60)
    assert code == 0, person.log.read_text(errors="replace")[-3000:]


CLIENTS = {
    "claude": (claude_works, ("--continue",)),
    "codex": (codex_works, ("resume", "--last")),
}


@pytest.fixture(params=CLIENTS)
def client(request):
    return request.param


def counted(person, agent, *more):
    """What `usage` tells of an agent."""
    shown = person.run("usage", "--json", "--agent", agent, *more)
    if shown.returncode:
        return None
    totals = json.loads(shown.stdout)["totals"]
    names = {"input": "input", "output": "output", "read": "cache_read", "written": "cache_write"}
    return {ours: totals[f"{theirs}_tokens"] for ours, theirs in names.items()} | {"calls": totals["calls"]}


def test_turns_of_a_real_client_are_counted_right(desktop, person, models, client):
    works, again = CLIENTS[client]
    person.start()
    desktop.item()
    for more in ((), again):
        works(person, models, *more)
        begun = time.monotonic()
        found = counted(person, client)
        print(f"{client}: counted {time.monotonic() - begun:.2f} s after the turn's end")
        assert found == {**models.totals(), "calls": len(models.said)}
    assert len(models.said) == 4


def test_the_running_tray_counts_a_turn_at_once(desktop, person, models, client):
    works, _ = CLIENTS[client]
    person.start()
    desktop.item()
    works(person, models)
    wanted = {**models.totals(), "calls": len(models.said)}
    wait_for(
        lambda: counted(person, client, "--no-wait") == wanted, 10, f"{client}'s turn counted by the tray"
    )
