"""First scan, later start and one more line over large transcripts, side by side with ccusage."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import pytest

from tests import npm_clients
from tests.bench.side_by_side import Program, column, in_turns, ratios, run
from tests.claude_transcripts import START, answer, dumped, prompt
from tests.corpus_claude import claude
from tests.corpus_codex import codex
from tests.fakes import fake_paths
from tray.metrics import index
from tray.metrics.opened import Index

ROOT = Path(__file__).parents[2]
CCUSAGE = "20.0.24"
SIZE = (
    float(os.environ.get("BENCH_READER_GB", "1")) * 1e9
)  # of Claude's transcripts; Codex's are half as large
ROUNDS = 5
FILES = 3000

pytestmark = [pytest.mark.npm, pytest.mark.timeout(1800)]


class Corpus:
    """Transcripts of both clients in a folder, and the programs that read them."""

    def __init__(self, folder: Path, ccusage: Path) -> None:
        self.folder, self.ccusage = folder, ccusage
        self.empty, self.data = folder / "empty", folder / "data"
        self.empty.mkdir()
        self.roots = {"claude": folder / "claude", "codex": folder / "codex"}
        self.truth = {
            "claude": claude(self.roots["claude"], 1, int(SIZE)),
            "codex": codex(self.roots["codex"], 1, int(SIZE / 2)),
        }

    def env(self, *clients: str) -> dict[str, str]:
        """These clients' transcripts and nobody else's; our index in `data`."""
        roots = {name: str(path if name in clients else self.empty) for name, path in self.roots.items()}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.empty),
            "CLAUDE_CONFIG_DIR": roots["claude"],
            "CODEX_HOME": roots["codex"],
            "XDG_DATA_HOME": str(self.data),
            "PYTHONPATH": str(ROOT),
            "TZ": "UTC",
        }

    def theirs(self, client: str) -> Program:
        command = [
            str(self.ccusage),
            *(["codex"] if client == "codex" else []),
            "daily",
            "--offline",
            "--json",
        ]
        return Program(command, self.env(client))

    def ours(self, *clients: str, first: bool) -> Program:
        """Our scan; with `first` of an index that is not there yet."""
        command = [sys.executable, "-m", "tray", *(["scan"] if first else ["usage", "--json"])]
        return Program(command, self.env(*clients), self.forget if first else lambda: None)

    def forget(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)

    def index(self) -> Path:
        (found,) = self.data.rglob("index.db")
        return found


@pytest.fixture(scope="module")
def corpus():
    packages = (f"ccusage@{CCUSAGE}", f"@ccusage/ccusage-linux-x64@{CCUSAGE}")
    program = npm_clients.installed(*packages) / "@ccusage" / "ccusage-linux-x64" / "bin" / "ccusage"
    program.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        yield Corpus(Path(folder), program)


@pytest.mark.parametrize(("client", "bound"), [("claude", 0.6), ("codex", 1.0)])
def test_first_scan(corpus, figures, client, bound):
    ours, theirs = in_turns([corpus.ours(client, first=True), corpus.theirs(client)], ROUNDS)
    size = corpus.truth[client].size
    figures.tell(f"{client}: transcripts", [size / 1e6], "MB")
    for name, unit in (("wall", "s"), ("work", "s CPU"), ("memory", "MiB")):
        figures.tell(f"{client}: first scan, ours, {name}", column(ours, name), unit)
        figures.tell(f"{client}: ccusage {CCUSAGE}, {name}", column(theirs, name), unit)
    figures.tell(f"{client}: index for each GB", [corpus.index().stat().st_size / size * 1000], "MB/GB")
    # Every figure is noted before one may fail.
    broken = []
    for name in ("wall", "work", "memory"):
        try:
            figures.hold(f"{client}: first scan by ccusage's, {name}", ratios(ours, theirs, name), bound, "x")
        except AssertionError as error:
            broken.append(str(error))
    assert not broken, broken
    assert corpus.index().stat().st_size / size * 1000 <= 12, "MB of index for each GB"


def test_days_are_the_truth(corpus):
    """At this size too, and where ccusage counts resumed copies twice."""
    run(corpus.ours("claude", first=True))
    with Index(index.connect(corpus.index(), write=False), fake_paths(corpus.empty)) as opened:
        rows = opened.usage("daily", agent="claude", timezone="UTC").rows
    told = {row.period: (row.calls, row.input_tokens, row.output_tokens) for row in rows}
    assert told == {day: (c[4], c[0], c[1]) for day, c in corpus.truth["claude"].days.items()}


def test_later_start(corpus, figures):
    clients = [*corpus.roots]
    corpus.forget()
    run(corpus.ours(*clients, first=True))
    both = [corpus.theirs(name) for name in clients]
    ours, *theirs = in_turns([corpus.ours(*clients, first=False), *both], ROUNDS)
    together = sum(median(column(runs, "wall")) for runs in theirs)
    figures.beat()
    named = " and ".join(clients)
    share = [value / together for value in column(ours, "wall")]
    figures.tell(f"{named}: later start by ccusage's runs together", share, "x")
    figures.hold(f"{named}: later start, nothing new", [1000 * value for value in column(ours, "wall")], 150)
    assert median(share) <= 0.05


def test_one_more_line(tmp_path, figures):
    """In a running program: the new line found among 3,000 files, read, and added to the day's totals."""
    places = fake_paths(tmp_path)
    projects = places.claude_dirs[0] / "projects"
    for number in range(FILES):
        at, session = START + number * 1000, f"s-{number}"
        folder = projects / f"-home-dev-{number % 40}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            prompt(f"t-{number}", at, session=session),
            answer(f"m-{number}", at, session=session, output=5),
        ]
        (folder / f"{session}.jsonl").write_bytes(b"".join(map(dumped, lines)))
    busy = projects / "-home-dev-7" / "s-7.jsonl"
    with Index(index.connect(places.index_file, write=True), places) as opened:
        opened.scan()
        taken = []
        for number in range(30):
            with busy.open("ab") as file:
                file.write(dumped(answer(f"n-{number}", START + number, session="s-7", output=1)))
            begun = time.perf_counter()
            opened.scan()
            totals = opened.usage("daily").totals
            taken.append((time.perf_counter() - begun) * 1000)
            assert totals.calls == FILES + number + 1
            if number % 10 == 0:
                figures.beat()
    figures.hold("one line more in one of 3,000 files, to new totals", taken, 30)
