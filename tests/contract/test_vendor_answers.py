"""Both vendors over HTTP: what each answer and each failure comes to, and where requests go."""

import ssl

import httpx
import pytest

from tests.fakes import NOW
from tray.core.choices import Settings
from tray.core.model import ProblemKind
from tray.core.reach import unreached
from tray.core.source import Depth, NetError
from tray.sources import openrouter


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


def test_a_net_that_raises_is_a_problem_beside_the_data(case, web):
    class Broken:
        def get(self, *args, **kwargs):
            raise NetError(unreached(ProblemKind.TLS, "x"))

    assert case.fetch(net=Broken()).problem.kind is ProblemKind.TLS
