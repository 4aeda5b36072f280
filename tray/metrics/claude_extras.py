"""Claude Code's prompts, slash commands and `cost-state` ledgers: what is told beside the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.metrics.counts import count, dollars, millis
from tray.metrics.foreign import mapping, name, text
from tray.metrics.records import Ledger, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.metrics.agents import State


def prompt(found: Mapping[str, Any], state: State) -> Turn | None:
    """The turn that a person's prompt begins; None for what the client tells the model by itself."""
    at, key, session = millis(found.get("timestamp")), text(found.get("uuid")), text(found.get("sessionId"))
    if at is None or key is None or session is None:
        return None
    state["at"], state["project"] = at, text(found.get("cwd"))
    if any(found.get(flag) for flag in ("isMeta", "isSidechain", "isCompactSummary")):
        return None
    typed = _typed(mapping(found.get("message")).get("content"))
    if found.get("promptSource") == "system" or typed is None or typed.startswith("<local-command-stdout>"):
        return None
    return Turn(key=key, session=session, at=at, project=state["project"], command=_command(typed))


def _typed(content: object) -> str | None:
    """The text of a prompt; None for what holds none, such as a tool's result."""
    if isinstance(content, str):
        return content
    blocks = [mapping(block) for block in content] if isinstance(content, list) else []
    if any(block.get("type") == "tool_result" for block in blocks):
        return None
    return next((str(block.get("text")) for block in blocks if block.get("type") == "text"), None)


def _command(typed: str) -> str | None:
    """`review` of `<command-name>/review</command-name>`: built-ins name it first, custom commands second."""
    before, opened, rest = typed[:2000].partition("<command-name>")
    if not opened or (before.strip() and not before.lstrip().startswith("<command-")):
        return None
    return name(rest.partition("</command-name>")[0].strip().removeprefix("/"), 80)


def cost_state(found: Mapping[str, Any], ledgers: dict[tuple[str, str], Ledger], state: State) -> None:
    """Put a session's ledger in the place of an earlier one; it is dated by the line before it."""
    session, at = text(found.get("sessionId")), state.get("at")
    if session is None or at is None:
        return
    models: dict[tuple[str, str], Ledger] = {}
    for raw_model, raw in mapping(found.get("modelUsage")).items():
        model = name(raw_model.removesuffix("[1m]"))  # lines name both by the plain model
        if model is None:
            continue
        ledger = _ledger(session, model, at, state.get("project"), mapping(raw))
        earlier = models.get((session, model))
        models[session, model] = ledger if earlier is None else _sum(earlier, ledger)
    if models:  # one that tells nothing takes no place
        for key in [key for key in ledgers if key[0] == session]:
            del ledgers[key]  # the last one counts, as a whole
        ledgers.update(models)


def _ledger(session: str, model: str, at: int, project: str | None, usage: Mapping[str, Any]) -> Ledger:
    written = count(usage.get("cacheCreationInputTokens"))
    hour = min(count(usage.get("cacheCreationEphemeral1hInputTokens")), written)
    return Ledger(
        session=session,
        model=model,
        at=at,
        project=project,
        input=count(usage.get("inputTokens")),
        output=count(usage.get("outputTokens")),
        cache_read=count(usage.get("cacheReadInputTokens")),
        cache_write_5m=written - hour,
        cache_write_1h=hour,
        web_searches=count(usage.get("webSearchRequests")),
        cost=dollars(usage.get("costUSD")),
    )


def _sum(one: Ledger, other: Ledger) -> Ledger:
    costs = [cost for cost in (one.cost, other.cost) if cost is not None]
    return Ledger(
        session=one.session,
        model=one.model,
        at=one.at,
        project=one.project,
        input=one.input + other.input,
        output=one.output + other.output,
        cache_read=one.cache_read + other.cache_read,
        cache_write_5m=one.cache_write_5m + other.cache_write_5m,
        cache_write_1h=one.cache_write_1h + other.cache_write_1h,
        web_searches=one.web_searches + other.web_searches,
        cost=sum(costs) if costs else None,
    )
