"""A repository whose configuration names programs: none of them is run. Each trap is shown to spring first."""

import os
import shutil
import subprocess
import time

import pytest

from tests.git_stage import ME, Stage, found
from tray.metrics.git_program import Git, environment, find

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts"),
]


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


@pytest.fixture
def mark(stage):
    """The file that a sprung trap leaves behind."""
    return stage.root / "sprung"


@pytest.fixture
def trap(stage, mark):
    """A program that leaves the mark, whatever it is called with."""
    return stage.script(f'touch "{mark}"\ncat >/dev/null 2>&1 </dev/null\nexit 0', "trap")


# What may name a program, by the kind of value.
PLAIN = (
    *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy", "core.askPass"),
    *("core.alternateRefsCommand", "pager.rev-list", "pager.diff-tree", "pager.config", "pager.log"),
    *(
        "gpg.program",
        "gpg.ssh.program",
        "gpg.x509.program",
        "diff.external",
        "diff.x.command",
        "diff.x.textconv",
    ),
    *("filter.x.clean", "filter.x.smudge", "filter.x.process", "merge.x.driver", "sequence.editor"),
    *(
        "interactive.diffFilter",
        "trailer.x.command",
        "uploadpack.packObjectsHook",
        "remote.origin.uploadpack",
    ),
    *("credential.helper", "init.templateDir", "notes.x", "man.x.cmd", "browser.x.cmd", "tar.x.command"),
)
SHELL = ("alias.rev-list", "alias.diff-tree", "alias.config", "alias.log", "submodule.lib.update")


def arm(stage, folder, trap):
    """Set all of it, with hooks and attributes that lead to it."""
    for key in PLAIN:
        stage.run(folder, "config", key, trap)
    for key in SHELL:
        stage.run(folder, "config", key, f"!{trap}")
    stage.run(folder, "config", "log.showSignature", "true")
    stage.run(folder, "config", "filter.x.required", "true")
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "attributes").write_text("* diff=x filter=x merge=x\n")
    (folder / ".gitattributes").write_text("* diff=x filter=x merge=x\n")
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        shutil.copy(trap, hooks / name)


def sprung(mark):
    """Whether it was; ready for the next time."""
    found = mark.exists()
    mark.unlink(missing_ok=True)
    return found


def plainly(stage, folder, *question, given=None, **more):
    return subprocess.run(
        [stage.real, *question],
        cwd=folder,
        env=stage.environ | more,
        capture_output=True,
        input=given,
        check=False,
    ).stdout


def test_no_program_that_a_repository_names_is_run(stage, trap, mark):
    folder = stage.repository()
    commit = stage.commit(folder, lines=4)
    arm(stage, folder, trap)
    plainly(stage, folder, "status")
    assert sprung(mark), "the trap does not work"
    plainly(stage, folder, "log", "-p", "--branches", "--numstat")
    assert sprung(mark), "the trap does not work"
    work = stage.counting()([str(folder)], 0)
    assert found(work) == {commit: (4, 0)}
    assert not mark.exists()


def test_whatever_is_asked_neither_monitor_nor_hook_is_run(stage, trap, mark):
    """We ask nothing of the work files and change no ref; what guards every question is seen by these."""
    folder = stage.repository()
    stage.commit(folder)
    stage.run(folder, "config", "core.fsmonitor", trap)
    (folder / ".git" / "hooks").mkdir(exist_ok=True)
    shutil.copy(trap, folder / ".git" / "hooks" / "reference-transaction")
    for question in (("status",), ("update-ref", "refs/x/y", "HEAD")):
        plainly(stage, folder, *question)
        assert sprung(mark), "the trap does not work"
        answer = Git(stage.real, stage.environ).ask(str(folder), question, until=time.monotonic() + 60)
        assert answer.code == 0
        assert not mark.exists()


def test_signatures_are_not_checked(stage, trap, mark):
    folder = stage.repository()
    stage.commit(folder)
    tree = stage.run(folder, "rev-parse", "HEAD^{tree}")
    signed = f"tree {tree}\nauthor Me <{ME}> 1 +0000\ncommitter Me <{ME}> 1 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n\nwords\n"
    made = plainly(stage, folder, "hash-object", "-t", "commit", "-w", "--stdin", given=signed.encode())
    stage.run(folder, "update-ref", "refs/heads/signed", made.decode().strip())
    stage.run(folder, "config", "gpg.program", trap)
    stage.run(folder, "config", "log.showSignature", "true")
    plainly(stage, folder, "log", "--branches")
    assert sprung(mark), "the trap does not work"
    assert len(found(stage.counting()([str(folder)], 0))) == 2
    assert not mark.exists()


REMOTES = {
    "a program at the other end": {"remote.origin.uploadpack": "{trap} ;"},
    "ssh": {"remote.origin.url": "ssh://host.invalid/x", "core.sshCommand": "{trap} ;"},
    "ext": {"remote.origin.url": "ext::{trap}", "protocol.ext.allow": "always", "protocol.allow": "always"},
    "a foreign system": {
        "remote.origin.vcs": "ext",
        "remote.origin.url": "{trap}",
        "protocol.ext.allow": "always",
    },
    "git's own protocol": {"remote.origin.url": "git://127.0.0.1:1/x", "core.gitProxy": "{trap}"},
}


