"""The set-up script: what it installs is pinned, what it can't install it names, and it says what it wants."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parents[2]


def pins(name):
    return dict(
        line.split("==")
        for line in re.findall(r"^[a-z0-9-]+==[^\s;]+", dev.LOCKS[name].read_text(), re.MULTILINE)
    )


def normal(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def run_dev(*arguments, **env):
    command = [sys.executable, str(ROOT / "dev.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **env})


# -- the lock files


@pytest.mark.parametrize("name", ["run", "test"])
def test_every_package_is_pinned_with_hashes_and_no_place(name):
    text = dev.LOCKS[name].read_text()
    blocks = re.split(r"(?m)^(?=[a-z0-9-]+==)", text)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index" not in text.replace("importlib", "")


def test_the_tests_run_on_what_people_run():
    run, test = pins("run"), pins("test")
    assert run.items() <= test.items()


def test_the_lock_files_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    build = [*project["build-system"]["requires"], *project["dependency-groups"]["build"]]
    needed = {normal(name) for name in project["project"]["dependencies"] + build}
    assert needed <= set(pins("run"))
    assert {normal(name) for name in project["project"]["optional-dependencies"]["test"]} <= set(pins("test"))


def test_the_lock_files_serve_every_system():
    text = dev.LOCKS["run"].read_text()
    assert {"pywin32-ctypes", "jeepney"} <= set(pins("run"))
    assert "sys_platform == 'darwin'" in text


# -- commands


def test_alone_it_prints_help():
    done = run_dev()
    assert done.returncode == 0
    for command in ("run", "test", "lint", "bench"):
        assert f"dev.py {command}" in done.stdout


def test_an_unknown_command_is_wrong_usage():
    done = run_dev("tset")
    assert done.returncode == 2
    assert "no command 'tset'" in done.stderr


def test_an_older_python_can_read_it_far_enough_to_be_told():
    ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 8))


def test_steps_stop_at_the_first_failure(capfd):
    fail = [sys.executable, "-c", "raise SystemExit(3)"]
    never = [sys.executable, "-c", "print('reached')"]
    assert dev.steps(fail, never) == 3
    assert "reached" not in capfd.readouterr().out


@pytest.mark.parametrize("uv", [None, "/bin/uv"])
def test_packages_come_by_hash_and_the_project_without_further_requests(uv):
    locked, project = dev.install_commands(uv, "/v/python", Path("x.lock"))
    assert locked[0] == project[0] == (uv or "/v/python")
    assert {"--require-hashes", "x.lock"} <= set(locked)
    assert {"--no-deps", "--no-build-isolation"} <= set(project)


def test_ci_runs_the_tests():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec python3 dev.py test" in script.read_text()


# -- what is missing


def test_missing_packages_are_named_in_one_line():
    assert dev.install_line(["a", "b"]) == "sudo apt-get install --no-install-recommends a b"


def test_a_python_that_is_not_the_systems_is_not_completed_by_its_packages():
    assert not dev.is_debians("/home/somebody/.pyenv/versions/3.12.1")


def test_nothing_is_installed_for_nothing():
    assert not dev.provide([])


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_missing_desktop_skips_in_one_line_and_fails_in_ci(ci, code, tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/e2e/test_harness.py"]
    env = {"PATH": str(tmp_path), "CI": ci, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
    assert "sudo apt-get install --no-install-recommends xvfb " in done.stdout
    if not ci:
        assert done.stdout.count("SKIPPED") == 1
