"""The network: bounded, trusted, no redirects, every request in the ledger. Against servers on loopback."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.fakes import FakeLedger
from tray.core.endpoint import base_url
from tray.core.model import Problem, ProblemKind
from tray.core.source import NetError
from tray.engine.deadline import within
from tray.engine.net import BODY_LIMIT, Network

TOKEN = "fake-token-that-nobody-may-see"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        status, headers, body = self.server.answers.get(self.path, (200, {}, b"{}"))
        if status is None:  # say nothing until the test is over
            self.server.over.wait(5)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen, self.answers, self.over = [], {}, threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *args):
        pass


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def server():
    with serving(Server()) as running:
        yield running


@pytest.fixture
def ledger():
    return FakeLedger()


def get(ledger, url, timeout=5.0):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return Network(ledger).get(url, source="anthropic", purpose="usage", headers=headers, timeout=timeout)


def problem_of(ledger, url, timeout=5.0):
    with pytest.raises(NetError) as caught:
        get(ledger, url, timeout)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None  # httpx's exception knows the headers
    assert TOKEN not in repr(error.problem)
    assert [line["kind"] for line in ledger.lines] == ["request"]
    return error.problem


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


# TLS and proxies


@pytest.fixture
def tls(tmp_path):
    """An HTTPS server on loopback with a certificate that nobody signed; gives its URL and the certificate."""
    x509 = pytest.importorskip("cryptography.x509")  # keyring brings it on Linux
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback test")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "cert.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    server = Server()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield server.url.replace("http:", "https:"), pem, server


def test_an_untrusted_certificate_has_words_about_tls_inspection(tls, ledger):
    url, _, server = tls
    problem = problem_of(ledger, url + "/x")
    assert problem.kind is ProblemKind.TLS
    assert "SSL_CERT_FILE" in problem.hint
    assert server.seen == []


def test_ssl_cert_file_adds_a_companys_certificate(tls, ledger, monkeypatch):
    url, pem, _ = tls
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    assert get(ledger, url + "/x").status == 200


def test_an_ssl_cert_file_that_is_missing_is_a_trust_problem(tls, ledger, monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    assert problem_of(ledger, tls[0] + "/x").kind is ProblemKind.TLS


def test_a_server_without_tls_is_no_secure_connection(server, ledger):
    url = server.url.replace("http:", "https:")
    assert problem_of(ledger, url + "/x").kind is ProblemKind.TLS


@contextlib.contextmanager
def proxy(answer=b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"):
    """A proxy that notes what it is asked for and refuses."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    asked.append(connection.recv(4096).split(b"\r\n")[0].decode())
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked


def test_the_https_proxy_is_asked(ledger, monkeypatch):
    with proxy() as (url, asked):
        monkeypatch.setenv("HTTPS_PROXY", url)
        problem = problem_of(ledger, "https://quota.invalid/x")
        assert (problem.kind, "proxy" in problem.title) == (ProblemKind.OFFLINE, True)
        assert asked == ["CONNECT quota.invalid:443 HTTP/1.1"]


def test_no_proxy_is_honoured(ledger, monkeypatch):
    with proxy() as (url, asked):
        monkeypatch.setenv("HTTPS_PROXY", url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.2")
        assert problem_of(ledger, f"https://127.0.0.2:{closed_port()}/x").kind is ProblemKind.OFFLINE
        assert asked == []


def test_a_test_server_on_this_machine_is_never_reached_through_a_proxy(server, ledger, monkeypatch):
    with proxy() as (url, asked):
        monkeypatch.setenv("HTTP_PROXY", url)
        monkeypatch.setenv("ALL_PROXY", url)
        assert get(ledger, server.url + "/x").status == 200
        assert asked == []


@pytest.mark.parametrize("value", ["socks5://127.0.0.1:1", "gopher://x"])
def test_a_proxy_that_can_not_be_used_is_a_problem_and_no_crash(ledger, monkeypatch, value):
    monkeypatch.setenv("HTTPS_PROXY", value)
    problem = problem_of(ledger, "https://quota.invalid/x")
    assert problem.kind is ProblemKind.OFFLINE
    assert "proxy" in problem.title + problem.hint


# Where a source sends its requests


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_redirect_the_real_host_is_asked(value):
    assert base_url("https://api.example", "V", value) == "https://api.example"


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://[::1]:99", "http://[::1]:99"),
    ],
)
def test_a_redirect_to_this_machine_replaces_scheme_and_host(value, base):
    assert base_url("https://api.example", "V", value) == base


@pytest.mark.parametrize(
    "value",
    [
        "https://127.0.0.1:8080",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.1.example.com:80",
        "http://127.0.0.1@evil.example:80",
        "http://evil.example@127.0.0.1:80",
        "http://192.168.0.1:80",
        "http://[::1",
        "127.0.0.1:8080",
    ],
)
def test_a_redirect_elsewhere_is_refused_by_name(value):
    refused = base_url("https://api.example", "CLAUDETTE_TRAY_X_URL", value)
    assert isinstance(refused, Problem)
    assert "CLAUDETTE_TRAY_X_URL" in refused.title


def test_the_heavy_libraries_are_imported_with_the_first_use_only():
    code = (
        "import sys, tray.engine.net, tray.engine.vault, tray.engine.gates, tray.sources.anthropic,"
        " tray.sources.openrouter;"
        "print([m for m in ('httpx', 'truststore', 'keyring', 'secretstorage', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
