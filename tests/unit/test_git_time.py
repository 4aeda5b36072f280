"""Git that is slow, hangs, says too much or is not there: a call ends in time, and the next goes on."""

import os
import shutil
import threading
import time

import pytest

from tests.git_stage import DAY, NOW, Stage, found
from tray.metrics.alongside import Alongside
from tray.metrics.git_commits import GitCommits
from tray.metrics.git_place import find
from tray.metrics.git_program import Git
from tray.metrics.git_refs import Refs
from tray.metrics.git_renew import Asked, Renewed
from tray.metrics.git_turns import Turns

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts"),
]


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def gone(pid):
    """Whether a process has ended, in a while."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_without_git_nothing_is_counted_and_that_is_said(stage):
    folder = stage.repository()
    for git, environ in ((None, stage.environ), ("git", stage.environ | {"PATH": str(stage.home)})):
        work = stage.counting(git=git, environ=environ)([str(folder)], 0)
        assert (work.commits, work.trees, work.complete) == ((), {}, True)
        assert "no git" in work.told
    assert stage.counting(git=None)([], 0).told is None


def test_a_git_that_can_not_be_started_harms_nothing(stage):
    folder = stage.repository()
    stage.commit(folder)
    work = stage.counting(git=str(stage.root / "missing"))([str(folder)], 0)
    assert (work.commits, work.complete) == ((), True)
    assert work.trees[str(folder)].branch == "main"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are looked up in /proc")
def test_what_hangs_is_ended_with_all_that_it_started(stage):
    folder = stage.repository()
    stage.commit(folder)
    pids = stage.root / "pids"
    git = stage.script(f'echo $$ >> "{pids}"\nsleep 600 &\necho $! >> "{pids}"\nwait')
    work = stage.counting(git=git, seconds=0.5)([str(folder)], 0)
    assert (work.commits, work.complete) == ((), False)
    assert work.trees[str(folder)].branch == "main"
    started = pids.read_text().split()
    assert len(started) == 2
    assert [gone(pid) for pid in started] == [True, True]


def test_a_grandchild_that_holds_the_output_does_not_hold_us(stage):
    git = stage.script("sleep 600 &\necho said\nexit 0")
    answer = Git(git, stage.environ).ask(str(stage.root), (), until=time.monotonic() + 0.5)
    assert (answer.out, answer.code) == (b"said\n", None)


def test_an_answer_without_end_is_cut(stage):
    git = stage.script("while :; do echo 0123456789; done")
    answer = Git(git, stage.environ).ask(str(stage.root), (), until=time.monotonic() + 60, size=1000)
    assert (len(answer.out), answer.code) == (1000, None)


def test_complaints_without_end_do_not_stop_an_answer(stage):
    git = stage.script("yes complaint | head -c 1000000 >&2\necho said")
    answer = Git(git, stage.environ).ask(str(stage.root), (), until=time.monotonic() + 60)
    assert (answer.out, answer.code, answer.refused) == (b"said\n", 0, False)


def test_what_was_known_is_told_while_git_hangs(stage):
    folder = stage.repository()
    first = stage.commit(folder)
    stage.counting()([str(folder)], 0)
    stage.commit(folder)
    hanging = stage.counting(git=stage.script("sleep 600"), seconds=0.3)
    work = hanging([str(folder)], 0)
    assert (set(found(work)), work.complete) == ({first}, False)


def test_lines_that_there_was_no_time_for_follow_and_what_is_known_is_not_asked_again(stage):
    """The git of this test counts one commit and then hangs; each call gets further."""
    folder = stage.repository()
    commits = [stage.commit(folder, lines=3, at=NOW - DAY + number) for number in range(3)]
    git = stage.script(
        f'case "$*" in *diff-tree*) head -n 2 | "{stage.real}" "$@"; exec sleep 600;; *) exec "{stage.real}" "$@";; esac'
    )
    for number in (1, 2):
        work = stage.counting(git=git, seconds=2.0)([str(folder)], 0)
        assert set(found(work)) == set(commits), "a commit counts before its lines are known"
        assert (list(found(work).values()).count((3, 0)), work.complete) == (number, False)
    work = stage.counting()([str(folder)], 0)
    assert (set(found(work).values()), work.complete) == ({(3, 0)}, True)


def test_a_commit_that_takes_too_long_is_given_up_after_a_few_tries(stage):
    folder = stage.repository()
    huge, small = stage.commit(folder, lines=9), stage.commit(folder)
    git = stage.script(
        f'case "$*" in *diff-tree*) cat > "{stage.calls}"; if grep -q "{huge}" "{stage.calls}"; then'
        f' head -n 2 "{stage.calls}" | grep -v "{huge}" | "{stage.real}" "$@"; exec sleep 600; fi;'
        f' exec "{stage.real}" "$@" < "{stage.calls}";; *) exec "{stage.real}" "$@";; esac'
    )
    tried = 0
    while not (work := stage.counting(git=git, seconds=1.5)([str(folder)], 0)).complete:
        tried += 1
        assert tried < 9
    assert tried >= 3
    assert found(work) == {huge: (0, 0), small: (1, 0)}
    stage.commit(folder)
    assert stage.counting(git=git)([str(folder)], 0).complete, "asked for once more"


def test_a_disk_that_does_not_answer_holds_up_nothing_else(stage):
    folder, dead = stage.repository(), stage.repository("dead")
    stage.commit(folder)
    answer = threading.Event()
    looked = []

    def slow(place):
        looked.append(place)
        if place == str(dead):
            answer.wait(60)
        return find(place)

    count = stage.counting(seconds=4.0, find=slow)
    for _ in range(2):
        work = count([str(dead), str(folder)], 0)
        assert (len(work.commits), work.complete) == (1, False)
    assert looked.count(str(dead)) == 1, "one thread hangs there, not one for each call"
    answer.set()
    stage.commit(dead)
    end = time.monotonic() + 30
    while not (work := count([str(dead), str(folder)], 0)).complete:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert len(work.commits) == 2


def asked(name, changed=0.0, state="s"):
    return Asked(common=name, refs=Refs(state=state, changed=changed), state=state)


def names(ones):
    return [one.common for one in ones]


def test_the_latest_change_comes_first_but_after_what_waited():
    turns = Turns()
    ones = [asked("old", 1), asked("new", 9), asked("middle", 5)]
    assert names(turns.due(ones, 0)) == ["new", "middle", "old"]
    turns.wait(["old"])
    assert names(turns.due(ones, 0)) == ["old", "new", "middle"]


def test_what_is_too_slow_waits_ever_longer_and_comes_last():
    turns = Turns()
    slow, quick = asked("slow", 9), asked("quick", 1)
    turns.note(slow, Renewed(late=True), 100)
    assert names(turns.due([slow, quick], 159)) == ["quick"]
    assert names(turns.due([slow, quick], 160)) == ["quick", "slow"]
    turns.note(slow, Renewed(late=True), 160)
    assert names(turns.due([slow], 279)) == []
    assert names(turns.due([slow], 280)) == ["slow"]
    for _ in range(100):
        turns.note(slow, Renewed(late=True), 280)
    assert names(turns.due([slow], 280 + 3600)) == ["slow"]


def test_what_git_can_not_read_is_asked_again_once_it_changed():
    turns = Turns()
    turns.note(asked("x"), Renewed(refused=True), 0)
    assert turns.due([asked("x")], 1) == []
    assert turns.refused(asked("x"))
    assert names(turns.due([asked("x", state="t")], 1)) == ["x"]
    assert not turns.refused(asked("x", state="t"))


def test_jobs_run_a_few_at_a_time_and_none_begins_after_the_end():
    busy, most, lock, hold = 0, 0, threading.Lock(), threading.Event()

    def job():
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.001)
        with lock:
            busy -= 1
        return "done"

    assert Alongside([job] * 20).run(2, 60) == dict.fromkeys(range(20), "done")
    assert most <= 2
    begun = []
    late = [lambda: begun.append(1) or hold.wait(60), lambda: begun.append(2)]
    assert Alongside(late).run(1, 0.05) == {}
    hold.set()
    assert begun == [1]


def test_an_error_of_a_job_is_raised():
    def job():
        raise ValueError("words")

    with pytest.raises(ValueError, match="words"):
        Alongside([job]).run(2, 60)


def test_no_more_than_two_processes_run_at_once(stage):
    folders = [stage.repository(f"r{number}") for number in range(8)]
    for folder in folders:
        stage.commit(folder)
    now = stage.root / "now"
    now.mkdir()
    git = stage.script(
        f'touch "{now}/$$"; ls "{now}" | wc -l >> "{stage.calls}"; "{stage.real}" "$@"; code=$?; rm "{now}/$$"; exit $code'
    )
    work = GitCommits(stage.root / "c.json", git=git, environ=stage.environ, seconds=60, now=lambda: NOW)(
        [str(folder) for folder in folders], 0
    )
    assert len(work.commits) == 8
    assert max(map(int, stage.calls.read_text().split())) <= 2
