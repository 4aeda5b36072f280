"""Where a source sends its requests: the vendor's host, or a test server on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from tray.core.model import Problem, ProblemKind

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def base_url(real: str, variable: str, value: str | None) -> str | Problem:
    """The scheme and host that a path is appended to.

    `value` is what the environment variable `variable` holds: absent or empty gives `real`;
    `http://127.0.0.1:PORT` redirects the source to a test server; anything else is a problem, so that a
    mistyped address is neither used nor silently replaced by the real host.
    """
    if value is None or not value.strip():
        return real
    value = value.strip()
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        port, parts = None, urlsplit("")
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme == "http" and parts.hostname in LOOPBACK and port and plain:
        return f"http://{parts.netloc}"
    return Problem(
        kind=ProblemKind.UNREADABLE,
        title=f"{variable} does not name a server on this machine",
        hint="It is for tests and takes http://127.0.0.1:PORT only; unset it. Nothing was sent.",
    )
