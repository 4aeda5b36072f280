"""Claude Code's credential: which logins are usable, what the others are told, what is asked before the first look."""

import json
from pathlib import Path

import pytest

from tests.fakes import NOW, fake_paths
from tray.core.model import Action, ProblemKind
from tray.core.source import Root
from tray.sources.anthropic import SOURCE
from tray.sources.anthropic.consent import consent
from tray.sources.anthropic.login import Login, account_of, classify

PAYLOADS = Path(__file__).parent.parent / "payloads" / "anthropic"


def document(**changes):
    oauth = json.loads((PAYLOADS / "credentials.json").read_text())["claudeAiOauth"]
    return {"claudeAiOauth": {**oauth, **changes}}


def test_a_plan_sign_in_gives_token_plan_and_tier():
    login = classify(document(), {}, NOW)
    assert login == Login(token="fake-access-token", expired=False, plan="Max", tier="MAX 20X")
    assert "fake-access-token" not in repr(login)


@pytest.mark.parametrize(
    ("changes", "plan", "tier"),
    [
        ({"subscriptionType": None}, None, "MAX 20X"),
        ({"subscriptionType": "pro", "rateLimitTier": None}, "Pro", None),
        ({"subscriptionType": 3, "rateLimitTier": "default_claude_"}, None, None),
        ({"rateLimitTier": "default_raven"}, "Max", "DEFAULT RAVEN"),
    ],
)
def test_plan_and_tier_are_cleaned(changes, plan, tier):
    login = classify(document(**changes), {}, NOW)
    assert (login.plan, login.tier) == (plan, tier)


@pytest.mark.parametrize(
    ("expires", "expired"),
    [
        ((NOW + 61) * 1000, False),
        ((NOW + 59) * 1000, True),
        ((NOW - 1) * 1000, True),
        (NOW + 3600, False),
        (0, True),
        (None, False),
        ("soon", False),
    ],
)
def test_a_token_about_to_end_counts_as_expired(expires, expired):
    assert classify(document(expiresAt=expires), {}, NOW).expired is expired


@pytest.mark.parametrize(
    ("found", "env", "kind"),
    [
        (None, {}, ProblemKind.SIGNED_OUT),
        ({}, {}, ProblemKind.SIGNED_OUT),
        ({"other": 1}, {}, ProblemKind.SIGNED_OUT),
        ({"mcpOAuth": {"x": 1}}, {}, ProblemKind.SIGNED_OUT),
        ({"claudeAiOauth": "x"}, {}, ProblemKind.SIGNED_OUT),
        (document(accessToken="", refreshToken="", expiresAt=0), {}, ProblemKind.SIGNED_OUT),
        (document(accessToken="fake\ntoken"), {}, ProblemKind.SIGNED_OUT),
        (None, {"CLAUDE_CODE_OAUTH_TOKEN": "fake"}, ProblemKind.ENV_TOKEN),
        (None, {"ANTHROPIC_API_KEY": "fake"}, ProblemKind.API_KEY),
        ({"mcpOAuth": {}}, {"ANTHROPIC_API_KEY": "fake"}, ProblemKind.API_KEY),
        (None, {"CLAUDE_CODE_OAUTH_TOKEN": "fake", "ANTHROPIC_API_KEY": "fake"}, ProblemKind.ENV_TOKEN),
        (None, {"CLAUDE_CODE_OAUTH_TOKEN": "  "}, ProblemKind.SIGNED_OUT),
        (document(scopes=["user:inference"]), {}, ProblemKind.SCOPE),
        (document(scopes=None), {}, ProblemKind.SCOPE),
    ],
)
def test_each_login_without_a_usable_token_has_its_kind_and_a_way_out(found, env, kind):
    problem = classify(found, env, NOW)
    assert problem.kind is kind
    assert problem.action is Action.SIGN_IN
    assert "claude auth login" in problem.hint


def test_each_login_has_words_of_its_own():
    cases = [
        classify(None, {}, NOW),
        classify(document(accessToken=""), {}, NOW),
        classify({"mcpOAuth": {}}, {}, NOW),
        classify(None, {"CLAUDE_CODE_OAUTH_TOKEN": "fake"}, NOW),
        classify(None, {"ANTHROPIC_API_KEY": "fake"}, NOW),
        classify(document(scopes=[]), {}, NOW),
    ]
    assert len({problem.title for problem in cases}) == len(cases)


def test_an_env_token_does_not_matter_beside_a_stored_sign_in():
    assert isinstance(classify(document(), {"CLAUDE_CODE_OAUTH_TOKEN": "fake"}, NOW), Login)


def test_scopes_are_read_as_a_text_too():
    assert isinstance(classify(document(scopes="user:inference user:profile"), {}, NOW), Login)


def test_the_account_is_told_as_a_hash_only(tmp_path):
    file = tmp_path / ".claude.json"
    assert account_of(file) is None
    file.write_text('{"oauthAccount": {"accountUuid": "fake-uuid-1"}}')
    one = account_of(file)
    assert "fake-uuid" not in one
    file.write_text('{"oauthAccount": {"accountUuid": "fake-uuid-2"}}')
    assert account_of(file) not in (one, None)
    for broken in ("", "{", "[]", '{"oauthAccount": []}', '{"oauthAccount": {"accountUuid": 7}}'):
        file.write_text(broken)
        assert account_of(file) is None


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_question_before_the_opt_in_tells_what_happens(platform):
    question = consent(platform)
    text = " ".join(question.paragraphs)
    for told in ("api.anthropic.com", "every 5 minutes", "kept", "never renewed"):
        assert told in text
    assert ("macOS will ask" in text) is (platform == "darwin")
    assert "does not document" in question.warning
    assert "Consumer Terms" in question.warning
    assert (question.cancel, question.accept) == ("Cancel", "I understand, enable")
    assert question.link_url == "https://www.anthropic.com/legal/consumer-terms"


def test_the_credential_is_watched_and_on_macos_the_transcripts(tmp_path):
    paths = fake_paths(tmp_path)
    watched = SOURCE.watched
    home = tmp_path / ".claude"
    assert watched(paths, "linux") == (Root(path=home, names=frozenset({".credentials.json"})),)
    assert watched(paths, "darwin") == (Root(path=home / "projects", recursive=True),)
