"""OpenRouter's key: the places it is looked for, their order, and those that stay closed."""

import pytest

from tests.vendor_stage import CREDITS, CUSTOM, PI, SECRET
from tray.core.choices import Settings
from tray.core.model import Active, ClaudetteActivity, ProblemKind
from tray.core.model import Activity as Doing
from tray.core.reach import unreached
from tray.core.source import VaultError
from tray.sources.openrouter.keys import key_in

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
    assert key_in(document) == key
