"""What can go wrong on the way to a host, in words for people."""

from __future__ import annotations

from tray.core.model import Action, Problem, ProblemKind

_WORDS = {
    ProblemKind.OFFLINE: (
        "{host} can't be reached",
        "Check the network and the proxy; the last reading is kept.",
    ),
    ProblemKind.TIMEOUT: (
        "{host} did not answer in time",
        "The network or the service is slow; the last reading is kept.",
    ),
    ProblemKind.TLS: (
        "The secure connection to {host} is not trusted",
        "Where TLS is inspected, add the company's certificate to the system's store or set SSL_CERT_FILE.",
    ),
    ProblemKind.BAD_RESPONSE: (
        "{host} gave an answer that can't be used",
        "A proxy or a sign-in page of the network may have answered instead; the last reading is kept.",
    ),
}


def unreached(kind: ProblemKind, host: str, *, title: str | None = None) -> Problem:
    """The problem of a request without a usable answer; a kind without words reads as a bad answer.

    `title` says more than the usual words where the cause is known; it may hold `{host}`.
    """
    usual, hint = _WORDS.get(kind, _WORDS[ProblemKind.BAD_RESPONSE])
    return Problem(kind=kind, title=(title or usual).replace("{host}", host), hint=hint, action=Action.RETRY)
