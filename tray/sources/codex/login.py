"""What Codex's auth.json says about the login: its kind and a hash of the account. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class LoginKind(StrEnum):
    """Which sort of login Codex has."""

    CHATGPT = "chatgpt"
    API_KEY = "api_key"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Codex's login; `account` is a hash of the account id, None where the file names none."""

    kind: LoginKind
    account: str | None = None


def login_of(document: Mapping[str, object] | None) -> Login:
    """The login in auth.json: `auth_mode`, `tokens{access_token, …, account_id}`, `OPENAI_API_KEY`."""
    if document is None:
        return Login(kind=LoginKind.NONE)
    tokens = document.get("tokens")
    tokens = tokens if isinstance(tokens, Mapping) else {}
    by_key = str(document.get("auth_mode")).lower() == "apikey"
    signed_in = any(tokens.get(name) for name in ("access_token", "refresh_token"))
    if not by_key and (signed_in or document.get("personal_access_token")):
        account = tokens.get("account_id")
        known = isinstance(account, str) and bool(account)
        return Login(kind=LoginKind.CHATGPT, account=_hash(str(account)) if known else None)
    if by_key or document.get("OPENAI_API_KEY"):
        return Login(kind=LoginKind.API_KEY)
    return Login(kind=LoginKind.NONE)


def _hash(account: str) -> str:
    return hashlib.sha256(f"codex:{account}".encode()).hexdigest()[:16]
