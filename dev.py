#!/usr/bin/env python3
"""Set-up and checks, with nothing but Python 3.11 or newer.

python3 dev.py run  [...]   make .venv, install, start the tray (arguments go to claudette-tray)
python3 dev.py test [...]   lint, types and all tests (arguments go to pytest); on Debian and Ubuntu
                            as root also installs the desktop that the end-to-end tests drive
python3 dev.py lint         ruff and mypy only
python3 dev.py bench [...]  the measured bounds (arguments go to pytest)
python3 dev.py lock         pin the dependencies anew (needs uv)
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"  # what is in .venv: written last, so an interrupted set-up starts again
# The lock files say what is installed; the second one holds the first one and the tools of the tests.
LOCKS = {"run": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}

DESKTOP_PACKAGES = (
    *("xvfb", "xauth", "xdotool", "x11-utils", "x11-xserver-utils", "imagemagick", "openbox"),
    *(
        "dbus",
        "dbus-daemon",
        "dbus-x11",
        "libglib2.0-bin",
        "xdg-utils",
        "dex",
        "desktop-file-utils",
        "appstream",
    ),
    *("xfce4-panel", "xfconf", "lxqt-panel", "trayer", "dunst", "libnotify-bin"),
    *("gnome-keyring", "libsecret-tools"),
    *("fonts-dejavu-core", "fonts-noto-core", "iproute2"),
    "chromium",
)


def main(argv: list[str]) -> int:
    """Run one command; its exit code."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(__doc__)
        return 0
    commands = {"run": run, "test": test, "lint": lint, "bench": bench, "lock": lock}
    if argv[0] not in commands:
        print(f"dev.py: no command {argv[0]!r}\n\n{__doc__}", file=sys.stderr)
        return 2
    try:
        return commands[argv[0]](argv[1:])
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    """Start the tray from the checkout, in the folder and with the environment of the caller."""
    prepare("run")
    command = [str(in_venv("claudette-tray")), *arguments]
    if os.name != "nt":  # there it would hand the prompt back while the tray still runs
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def test(arguments: list[str]) -> int:
    """Check everything, what is cheap first; stops at the first step that fails."""
    install_desktop()
    python = prepare("test")
    return steps(*_lint(python), [python, "-m", "pytest", *arguments])


def lint(_arguments: list[str]) -> int:
    """Check style, format and types."""
    return steps(*_lint(prepare("test")))


def _lint(python: str) -> list[list[str]]:
    ruff = [python, "-m", "ruff"]
    return [[*ruff, "check", "."], [*ruff, "format", "--check", "."], [python, "-m", "mypy"]]


def bench(arguments: list[str]) -> int:
    """Measure; kept apart from the tests, since a busy machine fails bounds and breaks no promise."""
    python = prepare("test")
    return steps([python, "-m", "pytest", "-s", "-o", "python_files=bench_*.py", "tests/bench", *arguments])


def lock(_arguments: list[str]) -> int:
    """Write both lock files for every system and Python from 3.11 on."""
    uv = shutil.which("uv")
    if not uv:
        print("dev.py lock needs uv: python3 -m pip install uv", file=sys.stderr)
        return 1
    compile_ = [uv, "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes"]
    compile_ += ["--upgrade", "--no-emit-index-url", "--custom-compile-command", "python3 dev.py lock"]
    compile_ += ["pyproject.toml", "--group", "build", "-o"]
    same = ["-c", LOCKS["run"].name]
    return steps([*compile_, LOCKS["run"].name], [*compile_, LOCKS["test"].name, "--extra", "test", *same])


