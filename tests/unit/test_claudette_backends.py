"""Claudette's list of backends from its settings, and which entry a session means."""

import json

import pytest

from tests.claudette_db import LM_STUDIO, OPENROUTER, PI
from tray.core.model import Kind
from tray.metrics.claudette_backends import Costs, host_of, pick, read_listing

BUILT_IN = ["anthropic", "ollama", "openai-api", "codex"]


def listing(*stored, **settings):
    if stored:
        settings["agent_backends_config"] = json.dumps(stored)
    return read_listing(settings)


def ids(found):
    return [backend.id for backend in found.backends]


def codex(name="codex", **more):
    return {"id": name, "label": "Experimental Codex", "kind": "codex_native", **more}


def test_without_settings_the_built_in_backends_are_listed():
    found = listing()
    assert ids(found) == BUILT_IN
    assert found.default().kind is Kind.ANTHROPIC
    assert (found.default().label, found.default().model) == ("Claude Code", "opus")


def test_a_stored_entry_replaces_the_built_in_one_in_its_place_and_others_follow():
    ollama = {"id": "ollama", "label": "GPU box", "kind": "ollama", "base_url": "http://GPU.lan:11434"}
    found = listing(OPENROUTER, ollama)
    assert ids(found) == [*BUILT_IN, "router"]
    assert (found.backends[1].label, found.backends[1].host) == ("GPU box", "gpu.lan")
    assert (found.backends[-1].host, found.backends[-1].model) == ("openrouter.ai", "openai/gpt-5.4-mini")


@pytest.mark.parametrize(
    "config", ["", "{", "null", '"x"', '{"id": "codex"}', "[" * 100_000, '[{"id": "x"', "42"]
)
def test_a_corrupt_array_leaves_the_built_in_backends(config):
    assert ids(read_listing({"agent_backends_config": config})) == BUILT_IN


def test_a_bad_entry_is_dropped_and_its_neighbours_stay():
    bad = [
        7,
        None,
        [],
        {},
        {"id": "x"},
        {"id": 5, "kind": "ollama"},
        {"id": "x", "kind": "hologram"},
        {"id": "y", "kind": ["a"]},
    ]
    assert ids(listing(*bad, OPENROUTER)) == [*BUILT_IN, "router"]


def test_wrong_types_in_an_entry_are_unknown_values():
    found = listing({"id": "mine", "kind": "custom_openai", "label": 3, "base_url": {}, "default_model": 1})
    assert found.backends[-1].label == "mine"
    assert (found.backends[-1].host, found.backends[-1].model) == (None, None)


def test_names_for_people_are_one_short_printable_line():
    hostile = "evil\u202e\x1b[2J\n\tname " + "x" * 10_000
    found = listing({"id": hostile, "kind": "custom_openai", "label": hostile, "default_model": hostile})
    backend = found.backends[-1]
    assert backend.id == hostile, "an id is compared, not shown"
    assert backend.label.startswith("evil [2J name xxx")
    assert len(backend.label) == 60
    assert (backend.model or "").startswith("evil [2J name xxx")
    assert len(backend.model or "") == 200
    session = found.of_session({"model:s1": hostile}, "s1")
    assert session is not None
    assert session.model == backend.model


def test_experimental_codex_is_codex():
    found = listing(codex("experimental-codex", default_model="gpt-5.3-codex"))
    assert ids(found) == BUILT_IN
    assert (found.backends[3].label, found.backends[3].model) == ("Codex", "gpt-5.3-codex")


@pytest.mark.parametrize("legacy", ["experimental-codex", "codex-subscription"])
def test_a_session_that_asks_for_a_legacy_codex_gets_codex(legacy):
    found = listing({"id": "codex-subscription", "kind": "codex_subscription", "label": "Codex (plan)"})
    assert "codex-subscription" not in ids(found)
    assert found.pick(legacy).backend.id == "codex"
    assert read_listing({"default_agent_backend": legacy}).default().id == "codex"


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, True),
        ({"codex_enabled": "false"}, False),
        ({"codex_enabled": "true", "experimental_codex_enabled": "false"}, True),
        ({"experimental_codex_enabled": "false"}, False),
        ({"experimental_codex_enabled": "true"}, True),
    ],
)
def test_the_codex_switch_hides_codex_wherever_it_is_named(settings, shown):
    assert ("codex" in ids(read_listing(settings))) is shown
    assert ("codex" in ids(listing(codex("experimental-codex"), **settings))) is shown
    assert (read_listing({"default_agent_backend": "codex", **settings}).default().id == "codex") is shown


