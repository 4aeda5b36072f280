"""Large transcripts with a truth of their own: the same seed gives the same bytes, quickly (about 100 MB/s).

`corpus_claude` and `corpus_codex` write them, in the shapes of the real clients.
"""

from __future__ import annotations

import json
import os
import random
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DAYS = 90
END = 1_795_219_200  # 2026-11-21T00:00:00Z
WORDS = (
    *("return", "value", "config", "path", "index", "token", "session", "usage"),
    *("model", "request", "cache", "write", "read", "error", "result", "stream"),
)


@dataclass
class Truth:
    """What a corpus tells: `days` maps a UTC day to input, output, cache read, cache written, calls."""

    days: dict[str, list[int]] = field(default_factory=dict)
    files: int = 0
    size: int = 0

    def count(self, at: float, *counts: int) -> None:
        day = self.days.setdefault(stamp(at)[:10], [0] * 5)
        for column, value in enumerate((*counts, 1)):
            day[column] += value


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def stamp(at: float) -> str:
    """Unix seconds as the clients write them."""
    return f"{_second(int(at))}.{int(at * 1000) % 1000:03d}Z"


class Writer:
    """Chance, prose and files of one corpus."""

    def __init__(self, root: Path, seed: str, size: int) -> None:
        self.root, self.size, self.truth = root, size, Truth()
        self.random = random.Random(seed)
        lines, starts, length = [], [], 0
        while length < 1_000_000:
            said = " ".join(self.random.choices(WORDS, k=self.random.randint(3, 16)))
            extra = self.random.choice(
                ("", '"', "{", "naïve → 漢字", "\t", "C:\\x", '{"usage":{"input_tokens":9}}')
            )
            line = json.dumps(f"{extra}{said}\n", ensure_ascii=False)[1:-1]
            lines.append(line)
            starts.append(length)
            length += len(line)
        self.pool, self.starts = "".join(lines), starts

    def text(self, middle: int, most: int = 50_000) -> str:
        """Prose as it stands in JSON, about `middle` characters, at times many more."""
        length = min(int(middle * 2.718 ** self.random.gauss(0, 1.1)), most)
        start = self.random.randrange(len(self.starts) // 2)
        return self.pool[
            self.starts[start] : self.starts[bisect_left(self.starts, self.starts[start] + length)]
        ]

    def hex(self, digits: int) -> str:
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        raw = self.hex(32)
        return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:]}"

    def timed(self, at: float) -> str:
        """An id that begins with its time (UUID version 7), as Codex gives them."""
        raw = f"{int(at * 1000):012x}7{self.hex(3)}8{self.hex(15)}"
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"

    def done(self) -> float:
        """The part of the corpus that is written."""
        return self.truth.size / self.size

    def start(self) -> float:
        """When a session begins: days go by as the corpus grows."""
        return END - (DAYS - int(self.done() * DAYS)) * 86_400 + self.random.randrange(8 * 3600, 23 * 3600)

    def write(self, path: Path, lines: list[str], at: float) -> None:
        data = "".join(lines).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (at, at))
        self.truth.files += 1
        self.truth.size += len(data)
