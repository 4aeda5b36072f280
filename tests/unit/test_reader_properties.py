"""Whatever the order of files, appends, interruptions and kills: the index tells the same, and the sums are exact."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.claude_transcripts import START, answer, dumped, prompt
from tests.histories import history
from tests.reader_stage import Stage, check_sums, slow, winners

some = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(
        Phase.explicit,
        Phase.generate,
    ),  # what fails is small enough, and scans are too slow to shrink it
    suppress_health_check=list(HealthCheck),
)
randoms = st.randoms(use_true_random=False)


SHM = "/dev/shm" if os.path.isdir("/dev/shm") else None  # many small indexes, none worth a disk's time


def fresh():
    return tempfile.TemporaryDirectory(dir=SHM)


def cold(files):
    """What a first scan of whole files tells."""
    with fresh() as folder:
        stage = Stage(Path(folder))
        for name, lines in files.items():
            stage.put(name, *lines)
        return stage.scanned()


@given(randoms)
@some
def test_order_in_which_files_appear_does_not_matter(choice):
    files = history(choice)
    names = list(files)
    choice.shuffle(names)
    with fresh() as folder:
        stage = Stage(Path(folder))
        for name in names:
            stage.put(name, *files[name])
            found = stage.scanned()
    assert found == cold(files)


@given(randoms)
@some
def test_times_of_the_files_do_not_matter(choice):
    files = history(choice)
    with fresh() as folder:
        stage = Stage(Path(folder))
        for name, lines in files.items():
            at = choice.randint(0, 9)
            os.utime(stage.put(name, *lines), (at, at))
        assert stage.scanned() == cold(files)


@given(randoms)
@some
def test_appends_cut_anywhere_come_to_the_same(choice):
    files = history(choice)
    rest = {name: b"".join(lines) for name, lines in files.items()}
    with fresh() as folder:
        stage = Stage(Path(folder))
        while rest:
            name = choice.choice(sorted(rest))
            cut = choice.randint(1, max(len(rest[name]), 1))
            stage.append(name, rest[name][:cut])
            rest[name] = rest[name][cut:]
            if not rest[name]:
                del rest[name]
            if choice.random() < 0.6:
                stage.scanned()
        assert stage.scanned() == cold(files)


@given(randoms, st.integers(0, 3))
@settings(some, max_examples=10)
def test_a_scan_that_is_stopped_goes_on_where_it_was(choice, patience):
    files = history(choice)
    with fresh() as folder:
        stage = Stage(Path(folder))
        for name, lines in files.items():
            stage.put(name, *lines)
        left = [patience]

        def once():  # a batch is written, and `stopped` asked, after 0.2 s
            time.sleep(0.2 if left[0] == 0 else 0)
            left[0] -= 1

        assert stage.scan(agents=(slow(once),), stopped=lambda: True) is (left[0] >= 0)
        check_sums(stage.told())
        assert stage.scanned() == cold(files)


def test_stopping_keeps_what_was_read(tmp_path):
    stage = Stage(tmp_path)
    for number in range(3):
        path = stage.put(
            f"p/{number}.jsonl", answer(f"m-{number}", session=f"s-{number}", input=1, output=10**number)
        )
        os.utime(path, (number, number))
    told = []

    agents = (slow(lambda: time.sleep(0.2)),)
    assert not stage.scan(agents=agents, told=told.append, stopped=lambda: len(told) == 2)
    assert stage.total() == (2, 2, 110), "the newest files come first"
    assert [(p.files, p.files_total) for p in told] == [(1, 3), (2, 3)]
    assert stage.scan(agents=agents, told=told.append)
    assert stage.total() == (3, 3, 111)
    assert (told[-1].files, told[-1].size) == (told[-1].files_total, told[-1].size_total)


KILLED = """
import os, signal, sys, time
from pathlib import Path
from tests.fakes import fake_paths
from tray.metrics import index
from tray.metrics.agents import Agent
from tray.metrics.claude_code import AGENT
from tray.metrics.scan import scan

left = int(sys.argv[2])
def count(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

class Slow(Agent):
    def parse(self, *given):
        time.sleep(0.1)
        return super().parse(*given)

places = fake_paths(Path(sys.argv[1]))
db = index.connect(places.index_file, write=True)
db.set_trace_callback(count)
scan(db, places, agents=(Slow(*AGENT),))
print("complete")
"""


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_statement_loses_and_doubles_nothing(tmp_path, seed):
    choice = random.Random(seed)
    files = {}
    while len(files) < 6:
        files = history(choice)
    stage = Stage(tmp_path)
    for name, lines in files.items():
        stage.put(name, *lines[: len(lines) // 2])
    stage.scan()
    for name, lines in files.items():
        stage.append(name, *lines[len(lines) // 2 :])
    killed, patience = 0, 1
    while True:
        child = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path), str(patience)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        check_sums(stage.told())
        if child.stdout == "complete\n":
            break
        assert child.returncode == -signal.SIGKILL, child.stderr
        killed += 1
        patience = patience * 2 + choice.randint(0, 3)
    assert killed > 3
    assert stage.scanned() == cold(files)


TWICE = """
import sys
from pathlib import Path
from tests.fakes import fake_paths
from tray.metrics import index
from tray.metrics.claude_code import AGENT
from tray.metrics.scan import scan

places = fake_paths(Path(sys.argv[1]))
db = index.connect(places.index_file, write=True)
print("ready", flush=True)
for line in sys.stdin:
    scan(db, places, agents=(AGENT,))
    print("scanned", flush=True)
"""


@pytest.mark.parametrize("seed", range(3))
def test_two_scans_at_once_lose_and_double_nothing(tmp_path, seed):
    choice = random.Random(seed)
    files = {}
    while len(files) < 5:
        files = history(choice)
    for number in range(100):  # more than are looked up one by one
        files[f"p/{number}.jsonl"] = [
            json_line for turn in range(3) for json_line in ordinary(f"x-{number}", number * 10 + turn)
        ]
    stage = Stage(tmp_path)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", TWICE, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for child in both:
        assert child.stdout.readline() == "ready\n"
    rest = {name: b"".join(lines) for name, lines in files.items()}
    for step in range(4):
        for name in [*rest]:
            cut = choice.randint(0, len(rest[name])) if step < 3 else len(rest[name])
            stage.append(name, rest[name][:cut])
            rest[name] = rest[name][cut:]
        for child in both:
            child.stdin.write("go\n")
            child.stdin.flush()
        for child in both:
            assert child.stdout.readline() == "scanned\n"
        check_sums(stage.told())
    for child in both:
        child.communicate(timeout=20)
        assert child.returncode == 0
    found = stage.told()
    assert stage.scanned() == cold(files)
    del found["links"]
    assert found == cold(files)


def ordinary(session, number):
    at = START + number * 1000
    lines = (
        prompt(f"t-{number}", at, session=session),
        answer(f"m-{number}", at, session=session, input=1, output=number),
    )
    return [dumped(line) for line in lines]


@given(randoms)
@some
def test_nothing_changes_when_nothing_changed(choice):
    files = history(choice)
    with fresh() as folder:
        stage = Stage(Path(folder))
        for name, lines in files.items():
            stage.put(name, *lines)
        assert stage.scanned() == stage.scanned()


@given(randoms)
@some
def test_every_call_written_is_counted_once(choice):
    files = history(choice)
    ids = {line.partition(b'"id":"msg_')[2].partition(b'"')[0] for lines in files.values() for line in lines}
    assert len(winners(cold(files)["calls"])) == len(ids - {b""})
