"""The usage API's answer as windows: pure, tolerant of every element, silent about none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tray.core.model import Role, Window, Words
from tray.metrics.foreign import mapping
from tray.sources.anthropic.extra import extra_usage
from tray.sources.figures import decimal, decode, instant, name

if TYPE_CHECKING:
    from tray.core.model import Instant

EVIDENCE = "usage API"
_SESSION, _WEEK = 300, 10_080  # minutes
_LENGTHS = {"session": _SESSION, "weekly": _WEEK}
# Top-level windows: key, label, model of a scoped one. `limits[]` goes before them: they were seen stale.
_LEGACY = {
    "five_hour": ("session_5h", "Session (5h)", None, _SESSION),
    "seven_day": ("week_all", "Week (all)", None, _WEEK),
    "seven_day_sonnet": ("week_sonnet", "Week (Sonnet)", "Sonnet", _WEEK),
    "seven_day_opus": ("week_opus", "Week (Opus)", "Opus", _WEEK),
}
_PREFIXES = {"seven_day_": ("Week", _WEEK), "five_hour_": ("Session", _SESSION)}
_KNOWN = {*_LEGACY, "limits", "extra_usage", "spend"}
_KINDS = {"session", "weekly_all", "weekly_scoped"}
_MOST = 50  # windows or unknown keys; the genuine answers have a dozen


def parse(body: bytes, observed_at: Instant) -> tuple[tuple[Window, ...], tuple[str, ...]] | None:
    """The windows and the unknown keys of an answer; None where it is not one of the usage API.

    Order: session, week of all models, weeks of one model, windows of unknown name, extra usage.
    """
    root = decode(body)
    if not isinstance(root, Mapping):
        return None
    found: dict[str, Window] = {}
    for window in (*_limits(root, observed_at), *_top_level(root, observed_at)):
        found.setdefault(window.key, window)
    extra = extra_usage(root, observed_at, EVIDENCE)
    if not found and extra is None and not _KNOWN & root.keys():
        return None
    first = [found.pop(key) for key in ("session_5h", "week_all") if key in found]
    rows = [*first, *sorted(found.values(), key=lambda window: window.model is None)]
    return (*rows[:_MOST], *([extra] if extra else [])), _unknown(root)


def _limits(root: Mapping[str, Any], observed_at: Instant) -> list[Window]:
    """The rows of `limits[]`; of two for the same window the one with the higher use is told."""
    rows: dict[str, Window] = {}
    has_all = any(row["kind"] == "weekly_all" for row in _rows(root))
    for row in _rows(root):
        key, label, model, role = _identity(row)
        if key == "week_all" and has_all and row["kind"] != "weekly_all":
            continue  # a scoped row called "All models" only repeats it
        window = Window(
            key=key,
            label=label,
            role=role,
            words=Words.PERCENT,
            unit="percent",
            used=_percent(row.get("percent", row.get("utilization"))),
            limit=Decimal(100),
            resets_at=instant(row.get("resets_at")),
            window_minutes=_LENGTHS.get(str(row.get("group") or row.get("kind")).split("_")[0]),
            observed_at=observed_at,
            evidence=EVIDENCE,
            model=_bare(model),
        )
        other = rows.get(key)
        if other is None or (window.used is not None and (other.used is None or window.used > other.used)):
            rows[key] = window
    return list(rows.values())


def _rows(root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    limits = root.get("limits")
    for row in limits if isinstance(limits, list) else ():
        if isinstance(row, Mapping) and name(row.get("kind")):
            yield row


def _identity(row: Mapping[str, Any]) -> tuple[str, str, str | None, Role]:
    """Key, label, model and role of one of the `limits[]`."""
    kind = name(row.get("kind")) or ""
    scope = mapping(row.get("scope"))
    model = mapping(scope.get("model"))
    scoped_to = name(model.get("display_name")) or name(model.get("id")) or name(scope.get("surface"))
    if kind == "session":
        return "session_5h", "Session (5h)", None, Role.PLAN
    if kind == "weekly_all" or (kind == "weekly_scoped" and (scoped_to or "").lower() == "all models"):
        return "week_all", "Week (all)", None, Role.PLAN
    if kind == "weekly_scoped" and scoped_to:
        return f"week_{_slug(scoped_to)}", f"Week ({scoped_to})", scoped_to, Role.SCOPED
    # A limit of a new kind: without a scope it binds everything, as far as the answer tells.
    label = _readable(kind) + (f" ({scoped_to})" if scoped_to else "")
    key = f"{kind}_{_slug(scoped_to)}" if scoped_to else kind
    return key, label, scoped_to, Role.SCOPED if scoped_to else Role.PLAN


def _top_level(root: Mapping[str, Any], observed_at: Instant) -> Iterator[Window]:
    """The windows under names of their own; a name we don't know is shown and belongs to no known model."""
    told = {word for row in _rows(root) for word in _slug(_identity(row)[2] or "").split("-")}
    for key, value in root.items():
        plain = name(key)
        if not plain or key in {"limits", "extra_usage", "spend"} or not isinstance(value, Mapping):
            continue
        if not {"utilization", "resets_at"} & value.keys():
            continue
        known = _LEGACY.get(key)
        if known and known[2] and known[2].lower() in told:
            continue  # the same week as one of the `limits[]`, which may call it "Sonnet 5"
        identity, label, model, minutes = known or _unnamed(plain)
        yield Window(
            key=identity,
            label=label,
            role=Role.SCOPED if model else Role.PLAN,
            words=Words.PERCENT,
            unit="percent",
            used=_percent(value.get("utilization")),
            limit=Decimal(100),
            resets_at=instant(value.get("resets_at")),
            window_minutes=minutes,
            observed_at=observed_at,
            evidence=EVIDENCE,
            model=_bare(model),
        )


def _bare(model: str | None) -> str | None:
    """A model's name without the vendor's: clients say `opus` as well as `claude-opus-5`."""
    return re.sub(r"^claude[- ]", "", model, flags=re.IGNORECASE) if model else model


def _unnamed(key: str) -> tuple[str, str, str, int | None]:
    """A window of unknown name: `seven_day_cowork` -> `Week (Cowork)`."""
    for prefix, (word, minutes) in _PREFIXES.items():
        if key.startswith(prefix) and key != prefix:
            scope = _readable(key.removeprefix(prefix))
            return key, f"{word} ({scope})", scope, minutes
    return key, _readable(key), _readable(key), None


def _percent(value: object) -> Decimal | None:
    """Percent as sent: 0.8 is 0.8 %, 104 stays 104; a negative one is unknown."""
    percent = decimal(value)
    return percent if percent is not None and percent >= 0 else None


def _slug(text: str) -> str:
    """`Fable 5` -> `fable-5`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "other"


def _readable(key: str) -> str:
    """`iguana_necktie` -> `Iguana necktie`."""
    words = key.replace("_", " ").replace("-", " ").strip() or key
    return words[0].upper() + words[1:]


def _unknown(root: Mapping[str, Any]) -> tuple[str, ...]:
    keys = {plain for key in root if key not in _KNOWN and (plain := name(key))}
    kinds = {f"limits.kind={row['kind']}"[:60] for row in _rows(root) if row["kind"] not in _KINDS}
    return tuple(sorted(keys | kinds))[:_MOST]
