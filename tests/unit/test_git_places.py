"""Repositories of every build: work trees, bare and shallow ones, links, submodules, none at all."""

import os
import shutil

import pytest

from tests.git_stage import DAY, NOW, Stage, found
from tray.metrics.git_place import find, small

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def test_work_trees_of_one_repository_count_once_and_each_has_its_branch(stage):
    folder = stage.repository()
    first = stage.commit(folder)
    other = stage.root / "elsewhere" / "tree"
    stage.run(folder, "worktree", "add", "-q", "-b", "topic", str(other))
    second = stage.commit(other, lines=2)
    work = stage.counting()([str(other), str(folder)], 0)
    assert found(work) == {first: (1, 0), second: (2, 0)}
    assert {repository for repository, _ in work.commits} == {str(folder)}
    trees = {name: (tree.branch, len(tree.commits), tree.repository) for name, tree in work.trees.items()}
    assert trees == {str(folder): ("main", 1, str(folder)), str(other): ("topic", 2, str(folder))}
    alone = stage.counting()([str(other)], 0)
    assert alone.trees[str(other)].repository == str(folder)
    assert alone.commits == work.commits


def test_what_only_a_detached_head_holds_counts_for_its_tree_alone(stage):
    folder = stage.repository()
    first = stage.commit(folder)
    stage.run(folder, "checkout", "-q", "--detach")
    loose = stage.commit(folder, lines=7)
    work = stage.counting()([str(folder)], 0)
    assert set(found(work)) == {first}
    tree = work.trees[str(folder)]
    assert tree.branch is None
    assert {commit.hash for commit in tree.commits} == {first, loose}


def test_a_repository_without_commits_has_a_branch_and_no_commits(stage):
    folder = stage.repository()
    work = stage.counting()([str(folder)], 0)
    assert (work.commits, work.complete, work.told) == ((), True, None)
    assert (work.trees[str(folder)].branch, work.trees[str(folder)].commits) == ("main", ())


def test_a_sub_folder_stands_for_the_repository_around_it(stage):
    folder = stage.repository()
    stage.commit(folder, file="deep/er/a.txt")
    work = stage.counting()([str(folder / "deep" / "er"), str(folder)], 0)
    assert len(found(work)) == 1
    assert {tree.repository for tree in work.trees.values()} == {str(folder)}
    assert set(work.trees) == {str(folder / "deep" / "er"), str(folder)}


def test_the_nearest_repository_counts(stage):
    outer = stage.repository()
    stage.commit(outer)
    inner = stage.repository("proj/vendor/inner")
    commit = stage.commit(inner)
    assert set(found(stage.counting()([str(inner)], 0))) == {commit}


def test_links_lead_to_the_repository_they_point_to(stage):
    folder = stage.repository()
    stage.commit(folder, file="sub/a.txt")
    link = stage.root / "link"
    link.symlink_to(folder / "sub", target_is_directory=True)
    work = stage.counting()([str(link), str(folder)], 0)
    assert len(found(work)) == 1
    assert work.trees[str(link)].repository == str(folder)


def test_packed_refs_are_read(stage):
    folder = stage.repository()
    stage.commit(folder)
    stage.run(folder, "checkout", "-q", "-b", "topic")
    stage.commit(folder)
    stage.run(folder, "pack-refs", "--all")
    assert not (folder / ".git" / "refs" / "heads" / "topic").exists()
    work = stage.counting()([str(folder)], 0)
    assert len(found(work)) == len(work.trees[str(folder)].commits) == 2


def test_a_branch_that_is_another_name_for_one_is_followed(stage):
    folder = stage.repository()
    stage.commit(folder)
    stage.run(folder, "symbolic-ref", "refs/heads/trunk", "refs/heads/main")
    stage.run(folder, "checkout", "-q", "trunk")
    stage.run(folder, "symbolic-ref", "refs/heads/round", "refs/heads/round2")
    stage.run(folder, "symbolic-ref", "refs/heads/round2", "refs/heads/round")
    work = stage.counting()([str(folder)], 0)
    assert len(work.trees[str(folder)].commits) == len(found(work)) == 1


def test_a_bare_repository_counts_where_it_is_asked_for(stage):
    folder = stage.repository()
    stage.commit(folder)
    bare = stage.root / "proj.git"
    stage.run(stage.root, "clone", "-q", "--bare", str(folder), str(bare))
    tree = stage.root / "tree"
    stage.run(bare, "worktree", "add", "-q", str(tree), "main")
    work = stage.counting()([str(bare), str(tree)], 0)
    assert len(found(work)) == 1
    assert {one.repository for one in work.trees.values()} == {str(bare)}


def test_a_submodule_is_a_repository_of_its_own(stage):
    library = stage.repository("library")
    stage.commit(library)
    folder = stage.repository()
    stage.run(folder, "submodule", "--quiet", "add", str(library), "lib")
    stage.commit(folder)
    stage.commit(folder / "lib")
    work = stage.counting()([str(folder), str(folder / "lib")], 0)
    counted = [repository for repository, _ in work.commits]
    assert (counted.count(str(folder)), counted.count(str(folder / "lib"))) == (1, 2)


