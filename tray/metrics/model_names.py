"""The names under which a model may stand in the price table: a client's spelling, turned into the table's.

    openrouter/anthropic/claude-sonnet-4.6    claude-sonnet-4-6
    us.anthropic.claude-opus-4-8-v1:0         us.anthropic.claude-opus-4-8, claude-opus-4-8
    claude-haiku-4-5@20251001                 claude-haiku-4-5-20251001, claude-haiku-4-5
    claude-opus-5-5[1m]                       claude-opus-5-5

Whoever stands before a name and is not known here stays: "groq/..." and "ollama/..." are exact names or none.
No part of a version is ever cut off or added: claude-opus-4-8 is neither claude-opus-4 nor claude-opus-4-80.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 300  # characters; nobody calls a model so

# Who may stand before a model's name without changing whose model it is: makers, their clouds, clients, and
# gateways that pass the maker's price on. Everybody else (resellers, servers on this machine) has own prices.
_BEFORE = {
    *("anthropic", "claude", "claude-code", "codex", "openai", "openai-codex", "chatgpt", "google", "gemini"),
    *(
        "google-gemini-cli",
        "google-antigravity",
        "google-vertex",
        "google-vertex-anthropic",
        "vertex",
        "vertex_ai",
    ),
    *("azure", "azure_ai", "azure-openai-responses", "bedrock", "amazon-bedrock", "bedrock_converse"),
    *("openrouter", "vercel", "vercel-ai-gateway", "vercel_ai_gateway", "cloudflare-ai-gateway", "litellm"),
    *("litellm_proxy", "github-copilot", "github_copilot", "copilot", "opencode", "helicone", "requesty"),
    *("x-ai", "xai", "deepseek", "mistralai", "mistral", "moonshotai", "moonshot", "z-ai", "zai", "zai-org"),
    *("minimax", "qwen", "xiaomi"),
}
# Makers whom the table calls by another name than others do; it has that name before the model's.
_MAKERS = {
    "google": "gemini",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "qwen": "dashscope",
    "x-ai": "xai",
    "xiaomi": "xiaomi_mimo",
    "z-ai": "zai",
    "zai-org": "zai",
}
# The maker of a bare name. Families mostly run on one's own machine (llama, qwen, mistral) have none here.
_HOMES = {
    "deepseek-": "deepseek/",
    "gemini-": "gemini/",
    "glm-": "zai/",
    "grok-": "xai/",
    "kimi-": "moonshot/",
    "minimax-": "minimax/",
}


def names(model: str) -> Iterator[str]:
    """The names to look for, the most exact first; the same one may come twice. All are in lower case."""
    if len(model) > _LONGEST:
        return
    plain = model.strip().lower().removesuffix("[1m]")
    for owner in _owners(plain):
        yield owner
    for owner in _owners(plain):
        yield from _spellings(owner)


def is_day(text: str) -> bool:
    """Whether this is the date of a model's release: 20250929 or 2024-07-18."""
    digits = text if len(text) == 8 else text.replace("-", "") if text[4:5] == text[7:8] == "-" else ""
    return len(digits) == 8 and digits.isascii() and digits.isdigit() and digits.startswith("20")


def _owners(name: str) -> Iterator[str]:
    """The name, then without one after the other of those who stand before it."""
    yield name
    if name.startswith("arn:aws:bedrock"):
        name = name.rpartition("/")[2]
        yield name
    while "/" in name:
        before, _, rest = name.partition("/")
        if before not in _BEFORE:
            return
        if before in _MAKERS:
            yield f"{_MAKERS[before]}/{rest}"
        name = rest
        yield name
    region, cloud, rest = name.rpartition("anthropic.")  # Bedrock: "us.anthropic.claude-opus-4-8-v1:0"
    if cloud:
        name = _unrevised(rest)
        yield region + cloud + name
        yield name
    for start, home in _HOMES.items():
        if name.startswith(start):
            yield home + name


def _spellings(name: str) -> Iterator[str]:
    """The name with the table's signs, then without its date or "latest"."""
    maker, slash, last = name.rpartition("/")
    signs = (last.replace("@", "-"), last.replace("@", "-").replace(".", "-"))
    for spelled in signs:
        yield maker + slash + spelled
    for spelled in signs:
        yield maker + slash + _undated(spelled)


def _unrevised(name: str) -> str:
    """Without Bedrock's revision: "-v1" or "-v1:0"."""
    head, _, revision = name.partition(":")[0].rpartition("-v")
    return head if head and revision.isdigit() else name


def _undated(name: str) -> str:
    for ending in ("-latest", "-default"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    for length in (8, 10):
        if name[-length - 1 : -length] == "-" and is_day(name[-length:]):
            return name[: -length - 1]
    return name
