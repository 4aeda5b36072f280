"""Both vendors over HTTP: what each answer and each failure comes to, and how often they are asked."""

import datetime as dt
import json
import ssl
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
import respx

from tests.fakes import NOW, Clock, FakeGates, FakeLedger, FakeVault, fake_world
from tray import __version__
from tray.core.choices import Settings
from tray.core.model import Action, Active, Backend, ClaudetteActivity, Kind, ProblemKind, Role, Words
from tray.core.model import Activity as Doing
from tray.core.reach import unreached
from tray.core.source import Ask, Depth, NetError, VaultError
from tray.engine.net import Network
from tray.sources import anthropic, openrouter

PAYLOADS = Path(__file__).parent.parent / "payloads"
USAGE = "https://api.anthropic.com/api/oauth/usage"
CREDITS, KEY = "https://openrouter.ai/api/v1/credits", "https://openrouter.ai/api/v1/key"
SECRET = "fake-access-token"
ON = Settings(claude_code_usage=True)
CLAUDE = json.loads((PAYLOADS / "anthropic" / "credentials.json").read_text())


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


@pytest.fixture
def claude(tmp_path):
    answer = payload("anthropic/usage_limits.json")
    return Case(anthropic.SOURCE, USAGE, answer, FakeVault(document=CLAUDE), tmp_path)


@pytest.fixture
def router(tmp_path):
    answer = payload("openrouter/credits.json")
    return Case(openrouter.SOURCE, CREDITS, answer, FakeVault(keys={"openrouter": SECRET}), tmp_path)


