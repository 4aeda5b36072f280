"""What is handed on: the wheel holds all that the program needs and nothing else, the archive the whole project."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def named(path):
    return path.relative_to(ROOT).as_posix()


def files(folder):
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def run(*arguments, **options):
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """Wheel and archive, built from this checkout by the installed builder; nobody is asked."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder), cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(dist):
    (file,) = dist.glob("*.whl")
    with zipfile.ZipFile(file) as opened:
        yield opened


def test_the_wheel_holds_what_the_program_needs(wheel):
    held = {name for name in wheel.namelist() if name.startswith("tray/")}
    wanted = {named(path) for path in files("tray")}
    for folder in ("icons", "packaging"):
        shipped = [path for path in files(folder) if path != ROOT / "packaging" / "prices.py"]
        assert len(shipped) > 3
        wanted |= {f"tray/{named(path)}" for path in shipped}
    assert "tray/views/font/DejaVuSans.ttf" in wanted
    assert "tray/views/font/LICENSE" in wanted
    assert "tray/metrics/prices.jsonl" in wanted
    assert held == wanted


def test_the_wheel_brings_both_commands_and_nothing_of_the_tests(wheel):
    (entry,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    points = wheel.read(entry).decode()
    assert "[console_scripts]\nclaudette-tray = tray.cli:main" in points
    assert "[gui_scripts]\nclaudette-trayw = tray.cli:main" in points
    assert {name.split("/")[0] for name in wheel.namelist()} == {"tray", entry.split("/")[0]}


def test_the_program_runs_from_the_wheel_alone(wheel, tmp_path):
    wheel.extractall(tmp_path)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert run("-m", "tray", "--version", cwd=tmp_path, env=env).startswith("claudette-tray ")
    code = "from tray.desktop.shipped import shipped; print(shipped('icons'), shipped('packaging', 'linux'))"
    found = run("-c", code, cwd=tmp_path, env=env).split()
    assert found == [str(tmp_path / "tray" / "icons"), str(tmp_path / "tray" / "packaging" / "linux")]


def test_the_archive_is_enough_to_set_up_and_test(dist):
    (file,) = dist.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    top = {"dev.py", "pyproject.toml", "requirements.lock", "requirements-test.lock", ".ci/run", ".gitignore"}
    top |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"}
    folders = ("tray", "icons", "packaging", "docs", "tests")
    assert (top | {named(path) for folder in folders for path in files(folder)}) - held == set()
