"""What is remembered between two calls and two processes: enough not to ask again, and nothing private."""

import json
import os
import shutil
import stat
import threading

import pytest

from tests.git_stage import DAY, ME, NOW, Stage, found
from tray.metrics.git_cache import BRANCHES, Cache, Entry, Row, marked

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(os.name == "nt", reason="the git that counts its calls is a shell script"),
]


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


@pytest.fixture
def folder(stage):
    folder = stage.repository()
    stage.commit(folder, lines=2)
    return folder


def again(stage, *folders, since=0, **more):
    """Ask as a new process would: the commits by hash, and how many calls of git that took."""
    work = stage.counting(git=stage.logged(), **more)([str(one) for one in folders], since)
    assert work.complete
    return found(work), stage.asked()


def test_an_unchanged_repository_is_not_asked_again_not_even_by_another_process(stage, folder):
    first, calls = again(stage, folder)
    assert calls == 3
    assert again(stage, folder) == (first, 0)
    assert again(stage, folder, since=(NOW - 5 * DAY) * 1000) == (first, 0)


CHANGES = {
    "a commit": lambda stage, folder: stage.commit(folder),
    "a branch": lambda stage, folder: stage.run(folder, "branch", "other"),
    "packing and a commit": lambda stage, folder: (
        stage.run(folder, "pack-refs", "--all"),
        stage.commit(folder),
    ),
    "another branch checked out": lambda stage, folder: stage.run(folder, "checkout", "-q", "-b", "x"),
    "nothing checked out": lambda stage, folder: stage.run(folder, "checkout", "-q", "--detach"),
    "the address here": lambda stage, folder: stage.run(folder, "config", "user.email", "x@y"),
    "the address of all": lambda stage, folder: stage.config("user.email", "longer@example.org"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(stage, folder, change):
    again(stage, folder)
    CHANGES[change](stage, folder)
    assert again(stage, folder)[1] > 0
    assert again(stage, folder)[1] == 0


def test_other_addresses_in_the_settings_are_another_question(stage, folder):
    stage.commit(folder, email="old@example.org")
    assert len(again(stage, folder)[0]) == 1
    assert len(again(stage, folder, emails=lambda: ["old@example.org"])[0]) == 2
    assert len(again(stage, folder)[0]) == 1


def test_work_in_the_tree_alone_is_no_change(stage, folder):
    again(stage, folder)
    (folder / "new.txt").write_text("x\n")
    stage.run(folder, "add", "-A")
    assert again(stage, folder)[1] == 0


def test_lines_are_asked_for_new_commits_only(stage, folder):
    git = stage.script(f'case "$*" in *diff-tree*) tee -a "{stage.calls}" | "{stage.real}" "$@";; *) exec "{stage.real}" "$@";; esac')  # fmt: skip
    count = stage.counting(git=git)
    count([str(folder)], 0)
    stage.asked()
    commit = stage.commit(folder)
    assert len(found(count([str(folder)], 0))) == 2
    assert stage.calls.read_text().split() == [commit, "done"]


def test_a_work_tree_that_comes_later_is_told_without_forgetting_the_first(stage, folder):
    again(stage, folder)
    other = stage.root / "other"
    stage.run(folder, "worktree", "add", "-q", "--detach", str(other))
    assert again(stage, other)[1] > 0
    assert again(stage, folder)[1] == 0
    assert again(stage, folder, other)[1] == 0


def test_the_file_is_private_and_holds_no_words_names_or_addresses(stage, folder):
    stage.run(folder, "checkout", "-q", "-b", "secret-branch")
    stage.commit(folder)
    again(stage, folder, emails=lambda: ["further@example.org"])
    file = stage.root / "data" / "commits.json"
    text = file.read_text()
    assert not [
        word for word in (ME, "Me", "words", "secret-branch", "further", "a.txt") if f"{word}" in text
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["commits.json"]
    assert set(json.loads(text)["repositories"]) == {str(folder / ".git")}


DAMAGED = {
    "empty": b"",
    "torn": b'{"version":1,"repositories":{"/x":{"main":"/x","rows":[["aa",1',
    "another kind": b"[]",
    "wrong types": b'{"version":1,"repositories":{"/x":{"main":1}}}',
    "another version": b'{"version":99,"repositories":{}}',
    "not text": b"\xff\xfe\0",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_as_none_and_made_anew(stage, folder, content):
    file = stage.root / "data" / "commits.json"
    file.parent.mkdir()
    file.write_bytes(content)
    first, calls = again(stage, folder)
    assert (len(first), calls) == (1, 3)
    assert again(stage, folder) == (first, 0)


def test_a_folder_that_takes_no_file_costs_only_the_memory(stage, folder):
    (stage.root / "data").write_text("a file where the folder should be")
    count = stage.counting(git=stage.logged())
    assert len(found(count([str(folder)], 0))) == 1
    stage.asked()
    assert len(found(count([str(folder)], 0))) == 1
    assert stage.asked() == 0


def test_a_repository_that_was_deleted_keeps_what_was_known(stage, folder):
    other = stage.repository("other")
    stage.commit(other)
    commits, _ = again(stage, folder, other)
    shutil.rmtree(folder)
    work = stage.counting()([str(folder), str(other)], 0)
    assert found(work) == commits
    assert set(work.trees) == {str(other)}
    assert {repository for repository, _ in work.commits} == {str(folder), str(other)}


def test_what_another_process_wrote_meanwhile_stays(tmp_path):
    one, other = Cache(tmp_path / "commits.json"), Cache(tmp_path / "commits.json")
    one.read()
    other.write({"/other": Entry(main="/other")}, ())
    one.write({"/one": Entry(main="/one")}, ())
    other.read()
    assert set(other.entries) == {"/one", "/other"}


def test_writing_at_the_same_time_breaks_nothing(tmp_path):
    """What one of them loses by that is asked for again."""
    file = tmp_path / "commits.json"
    begin = threading.Barrier(4)

    def write(number):
        cache = Cache(file)
        begin.wait(60)
        for turn in range(20):
            cache.write({f"/{number}/{turn}": Entry(main="/x", rows=(Row("a" * 40, 1, 2, 3),))}, ())

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known = Cache(file)
    known.read()
    assert len(known.entries) >= 20
    assert {entry.rows for entry in known.entries.values()} == {(Row("a" * 40, 1, 2, 3),)}
    assert os.listdir(tmp_path) == ["commits.json"]


def test_the_file_stays_small_and_keeps_what_is_asked_for(tmp_path):
    many = tuple(Row(f"{number:040x}", number, 1, 1) for number in range(10_000))
    cache = Cache(tmp_path / "commits.json")
    for number in range(6):
        cache.write({f"/{number}": Entry(main="/x", rows=many)}, [f"/{number}"])
    known = Cache(tmp_path / "commits.json")
    known.read()
    assert "/5" in known.entries
    assert len(known.entries) == 4
    assert (tmp_path / "commits.json").stat().st_size < 8 << 20


def test_which_commits_are_on_a_branch_is_kept_whatever_their_number():
    for size in (0, 1, 2, 7, 8, 9, 300):
        rows = tuple(Row(str(number), number, 0, 0) for number in range(size))
        odd = {row.hash for row in rows if row.at % 3 == 1}
        entry = Entry(main="/x", rows=rows, trees={BRANCHES: marked(rows, odd), "bad": "not a number"})
        assert {row.hash for row in entry.on(BRANCHES)} == odd
        assert entry.on("bad") == entry.on("unknown") == ()
