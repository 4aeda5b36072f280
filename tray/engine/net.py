"""The network: one GET over HTTPS with the system's trust, bounded in time and size, noted in the ledger."""

from __future__ import annotations

import gc
import os
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tray.core.endpoint import LOOPBACK
from tray.core.model import ProblemKind
from tray.core.reach import unreached
from tray.core.source import NetError, Reply
from tray.engine.deadline import within

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

    from tray.core.model import Problem
    from tray.core.source import Ledger

_PROXY = "The proxy on the way to {host} can't be used"
BODY_LIMIT = 1 << 20  # bytes; the genuine answers have a few KiB


class Network:
    """`tray.core.source.Net` on httpx, which is imported with the first request only, as ssl is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(
        self, url: str, *, source: str, purpose: str, headers: Mapping[str, str], timeout: float
    ) -> Reply:
        """One GET; `timeout` bounds all of it, name look-up and body included. Raises `NetError`.

        No redirect is followed, so the credential in `headers` goes to the host of `url` only.
        """
        host = urlsplit(url).hostname or ""
        answer = _answer(url, host, headers, timeout)
        gc.collect()  # the client holds itself in a circle, with all certificates of the system: some MiB
        note = f"{source}: {purpose}"
        if isinstance(answer, Reply):
            self._ledger.add(
                kind="request", place=host, purpose=note, result=str(answer.status), size=len(answer.body)
            )
            return answer
        # Raised here, outside every handler: a foreign exception may hold the header that carries the token.
        self._ledger.add(kind="request", place=host, purpose=note, result=answer.kind.value)
        raise NetError(answer)


def _answer(url: str, host: str, headers: Mapping[str, str], timeout: float) -> Reply | Problem:
    parts = urlsplit(url)
    loopback = host in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        return unreached(ProblemKind.BAD_RESPONSE, host, title="Only HTTPS is used; nothing was sent")
    due = time.monotonic() + timeout
    try:
        return within(timeout, lambda: _request(url, host, headers, timeout, due, direct=loopback))
    except TimeoutError:
        return unreached(ProblemKind.TIMEOUT, host)
    except Exception as error:  # noqa: BLE001 - the one place where httpx's exceptions become problems
        return _problem(error, host)


def _request(
    url: str, host: str, headers: Mapping[str, str], timeout: float, due: float, *, direct: bool
) -> Reply | Problem:
    import httpx

    # Compression is declined: a bound on what is received is then a bound on what is held.
    sent = {**headers, "Accept-Encoding": "identity"}
    trust = _trust()
    try:
        client = httpx.Client(verify=trust, trust_env=not direct, timeout=timeout)
    except (
        ImportError,
        ValueError,
        httpx.InvalidURL,
    ):  # an unknown kind of proxy, or SOCKS without its package
        return unreached(ProblemKind.OFFLINE, host, title=_PROXY)
    with client, client.stream("GET", url, headers=sent) as response:
        if 300 <= response.status_code < 400:
            title = "{host} sent the request elsewhere, which is not followed"
            return unreached(ProblemKind.BAD_RESPONSE, host, title=title)
        if response.headers.get("content-encoding", "identity") != "identity":
            return unreached(ProblemKind.BAD_RESPONSE, host)
        body = _bounded(response.iter_raw(), due)
        if body is None:
            return unreached(
                ProblemKind.BAD_RESPONSE, host, title="{host} sent far more than a usage reading"
            )
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Reply(status=response.status_code, headers=lower, body=body)


def _bounded(chunks: Iterator[bytes], due: float) -> bytes | None:
    """The whole body, or None where it is over the limit; raises TimeoutError past `due` (monotonic)."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
        if time.monotonic() > due:
            raise TimeoutError
    return bytes(body)


def _trust() -> ssl.SSLContext:
    """The system's trust store, and what SSL_CERT_FILE and SSL_CERT_DIR add (company certificates)."""
    import ssl

    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    cafile, capath = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    try:
        if cafile or capath:
            context.load_verify_locations(cafile=cafile or None, capath=capath or None)
    except OSError:
        raise ssl.SSLCertVerificationError from None  # the words about SSL_CERT_FILE are the right ones
    return context


def _problem(error: BaseException, host: str) -> Problem:
    """The problem behind an exception of httpx, ssl or the socket; its text is never passed on."""
    import ssl

    import httpx

    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return unreached(ProblemKind.TLS, host)
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
                return unreached(ProblemKind.OFFLINE, host)
            case ssl.SSLError():
                return unreached(ProblemKind.TLS, host, title="No secure connection to {host} could be made")
    match error:
        case httpx.TimeoutException():
            return unreached(ProblemKind.TIMEOUT, host)
        case httpx.ProxyError():
            return unreached(ProblemKind.OFFLINE, host, title=_PROXY)
        case httpx.NetworkError() | OSError():
            return unreached(ProblemKind.OFFLINE, host)
        case _:
            return unreached(ProblemKind.BAD_RESPONSE, host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what led to it; httpx hides the TLS error behind its own."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
