"""Large transcripts of Codex: 0.125 (each count twice, forks copied with new times), 0.169 (a record for each request), with their truth."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.corpus import WORDS, Writer, stamp

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus import Truth


def codex(root: Path, seed: int, size: int) -> Truth:
    """`size` bytes of Codex's `sessions/` below `root`; its input is told without the cached part."""
    writer = Writer(root, f"codex {seed}", size)
    base = writer.text(20_000)
    past: list[tuple[str, list[str], list[int]]] = []
    while writer.truth.size < size:
        _Thread(writer, base).write(past)
    return writer.truth


class _Thread:
    """One thread of Codex."""

    def __init__(self, writer: Writer, base: str) -> None:
        self.w, self.base = writer, base
        self.at, self.paged = writer.start(), writer.done() > 0.6
        self.id = writer.timed(self.at)
        self.lines: list[str] = []
        self.total, self.last = [0, 0, 0, 0], [0, 0, 0, 0]

    def write(self, past: list[tuple[str, list[str], list[int]]]) -> None:
        w, began, fork = self.w, self.at, None
        if past and w.random.random() < 0.1:
            fork = w.random.choice(past)
        origin = f'"forked_from_id":"{fork[0]}",' if fork else ""
        self.add(
            "session_meta",
            f'"id":"{self.id}",{origin}"timestamp":"{stamp(self.at)}","cwd":"/home/dev/src/{w.random.choice(WORDS)}","originator":"codex_cli_rs",'
            f'"cli_version":"{"0.169.0" if self.paged else "0.125.0"}","source":"cli","model_provider":"openai",'
            f'"base_instructions":{{"text":"{self.base}"}},"git":{{"branch":"main"}}',
        )
        if fork:
            self.total = list(fork[2])
            if not self.paged:  # everything is copied, as if it were said now
                head = f'{{"timestamp":"{stamp(self.at)}"'
                self.lines += [head + line[len(head) :] for line in fork[1]]
                self.last = [0, 0, 0, 0]
        own = list(self.lines)
        for _ in range(w.random.choice((5, 20, 60, 120))):
            self.turn(repeat=not self.paged and self.last[0] > 0)
        day = datetime.fromtimestamp(began, UTC)
        name = f"rollout-{day:%Y-%m-%dT%H-%M-%S}-{self.id}.jsonl"
        w.write(w.root / "sessions" / f"{day:%Y/%m/%d}" / name, self.lines, self.at)
        if not fork and not self.paged and len(past) < 40 and own:
            past.append((self.id, self.lines, self.total))

    def turn(self, *, repeat: bool) -> None:
        w = self.w
        self.at += w.random.choice((30, 300, 4000))
        turn = w.timed(self.at)
        self.add("event_msg", f'"type":"task_started","turn_id":"{turn}","model_context_window":258400')
        self.add(
            "turn_context",
            f'"turn_id":"{turn}","cwd":"/home/dev","approval_policy":"on-request","model":"gpt-5.4","effort":"medium"',
        )
        said = w.text(300)
        self.add(
            "response_item",
            f'"type":"message","role":"user","content":[{{"type":"input_text","text":"{said}"}}]',
        )
        self.add("event_msg", f'"type":"user_message","message":"{said}","images":[]')
        for _ in range(w.random.choice((1, 2, 4, 8))):
            self.at += w.random.choice((2.5, 9.25, 40.75))
            if repeat:
                self.count_line()
            repeat = not self.paged
            if w.random.random() < 0.6:
                self.add(
                    "response_item",
                    f'"type":"reasoning","summary":[],"content":null,"encrypted_content":"{w.hex(2000)}"',
                )
            call = f"call_{w.hex(24)}"
            self.add(
                "response_item",
                f'"type":"function_call","name":"exec_command","arguments":"{{}}","call_id":"{call}"',
            )
            self.request(turn)
            self.add(
                "response_item", f'"type":"function_call_output","call_id":"{call}","output":"{w.text(2900)}"'
            )
        self.add(
            "event_msg", f'"type":"task_complete","turn_id":"{turn}","last_agent_message":"{w.text(200)}"'
        )

    def request(self, turn: str) -> None:
        chance = self.w.random
        fresh, cached, output = (
            chance.randrange(1, 90_000),
            chance.randrange(0, 120_000),
            chance.randrange(5, 9000),
        )
        self.last = [fresh + cached, cached, output, output // 2]
        self.total = [one + more for one, more in zip(self.total, self.last, strict=True)]
        self.at += 0.25
        self.w.truth.count(self.at, fresh, output, cached, 0)
        if self.paged:
            self.add(
                "token_usage_record",
                f'"thread_id":"{self.id}","turn_id":"{turn}","response_id":"resp_{self.w.hex(40)}","usage":{_usage(self.last)},'
                f'"thread_token_usage":{_usage(self.total)}',
            )
        self.count_line()

    def count_line(self) -> None:
        info = f'"total_token_usage":{_usage(self.total)},"last_token_usage":{_usage(self.last)},"model_context_window":258400'
        limits = '{"limit_id":"codex","primary":{"used_percent":12.5,"window_minutes":300,"resets_at":1795300426},"plan_type":"plus"}'
        self.add("event_msg", f'"type":"token_count","info":{{{info}}},"rate_limits":{limits}')

    def add(self, kind: str, payload: str) -> None:
        number = f'"ordinal":{len(self.lines)},' if self.paged else ""
        self.lines.append(
            f'{{"timestamp":"{stamp(self.at)}",{number}"type":"{kind}","payload":{{{payload}}}}}\n'
        )


def _usage(counts: list[int]) -> str:
    fresh, cached, output, thought = counts
    return (
        f'{{"input_tokens":{fresh},"cached_input_tokens":{cached},"output_tokens":{output},'
        f'"reasoning_output_tokens":{thought},"total_tokens":{fresh + output}}}'
    )
