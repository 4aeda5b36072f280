"""What can go wrong with Codex's own client, in words for people. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.model import Action, Instant, Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_SIGNED_IN = Problem(
    kind=ProblemKind.NO_KEY,  # nobody was asked: it says nothing of a reading
    title="No Codex login found",
    hint="Sign in with `codex login` to see the live quota.",
    action=Action.SIGN_IN,
    quiet=True,  # not everyone who has session files wants a login here
)
SIGNED_OUT = Problem(
    kind=ProblemKind.SIGNED_OUT,
    title="Codex needs a new sign-in",
    hint="Run `codex login`; the last reading stays until then.",
    action=Action.SIGN_IN,
)
API_KEY = Problem(
    kind=ProblemKind.API_KEY,
    title="Codex does not use a ChatGPT plan here",
    hint="A login by API key or another provider has no plan quota; local tokens are shown.",
    quiet=True,
)
NO_CLIENT = Problem(
    kind=ProblemKind.NO_CLIENT,
    title="The codex program was not found",
    hint="Install Codex or put it on PATH; readings in its session files are shown as they come.",
    quiet=True,
)
NOT_STARTED = Problem(
    kind=ProblemKind.NO_CLIENT,
    title="The codex program could not be started",
    hint="Try `codex --version` in a terminal; it says what is wrong with the installation.",
)
OLD_CLIENT = Problem(
    kind=ProblemKind.NO_CLIENT,
    title="This version of Codex can't tell its quota",
    hint="Update Codex; readings in its session files are shown as they come.",
    quiet=True,
)
TIMEOUT = Problem(
    kind=ProblemKind.TIMEOUT,
    title="Codex did not answer in time",
    hint="The last reading is kept; it is asked again later.",
    action=Action.RETRY,
)
ENDED = Problem(
    kind=ProblemKind.BAD_RESPONSE,
    title="Codex ended without an answer",
    hint="Run `codex` once; it says what is wrong with its settings.",
    action=Action.RETRY,
)
GARBLED = Problem(
    kind=ProblemKind.BAD_RESPONSE,
    title="Codex gave an answer that can't be read",
    hint="An update of Codex or of this program may help; the last reading is kept.",
    action=Action.RETRY,
)
SERVER = Problem(
    kind=ProblemKind.SERVER,
    title="The Codex service has trouble",
    hint="The last reading is kept; it is asked again later.",
    action=Action.RETRY,
)
RATE_LIMITED = Problem(
    kind=ProblemKind.RATE_LIMITED,
    title="The Codex service wants fewer questions",
    hint="The last reading is kept; it is asked again later.",
)
REFUSED = Problem(
    kind=ProblemKind.FORBIDDEN,
    title="The Codex service refused to tell the quota",
    hint="Run `codex` once; sign in again with `codex login` if it asks for that.",
    action=Action.SIGN_IN,
)
OFFLINE = Problem(
    kind=ProblemKind.OFFLINE,
    title="Codex could not reach its service",
    hint="Check the connection or the proxy; the last reading is kept.",
    action=Action.RETRY,
)

_BY_KIND: Mapping[ProblemKind, Problem] = {
    p.kind: p
    for p in (OLD_CLIENT, SIGNED_OUT, TIMEOUT, GARBLED, SERVER, RATE_LIMITED, REFUSED, OFFLINE, API_KEY)
}
_STATUS = re.compile(r"failed: (\d{3})\b")


def of_error(error: object, *, signed_out: bool) -> Problem:
    """The problem behind a JSON-RPC error `{code, message}`; the message itself goes nowhere.

    It may hold the server's body. `signed_out`: the client complained about its login on stderr, which
    counts only where the message is not plainer: the renewal also fails for want of a network.
    """
    code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, None)
    text = message.lower() if isinstance(message, str) else ""
    status = _STATUS.search(text)
    if code == -32001:
        return SERVER
    if "authentication required" in text:
        return SIGNED_OUT if signed_out else API_KEY
    if code == -32601 or "unknown variant" in text or text.startswith("invalid request"):
        return OLD_CLIENT
    if status is not None:
        return _of_status(int(status[1]))
    if "error sending request" in text or "connection failed" in text:
        return OFFLINE
    if "decode error" in text:
        return GARBLED
    return SIGNED_OUT if signed_out else SERVER


def _of_status(status: int) -> Problem:
    match status:
        case 401:
            return SIGNED_OUT
        case 403:
            return REFUSED
        case 429:
            return RATE_LIMITED
        case _ if status >= 500:
            return SERVER
        case _:
            return GARBLED


def withheld(kind: ProblemKind | None, until: Instant) -> Problem | None:
    """The problem to show while the gate is shut after a failure of this kind; None after a success."""
    return None if kind is None else replace(_BY_KIND.get(kind, SERVER), retry_at=until)
