"""Which agent ran a session, and what the last one of each place has used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.core.insights import LatestSession
from tray.metrics import analytics_index as asked
from tray.metrics.analytics_index import Tokens
from tray.metrics.hidden import hidden
from tray.metrics.tally import UNKNOWN

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from tray.metrics.analytics_index import Transcript
    from tray.metrics.analytics_sessions import Latest
    from tray.metrics.pricing import Prices

_CLAUDE_CODE = "claude"  # whose transcripts these are


class Runners:
    """Looks up what ran these sessions (with their places), which no transcript tells of.

    For one that no chat names any more it is what runs the newest chat of its workspace.
    """

    def __init__(self, db: sqlite3.Connection, sessions: Mapping[str, str]) -> None:
        self._known = asked.kinds(db, sessions)
        others = {place for name, place in sessions.items() if place and name not in self._known}
        self._newest = asked.newest_kinds(db, others) if others else {}

    def of(self, session: str, place: str, transcript: Transcript | None) -> tuple[str, str | None, bool]:
        """(agent as `usage` prints it, model, whether it is Claude Code)."""
        if transcript is not None:
            return transcript.agent, transcript.model, transcript.agent == _CLAUDE_CODE
        kind = self._known.get(session) or self._newest.get(place)
        return (UNKNOWN, None, False) if kind is None else (kind.agent, kind.model, kind.claude)

    def chat(self, session: str) -> int | None:
        """The chat that names it as its last one."""
        kind = self._known.get(session)
        return None if kind is None else kind.chat


def latest_sessions(
    db: sqlite3.Connection, prices: Prices, latest: Mapping[str, Latest], runners: Runners
) -> dict[str, LatestSession]:
    """By place its last session, with the tokens that the transcript tells, else those of its chat."""
    numbers = [one.transcript.number for one in latest.values() if one.transcript is not None]
    told = asked.session_tokens(db, numbers)
    for part in hidden(db, prices) if numbers else ():
        if part.session in told:
            counts, before = part.counts, told[part.session]
            cached = counts.cache_read + counts.cache_write_5m + counts.cache_write_1h
            told[part.session] = Tokens(
                before.input + counts.input, before.output + counts.output, before.cache + cached
            )
    chats = {
        one.id: chat
        for one in latest.values()
        if one.transcript is None and (chat := runners.chat(one.id)) is not None
    }
    kept = asked.chat_tokens(db, chats.values()) if chats else {}
    found = {}
    for place, one in latest.items():
        agent, model, _ = runners.of(one.id, place, one.transcript)
        tokens = told.get(one.transcript.number) if one.transcript else kept.get(chats.get(one.id, 0))
        found[place] = LatestSession(
            id=one.id,
            agent=agent,
            model=model,
            started_at=one.start,
            turns=one.turns,
            input_tokens=tokens and tokens.input,
            output_tokens=tokens and tokens.output,
            cache_tokens=tokens and tokens.cache,
        )
    return found