def partial_clone(stage, settings, trap):
    """A clone that lacks the contents of all files, from which git would fetch them by these settings."""
    origin = stage.repository("origin")
    stage.run(origin, "config", "uploadpack.allowFilter", "true")
    commits = [stage.commit(origin, lines=number + 1) for number in range(3)]
    folder = stage.root / "partial"
    stage.run(
        stage.root, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{origin}", str(folder)
    )
    for key, value in settings.items():
        stage.run(folder, "config", key, value.format(trap=trap))
    return folder, commits


@pytest.mark.parametrize("kind", REMOTES)
@pytest.mark.parametrize("ability", ["this git", "a git that does not know how to refuse"])
def test_nothing_is_fetched_for_a_partial_clone(stage, trap, mark, kind, ability):
    folder, commits = partial_clone(stage, REMOTES[kind], trap)
    plainly(stage, folder, "log", "--numstat", GIT_ALLOW_PROTOCOL="ext:ssh:git:file")
    assert sprung(mark), "the trap does not work"
    git = stage.real
    if ability != "this git":
        git = stage.script(f'unset GIT_NO_LAZY_FETCH\nexec "{stage.real}" "$@"')
    work = stage.counting(git=git)([str(folder)], 0)
    assert found(work) == dict.fromkeys(commits, (0, 0))
    assert (work.complete, work.told) == (True, None)
    assert not mark.exists()


def test_settings_that_never_end_hold_up_no_other_repository(stage):
    good, bad = stage.repository(), stage.repository("bad")
    stage.commit(good)
    stage.commit(bad)
    os.mkfifo(stage.root / "endless")
    with (bad / ".git" / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {stage.root}/endless\n")
    count = stage.counting(git=stage.logged(), seconds=2.0)
    work = count([str(good), str(bad)], 0)
    assert ({repository for repository, _ in work.commits}, work.complete) == ({str(good)}, False)
    stage.asked()
    assert not count([str(good), str(bad)], 0).complete
    assert stage.asked() == 0, "tried again at once"


def test_lines_of_a_partial_clone_count_where_they_are_there(stage, trap):
    folder, _ = partial_clone(stage, {}, trap)
    stage.run(folder, "checkout", "-q", "main")
    mine = stage.commit(folder, lines=9)
    assert found(stage.counting()([str(folder)], 0))[mine] == (9, 0)


def test_a_repository_of_somebody_else_is_left_alone_and_said_so(stage):
    folder, other = stage.repository(), stage.repository("other")
    stage.commit(folder)
    stage.commit(other)
    # Git itself takes this variable for a foreign owner's mark, in its own tests.
    git = stage.script(
        f'case "$PWD" in */other) export GIT_TEST_ASSUME_DIFFERENT_OWNER=1;; esac\nexec "{stage.real}" "$@"'
    )
    work = stage.counting(git=git)([str(folder), str(other)], 0)
    assert {repository for repository, _ in work.commits} == {str(folder)}
    assert work.complete
    assert str(other) in work.told
    assert "safe.directory" in work.told
    stage.config("safe.directory", str(other))
    work = stage.counting(git=git)([str(folder), str(other)], 0)
    assert len(work.commits) == 2
    assert work.told is None


def test_git_sees_nothing_of_an_errand_that_the_caller_is_on(stage):
    given = {"PATH": f"/usr/bin{os.pathsep}.{os.pathsep}relative", "HOME": "/home/dev", "GIT_DIR": "/x"}
    given |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_EXTERNAL_DIFF": "x",
        "GIT_TRACE": "1",
        "GIT_CONFIG_GLOBAL": "/mine",
    }
    seen = environment(given)
    assert {"GIT_DIR", "GIT_CONFIG_COUNT", "GIT_EXTERNAL_DIFF", "GIT_TRACE"} & set(seen) == set()
    assert (seen["PATH"], seen["HOME"], seen["GIT_CONFIG_GLOBAL"]) == ("/usr/bin", "/home/dev", "/mine")
    folder = stage.repository()
    stage.commit(folder)
    stage.environ |= {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/nowhere", "GIT_EXTERNAL_DIFF": "false"}
    assert len(found(stage.counting()([str(folder)], 0))) == 1


def test_git_is_never_the_one_of_the_folder_we_are_in(tmp_path):
    for name in ("here", "path"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "git").write_text("#!/bin/sh\n")
        (tmp_path / name / "git").chmod(0o755)
    (tmp_path / "folder" / "git").mkdir(parents=True)
    path = os.pathsep.join(["", ".", "here", str(tmp_path / "folder"), str(tmp_path / "path")])
    assert find(path) == str(tmp_path / "path" / "git")
    assert find("") is None


def test_git_does_not_look_above_the_folder_it_is_asked_in(stage):
    stage.commit(stage.repository())
    inner = stage.root / "proj" / "inner"
    inner.mkdir()
    answer = Git(stage.real, stage.environ).ask(str(inner), ("rev-list", "HEAD"), until=time.monotonic() + 60)
    assert (answer.code, answer.out) == (128, b"")
