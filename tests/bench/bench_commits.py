"""Commits of 200 repositories: the first look, and another process's when nothing has changed."""

from __future__ import annotations

import shutil

import pytest

from tests.bench.watching import timed
from tests.git_stage import NOW, Stage

REPOSITORIES = 200
COMMITS = 50
ROUNDS = 9


@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_unchanged_repositories(tmp_path, figures):
    stage = Stage(tmp_path)
    first = stage.repository("dev/first")
    for number in range(COMMITS):
        stage.commit(first, at=NOW - number * 3600)
    for name in ("one", "two", "three"):
        stage.run(first, "branch", name)
    folders = [str(first)]
    for number in range(1, REPOSITORIES):
        folders.append(str(stage.root / "dev" / f"proj-{number}"))
        shutil.copytree(first, folders[-1])

    def look():
        work = stage.counting()(folders, 0)
        assert len(work.commits) == REPOSITORIES * COMMITS
        assert work.complete

    figures.beat()
    figures.tell("commits of 200 repositories, first look", [timed(look)])
    unchanged, again = [], []
    counting = stage.counting()
    counting(folders, 0)
    for _ in range(ROUNDS):
        figures.beat()
        unchanged.append(timed(look))
        again.append(timed(lambda: counting(folders, 0)))
    figures.hold("commits of 200 unchanged repositories", unchanged, 100)
    figures.tell("the same, asked once more", again)
