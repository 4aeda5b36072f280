"""OpenRouter over HTTP: the balance out of the credits or out of the limit of the key."""

from decimal import Decimal

import pytest

from tests.vendor_stage import CREDITS, CUSTOM, KEY, PI, payload, window
from tray.core.model import Backend, Kind, ProblemKind, Role, Words
from tray.sources import openrouter


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