def test_alternatives_switched_off_leave_claude_code_and_codex():
    assert ids(listing(OPENROUTER, alternative_backends_enabled="false")) == ["anthropic", "codex"]


def test_retired_kinds_are_listed_only_where_something_names_them():
    assert ids(listing(PI, LM_STUDIO)) == [*BUILT_IN, "pi", "lm-studio"]
    assert read_listing({"default_agent_backend": "pi"}).default().kind is Kind.PI_SDK
    assert read_listing({"model_provider:s1": "lm-studio"}).pick("lm-studio").backend.kind is Kind.LM_STUDIO


def test_a_users_own_backend_named_pi_is_no_retired_one():
    found = listing(
        {"id": "pi", "label": "My Pi", "kind": "custom_openai", "base_url": "https://pi.example/v1"}
    )
    assert found.pick("pi").backend.kind is Kind.CUSTOM_OPENAI
    assert found.pick("pi").backend.label == "My Pi"


def test_a_missing_default_falls_to_the_first_backend():
    only = [entry for entry in listing().entries if entry.backend.id == "codex"]
    assert pick(only, "anthropic", "anthropic").backend.id == "codex"
    assert pick([], "anthropic", "anthropic") is None


def test_an_id_that_is_gone_falls_to_the_default():
    assert listing(default_agent_backend="codex").pick("gone").backend.id == "codex"
    assert listing(default_agent_backend="gone").default().id == "anthropic"


def test_enabled_is_not_consulted():
    assert listing(codex(enabled=False), default_agent_backend="codex").default().id == "codex"


def test_the_session_decides_backend_and_model_before_the_defaults():
    settings = {
        "model_provider:s1": "codex",
        "model:s1": "gpt-5.3-codex",
        "default_agent_backend": "ollama",
        "default_model": "llama3",
    }
    found = read_listing(settings)
    one, other = found.of_session(settings, "s1"), found.of_session(settings, "s2")
    assert (one.id, one.model) == ("codex", "gpt-5.3-codex")
    assert (other.id, other.model) == ("ollama", "llama3")


def test_a_session_without_any_model_runs_the_backends_own_or_opus():
    assert listing().of_session({}, "s1").model == "opus"
    assert listing(default_agent_backend="codex").of_session({}, "s1").model == "gpt-5.4"
    assert listing(default_agent_backend="ollama").of_session({}, "s1").model == "opus"


def test_pi_names_its_provider_in_the_model():
    settings = {"model_provider:s1": "pi", "model:s1": "OpenRouter/anthropic/claude-sonnet-4"}
    found = listing(PI, **settings).of_session(settings, "s1")
    assert (found.kind, found.provider) == (Kind.PI_SDK, "openrouter")
    assert found.model == "OpenRouter/anthropic/claude-sonnet-4"


@pytest.mark.parametrize(
    ("entry", "costs"),
    [
        ({"kind": "custom_anthropic"}, Costs.CUMULATIVE),
        ({"kind": "custom_openai"}, Costs.CUMULATIVE),
        ({"kind": "custom_openai", "runtime_harness": "pi_sdk"}, Costs.PER_TURN),
        ({"kind": "codex_native"}, Costs.PER_TURN),
        ({"kind": "pi_sdk"}, Costs.PER_TURN),
        ({"kind": "pi_sdk", "runtime_harness": "claude_code"}, Costs.CUMULATIVE),
        ({"kind": "ollama"}, Costs.NONE),
        ({"kind": "lm_studio", "runtime_harness": "pi_sdk"}, Costs.NONE),
    ],
)
def test_costs_are_cumulative_in_the_claude_code_harness_only(entry, costs):
    assert listing({"id": "mine", "label": "Mine", **entry}).pick("mine").costs is costs


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://us.OpenRouter.ai/api/v1", "us.openrouter.ai"),
        ("https://api.openai.com", "api.openai.com"),
        ("http://[::1]:11434", "::1"),
        ("http://[broken", None),
        ("openrouter.ai/api/v1", None),
        ("not a url", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_the_host_of_an_endpoint(url, host):
    assert host_of(url) == host