@pytest.fixture(params=["claude", "router"])
def case(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def web():
    with respx.mock(assert_all_called=False) as mock:
        yield mock


def test_a_good_answer_is_a_snapshot_with_one_request_and_one_ledger_line(case, web):
    route = web.get(case.url).respond(200, content=case.answer)
    outcome = case.fetch()
    assert (outcome.problem, outcome.asked) == (None, True)
    assert (outcome.snapshot.source, outcome.snapshot.fetched_at) == (case.source.id, NOW)
    assert outcome.snapshot.account == outcome.account
    assert route.call_count == len(web.calls) == 1
    (line,) = [line for line in case.ledger.lines if line["kind"] == "request"]
    assert (line["result"], line["size"]) == ("200", len(case.answer))


def test_nothing_is_opened_or_asked_while_the_toggle_is_off(case, web):
    case.settings = Settings(claude_code_usage=False, openrouter_balance=False)
    for manual in (True, False):
        assert case.fetch(manual=manual).asked is False
    assert case.vault.opened == []
    assert len(web.calls) == 0


def test_reading_files_opens_no_credential(case, web):
    assert case.fetch(depth=Depth.FILES).asked is False
    assert case.vault.opened == []


FAILURES = [
    ({"status_code": 401}, ProblemKind.SIGNED_OUT),
    ({"status_code": 429}, ProblemKind.RATE_LIMITED),
    ({"status_code": 500}, ProblemKind.SERVER),
    ({"status_code": 529, "json": {"type": "error"}}, ProblemKind.SERVER),
    ({"status_code": 404}, ProblemKind.BAD_RESPONSE),
    ({"status_code": 204}, ProblemKind.BAD_RESPONSE),
    ({"status_code": 200, "html": "<html>sign in to the hotel's network</html>"}, ProblemKind.BAD_RESPONSE),
    ({"status_code": 200, "content": b'{"five_hour": {"utilization"'}, ProblemKind.BAD_RESPONSE),
    ({"status_code": 200, "content": b"x" * 10_000_000}, ProblemKind.BAD_RESPONSE),
    ({"status_code": 307, "headers": {"Location": "https://elsewhere.example/"}}, ProblemKind.BAD_RESPONSE),
]
ERRORS = [
    (httpx.ConnectError("refused"), ProblemKind.OFFLINE),
    (httpx.ReadError("reset"), ProblemKind.OFFLINE),
    (httpx.ConnectTimeout("slow"), ProblemKind.TIMEOUT),
    (httpx.ReadTimeout("slow"), ProblemKind.TIMEOUT),
    (httpx.RemoteProtocolError("not HTTP"), ProblemKind.BAD_RESPONSE),
    (ssl.SSLCertVerificationError("self-signed"), ProblemKind.TLS),
]


@pytest.mark.parametrize(("answer", "kind"), FAILURES)
def test_each_bad_answer_is_a_problem_of_its_kind_and_keeps_the_data(case, web, answer, kind):
    web.get(case.url).respond(**answer)
    outcome = case.fetch()
    assert (outcome.snapshot, outcome.asked, outcome.problem.kind) == (None, True, kind)
    assert outcome.problem.retry_at >= NOW + 120
    assert outcome.problem.quiet is (case.source is openrouter.SOURCE)
    assert {call.request.url.host for call in web.calls} == {httpx.URL(case.url).host}


@pytest.mark.parametrize(("error", "kind"), ERRORS)
def test_each_failure_on_the_way_is_a_problem_of_its_kind(case, web, error, kind):
    web.get(case.url).mock(side_effect=error)
    outcome = case.fetch()
    assert (outcome.snapshot, outcome.asked, outcome.problem.kind) == (None, True, kind)
    (line,) = [line for line in case.ledger.lines if line["kind"] == "request"]
    assert line["result"] == kind


@pytest.mark.parametrize(
    ("headers", "body", "minutes"),
    [
        ({}, b"", 5),
        ({"Retry-After": "0"}, b"", 5),
        ({"Retry-After": "60"}, b"", 5),
        ({"Retry-After": "1600"}, b"", 1600 / 60),
        (
            {"Retry-After": format_datetime(dt.datetime.fromtimestamp(NOW + 900, dt.UTC), usegmt=True)},
            b"",
            15,
        ),
        ({}, b'{"error": {"retry_after": 1200}}', 20),
    ],
)
def test_a_rate_limit_waits_as_the_server_says_but_at_least_5_minutes(case, web, headers, body, minutes):
    route = web.get(case.url).respond(429, headers=headers, content=body)
    assert case.fetch().problem.retry_at == NOW + minutes * 60
    case.clock.at += minutes * 60 - 1
    held = case.fetch()
    assert (held.asked, held.problem.kind, held.problem.retry_at) == (
        False,
        ProblemKind.RATE_LIMITED,
        NOW + minutes * 60,
    )
    case.clock.at += 1
    assert case.fetch().asked
    assert route.call_count == 2


def test_failures_are_asked_again_after_2_4_and_8_minutes_and_success_clears_that(case, web):
    route = web.get(case.url).respond(500)
    for minutes in (2, 4, 8):
        assert case.fetch().asked
        case.clock.at += minutes * 60 - 1
        assert not case.fetch().asked
        case.clock.at += 1
    route.respond(200, content=case.answer)
    assert case.fetch().problem is None
    case.clock.at += 300
    route.respond(500)
    assert case.fetch().problem.retry_at == case.clock.at + 120


def test_a_403_latches_until_the_credential_changes(case, web):
    web.get(case.url).respond(403)
    web.get(KEY).respond(403)
    assert case.fetch().problem.kind is ProblemKind.FORBIDDEN
    asked = len(web.calls)
    case.clock.at += 7 * 3600
    for manual in (True, False):
        held = case.fetch(manual=manual)
        assert (held.asked, held.problem.kind, held.problem.retry_at) == (False, ProblemKind.FORBIDDEN, None)
    assert len(web.calls) == asked
    case.vault.keys["openrouter"] = "fake-other-key"
    case.vault.document = {"claudeAiOauth": {**CLAUDE["claudeAiOauth"], "accessToken": "fake-other-token"}}
    assert case.fetch().asked


def test_a_young_reading_answers_for_5_minutes_without_a_request(case, web):
    route = web.get(case.url).respond(200, content=case.answer)
    case.fetch()
    case.clock.at += 299
    held = case.fetch()
    assert (held.asked, held.problem, held.snapshot, held.next_at) == (False, None, None, NOW + 300)
    case.clock.at += 2
    assert case.fetch().asked
    assert route.call_count == 2


def test_a_persons_refresh_passes_the_cache_once_a_minute(case, web):
    route = web.get(case.url).respond(200, content=case.answer)
    case.fetch()
    case.clock.at += 59
    held = case.fetch(manual=True)
    assert (held.asked, held.problem, held.next_at) == (False, None, NOW + 60)
    case.clock.at += 1
    assert case.fetch(manual=True).asked
    assert route.call_count == 2


def test_a_persons_refresh_passes_our_back_off_but_not_a_stated_wait(case, web):
    route = web.get(case.url).respond(500)
    case.fetch()
    case.clock.at += 60
    route.respond(429, headers={"Retry-After": "1600"})
    assert case.fetch(manual=True).asked
    case.clock.at += 1599
    assert not case.fetch(manual=True).asked


def test_a_failure_is_told_while_the_reading_is_still_young(case, web):
    route = web.get(case.url).respond(200, content=case.answer)
    case.fetch()
    case.clock.at += 100
    route.respond(500)
    case.fetch(manual=True)
    case.clock.at += 50
    assert case.fetch().problem.kind is ProblemKind.SERVER


def test_another_credential_is_asked_at_once(case, web):
    route = web.get(case.url).respond(200, content=case.answer)
    case.fetch()
    case.vault.keys["openrouter"] = "fake-other-key"
    case.vault.document = {"claudeAiOauth": {**CLAUDE["claudeAiOauth"], "accessToken": "fake-other-token"}}
    case.clock.at += 10
    assert case.fetch().asked
    assert route.call_count == 2


def test_a_clock_set_back_by_years_does_not_silence_the_source(case, web):
    web.get(case.url).respond(500)
    case.fetch()
    case.clock.at -= 3 * 365 * 86400
    assert case.fetch().problem.retry_at == case.clock.at + 120
    case.clock.at += 120
    assert case.fetch().asked


def test_the_redirect_for_tests_replaces_scheme_and_host_only(case, web):
    case.env[f"CLAUDETTE_TRAY_{case.source.id.upper()}_URL"] = "http://127.0.0.1:9"
    path = httpx.URL(case.url).path
    route = web.get(f"http://127.0.0.1:9{path}").respond(200, content=case.answer)
    assert case.fetch().snapshot is not None
    assert route.call_count == len(web.calls) == 1


def test_a_redirect_off_this_machine_is_refused_before_a_credential_is_opened(case, web):
    variable = f"CLAUDETTE_TRAY_{case.source.id.upper()}_URL"
    case.env[variable] = "https://evil.example"
    outcome = case.fetch()
    assert (outcome.asked, variable in outcome.problem.title) == (False, True)
    assert case.vault.opened == []
    assert len(web.calls) == 0


# Anthropic


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


# OpenRouter


def window(outcome):
    (only,) = outcome.snapshot.windows
    return only


def test_the_balance_is_what_is_left_of_the_credits(router, web):
    web.get(CREDITS).respond(200, content=router.answer)
    outcome = router.fetch()
    row = window(outcome)
    assert (row.key, row.label, row.role, row.words) == (
        "openrouter_credits",
        "OpenRouter balance",
        Role.BALANCE,
        Words.REMAINING,
    )
    assert (row.used, row.limit, row.balance, row.unit) == (Decimal("2.41"), 5, Decimal("2.59"), "usd")
    assert (row.bounded, row.exhausted, outcome.snapshot.label) == (True, False, "OpenRouter")


def test_more_used_than_bought_is_nothing_left(router, web):
    web.get(CREDITS).respond(200, json={"data": {"total_credits": 5, "total_usage": 7}})
    row = window(router.fetch())
    assert (row.balance, row.exhausted) == (0, True)


@pytest.mark.parametrize(
    "answer", [{"content": payload("openrouter/credits_zero.json")}, {"status_code": 403}, {"json": None}]
)
def test_where_the_credits_are_unknown_the_key_is_asked(router, web, answer):
    if answer == {"json": None}:
        web.get(CREDITS).respond(200, json={"data": {"total_credits": 0.0, "total_usage": 0}})
    else:
        web.get(CREDITS).respond(**answer)
    web.get(KEY).respond(200, content=payload("openrouter/key_capped.json"))
    outcome = router.fetch()
    row = window(outcome)
    assert (row.used, row.limit, row.balance, row.bounded) == (Decimal("4.5"), 20, Decimal("15.5"), True)
    assert outcome.problem is None
    assert [line["purpose"] for line in router.ledger.lines if line["kind"] == "request"] == [
        "openrouter: balance of the account",
        "openrouter: limit of the key",
    ]


def test_a_key_without_a_cap_is_neither_exhausted_nor_bounded(router, web):
    web.get(CREDITS).respond(200, content=payload("openrouter/credits_zero.json"))
    web.get(KEY).respond(200, content=payload("openrouter/key_uncapped.json"))
    outcome = router.fetch()
    row = window(outcome)
    assert (row.used, row.limit, row.balance, row.bounded, row.exhausted) == (
        Decimal("31.25"),
        None,
        None,
        False,
        False,
    )
    assert "no limit" in outcome.snapshot.note


@pytest.mark.parametrize(
    "body", [b"{}", b'{"data": []}', b'{"data": {"limit": "x", "usage": 1}}', b'{"data": {"limit": 5}}']
)
def test_an_odd_answer_about_the_key_is_a_bad_response(router, web, body):
    web.get(CREDITS).respond(403)
    web.get(KEY).respond(200, content=body)
    assert router.fetch().problem.kind is ProblemKind.BAD_RESPONSE


def test_the_key_is_not_asked_after_another_failure(router, web):
    web.get(CREDITS).respond(500)
    key = web.get(KEY).respond(200, content=payload("openrouter/key_capped.json"))
    router.fetch()
    assert key.call_count == 0


PI = Backend(kind=Kind.PI_SDK, id="pi", label="Pi", provider="openrouter")
CUSTOM = Backend(kind=Kind.CUSTOM_OPENAI, id="mine", label="Mine", host="openrouter.ai")
DOCUMENT = {
    "agentBackendSecrets": {"mine": "fake-claudette-key"},
    "piProviderSecrets": {"pi_provider:openrouter": "fake-pi-secret"},
}


def key_sent(router, web):
    web.get(CREDITS).respond(200, content=router.answer)
    outcome = router.fetch()
    return (
        web.calls.last.request.headers["authorization"].removeprefix("Bearer ") if outcome.asked else outcome
    )


def test_keys_are_looked_for_in_the_order_of_the_issue(router, web):
    pi_file = router.root / ".pi" / "agent" / "auth.json"
    router.active = Active(backend=PI)
    router.vault.files[pi_file] = {"openrouter": {"type": "api_key", "key": "fake-pi-key"}}
    router.vault.document = DOCUMENT
    router.env["OPENROUTER_API_KEY"] = " fake-env-key "
    found = []
    for forget in (
        router.vault.files.clear,
        router.vault.keys.clear,
        router.env.clear,
        lambda: None,
    ):
        found.append(key_sent(router, web))
        forget()
        router.clock.at += 301
    assert found == ["fake-pi-key", SECRET, "fake-env-key", "fake-pi-secret"]


def test_pis_file_is_opened_only_while_pi_is_active(router, web):
    router.active = Active(backend=CUSTOM)
    key_sent(router, web)
    assert router.vault.opened == ["own:openrouter"]


def test_claudettes_secret_store_stays_closed_while_claude_code_usage_is_off(router, web):
    router.settings = Settings(claude_code_usage=False)
    router.vault.keys, router.vault.document = {}, DOCUMENT
    for backend in (PI, CUSTOM):
        router.active = Active(backend=backend)
        router.activity = Doing(claudette=ClaudetteActivity(backends=(PI, CUSTOM)))
        outcome = router.fetch(manual=True)
        assert (outcome.problem.kind, outcome.problem.quiet) == (ProblemKind.NO_KEY, True)
        assert "claudette-tray login openrouter" in outcome.problem.hint
    assert "claude" not in router.vault.opened
    assert len(web.calls) == 0


def test_claudettes_secret_of_a_listed_backend_is_found(router, web):
    router.vault.keys, router.vault.document = {}, DOCUMENT
    router.activity = Doing(claudette=ClaudetteActivity(backends=(CUSTOM,)))
    assert key_sent(router, web) == "fake-claudette-key"


def test_without_an_openrouter_backend_claudettes_store_is_not_opened(router, web):
    router.vault.keys, router.vault.document = {}, DOCUMENT
    assert router.fetch().problem.kind is ProblemKind.NO_KEY
    assert "claude" not in router.vault.opened


def test_a_closed_secret_store_does_not_hide_the_next_key(router, web):
    router.vault.keys["openrouter"] = VaultError(unreached(ProblemKind.UNREADABLE, "x", title="locked"))
    assert "locked" in router.fetch().problem.title
    router.env["OPENROUTER_API_KEY"] = "fake-env-key"
    assert key_sent(router, web) == "fake-env-key"
    lines = [line for line in router.ledger.lines if line["kind"] == "credential"]
    assert lines[-1]["place"] == "environment: OPENROUTER_API_KEY"


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"openrouter": " k "}, "k"),
        ({"openrouter": {"apiKey": "k"}}, "k"),
        ({"openrouter": {"key": "", "token": {"api_key": "k"}}}, "k"),
        ({"providers": {"openrouter": {"token": "k"}}}, "k"),
        ({"api_keys": {"openrouter": "k"}}, "k"),
        ({"openrouter": {"key": 7}, "auth": []}, None),
        ({"anthropic": {"key": "k"}}, None),
        ({"openrouter": {"key": {"key": {"key": {"key": {"key": {"key": {"key": "k"}}}}}}}}, None),
    ],
)
def test_pis_file_is_read_in_every_shape(document, key):
    assert openrouter.keys.key_in(document) == key


