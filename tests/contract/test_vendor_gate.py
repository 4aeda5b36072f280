"""How often both vendors are asked: waits after failures, the cache, and what passes them."""

import datetime as dt
from email.utils import format_datetime

import pytest

from tests.fakes import NOW
from tests.vendor_stage import CLAUDE, KEY
from tray.core.model import ProblemKind


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
