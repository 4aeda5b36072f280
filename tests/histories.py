"""Histories of Claude Code: some sessions with all that makes a call stand in several lines and files."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.claude_transcripts import START, answer, cost_state, dumped, prompt, stamp, tool_result

if TYPE_CHECKING:
    from random import Random

MODELS = ("claude-opus-5-5", "claude-sonnet-5")
_KINDS = ("thinking", "text", "tool_use")


def history(random: Random) -> dict[str, list[bytes]]:
    """File name -> its lines; the choices are `random`'s."""
    return _History(random).files


class _History:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.files: dict[str, list[bytes]] = {}
        self.numbers = count(1)
        self.at = START
        for number in range(random.randint(1, 3)):
            self._session(f"s-{number}")
        for number in range(random.randint(0, 2)):
            self._copy(f"c-{number}")

    def _tick(self) -> int:
        self.at += self.random.choice((0, 1, 700, 60_000, 900_000, 5 * 3_600_000))
        return self.at

    def _session(self, session: str) -> None:
        main = self.files[f"-home-dev/{session}.jsonl"] = []
        for _ in range(self.random.randint(1, 4)):
            text = self.random.choice(
                ("do it", "<command-message>x</command-message>\n<command-name>/x</command-name>")
            )
            main.append(dumped(prompt(f"t-{next(self.numbers)}", self._tick(), session=session, text=text)))
            match self.random.randint(0, 9):
                case 0:
                    self._agent(session)
                case 1:
                    self._side_question(session, main)
                case 2:
                    self._compaction(session, main)
            main += self._answer(session)
            if self.random.randint(0, 3) == 0:
                main.append(dumped(self._ledger(session)))

    def _answer(self, session: str, **more: Any) -> list[bytes]:
        """The lines of one answer: a block each, all final, or placeholders first, or placeholders only."""
        random = self.random
        key, output = f"msg_{next(self.numbers)}", random.randint(4, 5000)
        how = random.choice(("final", "grows", "placeholder"))
        counts = {
            "input": random.randint(0, 50),
            "read": random.choice((0, 12_000, 190_000)),
            "w5": random.choice((0, 500)),
            "w1": random.choice((0, 3000)),
            "web": random.choice((0, 0, 1)),
            "model": random.choice(MODELS),
            "branch": random.choice(("main", "HEAD", "")),
            "speed": random.choice(("standard", "standard", "fast")),
        }
        found = []
        blocks = random.randint(1, 4)
        for block in range(blocks):
            final = how == "final" or (how == "grows" and block == blocks - 1)
            line = answer(
                key,
                self._tick(),
                session=session,
                uuid=f"u-{next(self.numbers)}",
                kind=random.choice(_KINDS),
                stop="end_turn" if final else None,
                output=output if final else 3,
                **{**counts, **more},
            )
            found.append(dumped(line))
            if random.randint(0, 3) == 0:
                found.append(dumped(tool_result(f"r-{next(self.numbers)}", self._tick(), session=session)))
        return found

    def _agent(self, session: str) -> None:
        """A sub-agent's file beside the session."""
        name = f"-home-dev/{session}/subagents/agent-{next(self.numbers)}.jsonl"
        self.files[name] = [line for _ in range(2) for line in self._answer(session, side=True)]

    def _side_question(self, session: str, main: list[bytes]) -> None:
        """A file that replays messages of the conversation with another request and huge cache reads."""
        own = self.files.setdefault(f"-home-dev/{session}/side-{next(self.numbers)}.jsonl", [])
        for line in main[:4]:
            if b'"type":"assistant"' in line:
                more = line.replace(b'"isSidechain":false', b'"isSidechain":true')
                own.append(more.replace(b'"cache_read_input_tokens":', b'"cache_read_input_tokens":9'))

    def _compaction(self, session: str, main: list[bytes]) -> None:
        at = stamp(self._tick())
        boundary = {"type": "system", "subtype": "compact_boundary", "sessionId": session, "timestamp": at}
        summary = prompt(f"t-{next(self.numbers)}", self._tick(), session=session, isCompactSummary=True)
        main += [dumped(boundary), dumped(summary)]

    def _ledger(self, session: str) -> dict[str, Any]:
        models = self.random.sample(MODELS, self.random.randint(1, 2))
        counts = {"input": self.random.randint(0, 900), "output": self.random.randint(0, 9000), "read": 10**6}
        return cost_state(session, **dict.fromkeys(models, counts))

    def _copy(self, session: str) -> None:
        """A fork (another session, all else the same) or a resumed copy (no request id either)."""
        name = self.random.choice(
            sorted(name for name in self.files if "/s-" in name and name.count("/") == 1)
        )
        source = self.files[name]
        old = name.rpartition("/")[2].removesuffix(".jsonl")
        kept = source[: self.random.randint(1, len(source))]
        swapped = [line.replace(f'"{old}"'.encode(), f'"{session}"'.encode()) for line in kept]
        if self.random.random() < 0.5:
            swapped = [line.replace(b',"requestId":"req_1"', b"") for line in swapped]
        self.files[f"-home-dev/{session}.jsonl"] = [*swapped, *self._answer(session)]
