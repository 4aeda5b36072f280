"""The network: which certificates are trusted, which proxies are asked. Against servers on loopback."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading

import pytest

from tests.fakes import FakeLedger
from tests.net_stage import VARIABLES, Server, closed_port, get, problem_of, serving
from tray.core.model import ProblemKind


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
