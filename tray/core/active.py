"""Which backend is the active one: a pin, else whoever worked last, else Claudette's default, else none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.core.model import Active, Activity, Backend, Instant, Kind, Reason

if TYPE_CHECKING:
    from tray.core.choices import Settings

SWITCH_AFTER = 5.0  # seconds: another backend must be newer by this before it becomes the active one
IN_USE = 15 * 60.0  # seconds since the last activity

LABELS = {
    Kind.ANTHROPIC: "Claude Code",
    Kind.CUSTOM_ANTHROPIC: "Anthropic-compatible",
    Kind.CODEX_NATIVE: "Codex",
    Kind.CODEX_SUBSCRIPTION: "Codex",
    Kind.OPENAI_API: "OpenAI API",
    Kind.CUSTOM_OPENAI: "OpenAI-compatible",
    Kind.OLLAMA: "Ollama",
    Kind.LM_STUDIO: "LM Studio",
    Kind.PI_SDK: "Pi",
}


def find_backend(name: str, activity: Activity) -> Backend | None:
    """The backend a pin names: an id first, then a kind; a kind nobody has used yet is known by its label."""
    known = (*activity.claudette.backends, *(seen.backend for seen in activity.outside))
    for backend in known:
        if backend.id == name:
            return backend
    for backend in known:
        if backend.kind.value == name:
            return backend
    try:
        kind = Kind(name)
    except ValueError:
        return None
    return Backend(kind=kind, id=name, label=LABELS[kind])


def _candidates(activity: Activity) -> list[Active]:
    """Everyone who was seen at work, Claudette first so that it wins a tie."""
    found = []
    ours = activity.claudette
    if ours.backend is not None and ours.at is not None:
        found.append(_of_claudette(activity))
    found += [
        Active(
            backend=seen.backend,
            reason=Reason.RECENT,
            used_at=seen.at,
            session=seen.session,
            folder=seen.folder,
        )
        for seen in activity.outside
    ]
    return found


def _of_claudette(activity: Activity) -> Active:
    ours = activity.claudette
    return Active(
        backend=ours.backend,
        reason=Reason.CLAUDETTE,
        used_at=ours.at,
        chat_session=ours.chat_session,
        workspace=ours.workspace,
    )


def _same(one: Active, other: Active) -> bool:
    return (
        one.reason is other.reason
        and one.backend is not None
        and other.backend is not None
        and (one.backend.id == other.backend.id and one.backend.kind is other.backend.kind)
    )


def resolve(settings: Settings, activity: Activity, previous: Active) -> Active:
    """The active backend: a pin, else whoever worked last, else Claudette's default, else none.

    The previous one stays until another is newer by `SWITCH_AFTER` seconds, so that two agents that work at
    the same time don't make the icon flicker.
    """
    found = _candidates(activity)
    pinned = find_backend(settings.pin, activity) if settings.pin else None
    if pinned is not None:
        used = [c for c in found if c.backend is not None and c.backend.kind is pinned.kind]
        latest = max(used, key=lambda c: c.used_at or 0.0, default=Active())
        backend = latest.backend if latest.backend and latest.backend.id == pinned.id else pinned
        return replace(latest, backend=backend, reason=Reason.PINNED)
    if found:
        best = max(found, key=lambda c: c.used_at or 0.0)
        kept = next((c for c in found if _same(c, previous)), None)
        if kept is not None and (best.used_at or 0.0) <= (kept.used_at or 0.0) + SWITCH_AFTER:
            return kept
        return best
    ours = activity.claudette
    if ours.backend is not None:
        return _of_claudette(activity)
    if ours.default is not None:
        return Active(backend=ours.default, reason=Reason.DEFAULT)
    return Active()


def in_use(active: Active, now: Instant) -> bool:
    """Whether the active backend works now, or did within the last 15 minutes."""
    return active.used_at is not None and now - active.used_at < IN_USE