def steps(*commands: list[str]) -> int:
    """Run commands in the project's folder, each announced, up to the first that fails."""
    for command in commands:
        print("==>", *(Path(command[0]).name, *command[1:]), flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            print(f"dev.py: this step failed with exit code {code}", file=sys.stderr)
            return code
    return 0


def prepare(what: str) -> str:
    """A .venv with the locked packages and the project itself; its Python. Quick when nothing changed."""
    uv = shutil.which("uv")
    python = str(in_venv("python"))
    wanted = fingerprint(what)
    have = STAMP.read_text("utf-8").split() if STAMP.is_file() else []
    if wanted not in have or not works(python, ""):
        if not works(python, "" if uv else "import pip"):
            make_venv(uv)
        print(f"dev.py: installing into {VENV.name}", flush=True)
        STAMP.unlink(missing_ok=True)
        for command in install_commands(uv, python, LOCKS[what]):
            if steps(command):
                sys.exit("dev.py: the packages could not be installed")
        STAMP.write_text(wanted if what == "run" else f"{wanted} {fingerprint('run')}", "utf-8")
    ensure_tk(python)
    return python


def in_venv(name: str) -> Path:
    """A program of .venv."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def works(python: str, code: str) -> bool:
    """Whether an interpreter is there and runs the code."""
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fingerprint(what: str) -> str:
    """Changes when what has to be installed changes."""
    parts = (LOCKS[what].read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode())
    return what + ":" + hashlib.sha256(b"\0".join(parts)).hexdigest()


def make_venv(uv: str | None) -> None:
    """A fresh .venv of this interpreter; one that is there and does not work is replaced."""
    if (VENV / "pyvenv.cfg").is_file():
        shutil.rmtree(VENV)
    if uv:
        command = [uv, "venv", "-q", "--no-python-downloads", "--python", sys.executable, str(VENV)]
    else:
        if not importlib.util.find_spec("ensurepip"):
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            package = f"python{version}-venv" if is_debians(sys.base_prefix) else None
            if not provide([package] if package else []):
                way = install_line([package]) if package else "install a Python that has them, or uv"
                sys.exit(f"dev.py: this Python lacks venv and pip: {way}")
        command = [sys.executable, "-m", "venv", str(VENV)]
    if steps(command):
        sys.exit("dev.py: .venv could not be made")


def install_commands(uv: str | None, python: str, lock_file: Path) -> list[list[str]]:
    """The locked packages, checked by their hashes; then the project itself, built by what was locked."""
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    quiet = [*install, "-q"]
    locked = [*quiet, "--require-hashes", "-r", str(lock_file)]
    return [locked, [*quiet, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]]


def ensure_tk(python: str) -> None:
    """Tk for the usage window: installed where that can be done, else named; the tray goes on without."""
    if works(python, "import tkinter"):
        return
    asked = [python, "-c", "import sys; print(sys.base_prefix, *sys.version_info[:2])"]
    prefix, major, minor = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.rsplit(
        None, 2
    )
    packages = []
    if is_debians(prefix):
        default = os.path.realpath("/usr/bin/python3").endswith(f"python{major}.{minor}")
        packages = ["python3-tk" if default else f"python{major}.{minor}-tk"]
    if not provide(packages):
        way = install_line(packages) if packages else f"a Python {major}.{minor} built with Tk"
        print(f"dev.py: the usage window needs Tk ({way}); going on without it", file=sys.stderr)


def install_desktop() -> None:
    """What the end-to-end tests drive: installed as root on Debian and Ubuntu, else named in one line."""
    if not shutil.which("dpkg-query"):
        return  # the tests say what they miss
    wanted = [*DESKTOP_PACKAGES] + ([] if shutil.which("npm") else ["npm"])
    missing = missing_packages(wanted)
    if missing and not provide(missing):
        print(f"dev.py: for the end-to-end tests: {install_line(missing)}", file=sys.stderr)


def missing_packages(names: list[str]) -> list[str]:
    """Those of the Debian packages that are not installed."""
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names]
    shown = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in shown.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def is_debians(prefix: str) -> bool:
    """Whether an interpreter is one of Debian's or Ubuntu's packages, so that others complete it."""
    return prefix == "/usr" and shutil.which("apt-get") is not None


def provide(packages: list[str]) -> bool:
    """Install packages of the system; False where that is not ours to do or fails."""
    apt = shutil.which("apt-get")
    if not packages or not apt or os.geteuid() != 0:
        return False
    print("dev.py: installing", *packages, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "-qq", "update"], env=quiet, check=False)
    command = [apt, "-qq", "install", "-y", "--no-install-recommends", *packages]
    return subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode == 0


def install_line(packages: list[str]) -> str:
    """What to type where we may not install."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - said in words where an older Python starts this file
        sys.exit(f"dev.py needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable})")
    sys.exit(main(sys.argv[1:]))
