"""The network: bounded, no redirects, every request in the ledger. Against servers on loopback."""

import socket
import subprocess
import sys
import threading

import pytest

from tests.fakes import FakeLedger
from tests.net_stage import TOKEN, VARIABLES, Server, closed_port, get, problem_of, serving
from tray.core.model import ProblemKind
from tray.core.source import NetError
from tray.engine.deadline import within
from tray.engine.net import BODY_LIMIT, Network


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server():
    with serving(Server()) as running:
        yield running


@pytest.fixture
def ledger():
    return FakeLedger()


def test_an_answer_comes_with_lower_case_headers_and_one_ledger_line(server, ledger):
    server.answers["/x"] = (429, {"Retry-After": "7"}, b"hello")
    reply = get(ledger, server.url + "/x")
    assert (reply.status, reply.headers["retry-after"], reply.body) == (429, "7", b"hello")
    assert ledger.lines == [
        {"kind": "request", "place": "127.0.0.1", "purpose": "anthropic: usage", "result": "429", "size": 5}
    ]
    assert server.seen[0][1]["Authorization"] == f"Bearer {TOKEN}"


def test_a_redirect_is_not_followed_and_the_token_not_forwarded(server, ledger):
    with serving(Server()) as other:
        server.answers["/x"] = (302, {"Location": other.url + "/y"}, b"")
        assert problem_of(ledger, server.url + "/x").kind is ProblemKind.BAD_RESPONSE
        assert other.seen == []


def test_a_body_over_the_limit_is_a_bad_response(server, ledger):
    server.answers["/x"] = (200, {}, b"x" * 10_000_000)
    assert problem_of(ledger, server.url + "/x").kind is ProblemKind.BAD_RESPONSE


def test_a_body_at_the_limit_is_read(server, ledger):
    server.answers["/x"] = (200, {}, b"x" * BODY_LIMIT)
    assert len(get(ledger, server.url + "/x").body) == BODY_LIMIT


def test_a_compressed_body_is_not_unpacked(server, ledger):
    server.answers["/x"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")
    assert problem_of(ledger, server.url + "/x").kind is ProblemKind.BAD_RESPONSE
    assert server.seen[0][1]["Accept-Encoding"] == "identity"


def test_a_silent_server_ends_in_a_timeout(server, ledger):
    server.answers["/x"] = (None, {}, b"")
    assert problem_of(ledger, server.url + "/x", timeout=0.1).kind is ProblemKind.TIMEOUT


def test_the_deadline_covers_calls_that_can_not_be_interrupted():
    end = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: end.wait(5))
    end.set()


def test_a_refused_connection_is_offline(ledger):
    assert problem_of(ledger, f"http://127.0.0.1:{closed_port()}/x").kind is ProblemKind.OFFLINE
    assert ledger.lines[0]["result"] == "offline"


def test_an_answer_that_is_not_http_is_a_bad_response(ledger):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"SSH-2.0-hello\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        assert problem_of(ledger, url).kind is ProblemKind.BAD_RESPONSE


@pytest.mark.parametrize("url", ["http://quota.invalid/x", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_nothing_but_https_leaves_the_machine(ledger, url):
    problem = problem_of(ledger, url)
    assert problem.kind is ProblemKind.BAD_RESPONSE
    assert "nothing was sent" in problem.title


def test_a_token_with_a_line_break_is_not_told(server, ledger):
    headers = {"Authorization": "Bearer fake\r\nsecret"}
    with pytest.raises(NetError) as caught:
        Network(ledger).get(server.url, source="s", purpose="p", headers=headers, timeout=5)
    assert "secret" not in repr(caught.value.problem)
    assert caught.value.__context__ is None
    assert server.seen == []


def test_the_heavy_libraries_are_imported_with_the_first_use_only():
    code = (
        "import sys, tray.engine.net, tray.engine.vault, tray.engine.gates, tray.sources.anthropic,"
        " tray.sources.openrouter;"
        "print([m for m in ('httpx', 'truststore', 'keyring', 'secretstorage', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
