"""Anthropic's usage API and Claude Code's credential: what is read out of them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOW, fake_paths
from tray.core.model import Action, ProblemKind, Role, Words
from tray.core.source import Root
from tray.sources.anthropic import SOURCE, parse
from tray.sources.anthropic.consent import consent
from tray.sources.anthropic.login import Login, account_of, classify
from tray.sources.figures import decimal, instant, name

PAYLOADS = Path(__file__).parent.parent / "payloads" / "anthropic"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["five_hour", "seven_day", "seven_day_opus", "limits", "spend", "extra_usage", "new"])
FIELDS = st.sampled_from(
    ["utilization", "resets_at", "kind", "percent", "scope", "group", "used", "enabled", "is_enabled"]
)


def windows_of(file):
    windows, unknown = parse((PAYLOADS / file).read_bytes(), NOW)
    return {window.key: window for window in windows}, unknown


def parsed(**root):
    reading = parse(json.dumps(root).encode(), NOW)
    return None if reading is None else {window.key: window for window in reading[0]}


def test_the_legacy_windows_come_in_order_with_their_words():
    windows, _ = windows_of("usage_legacy.json")
    assert [(w.key, w.label) for w in windows.values()] == [
        ("session_5h", "Session (5h)"),
        ("week_all", "Week (all)"),
        ("week_opus", "Week (Opus)"),
        ("week_sonnet", "Week (Sonnet)"),
        ("seven_day_cowork", "Week (Cowork)"),
        ("iguana_necktie", "Iguana necktie"),
        ("extra_usage", "Extra usage"),
    ]
    session = windows["session_5h"]
    assert (session.used, session.limit, session.unit, session.words) == (42, 100, "percent", Words.PERCENT)
    assert (session.window_minutes, windows["week_all"].window_minutes) == (300, 10080)
    assert (session.observed_at, session.evidence) == (NOW, "usage API")


def test_percents_are_kept_as_sent_over_100_and_below_1():
    windows, _ = windows_of("usage_legacy.json")
    assert (windows["week_all"].used, windows["week_all"].exhausted) == (Decimal("104.7"), True)
    assert windows["week_opus"].used == Decimal("0.8")


def test_a_missing_or_null_utilization_is_unknown_and_not_0():
    windows, _ = windows_of("usage_legacy.json")
    assert windows["week_sonnet"].used is None
    assert windows["iguana_necktie"].used is None


def test_resets_are_read_as_iso_seconds_milliseconds_or_null():
    windows, _ = windows_of("usage_legacy.json")
    assert windows["session_5h"].resets_at == pytest.approx(1_790_013_599.656569)
    assert windows["week_all"].resets_at == windows["week_opus"].resets_at == 1_790_400_000
    assert windows["week_sonnet"].resets_at is None


def test_limits_go_before_the_legacy_keys():
    windows, _ = windows_of("usage_limits.json")
    assert (windows["session_5h"].used, windows["week_all"].used) == (26, 61)
    assert windows["session_5h"].resets_at == pytest.approx(1_790_013_599.656569)


def test_each_scoped_week_is_one_row_of_its_model():
    windows, _ = windows_of("usage_limits.json")
    fable, sonnet = windows["week_fable-5"], windows["week_sonnet"]
    assert (fable.label, fable.model, fable.role, fable.used) == (
        "Week (Fable 5)",
        "Fable 5",
        Role.SCOPED,
        100,
    )
    assert (sonnet.label, sonnet.used, sonnet.window_minutes) == ("Week (Sonnet)", 71, 10080)
    assert list(windows) == [
        "session_5h",
        "week_all",
        "week_fable-5",
        "week_sonnet",
        "monthly_all",
        "extra_usage",
    ]


def test_a_legacy_week_told_by_a_scoped_limit_is_not_shown_twice():
    limit = {"kind": "weekly_scoped", "percent": 5, "scope": {"model": {"display_name": "Sonnet 5"}}}
    windows = parsed(limits=[limit], seven_day_sonnet={"utilization": 9}, seven_day_opus={"utilization": 1})
    assert set(windows) == {"week_sonnet-5", "week_opus"}


def test_a_scoped_limit_without_a_name_is_called_by_its_id_or_surface():
    windows = parsed(
        limits=[
            {
                "kind": "weekly_scoped",
                "percent": 1,
                "scope": {"model": {"id": "claude-x", "display_name": None}},
            },
            {"kind": "weekly_scoped", "percent": 2, "scope": {"model": None, "surface": "cowork"}},
            {"kind": "weekly_scoped", "percent": 3},
        ]
    )
    assert set(windows) == {"week_claude-x", "week_cowork", "weekly_scoped"}


def test_unknown_windows_and_keys_are_kept_and_told():
    windows, unknown = windows_of("usage_limits.json")
    assert (windows["monthly_all"].label, windows["monthly_all"].used) == ("Monthly all", None)
    assert unknown == ("brand_new", "limits.kind=monthly_all")
    windows, unknown = windows_of("usage_legacy.json")
    assert unknown == ("iguana_necktie", "seven_day_cowork", "seven_day_oauth_apps")
    assert windows["seven_day_cowork"].role is Role.SCOPED  # it does not bind the models of a coding agent


def test_extra_usage_is_money_in_major_units():
    windows, _ = windows_of("usage_legacy.json")
    extra = windows["extra_usage"]
    assert (extra.used, extra.limit, extra.unit) == (Decimal("12.34"), 300, "usd")
    assert (extra.role, extra.words, extra.bounded) == (Role.EXTRA, Words.SPENT, True)


def test_the_newer_spend_goes_first_with_its_currency_and_exponent():
    windows, _ = windows_of("usage_limits.json")
    extra = windows["extra_usage"]
    assert (extra.used, extra.unit, extra.limit, extra.bounded) == (500, "jpy", None, False)


@pytest.mark.parametrize(
    ("extra", "row"),
    [
        ({"is_enabled": True, "monthly_limit": None, "used_credits": 500}, (5, None, "usd")),
        ({"is_enabled": True, "monthly_limit": 30000, "used_credits": None}, (None, 300, "usd")),
        (
            {"is_enabled": True, "used_credits": 7, "currency": "EUR", "decimal_places": 3},
            ("0.007", None, "eur"),
        ),
        ({"is_enabled": True, "used_credits": 7, "monthly_limit": "many"}, None),
        ({"is_enabled": True, "used_credits": 7, "currency": "credits"}, None),
        ({"is_enabled": False, "used_credits": 500}, None),
        ({"used_credits": 500}, None),
        (None, None),
        ("yes", None),
    ],
)
def test_extra_usage_in_every_shape(extra, row):
    found = parsed(extra_usage=extra).get("extra_usage")
    wanted = row and (row[0] and Decimal(row[0]), row[1], row[2])
    assert (found and (found.used, found.limit, found.unit)) == wanted


@pytest.mark.parametrize(
    ("spend", "limit"),
    [
        ({"used": {"amount_minor": 100, "currency": "usd", "exponent": 2}, "limit": 5000}, 50),
        (
            {
                "used": {"amount_minor": 100},
                "limit": {"amount_minor": 5000, "currency": "usd", "exponent": 2},
            },
            50,
        ),
        ({"used": {"amount_minor": 100}, "limit": None, "cap": {"amount_minor": 700}}, 7),
    ],
)
def test_the_limit_of_spend_is_money_or_minor_units(spend, limit):
    extra = parsed(spend={"enabled": True, **spend})["extra_usage"]
    assert (extra.used, extra.limit) == (1, limit)


def test_an_account_that_has_not_started_has_no_windows_and_is_no_failure():
    assert windows_of("usage_nothing_yet.json")[0] == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b'{"five_hour": {"util',
        b"[]",
        b"1",
        b"{}",
        b'{"error": "x"}',
        b"[" * 10**6,
        b'{"five_hour": ' + b"9" * 5000 + b"}",
        b"\xff",
    ],
)
def test_what_is_not_an_answer_of_the_api_is_no_reading(body):
    assert parse(body, NOW) is None


@given(st.dictionaries(KEYS, JSON | st.dictionaries(FIELDS, JSON) | st.lists(st.dictionaries(FIELDS, JSON))))
def test_any_json_is_read_without_a_crash(root):
    reading = parse(json.dumps(root).encode(), NOW)
    if reading is not None:
        keys = [window.key for window in reading[0]]
        assert len(keys) == len(set(keys))
        assert all(window.used is None or window.used >= 0 for window in reading[0])


def test_hostile_names_are_shortened_and_printable():
    windows = parsed(**{"seven_day_" + "x\n\u202e" * 5000: {"utilization": 1}})
    (window,) = windows.values()
    assert len(window.key) <= 60
    assert window.label.isprintable()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2026-09-21T14:13:20Z", NOW),
        ("2026-09-21T14:13:20", NOW),
        (1_790_000_000, NOW),
        ("1790000000000", NOW),
        (Decimal("1790000000.5"), NOW + 0.5),
        (0, None),
        (True, None),
        ("soon", None),
        (float("nan"), None),
        (float("inf"), None),
        ("9999-99-99", None),
        (10**30, None),
        ({}, None),
    ],
)
def test_instants_in_every_shape(value, seconds):
    assert instant(value) == seconds


@given(st.text() | st.integers() | st.floats() | st.decimals() | st.none() | st.booleans())
def test_figures_never_raise(value):
    number = decimal(value)
    assert number is None or number.is_finite()
    instant(value)
    assert name(value) is None or len(name(value)) <= 60


# The credential


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
