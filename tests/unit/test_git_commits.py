"""Which commits are the person's, how many lines each has, and to which work tree they belong."""

import shutil
import subprocess

import pytest

from tests.git_stage import DAY, ME, NOW, Stage, found
from tray.metrics.git_log import _DONE, _counted, _walked

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def test_commits_are_told_with_author_date_and_lines(stage):
    folder = stage.repository()
    first = stage.commit(folder, lines=3, at=NOW - 3 * DAY, committed=NOW - DAY)
    (folder / "a.txt").write_text("one line\n")
    second = stage.commit(folder, lines=0, at=NOW - 2 * DAY)
    work = stage.counting()([str(folder)], 0)
    assert found(work) == {first: (3, 0), second: (1, 3)}
    assert [(repository, commit.at) for repository, commit in work.commits] == [
        (str(folder), (NOW - 2 * DAY) * 1000),
        (str(folder), (NOW - 3 * DAY) * 1000),
    ]
    assert work.complete
    assert work.told is None


def test_commits_of_others_do_not_count(stage):
    folder = stage.repository()
    mine = stage.commit(folder)
    stage.commit(folder, email="other@example.org")
    stage.commit(folder, email=f"not-{ME}")
    work = stage.counting()([str(folder)], 0)
    assert set(found(work)) == {mine}
    assert [commit.hash for commit in work.trees[str(folder)].commits] == [mine]


def test_case_of_an_address_does_not_matter(stage):
    folder = stage.repository()
    stage.commit(folder, email="ME@Example.ORG")
    assert len(found(stage.counting()([str(folder)], 0))) == 1


def test_further_addresses_come_from_the_settings(stage):
    folder = stage.repository()
    stage.commit(folder, email="Old@example.org")
    assert found(stage.counting()([str(folder)], 0)) == {}
    assert len(found(stage.counting(emails=lambda: ["old@example.org"])([str(folder)], 0))) == 1


def test_the_address_of_a_repository_wins_over_that_of_the_home(stage):
    folder = stage.repository()
    stage.commit(folder)
    stage.run(folder, "config", "user.email", "work@example.org")
    work = stage.commit(folder)
    assert set(found(stage.counting()([str(folder)], 0))) == {work}


def test_an_address_may_come_from_an_included_file(stage):
    other = stage.home / "work.ini"
    other.write_text("[user]\n\temail = work@example.org\n")
    stage.config(f"includeIf.gitdir:{stage.root}/proj/.path", str(other))
    folder = stage.repository()
    work = stage.commit(folder)
    assert set(found(stage.counting()([str(folder)], 0))) == {work}
    assert stage.run(folder, "log", "--format=%ae") == "work@example.org"


def test_an_address_for_authors_alone_counts_too(stage):
    folder = stage.repository()
    stage.run(folder, "config", "author.email", "author@example.org")
    commit = stage.commit(folder)
    assert set(found(stage.counting()([str(folder)], 0))) == {commit}


def test_without_any_address_nothing_counts_and_nothing_is_wrong(stage):
    folder = stage.repository()
    stage.commit(folder)
    (stage.home / ".gitconfig").write_text("")
    work = stage.counting()([str(folder)], 0)
    assert (found(work), work.complete, work.told) == ({}, True, None)
    assert work.trees[str(folder)].branch == "main"


def test_author_dates_decide_and_not_those_of_the_commit(stage):
    """A rebase makes an old commit anew; one that claims to be of next week is not believed."""
    folder = stage.repository()
    stage.commit(folder, at=NOW - 9 * DAY, committed=NOW)
    stage.commit(folder, at=NOW + 7 * DAY, committed=NOW)
    recent = stage.commit(folder, at=NOW - DAY, committed=NOW)
    soon = stage.commit(folder, at=NOW + 3600, committed=NOW)
    assert set(found(stage.counting()([str(folder)], (NOW - 7 * DAY) * 1000))) == {recent, soon}


def test_a_longer_window_finds_what_a_shorter_one_left_out(stage):
    folder = stage.repository()
    old = stage.commit(folder, at=NOW - 900 * DAY)
    new = stage.commit(folder)
    count = stage.counting()
    assert set(found(count([str(folder)], (NOW - 7 * DAY) * 1000))) == {new}
    assert set(found(count([str(folder)], 0))) == {old, new}


def test_a_moved_file_counts_what_changed_in_it(stage):
    folder = stage.repository()
    stage.commit(folder, lines=50)
    (folder / "a.txt").rename(folder / "b\tnew\nname.txt")
    moved = stage.commit(folder, lines=1, file="b\tnew\nname.txt")
    assert found(stage.counting()([str(folder)], 0))[moved] == (1, 0)