def test_the_end_of_a_shallow_clone_is_no_new_code(stage):
    folder = stage.repository()
    for number in range(4):
        stage.commit(folder, lines=100, at=NOW - 9 * DAY + number)
    clone = stage.root / "clone"
    stage.run(stage.root, "clone", "-q", "--depth=2", f"file://{folder}", str(clone))
    count = stage.counting()
    assert sorted(found(count([str(clone)], 0)).values()) == [(0, 0), (100, 0)]
    stage.run(clone, "fetch", "-q", "--unshallow")
    assert sorted(found(count([str(clone)], 0)).values()) == [(100, 0)] * 4


def test_longer_hashes_are_read(stage):
    folder = stage.repository("proj", "--object-format=sha256")
    commit = stage.commit(folder, lines=2)
    assert len(commit) == 64
    work = stage.counting()([str(folder)], 0)
    assert found(work) == {commit: (2, 0)}
    assert len(work.trees[str(folder)].commits) == 1


def test_refs_that_only_git_can_read_are_asked_for(stage):
    """A table in the place of the files; the git of these tests knows none and is shown other files."""
    real = stage.repository("real")
    first = stage.commit(real)
    stage.run(real, "checkout", "-q", "--detach")
    second = stage.commit(real)
    folder = stage.repository()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    shutil.rmtree(folder / ".git" / "refs" / "heads")
    (folder / ".git" / "refs" / "heads").write_text("this repository uses the reftable format\n")
    (folder / ".git" / "reftable").mkdir()
    table = folder / ".git" / "reftable" / "tables.list"
    table.write_text("0x1.ref\n")
    git = stage.script(f'echo x >> "{stage.calls}"\nGIT_DIR="{real}/.git" exec "{stage.real}" "$@"')
    count = stage.counting(git=git)
    work = count([str(folder)], 0)
    tree = work.trees[str(folder)]
    assert set(found(work)) == {first}
    assert (tree.branch, {commit.hash for commit in tree.commits}) == (None, {first, second})
    assert stage.asked() > 0
    assert count([str(folder)], 0) == work
    assert stage.asked() == 0
    stage.run(real, "checkout", "-q", "main")
    third = stage.commit(real)
    table.write_text("0x2.ref\n")
    work = count([str(folder)], 0)
    tree = work.trees[str(folder)]
    assert (tree.branch, {commit.hash for commit in tree.commits}) == ("main", {first, third})


def broken_pointer(stage):
    folder = stage.root / "pointer"
    folder.mkdir()
    (folder / ".git").write_text("gitdir: /nowhere/at/all\n")
    return folder


def empty_git_folder(stage):
    folder = stage.root / "hollow"
    (folder / ".git").mkdir(parents=True)
    return folder


def not_a_line(stage):
    folder = stage.root / "bytes"
    folder.mkdir()
    (folder / ".git").write_bytes(b"gitdir: \0\xff\n" + b"x" * 100_000)
    return folder


def a_pipe(stage):
    folder = stage.root / "pipe"
    folder.mkdir()
    os.mkfifo(folder / ".git")
    return folder


def a_pipe_as_head(stage):
    folder = stage.repository("pipes")
    (folder / ".git" / "HEAD").unlink()
    os.mkfifo(folder / ".git" / "HEAD")
    return folder


def nothing(stage):
    return stage.root / "never" / "was"


def no_name(stage):
    return str(stage.root / "half \ud800 character")


def not_absolute(stage):
    return "."


@pytest.mark.skipif(os.name == "nt", reason="needs pipes as files")
@pytest.mark.parametrize(
    "make",
    [broken_pointer, empty_git_folder, not_a_line, a_pipe, a_pipe_as_head, nothing, no_name, not_absolute],
)
def test_what_is_no_repository_has_no_commits_and_harms_no_other(stage, make):
    folder = stage.repository()
    stage.commit(folder)
    odd = str(make(stage))
    work = stage.counting()([odd, str(folder)], 0)
    assert len(found(work)) == 1
    assert odd not in work.trees
    assert (work.complete, work.told) == (True, None)


def test_a_hollow_git_folder_does_not_hide_the_repository_around_it(stage):
    folder = stage.repository()
    stage.commit(folder)
    (folder / "sub" / ".git").mkdir(parents=True)
    assert len(found(stage.counting()([str(folder / "sub")], 0))) == 1


def test_a_damaged_repository_is_named_once_and_the_others_count(stage):
    good, bad = stage.repository(), stage.repository("bad")
    stage.commit(good)
    commit = stage.commit(bad)
    shutil.rmtree(bad / ".git" / "objects" / commit[:2])
    count = stage.counting(git=stage.logged())
    work = count([str(good), str(bad)], 0)
    assert len(found(work)) == 1
    assert work.complete
    assert str(bad) in work.told
    stage.asked()
    assert count([str(good), str(bad)], 0).told == work.told
    assert stage.asked() == 0, "asked again, though nothing changed"


def test_the_place_of_a_folder_that_is_gone_still_tells_the_repository(stage):
    folder = stage.repository()
    stage.commit(folder)
    gone = folder / ".trees" / "x"
    work = stage.counting()([str(gone)], 0)
    assert len(found(work)) == 1
    assert work.trees == {}


def test_a_file_is_read_up_to_its_bound(tmp_path):
    (tmp_path / "x").write_bytes(b"12345")
    assert small(str(tmp_path / "x"), 5) == b"12345"
    assert small(str(tmp_path / "x"), 4) is None
    assert small(str(tmp_path)) is None
    assert find(str(tmp_path) + "\0") is None