@pytest.mark.parametrize(
    ("backend", "drives"),
    [
        (CUSTOM, True),
        (Backend(kind=Kind.OPENAI_API, id="x", label="x", host="us.openrouter.ai"), True),
        (Backend(kind=Kind.CUSTOM_OPENAI, id="x", label="x", host="notopenrouter.ai"), False),
        (Backend(kind=Kind.CUSTOM_OPENAI, id="x", label="x", host="openrouter.ai.evil.example"), False),
        (Backend(kind=Kind.CUSTOM_OPENAI, id="x", label="x"), False),
        (Backend(kind=Kind.OLLAMA, id="x", label="x", host="openrouter.ai"), False),
        (PI, True),
        (Backend(kind=Kind.PI_SDK, id="pi", label="Pi", model="OpenRouter/anthropic/claude"), True),
        (Backend(kind=Kind.PI_SDK, id="pi", label="Pi", model="anthropic/claude"), False),
    ],
)
def test_only_openrouters_own_hosts_and_models_are_its_backends(backend, drives):
    assert openrouter.SOURCE.drives(backend) is drives


def test_a_net_that_raises_is_a_problem_beside_the_data(case, web):
    class Broken:
        def get(self, *args, **kwargs):
            raise NetError(unreached(ProblemKind.TLS, "x"))

    assert case.fetch(net=Broken()).problem.kind is ProblemKind.TLS