def test_a_binary_file_and_an_empty_commit_and_a_merge_count_no_lines(stage):
    folder = stage.repository()
    stage.commit(folder)
    stage.run(folder, "checkout", "-q", "-b", "side")
    stage.commit(folder, file="side.txt", lines=4)
    stage.run(folder, "checkout", "-q", "main")
    (folder / "picture").write_bytes(b"\0\1\2" * 500)
    binary = stage.commit(folder, lines=0)
    stage.run(folder, "commit", "-q", "--allow-empty", "-m", "empty")
    empty = stage.run(folder, "rev-parse", "HEAD")
    stage.run(folder, "merge", "-q", "--no-edit", "side")
    merge = stage.run(folder, "rev-parse", "HEAD")
    lines = found(stage.counting()([str(folder)], 0))
    assert [lines[one] for one in (binary, empty, merge)] == [(0, 0)] * 3
    assert len(lines) == 5


def test_all_local_branches_count_and_no_other_refs(stage):
    folder = stage.repository()
    main = stage.commit(folder)
    stage.run(folder, "checkout", "-q", "-b", "topic/one")
    topic = stage.commit(folder)
    stage.run(folder, "checkout", "-q", "main")
    stage.run(folder, "checkout", "-q", "-b", "gone")
    gone = stage.commit(folder)
    stage.run(folder, "update-ref", "refs/remotes/origin/x", gone)
    stage.run(folder, "tag", "kept", gone)
    stage.run(folder, "checkout", "-q", "main")
    stage.run(folder, "branch", "-q", "-D", "gone")
    work = stage.counting()([str(folder)], 0)
    assert set(found(work)) == {main, topic}
    assert [commit.hash for commit in work.trees[str(folder)].commits] == [main]


def test_an_amended_commit_counts_as_it_is_now(stage):
    folder = stage.repository()
    stage.commit(folder, lines=2)
    count = stage.counting()
    count([str(folder)], 0)
    (folder / "a.txt").write_text("x\n")
    stage.run(folder, "commit", "-q", "-a", "--amend", "--no-edit")
    assert found(count([str(folder)], 0)) == {stage.run(folder, "rev-parse", "HEAD"): (1, 0)}


def test_words_of_a_commit_can_pretend_nothing(stage):
    folder = stage.repository()
    stage.commit(folder)
    fake = f"{'a' * 40} \0{NOW}\0{ME}\n9\t9\tx"
    stage.run(folder, "commit", "-q", "--allow-empty", "-m", fake.replace("\0", "\n"))
    stage.run(folder, "commit", "-q", "--allow-empty", "-m", "x", GIT_AUTHOR_NAME=f"{ME}> 1 +0000")
    assert sorted(found(stage.counting()([str(folder)], 0)).values()) == [(0, 0), (0, 0), (1, 0)]


@pytest.mark.parametrize(
    "author", ["no address", "x <me@example.org>", f"x <{ME}> never", f"x <{ME}> -5 +0000"]
)
def test_a_damaged_author_line_is_passed_over(stage, author):
    folder = stage.repository()
    good = stage.commit(folder)
    tree = stage.run(folder, "rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nparent {good}\nauthor {author}\ncommitter C <c@x> {NOW} +0000\n\nwords\n"
    made = subprocess.run(
        [stage.real, "hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
        cwd=folder, env=stage.environ, input=text.encode(), capture_output=True, check=True,
    )  # fmt: skip
    stage.run(folder, "update-ref", "refs/heads/odd", made.stdout.decode().strip())
    work = stage.counting()([str(folder)], (NOW - 9 * DAY) * 1000)
    assert set(found(work)) == {good}
    assert work.complete


def test_torn_answers_are_read_as_far_as_they_go():
    one = "a" * 40
    assert list(_walked(f"{one} \0{NOW}\0me@x\n{one} \0{NOW}".encode())) == [(one, (), NOW, "me@x")]
    whole = (
        f"{one}\x001\t2\tx\x003\t4\t\x00{'b' * 40}\x00{'c' * 40}\x00{_DONE}{'d' * 40}\x00-\t-\tb\x00{_DONE}"
    )
    assert dict(_counted(whole.encode())) == {one: (4, 6), "d" * 40: (0, 0)}
    told = [dict(_counted(whole.encode()[:end])) for end in range(len(whole))]
    assert all(part in ({}, {one: (4, 6)}) for part in told)
    assert told[-1] == {one: (4, 6)}
    assert list(_walked(b"\0\0\n\n\xff")) == []
