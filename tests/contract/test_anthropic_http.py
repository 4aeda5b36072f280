"""Anthropic over HTTP: what is sent, with which token, and to whom the reading belongs."""

import pytest

from tests.vendor_stage import CLAUDE, SECRET, USAGE
from tray import __version__
from tray.core.choices import Settings
from tray.core.model import Action, ProblemKind
from tray.core.reach import unreached
from tray.core.source import VaultError


def test_the_request_is_honest_about_who_asks(claude, web):
    web.get(USAGE).respond(200, content=claude.answer)
    claude.fetch()
    sent = web.calls.last.request.headers
    assert sent["authorization"] == f"Bearer {SECRET}"
    assert sent["anthropic-beta"] == "oauth-2025-04-20"
    assert sent["user-agent"] == f"claudette-tray/{__version__}"


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [("my-agent/1", "my-agent/1"), ("two\r\nlines", None), ("é", None), (" ", None), (None, None)],
)
def test_a_person_may_choose_the_user_agent(claude, web, wanted, sent):
    web.get(USAGE).respond(200, content=claude.answer)
    claude.settings = Settings(claude_code_usage=True, anthropic_user_agent=wanted)
    claude.fetch()
    assert web.calls.last.request.headers["user-agent"] == (sent or f"claudette-tray/{__version__}")


def test_the_snapshot_names_plan_tier_and_account(claude, web):
    (claude.root / ".claude.json").write_text('{"oauthAccount": {"accountUuid": "fake-uuid"}}')
    web.get(USAGE).respond(200, content=claude.answer)
    snapshot = claude.fetch().snapshot
    assert (snapshot.label, snapshot.plan, snapshot.tier, snapshot.note) == (
        "Claude Max",
        "Max",
        "MAX 20X",
        None,
    )
    assert snapshot.account
    assert "fake-uuid" not in repr(snapshot)


def test_another_account_is_asked_though_the_reading_is_young(claude, web):
    route = web.get(USAGE).respond(200, content=claude.answer)
    file = claude.root / ".claude.json"
    file.write_text('{"oauthAccount": {"accountUuid": "fake-uuid-1"}}')
    first = claude.fetch()
    file.write_text('{"oauthAccount": {"accountUuid": "fake-uuid-2"}}')
    claude.clock.at += 61
    assert claude.fetch().account != first.account
    assert route.call_count == 2


def test_an_expired_token_is_normal_and_is_not_sent(claude, web):
    claude.clock.at = CLAUDE["claudeAiOauth"]["expiresAt"] / 1000
    for manual in (True, False):
        outcome = claude.fetch(manual=manual)
        assert (outcome.asked, outcome.snapshot, outcome.problem.kind) == (False, None, ProblemKind.EXPIRED)
        assert outcome.problem.title == "Claude Code renews its sign-in the next time it runs"
        assert outcome.problem.action is None
    assert len(web.calls) == 0


def test_a_token_without_the_scope_is_never_sent(claude, web):
    claude.vault.document = {"claudeAiOauth": {**CLAUDE["claudeAiOauth"], "scopes": ["user:inference"]}}
    assert claude.fetch(manual=True).problem.kind is ProblemKind.SCOPE
    assert len(web.calls) == 0


def test_a_refused_sign_in_offers_to_sign_in(claude, web):
    web.get(USAGE).respond(401)
    assert claude.fetch().problem.action is Action.SIGN_IN


def test_a_credential_that_can_not_be_read_says_why(claude, web):
    claude.vault.document = VaultError(unreached(ProblemKind.UNREADABLE, "x", title="locked"))
    assert claude.fetch().problem.title == "locked"


def test_the_usage_api_is_the_only_thing_asked(claude, web):
    web.get(USAGE).respond(200, content=claude.answer)
    for _ in range(5):
        claude.fetch(manual=True)
        claude.clock.at += 400
    assert {(call.request.method, str(call.request.url)) for call in web.calls} == {("GET", USAGE)}
