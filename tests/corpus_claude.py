"""Large transcripts of Claude Code: 2.1.74 (placeholders), 2.1.197 (sub-agents' placeholders), 2.1.330, with their truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.corpus import WORDS, Writer, stamp

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus import Truth


def claude(root: Path, seed: int, size: int) -> Truth:
    """`size` bytes of Claude Code's `projects/` below `root`."""
    writer = Writer(root, f"claude {seed}", size)
    past: list[tuple[str, list[str]]] = []
    while writer.truth.size < size:
        _Session(writer, past).write()
    return writer.truth


class _Session:
    """One session of Claude Code with its sub-agents."""

    def __init__(self, writer: Writer, past: list[tuple[str, list[str]]]) -> None:
        self.w, self.past, self.id = writer, past, writer.uuid()
        self.at, done = writer.start(), writer.done()
        self.version = "2.1.74" if done < 0.25 else "2.1.197" if done < 0.8 else "2.1.330"
        self.cwd = f"/home/dev/src/{writer.random.choice(WORDS)}"
        self.model = writer.random.choice(("claude-opus-4-8", "claude-sonnet-4-6"))
        self.folder = writer.root / "projects" / self.cwd.replace("/", "-")
        self.main: list[str] = []

    def write(self) -> None:
        w, chance = self.w, self.w.random.random
        if self.past and chance() < 0.12:  # a fork, or a resumed copy that lost its request ids
            old, lines = w.random.choice(self.past)
            lines = [line.replace(old, self.id) for line in lines]
            if self.version == "2.1.74":
                lines = [line.replace(',"requestId":"req_', ',"request":"req_') for line in lines]
            self.main += lines
        own = len(self.main)
        for _ in range(w.random.choice((5, 10, 30, 60, 120))):
            self.turn()
        if self.version == "2.1.330":
            self.main.append(
                f'{{"type":"cost-state","sessionId":"{self.id}","totalCostUSD":1.0,"modelUsage":{{}}}}\n'
            )
        w.write(self.folder / f"{self.id}.jsonl", self.main, self.at)
        if len(self.past) < 60:
            self.past.append((self.id, self.main[own : own + 40]))

    def turn(self) -> None:
        w, main = self.w, self.main
        self.at += w.random.choice((20, 90, 600, 4000))
        main.append(
            f'{{"type":"queue-operation","operation":"enqueue","timestamp":"{stamp(self.at)}","sessionId":"{self.id}",'
            f'"content":"{w.text(90)}"}}\n'
        )
        main.append(self.line("user", f'"message":{{"role":"user","content":"{w.text(200)}"}}'))
        for _ in range(w.random.choice((1, 2, 3, 5, 9))):
            self.at += w.random.choice((3.1, 9.7, 31.3))
            self.answer(
                main, w.random.choice((["tool_use"], ["text", "tool_use"], ["thinking", "text", "tool_use"]))
            )
            for _ in range(w.random.choice((0, 0, 1, 4))):
                nested = '"message":{"type":"assistant","message":{"id":"msg_x","usage":{"input_tokens":9,"output_tokens":9}}}'
                main.append(self.line("progress", f'"data":{{"output":"{w.text(300)}",{nested}}}'))
            if w.random.random() < 0.3:
                main.append(
                    self.line(
                        "attachment", f'"attachment":{{"type":"hook_success","content":"{w.text(700)}"}}'
                    )
                )
            if self.version == "2.1.330":
                main.append(
                    f'{{"type":"api-request-blob","sessionId":"{self.id}","hash":"{w.hex(64)}","message":{{"role":"user",'
                    f'"content":[{{"type":"text","text":"{w.text(3000)}"}}]}}}}\n'
                )
            self.at += 1
            self.result(main)
            if w.random.random() < 0.012:
                self.agent()
        self.at += 1
        self.answer(main, ["text"])

    def agent(self) -> None:
        name, lines = f"a{self.w.hex(16)}", []
        for _ in range(self.w.random.randint(2, 12)):
            self.at += 5
            self.answer(lines, ["tool_use"], side=True)
            self.result(lines, side=True)
        self.w.write(self.folder / self.id / "subagents" / f"agent-{name}.jsonl", lines, self.at)
        self.result(
            self.main, more=',"usage":{"input_tokens":19,"cache_read_input_tokens":12009,"output_tokens":209}'
        )

    def answer(self, out: list[str], kinds: list[str], *, side: bool = False) -> None:
        """One answer: a line for each block; old versions never put the true output in place of 3."""
        w, chance = self.w, self.w.random
        key, request = f"msg_01{w.hex(22)}", f"req_011{w.hex(21)}"
        fresh, written = chance.randrange(1, 3000), chance.randrange(0, 9000)
        read, output = chance.randrange(0, 180_000), chance.randrange(4, 6000)
        hour = written if chance.random() < 0.3 else 0
        low = self.version == "2.1.74" or (self.version == "2.1.197" and side)
        grows = low and chance.random() < 0.4
        best, at = (-1, False), self.at
        for number, kind in enumerate(kinds):
            final = not low or (grows and number == len(kinds) - 1)
            said = output if final else 3
            if (said, final) > best:
                best, at = (said, final), self.at
            block = {
                "thinking": '"type":"thinking","thinking":"","signature":"' + w.hex(400),
                "text": '"type":"text","text":"' + w.text(400, 12_000),
                "tool_use": f'"type":"tool_use","id":"toolu_{w.hex(22)}","name":"Bash","input":{{}},"x":"{w.text(300)}',
            }[kind]
            stop = '"tool_use"' if final else "null"
            out.append(
                self.line(
                    "assistant",
                    f'"message":{{"id":"{key}","type":"message","role":"assistant","model":"{self.model}","content":[{{{block}"}}],'
                    f'"stop_reason":{stop},"stop_sequence":null,"usage":{{"input_tokens":{fresh},"cache_creation_input_tokens":{written},'
                    f'"cache_read_input_tokens":{read},"output_tokens":{said},"server_tool_use":{{"web_search_requests":0}},'
                    f'"cache_creation":{{"ephemeral_1h_input_tokens":{hour},"ephemeral_5m_input_tokens":{written - hour}}},"speed":"standard"}}}},'
                    f'"requestId":"{request}"',
                    side=side,
                )
            )
            self.at += 0.7
        w.truth.count(at, fresh, best[0], read, written)

    def result(self, out: list[str], *, side: bool = False, more: str = "") -> None:
        said = self.w.text(2700)
        block = (
            f'"tool_use_id":"toolu_{self.w.hex(22)}","type":"tool_result","content":"{said}","is_error":false'
        )
        line = self.line("user", f'"message":{{"role":"user","content":[{{{block}}}]}}', side=side)
        out.append(f'{line[:-2]},"toolUseResult":{{"stdout":"{said}","stderr":""{more}}}}}\n')

    def line(self, kind: str, body: str, *, side: bool = False) -> str:
        return (
            f'{{"parentUuid":"{self.w.uuid()}","isSidechain":{"true" if side else "false"},{body},"type":"{kind}","uuid":"{self.w.uuid()}",'
            f'"timestamp":"{stamp(self.at)}","userType":"external","entrypoint":"cli","cwd":"{self.cwd}","sessionId":"{self.id}",'
            f'"version":"{self.version}","gitBranch":"main"}}\n'
        )
